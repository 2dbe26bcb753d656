from __future__ import annotations

import pytest

from checker.review.model import Outcome
from tests.builders import ORCID, authorization, connection, evidence, journey, look, ruling, run, store

DECLARED = ["/read-limited", "/activities/update"]


def asking(*scopes: str | None, declared=DECLARED, **changes):
    """One visit per value, as it stands in the address (already encoded)."""
    trips = [
        authorization(url=f"{ORCID}/oauth/authorize?client_id=A" + ("" if s is None else f"&scope={s}")) for s in scopes
    ]
    return evidence(journey(authorizations=trips), run=run(scopes=declared), **changes)


BOTH = "%2Fread-limited%20%2Factivities%2Fupdate"


class TestOauthScopesDeclared:
    @pytest.mark.parametrize(
        "scope", [BOTH, "/activities/update+/read-limited", "/read-limited%20/activities/update%20/read-limited"]
    )
    def test_the_same_set_in_any_spelling_passes(self, scope):
        assert ruling("oauth-scopes-declared", asking(scope, scope)).outcome is Outcome.PASSED

    @pytest.mark.parametrize("scope", [None, "", "%20"])
    def test_no_scope_fails_whatever_is_declared(self, scope):
        assert ruling("oauth-scopes-declared", asking(scope)).outcome is Outcome.FAILED
        assert ruling("oauth-scopes-declared", asking(scope, declared=None)).outcome is Outcome.FAILED

    def test_more_than_declared_fails_and_names_it(self):
        found = ruling("oauth-scopes-declared", asking(BOTH + "%20/person/update"))
        assert found.outcome is Outcome.FAILED
        assert "not declared: /person/update" in found.message

    def test_less_than_declared_fails_and_names_it(self):
        found = ruling("oauth-scopes-declared", asking("/read-limited"))
        assert found.outcome is Outcome.FAILED
        assert "not asked for: /activities/update" in found.message

    def test_one_of_two_ways_that_asks_for_more_fails(self):
        assert ruling("oauth-scopes-declared", asking(BOTH, BOTH + "%20/person/update")).outcome is Outcome.FAILED

    def test_two_ways_that_share_the_list_are_a_question(self):
        assert ruling("oauth-scopes-declared", asking("/read-limited", BOTH)).outcome is Outcome.NEEDS_PERSON

    def test_no_declaration_is_the_members_turn(self):
        found = ruling("oauth-scopes-declared", asking(BOTH, declared=None))
        assert (found.outcome, found.whose) == (Outcome.BLOCKED, "member")

    def test_no_visit_is_blocked(self):
        assert ruling("oauth-scopes-declared", evidence(journey())).outcome is Outcome.BLOCKED


class TestScopeKnown:
    @pytest.mark.parametrize("scope", [BOTH, "openid", "/authenticate", "/person/update+openid", "/orcid-bio/update"])
    def test_known_names_pass(self, scope):
        assert ruling("scope-known", asking(scope)).outcome is Outcome.PASSED

    @pytest.mark.parametrize(
        ("scope", "hint"),
        [
            ("read-limited", "/read-limited"),
            ("/Read-Limited", "/read-limited"),
            ("/read-limited,/activities/update", "commas"),
            ("openid+email", "openid"),
            ("/openid", "openid"),
            ("/works/write", ""),
            ("/read-limited/", "/read-limited"),
        ],
    )
    def test_unknown_names_fail_with_a_hint(self, scope, hint):
        found = ruling("scope-known", asking(scope))
        assert found.outcome is Outcome.FAILED
        assert hint in found.observed

    @pytest.mark.parametrize(
        "scope", ["/activities/read-limited", "/email/read-private", "/webhook+/read-limited", "/read-public"]
    )
    def test_names_that_only_orcid_can_speak_for_are_a_question(self, scope):
        assert ruling("scope-known", asking(scope)).outcome is Outcome.NEEDS_PERSON

    def test_no_scope_is_no_pass(self):
        assert ruling("scope-known", asking(None)).outcome is Outcome.BLOCKED


class TestScopeDeprecatedAbsent:
    def test_current_names_pass(self):
        assert ruling("scope-deprecated-absent", asking(BOTH)).outcome is Outcome.PASSED

    @pytest.mark.parametrize(
        ("scope", "better"),
        [
            ("/orcid-profile/read-limited", "/read-limited"),
            ("/orcid-bio/update", "/person/update"),
            ("/orcid-works/create", "/activities/update"),
            ("/affiliations/update+/read-limited", "/activities/update"),
        ],
    )
    def test_old_names_fail_and_name_the_new(self, scope, better):
        found = ruling("scope-deprecated-absent", asking(scope))
        assert found.outcome is Outcome.FAILED
        assert better in found.expected

    def test_old_names_fail_nothing_else(self):
        declared = ["/orcid-profile/read-limited", "/activities/update", "/orcid-bio/update"]
        old = asking("/orcid-profile/read-limited+/activities/update+/orcid-bio/update", declared=declared)
        assert ruling("scope-known", old).outcome is Outcome.PASSED
        assert ruling("oauth-scopes-declared", old).outcome is Outcome.PASSED
        assert ruling("scope-deprecated-absent", old).outcome is Outcome.FAILED

    def test_old_names_of_old_tokens_are_a_question(self):
        rows = store(look("connect", connection("0000-0002-1694-233X", scope="/orcid-profile/read-limited")))
        assert ruling("scope-deprecated-absent", asking(BOTH, store=rows)).outcome is Outcome.NEEDS_PERSON
