"""API 1.2 and 2: an old portal finishes its journey."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lxml import etree

from .conftest import ORCID, Visitor
from .items import AFFILIATION, REVIEW, WORK, changed

ITEM = "/work"
OLD = """<work:work xmlns:work="http://www.orcid.org/ns/work" xmlns:common="http://www.orcid.org/ns/common">
<work:title><common:title>Old</common:title></work:title><work:type>journal-article</work:type>
<common:external-ids><common:external-id><common:external-id-type>doi</common:external-id-type>
<common:external-id-value>10.5555/old</common:external-id-value>
<common:external-id-relationship>self</common:external-id-relationship></common:external-id></common:external-ids>
</work:work>"""


@pytest.fixture
def portal(visitor: Visitor) -> Visitor:
    visitor.connect("/read-limited /activities/update /person/update")
    return visitor


def call(portal: Visitor, method: str, path: str, **more: Any) -> Any:
    headers = {"Accept": "application/json"} | portal.headers | more.pop("headers", {})
    return portal.server.request(method, path, headers=headers, **more)


@pytest.mark.parametrize("version", ["v2.0", "v2.1"])
def test_the_record_and_its_lists_are_those_of_api_2(portal: Visitor, version: str) -> None:
    for kind, item in (("employment", AFFILIATION), ("qualification", AFFILIATION), ("peer-review", REVIEW)):
        assert portal.api("POST", f"/{kind}", json=item).status_code == 201
    record = call(portal, "GET", f"/{version}/{ORCID}/record").json()
    assert record["person"]["name"]["family-name"]["value"] == "Carberry"
    activities = record["activities-summary"]
    lists = {"educations", "employments", "fundings", "peer-reviews", "works"}
    assert set(activities) == lists | {"last-modified-date", "path"}
    assert activities["employments"]["employment-summary"][0]["role-title"] == "Librarian"
    review = activities["peer-reviews"]["group"][0]
    assert review["peer-review-summary"][0]["review-group-id"] == REVIEW["review-group-id"]
    assert call(portal, "GET", f"/{version}/{ORCID}/employments").json() == activities["employments"]
    root = etree.fromstring(call(portal, "GET", f"/{version}/{ORCID}/employments", headers={"Accept": "*/*"}).content)
    assert [etree.QName(child).localname for child in root] == ["last-modified-date", "employment-summary"]


def test_an_old_work_is_added_read_changed_and_removed(portal: Visitor) -> None:
    media = {"Content-Type": "application/vnd.orcid+xml"}
    added = call(portal, "POST", f"/v2.1/{ORCID}{ITEM}", content=OLD, headers=media)
    assert added.status_code == 201, added.text
    place = added.headers["location"]
    assert place.startswith(f"{portal.box.base}/v2.1/{ORCID}{ITEM}/")
    read = call(portal, "GET", place)
    assert read.json()["title"]["title"]["value"] == "Old"
    old = json.dumps(read.json() | {"type": "BOOK_CHAPTER", "visibility": "PUBLIC"}).replace('"self"', '"SELF"')
    put = call(portal, "PUT", place, content=old, headers={"Content-Type": "application/json"})
    assert (put.status_code, put.json().get("type")) == (200, "book-chapter"), put.text
    assert call(portal, "DELETE", place).status_code == 204


def test_what_3_0_refuses_is_refused(portal: Visitor) -> None:
    answer = call(portal, "POST", f"/v2.0/{ORCID}{ITEM}", json=changed(WORK, external_ids=None))
    assert (answer.status_code, answer.json()["error-code"]) == (400, 9023)
    answer = call(portal, "POST", f"/v2.0/{ORCID}{ITEM}", content="<work", headers={"Content-Type": "application/xml"})
    assert (answer.status_code, answer.json()["error-code"]) == (400, 9012)


def test_the_profile_of_1_2(portal: Visitor) -> None:
    profile = call(portal, "GET", f"/v1.2/{ORCID}/orcid-profile").json()["orcid-profile"]
    assert profile["orcid-identifier"]["path"] == ORCID
    assert profile["orcid-bio"]["personal-details"]["given-names"]["value"] == "Josiah"
    assert profile["orcid-bio"]["contact-details"]["email"] == []
    assert portal.server.get(f"/v1.2/{ORCID}/orcid-profile").status_code == 403
    assert call(portal, "GET", f"/v1.2/{ORCID}/nothing").status_code == 404
    assert call(portal, "POST", f"/v1.2/{ORCID}/orcid-profile").status_code == 405


@pytest.mark.parametrize(
    ("asked", "sent_to"),
    [("/v9.9/x?a=b", "/v3.0/x?a=b"), ("/v2.0_rc1/x", "/v2.1/x"), ("/v1.1/x", "/v1.2/x"), ("/v3.0_rc1/x", "/v3.0/x")],
)
def test_a_version_that_there_is_not_is_sent_on(portal: Visitor, asked: str, sent_to: str) -> None:
    answer = portal.server.get(asked)
    assert (answer.status_code, answer.headers["location"]) == (308, sent_to)


def test_old_calls_are_on_the_wire_as_what_they_are(portal: Visitor) -> None:
    call(portal, "GET", f"/v2.0/{ORCID}/record")
    call(portal, "GET", f"/v2.0_rc1/{ORCID}/record")
    assert [(e.kind, e.path) for e in portal.box.wire][-2:] == [
        ("api", f"/v2.0/{ORCID}/record"),
        ("api", f"/v2.0_rc1/{ORCID}/record"),
    ]
