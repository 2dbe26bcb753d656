"""The Member API: what is written comes back, and the right error wins."""

from __future__ import annotations

import copy
from typing import Any
from xml.sax.saxutils import escape

import pytest
from lxml import etree

from checker.sandbox import DEFAULT_CLIENT, Sandbox

from .conftest import ORCID, OTHER, STRICT, Visitor

ITEM = "/work"

WORK: dict[str, Any] = {
    "title": {"title": {"value": "A title"}},
    "type": "journal-article",
    "external-ids": {
        "external-id": [
            {
                "external-id-type": "doi",
                "external-id-value": "10.5555/Demo",
                "external-id-url": {"value": "https://doi.org/10.5555/demo"},
                "external-id-relationship": "self",
            }
        ]
    },
}
EMPLOYMENT: dict[str, Any] = {
    "role-title": "Librarian",
    "start-date": {"year": {"value": "2020"}, "month": {"value": "02"}, "day": None},
    "organization": {
        "name": "Example University",
        "address": {"city": "Exampleville", "country": "GB"},
        "disambiguated-organization": {
            "disambiguated-organization-identifier": "https://ror.org/05dxps055",
            "disambiguation-source": "ROR",
        },
    },
}
ITEMS = {"work": WORK, "employment": EMPLOYMENT, "education": EMPLOYMENT, "qualification": EMPLOYMENT}
WORK_XML = """<w:work xmlns:w="http://www.orcid.org/ns/work" xmlns:c="http://www.orcid.org/ns/common"{attributes}>
<w:title><c:title>{title}</c:title></w:title><w:type>{type}</w:type>
<c:external-ids><c:external-id><c:external-id-type>doi</c:external-id-type>
<c:external-id-value>10.5555/xml</c:external-id-value>
<c:external-id-relationship>self</c:external-id-relationship></c:external-id></c:external-ids></w:work>"""
XML = {"Content-Type": "application/vnd.orcid+xml", "Accept": "application/vnd.orcid+xml"}


