"""The Member API: what holds of ORCID's own sandbox holds of the embedded one (`API n`: section n of its facts)."""

from __future__ import annotations

import uuid
from typing import Any

import httpx
import pytest
from lxml import etree

from .conftest import ITEM, JSON, XML, Target, new_work

ERROR = ("response-code", "developer-message", "user-message", "error-code", "more-info")
SOMEBODY_ELSE = "0000-0001-5109-3700"
LISTS = {"distinctions", "educations", "employments", "fundings", "invited-positions", "memberships", "peer-reviews",
         "qualifications", "research-resources", "services", "works"}  # fmt: skip


def said(answer: httpx.Response) -> tuple[int, int]:
    """Status and error code of an error in JSON, after a look at its shape."""
    body = answer.json()
    assert tuple(body) == ERROR
    assert body["response-code"] == answer.status_code or body["error-code"] in {9038, 9058}
    return answer.status_code, body["error-code"]


def without(item: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: part for name, part in item.items() if name not in names}


# Who may


@pytest.mark.parametrize("accept", [JSON, XML])
def test_no_token(target: Target, accept: str) -> None:
    """API 4: 403 in OAuth's form, whatever was asked for."""
    answer = target.call("GET", "/record", token="", accept=accept)
    assert answer.status_code == 403
    assert answer.json()["error"] == "forbidden"


@pytest.mark.parametrize("accept", [JSON, XML])
def test_unknown_token(target: Target, accept: str) -> None:
    """API 4."""
    strange = str(uuid.uuid4())
    answer = target.call("GET", "/record", token=strange, accept=accept)
    assert answer.status_code == 401
    assert answer.json() == {"error": "invalid_token", "error_description": f"Invalid access token: {strange}"}
    assert "www-authenticate" not in answer.headers


def test_token_of_another_record(target: Target) -> None:
    """API 4."""
    assert said(target.call("GET", f"/v3.0/{SOMEBODY_ELSE}/record")) == (401, 9017)


def test_a_clients_own_token_cannot_write(target: Target, public_token: str) -> None:
    """API 4, 17: status 403, though its text begins with another."""
    assert said(target.call("POST", ITEM, new_work(), token=public_token)) == (403, 9038)


# Reading


def test_record_as_json(target: Target) -> None:
    """API 2, 13."""
    answer = target.call("GET", "/record")
    assert answer.headers["content-type"].startswith(JSON)
    record = answer.json()
    assert record["orcid-identifier"]["path"] == target.orcid
    assert record["path"] == f"/{target.orcid}"
    assert {"person", "activities-summary", "history", "preferences"} <= record.keys()


def test_record_as_xml(target: Target) -> None:
    """API 1."""
    answer = target.call("GET", "/record", accept=XML)
    assert answer.headers["content-type"].startswith(XML)
    root = etree.fromstring(answer.content)
    assert root.tag == "{http://www.orcid.org/ns/record}record"
    assert root.get("path") == f"/{target.orcid}"


@pytest.mark.parametrize("accept", [None, "*/*"])
def test_xml_unless_said_otherwise(target: Target, accept: str | None) -> None:
    """API 1."""
    answer = target.call("GET", "/record", accept=accept)
    assert etree.fromstring(answer.content).tag.endswith("}record")


def test_a_form_that_there_is_not(target: Target) -> None:
    """API 1."""
    assert target.call("GET", "/record", accept="text/plain").status_code == 406


def test_activities(target: Target) -> None:
    """API 13: lists are never dropped."""
    found = target.call("GET", "/activities").json()
    assert found.keys() >= LISTS
    assert {"last-modified-date", "group", "path"} <= found["works"].keys()
    assert {"last-modified-date", "affiliation-group", "path"} <= found["employments"].keys()


def test_person(target: Target) -> None:
    """API 13."""
    found = target.call("GET", "/person").json()
    assert {"name", "other-names", "biography", "researcher-urls", "emails", "addresses", "keywords",
            "external-identifiers", "path"} <= found.keys()  # fmt: skip


def test_reading_without_a_version(target: Target) -> None:
    """API 15: sent on."""
    answer = target.http.get(f"{target.api}/{target.orcid}/record", headers={"Authorization": f"Bearer {target.token}"})
    assert answer.is_redirect
    assert httpx.URL(answer.headers["location"]).path == f"/v3.0/{target.orcid}/record"


def test_search(target: Target, public_token: str) -> None:
    """API 2."""
    found = target.call("GET", f"/v3.0/search?q=orcid:{target.orcid}", token=public_token).json()
    assert found.keys() == {"result", "num-found"}
    assert found["num-found"] in {0, 1}  # ORCID's index lags behind a record that is new


# Writing


def test_a_works_life(target: Target) -> None:
    """API 3."""
    sent = new_work(visibility="private")
    made = target.call("POST", ITEM, sent)
    assert made.status_code == 201
    assert made.content == b""
    place = httpx.URL(made.headers["location"]).path
    start, _, number = place.rpartition("/")
    assert start == f"/v3.0/{target.orcid}{ITEM}"
    path = f"{ITEM}/{number}"

    read = target.call("GET", path).json()
    assert read["put-code"] == int(number)
    assert read["path"] == f"/{target.orcid}{path}"
    assert read["title"]["title"]["value"] == sent["title"]["title"]["value"]
    assert read["title"]["subtitle"] is None
    assert read["source"]["source-client-id"]["path"] == target.client_id
    assert read["source"]["source-orcid"] is None
    assert isinstance(read["created-date"]["value"], int)
    assert read["publication-date"] == {"year": {"value": "2020"}, "month": {"value": "02"}, "day": None}

    listed = target.call("GET", "/works").json()["group"]
    assert int(number) in [one["put-code"] for group in listed for one in group["work-summary"]]
    summary = target.call("GET", f"{ITEM}/summary/{number}").json()
    assert summary["put-code"] == int(number)
    assert isinstance(summary["display-index"], str)

    changed = sent | {"title": {"title": {"value": "Another title"}}, "put-code": int(number)}
    put = target.call("PUT", path, without(changed, "visibility"))
    assert put.status_code == 200
    assert put.json()["title"]["title"]["value"] == "Another title"
    assert put.json()["visibility"] == read["visibility"]

    gone = target.call("DELETE", path)
    assert (gone.status_code, gone.content) == (204, b"")
    assert said(target.call("GET", path)) == (404, 9016)
    assert said(target.call("DELETE", path)) == (404, 9016)


