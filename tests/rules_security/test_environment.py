"""Calls of one portal go to one ORCID: the review's."""

from __future__ import annotations

import pytest

from checker.review.model import Outcome
from tests.builders import api_call, evidence, exchange, journey, request, ruling, run, token_answer

RULE = "orcid-host-allowlist"
SITE, API, PUB = "sandbox.orcid.org", "api.sandbox.orcid.org", "pub.sandbox.orcid.org"
RELAYED = run(relayed=True, orcid=f"https://{SITE}")


def at(host: str) -> dict[str, str]:
    return {"host": host}


GOOD = [token_answer(1, request_headers=at(SITE)), api_call(2, request_headers=at(API))]


def judged(*wire, about=RELAYED, requests=()):
    return ruling(RULE, evidence(journey(requests=list(requests)), wire=list(wire), run=about))


@pytest.mark.parametrize("environment", ["embedded", "sandbox"])
def test_one_orcid_passes(environment):
    about = run(relayed=True, environment=environment, orcid=f"https://{SITE}")
    found = judged(*GOOD, api_call(3, token="", request_headers=at(PUB)), about=about)
    assert found.outcome is Outcome.PASSED
    assert found.observed == f"{SITE}, {API}, {PUB}"


@pytest.mark.parametrize(
    "stray",
    [
        api_call(9, request_headers=at("api.orcid.org"), status=403),
        api_call(9, request_headers=at("API.ORCID.ORG"), status=403),
        token_answer(9, request_headers=at("orcid.org")),
        token_answer(9, request_headers=at("www.orcid.org")),
        exchange(9, path="/oauth/revoke", kind="revoke", token="", request_headers=at("orcid.org")),
        api_call(9, method="POST", token="", request_headers=at("api.orcid.org")),
    ],
)
def test_production_beside_the_sandbox_fails(stray):
    found = judged(*GOOD, stray)
    assert found.outcome is Outcome.FAILED
    assert [spot.exchange for spot in found.spots] == [9]


def test_reading_public_data_elsewhere_is_a_question():
    found = judged(*GOOD, api_call(9, token="", request_headers=at("pub.orcid.org")))
    assert found.outcome is Outcome.NEEDS_PERSON
    assert "pub.orcid.org" in found.observed


def test_being_sent_to_sign_in_at_production_fails():
    visit = request(4, url="https://orcid.org/oauth/authorize?client_id=APP-1", kind="document")
    assert judged(*GOOD, requests=[visit]).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    "url",
    [
        "https://orcid.org/0000-0002-1825-0097",  # how an iD is shown is another rule's
        "https://info.orcid.org/what-is-orcid/",
        "https://orcid.org/assets/icons/favicon.ico",
    ],
)
def test_links_and_pictures_are_no_calls(url):
    assert judged(*GOOD, requests=[request(4, url=url, kind="document")]).outcome is Outcome.PASSED


def test_of_a_recording_a_person_says_whose_calls_they_are():
    about = RELAYED.model_copy(update={"recording": "wire.har"})
    stray = api_call(9, request_headers=at("api.orcid.org"))
    assert judged(*GOOD, stray, about=about).outcome is Outcome.NEEDS_PERSON
    assert judged(*GOOD, about=about).outcome is Outcome.PASSED
    assert judged(GOOD[0], about=about).outcome is Outcome.BLOCKED


def test_where_one_address_stood_for_all_a_person_is_asked():
    about = run(relayed=False, orcid="https://localhost:8765")
    wire = [token_answer(1, request_headers=at("localhost:8765"))]
    assert judged(*wire, about=about).outcome is Outcome.NEEDS_PERSON


def test_without_calls_nothing_is_said():
    assert judged().outcome is Outcome.BLOCKED
    assert judged(exchange(1, side="browser", kind="page", method="GET")).outcome is Outcome.BLOCKED
    assert ruling(RULE, evidence(wire=None, run=RELAYED)).outcome is Outcome.BLOCKED
