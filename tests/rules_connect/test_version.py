from __future__ import annotations

import pytest

from checker.orcid.api_path import ApiPath, parse
from checker.review.model import Outcome
from tests.builders import (
    ORCID,
    RESEARCHER,
    api_call,
    authorization,
    evidence,
    exchange,
    journey,
    ruling,
    run,
    token_answer,
)

ITEM = "/work"


def judged(*wire, scope="%2Fread-limited", declared=("/read-limited",)):
    trip = authorization(url=f"{ORCID}/oauth/authorize?client_id=APP-1&scope={scope}")
    seen = evidence(
        journey(authorizations=[trip]), wire=[token_answer(1), *wire], run=run(scopes=list(declared) or None)
    )
    return ruling("api-version-current", seen)


def call(path: str, **changes):
    return api_call(2, path, **changes)


@pytest.mark.parametrize(
    "path",
    [
        f"/v3.0/{RESEARCHER}/record",
        f"/v3.0/{RESEARCHER}",
        f"/v3.0/{RESEARCHER}{ITEM}/12",
        "/v3.0/search",
        "/v3.0/group-id-record",
    ],
)
def test_version_3_passes(path):
    assert judged(call(path)).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "path",
    [
        f"/v1.2/{RESEARCHER}/orcid-profile",
        f"/v2.0/{RESEARCHER}/record",
        f"/v2.1/{RESEARCHER}/work",
        f"/v3.0_rc1/{RESEARCHER}/record",
        f"/v3.0_rc2/{RESEARCHER}/record",
        f"/{RESEARCHER}/record",
        f"/{RESEARCHER}{ITEM}/12",
        "/search",
    ],
)
def test_an_old_version_a_candidate_or_none_fails_beside_good_calls_too(path):
    found = judged(api_call(2), api_call(3, path))
    assert found.outcome is Outcome.FAILED
    assert [spot.exchange for spot in found.spots] == [3]


def test_a_payload_of_version_1_2_fails():
    body = '<orcid-message xmlns="http://www.orcid.org/ns/orcid"/>'
    assert judged(call(f"/v3.0/{RESEARCHER}/work", method="POST", request_body=body)).outcome is Outcome.FAILED


@pytest.mark.parametrize("path", [f"/v3.1/{RESEARCHER}/record", f"/v4.0/{RESEARCHER}/record"])
def test_a_newer_version_asks_a_person(path):
    assert judged(call(path)).outcome is Outcome.NEEDS_PERSON


@pytest.mark.parametrize(
    "other",
    [
        call(f"/{RESEARCHER}/webhook/https%3A%2F%2Fportal.example.edu%2Fhook", method="PUT"),
        exchange(2, path="/oauth/revoke", kind="revoke"),
        exchange(2, path="/oauth/userinfo", kind="other", method="GET"),
        exchange(2, path=f"/{RESEARCHER}", kind="page", method="GET", side="browser"),
    ],
)
def test_addresses_without_a_version_by_design_are_left_alone(other):
    assert judged(other, api_call(3)).outcome is Outcome.PASSED
    assert judged(other, scope="%2Fauthenticate", declared=()).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("scope", ["%2Fauthenticate", "openid", "openid%20%2Fauthenticate"])
def test_a_portal_that_wants_the_id_only_and_calls_nothing_is_not_concerned(scope):
    assert judged(scope=scope, declared=()).outcome is Outcome.NOT_APPLICABLE


def test_a_portal_that_may_do_more_and_was_not_seen_to_is_not_let_off():
    assert judged(scope="%2Factivities%2Fupdate").outcome is Outcome.BLOCKED
    assert judged(scope="%2Fauthenticate", declared=("/activities/update",)).outcome is Outcome.BLOCKED


def test_missing_evidence_blocks():
    seen = evidence(journey(authorizations=[authorization()]))
    assert ruling("api-version-current", seen).outcome is Outcome.BLOCKED
    trip = authorization(url=f"{ORCID}/oauth/authorize?scope=%2Fauthenticate")
    for failed in ({"status": 400}, {"side": "browser"}):
        wire = [token_answer(1, **failed)]
        bare = evidence(journey(authorizations=[trip]), wire=wire, run=run(scopes=None))
        assert ruling("api-version-current", bare).outcome is Outcome.BLOCKED
    assert ruling("api-version-current", seen.model_copy(update={"wire": None})).outcome is Outcome.BLOCKED


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        (f"/v3.0/{RESEARCHER}{ITEM}/12", ApiPath("3.0", RESEARCHER, "work", "12")),
        (f"https://api.orcid.org/v3.0/{RESEARCHER}{ITEM}/12", ApiPath("3.0", RESEARCHER, "work", "12")),
        (f"/v3.0/{RESEARCHER}{ITEM}/summary/12", ApiPath("3.0", RESEARCHER, "work", "12")),
        (f"/{RESEARCHER}/record", ApiPath("", RESEARCHER, "record", "")),
        ("/v2.0_rc1/0000-0002-1694-233x/works", ApiPath("2.0_rc1", "0000-0002-1694-233X", "works", "")),
        ("/v3.0/search/", ApiPath("3.0", "", "search", "")),
        ("/v3.0/group-id-record/12", ApiPath("3.0", "", "group-id-record", "12")),
        ("/oauth/token", ApiPath("", "", "oauth", "")),
        ("", ApiPath("", "", "", "")),
    ],
)
def test_api_paths_are_read(address, parts):
    assert parse(address) == parts


def test_what_orcids_own_pages_ask_for_in_a_browser_is_no_call_of_the_portal():
    own = api_call(3, path=f"/{RESEARCHER}/affiliationGroups.json", side="browser", token="")
    assert judged(api_call(2), own).outcome is Outcome.PASSED