def changed(item: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {k: v for k, v in (copy.deepcopy(item) | parts).items() if v is not None}


def work_xml(title: str = "A title", type: str = "journal-article", attributes: str = "") -> str:
    return WORK_XML.format(title=escape(title), type=type, attributes=attributes)


@pytest.fixture
def portal(visitor: Visitor) -> Visitor:
    visitor.connect()
    return visitor


@pytest.mark.parametrize("kind", ITEMS)
def test_an_item_is_added_read_changed_and_removed(portal: Visitor, kind: str) -> None:
    added = portal.api("POST", f"/{kind}", json=ITEMS[kind])
    assert (added.status_code, added.content) == (201, b"")
    location = added.headers["location"]
    assert location.startswith(f"{portal.box.base}/v3.0/{ORCID}/{kind}/")
    put_code = int(location.rpartition("/")[2])

    read = portal.api("GET", f"/{kind}/{put_code}").json()
    assert (read["put-code"], read["visibility"], read["path"]) == (put_code, "public", f"/{ORCID}/{kind}/{put_code}")
    assert read["source"]["source-client-id"]["path"] == DEFAULT_CLIENT.id
    assert read["source"]["source-name"]["value"] == DEFAULT_CLIENT.name
    assert isinstance(read["created-date"]["value"], int)

    new = changed(ITEMS[kind], **{"put-code": put_code, "url": "https://example.org/"})
    put = portal.api("PUT", f"/{kind}/{put_code}", json=new)
    assert put.status_code == 200
    assert put.json()["url"] == {"value": "https://example.org/"}
    assert put.json() == portal.api("GET", f"/{kind}/{put_code}").json()

    removed = portal.api("DELETE", f"/{kind}/{put_code}")
    assert (removed.status_code, removed.content) == (204, b"")
    gone = portal.api("GET", f"/{kind}/{put_code}")
    assert (gone.status_code, gone.json()["error-code"]) == (404, 9016)


def test_what_is_read_can_be_sent_back(portal: Visitor) -> None:
    for kind, item in ITEMS.items():
        for media in ("application/json", "application/vnd.orcid+xml"):
            put_code = int(portal.api("POST", f"/{kind}", json=item).headers["location"].rpartition("/")[2])
            headers = {"Accept": media, "Content-Type": media}
            read = portal.api("GET", f"/{kind}/{put_code}", headers=headers)
            assert read.headers["content-type"] == media
            put = portal.api("PUT", f"/{kind}/{put_code}", headers=headers, content=read.content)
            assert put.status_code == 200, put.text
            assert put.content == read.content, "unchanged, so its date stays"
            portal.api("DELETE", f"/{kind}/{put_code}")


def test_xml_in_json_out_and_back(portal: Visitor) -> None:
    added = portal.api("POST", "/work", content=work_xml("<&> ünï", "dataset"), headers=XML)
    assert added.status_code == 201
    path = f"{ITEM}/" + added.headers["location"].rpartition("/")[2]
    read = portal.api("GET", path).json()
    assert read["title"]["title"]["value"] == "<&> ünï"
    assert read["type"] == "data-set"
    assert read["journal-title"] is None
    assert read["external-ids"]["external-id"][0]["external-id-normalized"] == {
        "value": "10.5555/xml",
        "transient": True,
    }
    root = etree.fromstring(portal.api("GET", path, headers=XML).content)
    assert root.tag == "{http://www.orcid.org/ns/work}work"
    assert root.get("put-code") == str(read["put-code"])


def test_lists_group_by_shared_identifier_and_the_record_holds_them(portal: Visitor) -> None:
    portal.api("POST", "/work", json=WORK)
    portal.api("POST", "/employment", json=EMPLOYMENT)
    other = changed(WORK)
    other["external-ids"]["external-id"][0]["external-id-value"] = "10.5555/another"
    portal.api("POST", "/work", json=other)
    works = portal.api("GET", "/works").json()
    assert [len(group["work-summary"]) for group in works["group"]] == [1, 1]
    assert works["path"] == f"/{ORCID}/works"
    jobs = portal.api("GET", "/employments").json()["affiliation-group"]
    assert jobs[0]["summaries"][0]["employment-summary"]["role-title"] == "Librarian"

    record = portal.api("GET", "/record").json()
    assert record["orcid-identifier"]["path"] == ORCID
    assert record["person"]["name"]["given-names"] == {"value": "Josiah"}
    assert record["person"]["emails"] == {"last-modified-date": None, "email": [], "path": f"/{ORCID}/email"}
    assert record["activities-summary"]["works"] == works
    assert record["activities-summary"]["fundings"]["group"] == []
    assert portal.api("GET", "").json() == record
    assert portal.api("GET", "/person").json() == record["person"]
    assert portal.api("GET", "/activities").json() == record["activities-summary"]
    assert portal.api("GET", "/email").json()["email"] == []
    page = portal.browser.get(f"/{ORCID}").text
    assert "A title" in page
    assert "Librarian, Example University" in page


def test_two_clients_may_hold_the_same_doi_and_share_a_group(box: Sandbox, portal: Visitor) -> None:
    portal.api("POST", "/work", json=WORK)
    second = portal.as_client(STRICT)
    session = next(iter(box._state._sessions.values()))
    token = box._state.issue_token(STRICT.id, session.orcid, ("/read-limited", "/activities/update"))
    second.headers = {"Authorization": f"Bearer {token.access}"}
    assert second.api("POST", "/work", json=WORK).status_code == 201
    groups = portal.api("GET", "/works").json()["group"]
    assert [len(group["work-summary"]) for group in groups] == [2]
    put_code = groups[0]["work-summary"][0]["put-code"]
    for answer in (
        second.api("PUT", f"{ITEM}/{put_code}", json=changed(WORK, **{"put-code": put_code, "type": "book"})),
        second.api("DELETE", f"{ITEM}/{put_code}"),
    ):
        # On PUT the duplicate with its own work comes first, as at ORCID.
        assert (answer.status_code, answer.json()["error-code"]) in {(409, 9021), (403, 9010)}
    assert second.api("DELETE", f"{ITEM}/{put_code}").json()["error-code"] == 9010


BAD = {"Authorization": "Bearer 00000000-0000-0000-0000-000000000000"}
NOT_JSON = {"content": "{", "headers": {"Content-Type": "application/json"}}
NOT_XML = {"content": "<work", "headers": {"Content-Type": "application/xml"}}
WRONG_ORDER = work_xml().replace("<w:type>journal-article</w:type>", "").replace(
    "<w:title>", "<w:type>journal-article</w:type><w:title>"
)  # fmt: skip
UNPADDED = work_xml().replace(
    "<c:external-ids>",
    "<c:publication-date><c:year>2019</c:year><c:month>2</c:month></c:publication-date><c:external-ids>",
)
ENTITY = '<!DOCTYPE x [<!ENTITY a "b">]>' + work_xml("&a;").replace("&amp;a;", "&a;")

API_ERRORS: list[tuple[str, str, str, dict[str, Any], int, int]] = [
    # what, method, path, request, status, code
    ("another record", "GET", f"{OTHER.orcid}/record", {}, 401, 9017),
    ("another record before a malformed body", "POST", f"{OTHER.orcid}/work", NOT_JSON, 401, 9017),
    ("malformed JSON", "POST", f"{ORCID}/work", NOT_JSON, 400, 9001),
    ("malformed XML", "POST", f"{ORCID}/work", NOT_XML, 400, 9012),
    ("empty JSON", "POST", f"{ORCID}/work", {"headers": {"Content-Type": "application/json"}}, 400, 9047),
    ("unknown property", "POST", f"{ORCID}/work", {"json": changed(WORK, colour="red")}, 400, 9047),
    ("missing title", "POST", f"{ORCID}/work", {"json": changed(WORK, title=None)}, 400, 9047),
    ("wrong order", "POST", f"{ORCID}/work", {"content": WRONG_ORDER, "headers": XML}, 400, 9012),
    ("an entity", "POST", f"{ORCID}/work", {"content": ENTITY, "headers": XML}, 400, 9012),
    ("wrong root", "POST", f"{ORCID}/employment", {"content": work_xml(), "headers": XML}, 400, 9012),
    ("wrong content type", "POST", f"{ORCID}/work", {"data": {"a": "b"}}, 415, 9001),
    ("wrong accept", "GET", f"{ORCID}/record", {"headers": {"Accept": "text/html"}}, 406, 9001),
    ("put-code on POST", "POST", f"{ORCID}/work", {"json": changed(WORK, **{"put-code": 5})}, 400, 9024),
    ("put-code no number", "GET", f"{ORCID}{ITEM}/abc", {}, 400, 9034),
    ("PUT without put-code", "PUT", f"{ORCID}{ITEM}/5", {"json": WORK}, 400, 9019),
    ("PUT with another", "PUT", f"{ORCID}{ITEM}/5", {"json": changed(WORK, **{"put-code": 6})}, 400, 9019),
    ("PUT unknown", "PUT", f"{ORCID}{ITEM}/5", {"json": changed(WORK, **{"put-code": 5})}, 404, 9016),
    ("DELETE unknown", "DELETE", f"{ORCID}/employment/5", {}, 404, 9016),
    ("unknown path", "GET", f"{ORCID}/nonsense", {}, 404, 9001),
    ("wrong method", "DELETE", f"{ORCID}/work", {}, 405, 9001),
    ("unknown work type", "POST", f"{ORCID}/work", {"json": changed(WORK, type="novel")}, 400, 9047),
    ("the same in XML", "POST", f"{ORCID}/work", {"content": work_xml(type="novel"), "headers": XML}, 400, 9051),
    ("no external id", "POST", f"{ORCID}/work", {"json": changed(WORK, **{"external-ids": None})}, 400, 9023),
    ("no organization", "POST", f"{ORCID}/employment", {"json": changed(EMPLOYMENT, organization=None)}, 400, 9046),
    (
        "end before start",
        "POST",
        f"{ORCID}/employment",
        {"json": changed(EMPLOYMENT, **{"end-date": {"year": "2019"}})},
        400,
        9055,
    ),
    (
        "31 February",
        "POST",
        f"{ORCID}/work",
        {"json": changed(WORK, **{"publication-date": {"year": "2019", "month": "02", "day": "31"}})},
        400,
        9049,
    ),
    ("unpadded month in XML", "POST", f"{ORCID}/work", {"content": UNPADDED, "headers": XML}, 400, 9049),
]


@pytest.mark.parametrize(
    ("method", "path", "request_", "status", "code"), [row[1:] for row in API_ERRORS], ids=[r[0] for r in API_ERRORS]
)
def test_api_errors(portal: Visitor, method: str, path: str, request_: dict[str, Any], status: int, code: int) -> None:
    orcid, slash, rest = path.partition("/")
    asked = copy.deepcopy(request_)
    answer = portal.api(method, slash + rest, orcid, **asked)
    assert answer.status_code == status
    body = answer.content
    if answer.headers.get("content-type", "").endswith("json"):
        found = answer.json()
        assert list(found) == ["response-code", "developer-message", "user-message", "error-code", "more-info"]
        assert (found["response-code"], found["error-code"]) == (status, code)
    else:
        root = etree.fromstring(body)
        assert root.tag == "{http://www.orcid.org/ns/error}error"
        assert root.findtext("{*}error-code") == str(code)


def organization(**parts: Any) -> dict[str, Any]:
    return changed(EMPLOYMENT, organization=changed(EMPLOYMENT["organization"], **parts))


@pytest.mark.parametrize(
    ("kind", "item", "code"),
    [
        ("employment", organization(**{"disambiguated-organization": None}), 9045),
        ("employment", organization(address={"country": "GB"}), 9060),
        ("membership", organization(**{"disambiguated-organization": None}), 9062),
        ("membership", organization(address={"city": "Exampleville"}), 9061),
        ("membership", organization(address={}), None),
    ],
)
def test_affiliations_differ_in_what_they_ask_of_the_organization(
    portal: Visitor, kind: str, item: dict[str, Any], code: int | None
) -> None:
    answer = portal.api("POST", f"/{kind}", json=item)
    assert (answer.json()["error-code"] if answer.content else None) == code


@pytest.mark.parametrize(
    ("external_id", "code"),
    [
        ({"external-id-relationship": "part-of"}, 9023),
        ({"external-id-relationship": None}, 9023),
        ({"external-id-relationship": "funded-by"}, 9023),
        ({"external-id-relationship": "funded-by", "external-id-type": "isbn"}, 9020),
        ({"external-id-relationship": "cousin-of"}, 9047),
        ({"external-id-type": "DOI"}, 9023),
        ({"external-id-value": "  "}, 9047),
    ],
)
def test_a_work_needs_good_identifiers(portal: Visitor, external_id: dict[str, Any], code: int) -> None:
    item = changed(WORK)
    item["external-ids"]["external-id"][0] |= external_id
    assert portal.api("POST", "/work", json=item).json()["error-code"] == code


def test_one_object_does_where_a_list_is_due_and_a_bare_string_for_a_wrapped_text(portal: Visitor) -> None:
    item = changed(WORK, title={"title": "Bare"}, **{"journal-title": "Journal"})
    item["external-ids"]["external-id"] = item["external-ids"]["external-id"][0]
    assert portal.api("POST", "/work", json=item).status_code == 201


def test_a_duplicate_names_the_put_code_it_has_already(portal: Visitor) -> None:
    put_code = portal.api("POST", "/work", json=WORK).headers["location"].rpartition("/")[2]
    again = changed(WORK)
    again["external-ids"]["external-id"][0]["external-id-value"] = "https://doi.org/10.5555/DEMO"
    answer = portal.api("POST", "/work", json=again)
    assert (answer.status_code, answer.json()["error-code"]) == (409, 9021)
    assert put_code in answer.json()["developer-message"]


def test_visibility_is_the_persons(portal: Visitor) -> None:
    location = portal.api("POST", "/work", json=changed(WORK, visibility="private")).headers["location"]
    put_code = int(location.rpartition("/")[2])
    assert portal.api("GET", f"{ITEM}/{put_code}").json()["visibility"] == "public"
    sent = changed(WORK, **{"put-code": put_code, "visibility": "limited"})
    answer = portal.api("PUT", f"{ITEM}/{put_code}", json=sent)
    assert (answer.status_code, answer.json()["error-code"]) == (403, 9035)


def test_token_errors_come_in_oauths_shape_whatever_is_accepted(visitor: Visitor) -> None:
    none = visitor.api("GET", "/record", headers=XML)
    assert (none.status_code, none.json()["error"]) == (403, "forbidden")
    bad = visitor.api("GET", "/record", headers=XML | BAD)
    assert (bad.status_code, bad.json()["error"]) == (401, "invalid_token")
    assert "www-authenticate" not in bad.headers


def test_the_scope_decides_after_the_body_and_before_the_put_code(visitor: Visitor) -> None:
    visitor.connect("/read-limited")
    assert visitor.api("POST", "/work", **copy.deepcopy(NOT_JSON)).json()["error-code"] == 9001
    for method, path in (("POST", "/work"), ("PUT", f"{ITEM}/5"), ("DELETE", f"{ITEM}/5")):
        answer = visitor.api(method, path, json=WORK) if method != "DELETE" else visitor.api(method, path)
        assert (answer.status_code, answer.json()["error-code"]) == (403, 9038), method


def test_a_clients_own_token_reads_what_is_public_and_writes_nothing(visitor: Visitor) -> None:
    token = visitor.token(grant_type="client_credentials", scope="/read-public").json()["access_token"]
    visitor.headers = {"Authorization": f"Bearer {token}"}
    assert visitor.api("GET", "/record").json()["person"]["name"]["family-name"] == {"value": "Carberry"}
    assert visitor.api("GET", "/record", OTHER.orcid).json()["person"]["name"] is None
    unknown = visitor.api("GET", "/record", "0000-0002-1694-233X")
    assert (unknown.status_code, unknown.json()["error-code"]) == (404, 9016)
    assert visitor.api("POST", "/work", json=WORK).json()["error-code"] == 9038


def test_deprecated_scopes_still_work(visitor: Visitor) -> None:
    visitor.connect("/orcid-profile/read-limited /orcid-works/create")
    location = visitor.api("POST", "/work", json=WORK).headers["location"]
    assert visitor.api("DELETE", f"{ITEM}/" + location.rpartition("/")[2]).json()["error-code"] == 9038
    assert visitor.api("POST", "/employment", json=EMPLOYMENT).json()["error-code"] == 9038


def test_after_the_person_took_the_permission_back_only_removing_works(portal: Visitor) -> None:
    path = f"{ITEM}/" + portal.api("POST", "/work", json=WORK).headers["location"].rpartition("/")[2]
    portal.box.revoke_tokens(ORCID, DEFAULT_CLIENT.id)
    assert portal.api("GET", "/record").status_code == 401
    assert portal.api("POST", "/work", json=WORK).status_code == 401
    assert portal.api("DELETE", path).status_code == 204


@pytest.mark.parametrize(
    ("accept", "sent", "found"),
    [
        (None, None, "application/vnd.orcid+xml"),
        ("*/*", None, "application/vnd.orcid+xml"),
        ("*/*", "application/json", "application/json"),
        ("text/html, application/xml;q=0.5, */*;q=0.1", None, "application/xml"),
        ("application/xml;q=0.5, application/orcid+json", None, "application/orcid+json"),
    ],
)
def test_the_answers_type(portal: Visitor, accept: str | None, sent: str | None, found: str) -> None:
    headers = portal.headers | ({"Accept": accept} if accept else {}) | ({"Content-Type": sent} if sent else {})
    request = portal.server.build_request("GET", f"/v3.0/{ORCID}/record", headers=headers)
    if accept is None:
        del request.headers["accept"]
    assert portal.server.send(request).headers["content-type"] == found
