from __future__ import annotations

import pytest

from checker.evidence.model import Handshake
from checker.review.model import Outcome
from tests.builders import NOW, api_call, evidence, exchange, journey, ruling, run, token_answer


def authorize(number: int = 1, **changes):
    return exchange(number, **({"side": "browser", "method": "GET", "path": "/oauth/authorize", "kind": "authorize",
                                "grant": ""} | changes))  # fmt: skip


class TestApiCallsHttps:
    def judged(self, *wire, **about):
        return ruling("api-calls-https", evidence(wire=list(wire), run=run(**about)))

    def test_all_by_https_passes(self):
        assert self.judged(authorize(1), token_answer(2), api_call(3)).outcome is Outcome.PASSED

    @pytest.mark.parametrize(
        "call",
        [
            authorize(4, scheme="http", certificate="none"),
            token_answer(4, scheme="http", certificate="none"),
            api_call(4, scheme="http", certificate="none"),
            exchange(4, path="/oauth/revoke", kind="revoke", scheme="http"),
            exchange(4, path="/oauth/jwks", kind="other", method="GET", scheme="http"),
        ],
    )
    def test_any_call_by_http_fails(self, call):
        found = self.judged(authorize(1), token_answer(2), call)
        assert found.outcome is Outcome.FAILED
        assert [spot.exchange for spot in found.spots] == [4]

    def test_a_served_portal_was_told_an_https_address_so_all_http_fails(self):
        wire = [authorize(1, scheme="http"), token_answer(2, scheme="http")]
        assert self.judged(*wire, served=True).outcome is Outcome.FAILED

    def test_a_portal_set_to_a_local_http_address_asks_a_person(self):
        wire = [authorize(1, scheme="http"), token_answer(2, scheme="http")]
        assert self.judged(*wire, served=False).outcome is Outcome.NEEDS_PERSON

    def test_a_mixture_fails_even_when_not_served(self):
        wire = [authorize(1), token_answer(2, scheme="http")]
        assert self.judged(*wire, served=False).outcome is Outcome.FAILED

    def test_pages_and_pictures_of_a_browser_are_no_calls(self):
        page = exchange(3, side="browser", scheme="http", method="GET", path="/0000-0002-1825-0097", kind="page")
        icon = exchange(4, side="browser", scheme="http", method="GET", path="/assets/id.svg", kind="other")
        assert self.judged(authorize(1), token_answer(2), page, icon).outcome is Outcome.PASSED

    def test_the_browsers_calls_alone_are_not_enough(self):
        assert self.judged(authorize(1)).outcome is Outcome.BLOCKED

    def test_an_orcid_without_https_blocks_and_says_what_to_set(self):
        found = self.judged(authorize(1, scheme="http"), token_answer(2, scheme="http"), tls=False)
        assert found.outcome is Outcome.BLOCKED
        assert "tls = true" in found.remedy

    def test_without_a_wire_nothing_is_said(self):
        assert ruling("api-calls-https", evidence(wire=None)).outcome is Outcome.BLOCKED
        assert self.judged().outcome is Outcome.BLOCKED


class TestTlsVerification:
    CALL = {"journey": "certificate", "certificate": "untrusted"}

    def judged(self, *wire, handshakes=(), walked=True, **changes):
        seen = evidence(*([journey("certificate")] if walked else []), wire=list(wire), handshakes=list(handshakes))
        return ruling("tls-verification-outbound", seen.model_copy(update=changes))

    def refused(self, **changes):
        values = {"at": NOW, "journey": "certificate", "certificate": "untrusted", "error": "unknown ca"}
        return Handshake(**(values | {"side": "server"} | changes))

    def test_a_refused_connection_passes(self):
        found = self.judged(token_answer(1), handshakes=[self.refused()])
        assert found.outcome is Outcome.PASSED
        assert found.observed == "unknown ca"

    @pytest.mark.parametrize(
        "call",
        [
            token_answer(1, **CALL),
            token_answer(1, **CALL | {"status": 400}),
            api_call(1, **CALL),
            exchange(1, kind="other", path="/.well-known/openid-configuration", method="GET", **CALL),
        ],
    )
    def test_any_call_over_the_untrusted_connection_fails(self, call):
        assert self.judged(call, handshakes=[self.refused()]).outcome is Outcome.FAILED

    def test_what_the_browser_does_says_nothing_of_the_portal(self):
        browsed = authorize(1, **self.CALL)
        assert self.judged(browsed).outcome is Outcome.BLOCKED
        for side in ("browser", "unknown"):
            assert self.judged(browsed, handshakes=[self.refused(side=side)]).outcome is Outcome.BLOCKED

    @pytest.mark.parametrize("handshake", [{"journey": "connect"}, {"certificate": "trusted"}])
    def test_another_handshake_is_no_proof(self, handshake):
        assert self.judged(handshakes=[self.refused(**handshake)]).outcome is Outcome.BLOCKED

    @pytest.mark.parametrize("way", [{"scheme": "http", "certificate": "none"}, {"certificate": "trusted"}])
    def test_a_token_call_around_the_certificate_is_not_passed(self, way):
        call = token_answer(1, journey="certificate", **way)
        assert self.judged(call, handshakes=[self.refused()]).outcome is Outcome.BLOCKED

    def test_no_call_at_all_blocks_and_says_so(self):
        found = self.judged(token_answer(1))
        assert found.outcome is Outcome.BLOCKED
        assert "did not try" in found.message

    def test_missing_evidence_blocks(self):
        assert self.judged(walked=False).outcome is Outcome.BLOCKED
        assert self.judged(handshakes=[self.refused()], wire=None).outcome is Outcome.BLOCKED
