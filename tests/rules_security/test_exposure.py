from __future__ import annotations

import pytest

from checker.evidence.model import Cookie, Stored
from checker.review.model import Outcome
from tests.builders import ORCID, PORTAL, api_call, authorization, evidence, exchange, journey, page, request, ruling
from tests.builders import token_answer as given

TOKEN = "‹access-token:1›"
SECRET = "‹client-secret:1›"
KINDS = {
    TOKEN: "access-token",
    "‹refresh-token:1›": "refresh-token",
    "‹id-token:1›": "id-token",
    SECRET: "client-secret",
    "‹code:1›": "code",
    "‹cookie:1›": "cookie",
    "‹password:1›": "password",
}


def cookie(*secrets: str) -> Cookie:
    return Cookie(name="session", domain="127.0.0.1", path="/", secure=True, http_only=True, same_site="Lax",
                  session=True, length=200, secrets=list(secrets))  # fmt: skip


def stored(*secrets: str, origin: str = PORTAL) -> Stored:
    return Stored(area="local", origin=origin, key="auth", length=50, secrets=list(secrets))


def seen(*, wire=None, secrets=KINDS, trips=None, **parts):
    parts = {"requests": [request()], "pages": [page("connect-02", "Connected")]} | parts
    walk = journey(authorizations=[authorization()] if trips is None else trips, **parts)
    return evidence(walk, wire=[given(1)] if wire is None else wire, secrets=secrets)


def places(tag: str):
    """Every place of the browser's side that can hold a secret."""
    return {
        "an HTML page": seen(requests=[request(secrets=[tag])]),
        "a JSON answer": seen(requests=[request(), request(2, url=f"{PORTAL}/api/me", kind="fetch", secrets=[tag])]),
        "a script": seen(requests=[request(kind="script", url=f"{PORTAL}/config.js", secrets=[tag])]),
        "an address": seen(requests=[request(url=f"{PORTAL}/me?t={tag}", sent_secrets=[tag])]),
        "a request to a third party": seen(requests=[request(url="https://stats.example/x", sent_secrets=[tag])]),
        "a cookie": seen(cookies=[cookie(tag)]),
        "local storage": seen(storage=[stored(tag)]),
        "visible text": seen(pages=[page("connect-02", f"Your token: {tag}")]),
        "a call of the browser to ORCID": seen(
            wire=[given(1), api_call(2, side="browser", token=tag, request_headers={"authorization": f"Bearer {tag}"})]
        ),
    }


@pytest.mark.parametrize("place", places(""))
@pytest.mark.parametrize("tag", [TOKEN, "‹refresh-token:1›", "‹id-token:1›"])
def test_a_token_anywhere_in_the_browser_fails_and_with_it_the_store(place, tag):
    exposed = places(tag)[place]
    found = ruling("token-not-in-browser", exposed)
    assert found.outcome is Outcome.FAILED
    assert tag in found.observed
    assert found.spots
    assert ruling("store-secure", exposed).outcome is Outcome.FAILED
    assert ruling("secret-not-exposed", exposed).outcome is Outcome.PASSED


@pytest.mark.parametrize("place", places(""))
def test_the_client_secret_anywhere_in_the_browser_fails(place):
    exposed = places(SECRET)[place]
    found = ruling("secret-not-exposed", exposed)
    assert found.outcome is Outcome.FAILED
    assert SECRET in found.observed
    assert ruling("token-not-in-browser", exposed).outcome is Outcome.PASSED


def test_a_code_exchanged_by_the_browser_itself_gives_token_and_secret_away():
    body = f"grant_type=authorization_code&client_secret={SECRET}"
    exposed = seen(wire=[given(1, side="browser", request_body=body)])
    assert ruling("token-not-in-browser", exposed).outcome is Outcome.FAILED
    assert ruling("secret-not-exposed", exposed).outcome is Outcome.FAILED


def test_the_secret_in_the_authorization_address_fails():
    asked = request(1, url=f"{ORCID}/oauth/authorize?client_secret={SECRET}", sent_secrets=[SECRET])
    assert ruling("secret-not-exposed", seen(requests=[asked, request(2)])).outcome is Outcome.FAILED


@pytest.mark.parametrize("check", ["token-not-in-browser", "secret-not-exposed"])
class TestNotToBeMistaken:
    @pytest.mark.parametrize(
        "parts",
        [
            {},
            # The code on the callback, the visitor's own session and password are where they belong.
            {"requests": [request(sent_secrets=["‹code:1›", "‹password:1›"])], "cookies": [cookie("‹cookie:1›")]},
            # What ORCID's own pages hold is not the portal's doing.
            {"requests": [request(1), request(2, url=f"{ORCID}/account", secrets=[TOKEN, SECRET])]},
            {"storage": [stored(TOKEN, SECRET, origin=ORCID)]},
            {"pages": [page("connect-01", f"{TOKEN} {SECRET}", side="orcid")]},
            {"wire": [given(1, request_body=f"client_secret={SECRET}"), api_call(2)]},
            {"wire": [given(1), exchange(2, side="browser", kind="page", response_body=f"{TOKEN} {SECRET}")]},
        ],
    )
    def test_passes(self, check, parts):
        assert ruling(check, seen(**parts)).outcome is Outcome.PASSED

    def test_an_unknown_secret_blocks(self, check):
        assert ruling(check, seen(secrets={"‹code:1›": "code"})).outcome is Outcome.BLOCKED

    @pytest.mark.parametrize(
        "parts",
        [
            {"requests": []},
            {"requests": [request(size=None)]},
            {"requests": [request(url=f"{ORCID}/signin")]},
            {"trips": [authorization(answer="denied")]},
            {"trips": []},
        ],
    )
    def test_answers_that_nobody_read_block(self, check, parts):
        assert ruling(check, seen(**parts)).outcome is Outcome.BLOCKED

    def test_no_journey_blocks(self, check):
        assert ruling(check, evidence(secrets=KINDS)).outcome is Outcome.BLOCKED


class TestImplicitFlow:
    LANDED = f"{PORTAL}/widget#access_token={TOKEN}&token_type=bearer"

    def trip(self):
        return authorization(url=f"{ORCID}/oauth/authorize?response_type=token&client_id=APP-1", returned=self.LANDED)

    def test_the_token_that_orcid_put_there_asks_a_person(self):
        implicit = seen(trips=[self.trip()], pages=[page("connect-02", url=self.LANDED)])
        assert ruling("token-not-in-browser", implicit).outcome is Outcome.NEEDS_PERSON
        assert ruling("store-secure", implicit).outcome is Outcome.NEEDS_PERSON

    def test_another_token_beside_it_fails(self):
        implicit = seen(trips=[self.trip()], cookies=[cookie("‹refresh-token:1›")])
        assert ruling("token-not-in-browser", implicit).outcome is Outcome.FAILED

    def test_it_is_not_passed_when_the_token_was_not_seen(self):
        assert ruling("token-not-in-browser", seen(trips=[self.trip()])).outcome is Outcome.NEEDS_PERSON


def test_an_unknown_value_sent_as_client_secret_asks_a_person():
    asked = request(1, url=f"{ORCID}/oauth/token?client_secret=something")
    assert ruling("secret-not-exposed", seen(requests=[asked], secrets={})).outcome is Outcome.NEEDS_PERSON
