from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest

from checker.evidence.model import Block, Step
from checker.review.model import Outcome
from tests.builders import (
    NOW,
    ORCID,
    PORTAL,
    RESEARCHER,
    STATE,
    authorization,
    evidence,
    journey,
    page,
    request,
    ruling,
    run,
)
from tests.rules_ux.parts import connected, control, field, link, page_with, shown

NO_WAY = Block(code="no-way-to-orcid", message="no control led to ORCID", whose="member", todo="name the control")


def lost(*pages, **changes):
    return journey("connect", **({"state": "blocked", "block": NO_WAY, "pages": list(pages)} | changes))


class TestOauthAuthorizeUsed:
    def judged(self, *journeys, **changes):
        return ruling("oauth-authorize-used", evidence(*journeys, **changes))

    def test_a_visit_that_comes_back_with_a_code_passes(self):
        assert self.judged(connected(page())).outcome is Outcome.PASSED

    @pytest.mark.parametrize("how", ["popup", "start", "redirect"])
    def test_the_manner_of_opening_does_not_matter(self, how):
        assert self.judged(journey(authorizations=[authorization(how=how)])).outcome is Outcome.PASSED

    def test_a_consent_that_orcid_skips_is_no_fault(self):
        trip = authorization(consent="skipped", answer="silent")
        assert self.judged(journey(authorizations=[trip])).outcome is Outcome.PASSED

    def test_a_denial_alone_shows_the_way_too(self):
        trip = authorization(answer="denied", returned=f"{PORTAL}/callback?error=access_denied&state={STATE}")
        assert self.judged(journey("deny", authorizations=[trip])).outcome is Outcome.PASSED

    def test_a_retry_that_was_not_followed_is_no_fault(self):
        second = authorization(answer="none", returned="", landed=None)
        assert self.judged(journey(authorizations=[authorization(), second])).outcome is Outcome.PASSED

    def test_the_production_registry_in_a_test_run_fails(self):
        strayed = request(url="https://orcid.org/oauth/authorize?client_id=APP-1", status=None, failure="blocked")
        found = self.judged(lost(page(), requests=[strayed]))
        assert found.outcome is Outcome.FAILED
        assert "orcid.org" in found.observed

    def test_a_control_that_leads_to_the_register_page_fails(self):
        gone = request(url="https://sandbox.orcid.org/register")
        button = control("Get an ORCID iD", href="https://sandbox.orcid.org/register")
        found = self.judged(lost(page_with(controls=[button]), requests=[gone]))
        assert found.outcome is Outcome.FAILED
        assert found.spots[0].page == "connect-01"

    def test_a_connect_button_that_leads_to_orcids_home_fails(self):
        button = control("Connect your ORCID iD", href="https://orcid.org/")
        assert self.judged(lost(page_with(controls=[button]))).outcome is Outcome.FAILED

    def test_a_register_link_dressed_as_the_button_is_a_question(self):
        button = control("Get an ORCID iD", href="https://orcid.org/register")
        assert self.judged(lost(page_with(controls=[button]))).outcome is Outcome.NEEDS_PERSON

    def test_a_control_that_opens_a_form_for_the_id_fails(self):
        form = page_with("connect-02", fields=[field("ORCID iD", name="orcid")], url=f"{PORTAL}/orcid/enter")
        steps = [
            Step(at=NOW, label="see the portal's page", page="connect-01"),
            Step(at=NOW, label="press «Connect your ORCID iD»"),
            Step(at=NOW, label="see", page="connect-02"),
        ]
        found = self.judged(lost(page(), form, steps=steps))
        assert found.outcome is Outcome.FAILED
        assert "«Connect your ORCID iD»" in found.observed

    def test_a_field_on_the_page_itself_is_another_rules_business(self):
        here = page_with("connect-01", fields=[field("ORCID iD", name="orcid")])
        steps = [Step(at=NOW, label="see the portal's page", page="connect-01")]
        assert self.judged(lost(here, steps=steps)).outcome is Outcome.BLOCKED

    def test_a_help_link_on_a_page_that_needs_signing_in_first_is_no_fault(self):
        help_link = link("What is ORCID?", "https://orcid.org/about")
        record = control("0000-0002-1825-0097 ORCID link", href=f"https://orcid.org/{RESEARCHER}")
        found = self.judged(lost(page_with(controls=[help_link, record])))
        assert found.outcome is Outcome.BLOCKED
        assert found.whose == "member"

    def test_a_help_link_beside_the_real_button_is_no_fault(self):
        plain = link("Register for an ORCID iD", "https://orcid.org/register")
        assert self.judged(connected(page_with(controls=[control(), plain]))).outcome is Outcome.PASSED

    def test_an_id_without_any_callback_fails(self):
        after = page_with("stranger-01", occurrences=[shown()])
        found = self.judged(lost(page()), journey("stranger", pages=[after]))
        assert found.outcome is Outcome.FAILED
        assert RESEARCHER in found.message

    def test_an_id_that_was_there_before_is_no_proof(self):
        before = journey("deny", state="blocked", block=NO_WAY, pages=[page_with("deny-01", occurrences=[shown()])])
        after = journey("stranger", pages=[page_with("stranger-01", occurrences=[shown()])])
        assert self.judged(before, lost(page()), after).outcome is Outcome.BLOCKED

    def test_another_persons_id_is_no_proof(self):
        after = page_with("stranger-01", occurrences=[shown("0000-0002-1694-233X")])
        assert self.judged(lost(page()), journey("stranger", pages=[after])).outcome is Outcome.BLOCKED

    def test_a_broker_is_a_question(self):
        trip = authorization(
            url=f"{ORCID}/oauth/authorize?client_id=APP-HUB&redirect_uri=https%3A%2F%2Fhub.example.edu%2Fcb&state=x",
            returned="https://hub.example.edu/cb?code=‹code:1›",
            client_name="Campus Hub",
        )
        found = self.judged(journey(authorizations=[trip]))
        assert found.outcome is Outcome.NEEDS_PERSON
        assert "Campus Hub" in found.message

    def test_localhost_and_127_0_0_1_are_the_same_portal(self):
        trip = authorization(url=authorization().url.replace("127.0.0.1", "localhost"))
        assert self.judged(journey(authorizations=[trip])).outcome is Outcome.PASSED

    def test_a_request_that_orcid_refused_is_blocked(self):
        trip = authorization(answer="error", error="Redirect URI mismatch", returned="")
        found = self.judged(journey(state="blocked", authorizations=[trip]))
        assert found.outcome is Outcome.BLOCKED
        assert "mismatch" in found.message

    def test_nothing_seen_is_blocked(self):
        assert self.judged().outcome is Outcome.BLOCKED


