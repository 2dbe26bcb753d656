"""Clients of the Member API from PyPI: python-orcid reads and writes, PyOrcid reads.

Both have ORCID's host names built in and stay as they are: the relay answers under those names.
"""

from __future__ import annotations

from typing import Any

import pytest
import requests

from ..sandbox.items import date, external_id
from .conftest import CALLBACK, Place

orcid = pytest.importorskip("orcid", reason="python-orcid (PyPI: orcid) is not installed")
pyorcid = pytest.importorskip("pyorcid", reason="PyOrcid is not installed")

ITEM = "work"
SCOPES = ["/read-limited", "/activities/update"]
OLD_WORK: dict[str, Any] = {
    "title": {"title": {"value": "A title"}},
    "journal-title": {"value": "Journal of Examples"},
    "type": "JOURNAL_ARTICLE",
    "publication-date": {"year": {"value": "2020"}},
    "external-ids": {
        "external-id": [
            {"external-id-type": "doi", "external-id-value": "10.5555/demo", "external-id-relationship": "SELF"}
        ]
    },
}
WORK: dict[str, Any] = OLD_WORK | {
    "type": "journal-article",
    "publication-date": date("2020", "02"),
    "external-ids": {"external-id": [external_id("doi", "10.5555/demo")]},
}


@pytest.fixture
def api(as_orcid: Place) -> Any:
    return orcid.MemberAPI(as_orcid.client.id, as_orcid.client.secret, sandbox=True, timeout=30)


