from __future__ import annotations

from urllib.parse import quote

import pytest

from checker.review.model import Outcome
from tests.builders import PORTAL, STATE, authorization, evidence, journey, request, ruling, run


def portal(redirect_uri: str, returned: str | None = None, registered: list[str] | None = None, **journey_parts):
    came_back = f"{redirect_uri}?code=‹code:1›&state={STATE}" if returned is None else returned
    trip = authorization(
        url=f"https://localhost:8765/oauth/authorize?client_id=APP-1&redirect_uri={quote(redirect_uri, safe='')}"
        if redirect_uri
        else "https://localhost:8765/oauth/authorize?client_id=APP-1",
        returned=came_back,
    )
    uris = [redirect_uri] if registered is None else registered
    return evidence(journey(authorizations=[trip], **journey_parts), run=run(redirect_uris=uris))


def judged(seen):
    return ruling("redirect-uri-https", seen)


@pytest.mark.parametrize(
    "uri", [f"{PORTAL}/callback", "https://portal.example.edu/cb", "HTTPS://portal.example.edu/cb"]
)
def test_https_in_all_places_passes(uri):
    assert judged(portal(uri)).outcome is Outcome.PASSED


def test_a_plan_without_redirect_uris_still_passes_on_what_was_seen():
    assert judged(portal(f"{PORTAL}/callback", registered=[])).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "seen",
    [
        portal("http://portal.example.edu/cb"),
        portal("http://192.168.1.20:5000/cb"),
        portal("http://localhost.example.edu/cb"),
        portal(f"{PORTAL}/callback", returned=f"http://portal.example.edu/cb?code=‹code:1›&state={STATE}"),
        portal(f"{PORTAL}/callback", registered=[f"{PORTAL}/callback", "http://portal.example.edu/cb"]),
    ],
)
def test_plain_http_in_any_place_fails(seen):
    found = judged(seen)
    assert found.outcome is Outcome.FAILED
    assert "http://" in found.observed
    assert found.spots


def test_a_downgrade_after_the_callback_fails():
    callback = f"https://portal.example.edu/cb?code=‹code:1›&state={STATE}"
    hops = [
        request(1, url=callback, status=302, redirected_to="https://portal.example.edu/done"),
        request(2, url="https://portal.example.edu/done", status=302, redirected_to="http://portal.example.edu/me"),
    ]
    assert judged(portal("https://portal.example.edu/cb", requests=hops)).outcome is Outcome.FAILED


def test_another_site_after_the_callback_is_not_the_redirect_uri():
    callback = f"https://portal.example.edu/cb?code=‹code:1›&state={STATE}"
    hops = [request(1, url=callback, status=302, redirected_to="http://news.example.org/")]
    assert judged(portal("https://portal.example.edu/cb", requests=hops)).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "uri", ["http://localhost:5000/cb", "http://127.0.0.1:5000/cb", "http://[::1]:5000/cb", "http://0.0.0.0:5000/cb"]
)
def test_plain_http_on_the_machine_itself_asks_a_person_and_never_passes(uri):
    found = judged(portal(uri))
    assert found.outcome is Outcome.NEEDS_PERSON
    assert "Not ready for production" in found.message


def test_an_app_scheme_asks_a_person():
    assert judged(portal("edu.example.app:/callback")).outcome is Outcome.NEEDS_PERSON


def test_a_callback_that_was_never_reached_is_not_passed():
    assert judged(portal(f"{PORTAL}/callback", returned="")).outcome is Outcome.BLOCKED


def test_a_request_without_redirect_uri_is_not_passed():
    assert judged(portal("", returned="", registered=[])).outcome is Outcome.BLOCKED


def test_no_visit_to_orcid_blocks():
    assert judged(evidence(journey())).outcome is Outcome.BLOCKED