class TestOauthNotFramed:
    def judged(self, *journeys):
        return ruling("oauth-not-framed", evidence(*journeys))

    @pytest.mark.parametrize("how", ["link", "popup", "start", "redirect"])
    def test_a_window_of_its_own_passes(self, how):
        assert self.judged(journey(authorizations=[authorization(how=how)])).outcome is Outcome.PASSED

    def test_a_framed_visit_fails(self):
        framed = journey(state="blocked", authorizations=[authorization(how="frame", answer="none", returned="")])
        assert self.judged(framed).outcome is Outcome.FAILED

    @pytest.mark.parametrize(
        "url",
        [
            "https://orcid.org/oauth/authorize?x=1",
            "https://sandbox.orcid.org/signin",
            f"{ORCID}/oauth/authorize?client_id=1",
        ],
    )
    def test_a_frame_that_holds_orcids_page_fails_without_a_visit(self, url):
        assert self.judged(lost(page_with(frames=[url]))).outcome is Outcome.FAILED

    def test_a_hidden_request_in_a_frame_fails(self):
        silent = request(url=f"{ORCID}/oauth/authorize?prompt=none", frame="frame")
        assert self.judged(connected(page(), requests=[silent])).outcome is Outcome.FAILED

    def test_other_frames_are_no_fault(self):
        here = page_with(frames=["https://maps.example.org/embed", "https://orcid.org/0000-0002-1694-233X"])
        assert self.judged(connected(here)).outcome is Outcome.PASSED

    def test_nothing_seen_is_blocked(self):
        assert self.judged(lost(page())).outcome is Outcome.BLOCKED


OTHER = "aB9cD8eF7gH6iJ5kL4mN3oP2"


def trip(state: str | None, extra: str = ""):
    given = "" if state is None else f"&state={state}"
    return authorization(url=f"{ORCID}/oauth/authorize?client_id=APP-1&scope=%2Fauthenticate{given}{extra}")