@pytest.fixture(params=["/v2.0", "/v3.0"])
def version(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The version that python-orcid asks for: its own setting, and the present one of the API."""
    monkeypatch.setattr("orcid.orcid.VERSION", request.param)
    monkeypatch.setattr("orcid.orcid.SEARCH_VERSION", request.param)
    return str(request.param)


def connect(api: Any, place: Place) -> str:
    url = api.get_login_url(SCOPES, CALLBACK, state="st4te", email=place.person.login)
    code = place.allow(url).partition("code=")[2].partition("&")[0]
    token = api.get_token_from_authorization_code(code, CALLBACK)
    assert token["orcid"] == place.person.orcid
    return str(token["access_token"])


def titles(api: Any, place: Place, token: str) -> list[str]:
    works = api.read_record_member(place.person.orcid, "activities", token)["works"]
    return [one["title"]["title"]["value"] for group in works["group"] for one in group["work-summary"]]


def test_python_orcid_writes_and_reads(api: Any, as_orcid: Place, version: str) -> None:
    who, token = as_orcid.person.orcid, connect(api, as_orcid)
    work = OLD_WORK if version == "/v2.0" else WORK
    assert titles(api, as_orcid, token) == []
    put_code = api.add_record(who, token, ITEM, dict(work))
    assert put_code.isdigit()
    assert titles(api, as_orcid, token) == ["A title"]
    read = api.read_record_member(who, ITEM, token, put_code)
    assert read["title"]["title"]["value"] == "A title"
    assert str(read["put-code"]) == put_code
    changed = dict(work) | {"title": {"title": {"value": "Another title"}}}
    api.update_record(who, token, ITEM, changed, int(put_code))
    assert titles(api, as_orcid, token) == ["Another title"]
    several = api.read_record_member(who, "works", token, [put_code])
    assert several["bulk"][0]["work"]["title"]["title"]["value"] == "Another title"
    api.remove_record(who, token, ITEM, put_code)
    assert titles(api, as_orcid, token) == []


def test_python_orcid_reads_and_writes_xml(api: Any, as_orcid: Place, version: str) -> None:
    who, token = as_orcid.person.orcid, connect(api, as_orcid)
    xml = "application/orcid+xml"
    put_code = api.add_record(who, token, ITEM, dict(OLD_WORK if version == "/v2.0" else WORK))
    document = api.read_record_member(who, ITEM, token, put_code, accept_type=xml)
    assert document.tag == "{http://www.orcid.org/ns/work}work"
    document.find("{*}title/{*}title").text = "Changed in XML"
    api.update_record(who, token, ITEM, document, put_code, content_type=xml)
    assert titles(api, as_orcid, token) == ["Changed in XML"]
    record = api.read_record_member(who, "record", token, accept_type=xml)
    assert record.get("path") == f"/{who}"


@pytest.mark.parametrize("kind", ["education", "employment"])
def test_python_orcid_writes_affiliations(api: Any, as_orcid: Place, version: str, kind: str) -> None:
    who, token = as_orcid.person.orcid, connect(api, as_orcid)
    item = {
        "department-name": "Library",
        "start-date": date("2019", "02"),
        "organization": {
            "name": "Example University",
            "address": {"city": "Exampleville", "country": "GB"},
            "disambiguated-organization": {
                "disambiguated-organization-identifier": "https://ror.org/05dxps055",
                "disambiguation-source": "ROR",
            },
        },
    }
    put_code = api.add_record(who, token, kind, item)
    assert api.read_record_member(who, kind, token, put_code)["department-name"] == "Library"
    assert put_code in str(api.read_record_member(who, f"{kind}s", token))


def test_python_orcid_is_told_what_is_wrong(api: Any, as_orcid: Place, version: str) -> None:
    who, token = as_orcid.person.orcid, connect(api, as_orcid)
    work = OLD_WORK if version == "/v2.0" else WORK
    api.add_record(who, token, ITEM, dict(work))
    with pytest.raises(requests.HTTPError) as twice:
        api.add_record(who, token, ITEM, dict(work))
    assert (twice.value.response.status_code, twice.value.response.json()["error-code"]) == (409, 9021)
    without = {key: value for key, value in work.items() if key != "external-ids"}
    with pytest.raises(requests.HTTPError) as unnamed:
        api.add_record(who, token, ITEM, without)
    assert (unnamed.value.response.status_code, unnamed.value.response.json()["error-code"]) == (400, 9023)
    with pytest.raises(requests.HTTPError) as strange:
        api.read_record_member(who, "record", "no-such-token")
    assert strange.value.response.status_code == 401


def test_python_orcid_searches(api: Any, as_orcid: Place, version: str) -> None:
    """With a token of its own, which it asks for by client credentials."""
    found = api.search(f"orcid:{as_orcid.person.orcid}")
    assert found["num-found"] == 1
    assert found["result"][0]["orcid-identifier"]["path"] == as_orcid.person.orcid
    listed = list(api.search_generator("family-name:Carberry", pagination=1))
    assert [one["orcid-identifier"]["path"] for one in listed] == [as_orcid.person.orcid]


def test_pyorcid_reads_what_python_orcid_wrote(api: Any, as_orcid: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orcid.orcid.VERSION", "/v3.0")
    who, token = as_orcid.person.orcid, connect(api, as_orcid)
    api.add_record(who, token, ITEM, dict(WORK))
    reader = pyorcid.Orcid(who, token, state="member", sandbox=True)
    works, _ = reader.works()
    assert [(one["title"], one["type"]) for one in works] == [("A title", "journal-article")]
    assert reader.record()["orcid-identifier"]["path"] == who
    # Not its `email`, which looks for the addresses where neither ORCID nor the sandbox has them.
    for section in ("person", "address", "external_identifiers", "keywords", "other_names", "researcher_urls",
                    "personal_details", "educations", "employments", "fundings", "peer_reviews", "research_resources",
                    "services", "qualifications", "memberships", "distinctions", "invited_positions"):  # fmt: skip
        assert getattr(reader, section)() is not None, section
    read = [(path, status) for method, path, status in as_orcid.asked() if method == "GET"]
    assert len(read) > 19
    assert {status for _, status in read} == {200}


def test_pyorcid_gets_its_token(as_orcid: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """It prints the address and wants the one that the browser ends at typed in."""
    printed: list[str] = []
    monkeypatch.setattr("builtins.print", lambda *parts, **_: printed.append(" ".join(map(str, parts))))
    monkeypatch.setattr(
        "builtins.input", lambda *_: as_orcid.allow(next(p for p in printed if "https://" in p).split(": ", 1)[1])
    )
    account = pyorcid.OrcidAuthentication(as_orcid.client.id, as_orcid.client.secret, CALLBACK, sandbox=True)
    token = account.get_private_access_token()
    name = pyorcid.Orcid(as_orcid.person.orcid, token, state="member", sandbox=True).person()
    assert as_orcid.person.given_names in str(name)


def test_pyorcid_searches(as_orcid: Place) -> None:
    account = pyorcid.OrcidAuthentication(as_orcid.client.id, as_orcid.client.secret, CALLBACK, sandbox=True)
    search = pyorcid.OrcidSearch(account.get_public_access_token(), state="member", sandbox=True)
    found = search.search("family-name:Carberry", search_mode="expanded-search")
    assert found["num-found"] == 1
    assert found["expanded-result"][0]["orcid-id"] == as_orcid.person.orcid


def test_they_speak_to_orcids_hosts(api: Any, as_orcid: Place) -> None:
    """The libraries were not bent to another address."""
    token = connect(api, as_orcid)
    api.read_record_member(as_orcid.person.orcid, "record", token)
    hosts = {e.request_headers["host"] for e in as_orcid.box.wire if e.side == "server"}
    assert hosts == {"api.sandbox.orcid.org"}