def test_xml_goes_in_as_it_came_out(target: Target, work: str) -> None:
    """API 1, 3."""
    read = target.call("GET", work, accept=XML)
    root = etree.fromstring(read.content)
    assert root.tag == "{http://www.orcid.org/ns/work}work"
    assert root.get("put-code") == work.rpartition("/")[2]
    put = target.call("PUT", work, read.content, accept=XML, media=XML)
    assert put.status_code == 200
    assert etree.fromstring(put.content).get("put-code") == root.get("put-code")


def test_the_same_again(target: Target) -> None:
    """API 9."""
    sent = new_work()
    assert target.call("POST", ITEM, sent).status_code == 201
    assert said(target.call("POST", ITEM, sent)) == (409, 9021)
    target.clean_up()


def test_a_put_code_in_a_new_item(target: Target) -> None:
    """API 5."""
    assert said(target.call("POST", ITEM, new_work(**{"put-code": 12}))) == (400, 9024)


@pytest.mark.parametrize("change", [{}, {"put-code": 1}], ids=["missing", "another"])
def test_put_codes_must_agree(target: Target, work: str, change: dict[str, Any]) -> None:
    """API 5."""
    assert said(target.call("PUT", work, new_work(**change))) == (400, 9019)


def test_no_such_item(target: Target) -> None:
    """API 5."""
    assert said(target.call("GET", f"{ITEM}/1")) == (404, 9016)


def test_a_put_code_that_is_no_number(target: Target) -> None:
    """API 5."""
    assert said(target.call("GET", f"{ITEM}/one")) == (400, 9034)


def test_visibility_cannot_be_changed(target: Target, work: str) -> None:
    """API 10."""
    read = target.call("GET", work).json()
    other = "private" if read["visibility"] != "private" else "public"
    assert said(target.call("PUT", work, read | {"visibility": other})) == (403, 9035)


def test_several_at_once(target: Target) -> None:
    """API 11: 200, each in its place, the good ones stored."""
    bad = without(new_work(), "external-ids")
    answer = target.call("POST", "/works", {"bulk": [{"work": new_work()}, {"work": bad}, {"work": new_work()}]})
    assert answer.status_code == 200
    parts = answer.json()["bulk"]
    assert [next(iter(part)) for part in parts] == ["work", "error", "work"]
    assert parts[1]["error"]["error-code"] == 9023
    codes = [str(part["work"]["put-code"]) for part in parts if "work" in part]
    read = target.call("GET", f"/works/{','.join(codes)}").json()["bulk"]
    assert {str(one["work"]["put-code"]) for one in read} == set(codes)
    target.clean_up()


# What is refused


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{", (400, 9001)),
        ("{}", (400, 9047)),
        (new_work(surprise=True), (400, 9047)),
        (without(new_work(), "title"), (400, 9047)),
        (without(new_work(), "external-ids"), (400, 9023)),
        (new_work(title={"title": {"value": "x" * 1001}}), (400, 9047)),
    ],
    ids=["malformed", "empty", "unknown property", "no title", "no identifier", "title too long"],
)
def test_json_that_is_refused(target: Target, body: Any, expected: tuple[int, int]) -> None:
    """API 4, 8, 13."""
    assert said(target.call("POST", ITEM, body)) == expected


def test_no_identifier_of_its_own(target: Target) -> None:
    """API 8."""
    work = new_work()
    work["external-ids"]["external-id"][0]["external-id-relationship"] = "part-of"
    assert said(target.call("POST", ITEM, work)) == (400, 9023)


def test_an_unknown_kind_of_identifier(target: Target) -> None:
    """API 7, 8: the list is closed and its letters are small."""
    work = new_work()
    work["external-ids"]["external-id"][0]["external-id-type"] = "DOI"
    assert said(target.call("POST", ITEM, work)) == (400, 9023)


def test_xml_that_the_schema_refuses(target: Target) -> None:
    """API 4, 12: the error in XML has the same five parts in the same order."""
    body = b'<work:work xmlns:work="http://www.orcid.org/ns/work"><work:type>book</work:type></work:work>'
    answer = target.call("POST", ITEM, body, accept=XML, media=XML)
    assert answer.status_code == 400
    root = etree.fromstring(answer.content)
    assert root.tag == "{http://www.orcid.org/ns/error}error"
    assert tuple(etree.QName(child).localname for child in root) == ERROR
    assert root.findtext("{*}error-code") == "9012"


def test_a_body_of_another_form(target: Target) -> None:
    """API 1."""
    assert said(target.call("POST", ITEM, "title=x", media="text/plain")) == (415, 9001)


def test_an_employment_without_a_city(target: Target) -> None:
    """API 8, 17."""
    organization = {
        "name": "Example University",
        "address": {"country": "GB"},
        "disambiguated-organization": {
            "disambiguated-organization-identifier": "https://ror.org/05dxps055",
            "disambiguation-source": "ROR",
        },
    }
    assert said(target.call("POST", "/employment", {"organization": organization})) == (400, 9060)