class TestStatePresent:
    def judged(self, *states, extra=""):
        names = ("deny", "connect", "reconnect")
        return ruling(
            "state-present",
            evidence(*(journey(n, authorizations=[trip(s, extra)]) for n, s in zip(names, states, strict=False))),
        )

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (STATE, OTHER),
            ("0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba98765432ff"),
            ("9f1c2a34-5b6d-4e7f-8091-a2b3c4d5e6f7", "1b2c3d4e-6f70-4812-93a4-b5c6d7e8f901"),
            ("orcid:" + STATE, "orcid:" + OTHER),
            ("eyJhbGciOiJIUzI1NiJ9." + STATE * 2, "eyJhbGciOiJIUzI1NiJ9." + OTHER * 2),
        ],
    )
    def test_long_values_that_differ_pass(self, first, second):
        assert self.judged(first, second).outcome is Outcome.PASSED

    @pytest.mark.parametrize("states", [(None, None), ("", ""), (STATE, None)])
    def test_no_state_fails(self, states):
        assert self.judged(*states).outcome is Outcome.FAILED

    def test_the_same_value_in_two_sessions_fails(self):
        found = self.judged(STATE, OTHER, STATE)
        assert found.outcome is Outcome.FAILED
        assert "deny" in found.message
        assert "reconnect" in found.message

    @pytest.mark.parametrize(("header", "sessions", "outcome"), [
        # As a hub sends it that binds its token to the visitor's address: not random, but nobody else can make it.
        ({"alg": "HS512", "iat": 1}, [(0, 4, 1), (5, 9, 2), (9, 13, 2)], Outcome.PASSED),
        ({"alg": "HS512", "iat": 1}, [(0, 4, 1), (5, 9, 2), (9.9, 13, 2)], Outcome.PASSED),
        ({"alg": "HS512", "iat": 1}, [(0, 4, 1), (5, 9, 2), (10, 13, 2)], Outcome.FAILED),  # kept from before
        ({"alg": "HS512", "iat": 1}, [(0, 4, 1), (5, 9, 1), (9, 13, 1)], Outcome.FAILED),  # one for ever
        ({"alg": "HS512", "iat": 1}, [(0, 4, 1), (4, 9, 1)], Outcome.BLOCKED),  # one or two, nobody knows
        ({"alg": "HS512"}, [(0, 4, 1), (5, 9, 2), (9, 13, 2)], Outcome.FAILED),  # without a time
        ({"alg": "none", "iat": 1}, [(0, 4, 1), (5, 9, 2), (9, 13, 2)], Outcome.FAILED),  # anybody can make it
    ])  # fmt: skip
    def test_a_signed_token_of_one_second_is_no_wonder(self, header, sessions, outcome):
        def token(number: int) -> str:
            dated = {key: value if key == "alg" else 1_795_808_120 + number for key, value in header.items()}
            parts = [json.dumps(dated), '{"app": "orcid", "sid": "273555b4fd6e"}', f"signature {number}" * 6]
            return ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts)

        journeys = [
            journey(name, authorizations=[trip(token(number))], started=NOW + timedelta(seconds=begun),
                    ended=NOW + timedelta(seconds=done))
            for name, (begun, done, number) in zip(("deny", "connect", "reconnect"), sessions, strict=False)
        ]  # fmt: skip
        assert ruling("state-present", evidence(*journeys)).outcome is outcome

    @pytest.mark.parametrize(
        "states",
        [
            ("xyz", "abc"),
            ("1732100000", "1732100042"),
            ("orcid-connect-request-of-user-42-0001", "orcid-connect-request-of-user-42-0002"),
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"),
        ],
    )
    def test_short_or_regular_values_fail(self, states):
        assert self.judged(*states).outcome is Outcome.FAILED

    def test_sixteen_letters_are_a_question(self):
        assert self.judged("Zk3PqT9vLm2XrW7c", "yB5nHs8dGj4FaU6e").outcome is Outcome.NEEDS_PERSON

    def test_the_same_value_within_one_session_is_no_fault(self):
        deny = journey("deny", authorizations=[trip(STATE), trip(STATE)])
        found = ruling("state-present", evidence(deny, journey(authorizations=[trip(OTHER)])))
        assert found.outcome is Outcome.PASSED

    @pytest.mark.parametrize("extra", ["&code_challenge=abc&code_challenge_method=S256", "&nonce=abc"])
    def test_another_defence_is_a_question(self, extra):
        assert self.judged(None, None, extra=extra).outcome is Outcome.NEEDS_PERSON

    def test_one_session_cannot_show_that_it_changes(self):
        assert self.judged(STATE).outcome is Outcome.BLOCKED

    def test_nothing_seen_is_blocked(self):
        assert self.judged().outcome is Outcome.BLOCKED


def test_the_needs_of_a_run_in_production_follow_its_hosts():
    trip = authorization(
        url="https://orcid.org/oauth/authorize?client_id=APP-0000000000000001", returned=f"{PORTAL}/c?code=1"
    )
    found = ruling("oauth-authorize-used", evidence(journey(authorizations=[trip]), run=run(environment="production")))
    assert found.outcome is Outcome.PASSED
