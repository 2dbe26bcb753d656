from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from checker.evidence.model import StoredToken
from checker.review.model import Outcome
from checks.store._answer import expiry, scope_set
from tests.builders import (
    NOW,
    ORCID,
    RESEARCHER,
    authorization,
    connection,
    evidence,
    exchange,
    journey,
    look,
    ruling,
    store,
    stored,
)

OTHER = "0000-0001-5109-3700"
LIFE = 631138518
GRANTED = "/read-limited /activities/update"
COLUMNS = ["orcid", "name", "access_token", "refresh_token", "scope", "expires_at"]
FULL: dict[str, Any] = {
    "name": "Josiah Carberry",
    "refresh_token": stored("‹refresh-token:1›"),
    "scope": GRANTED,
    "expires": "2046-11-20T12:35:18+00:00",
}
RULES = ("store-name", "store-refresh-token", "store-scopes", "store-expiry", "store-full-response")


def answer(number: int = 1, **changes: Any):
    body = {
        "access_token": "‹access-token:1›",
        "token_type": "bearer",
        "refresh_token": "‹refresh-token:1›",
        "expires_in": LIFE,
        "scope": GRANTED,
        "name": "Josiah Carberry",
        "orcid": RESEARCHER,
    } | changes.pop("body", {})
    text = json.dumps(body, ensure_ascii=False)
    return exchange(number, **({"response_body": text, "orcid": body["orcid"]} | changes))


def seen(*rows, columns=COLUMNS, wire=None, scope="%2Fread-limited%20%2Factivities%2Fupdate", **changes):
    trip = authorization(url=f"{ORCID}/oauth/authorize?client_id=APP-1&scope={scope}")
    parts: dict[str, Any] = {
        "wire": [answer()] if wire is None else wire,
        "store": store(look("connect", *rows, connection_columns=columns)),
        "secrets": {"‹access-token:1›": "access-token", "‹refresh-token:1›": "refresh-token"},
    }
    return evidence(journey(authorizations=[trip]), **(parts | changes))


def row(**changes: Any):
    return connection(**(FULL | changes))


def outcome(rule: str, *rows, **changes: Any) -> Outcome:
    return ruling(rule, seen(*rows, **changes)).outcome


@pytest.mark.parametrize("rule", RULES)
class TestAll:
    def test_a_row_with_all_of_the_answer_passes(self, rule):
        assert outcome(rule, row()) is Outcome.PASSED

    def test_rows_of_others_and_older_rows_do_not_disturb(self, rule):
        empty = connection(OTHER, StoredToken(present=False))
        older = connection(RESEARCHER, StoredToken(present=False))
        assert outcome(rule, empty, older, row()) is Outcome.PASSED

    def test_a_row_of_a_token_from_another_time_does_not_disturb(self, rule):
        old = row(
            access_token=stored("‹access-token:9›"), name="J.", scope="/authenticate", expires="2041-01-01",
            refresh_token=stored(),
        )  # fmt: skip
        assert outcome(rule, old, row()) is Outcome.PASSED

    def test_each_of_several_people_counts(self, rule):
        wire = [answer(), answer(2, body={"orcid": OTHER, "access_token": "‹access-token:2›"})]
        second = stored("‹access-token:2›")
        assert outcome(rule, row(), row(orcid=OTHER, access_token=second), wire=wire) is Outcome.PASSED
        bare = connection(OTHER, second)
        assert outcome(rule, row(), bare, wire=wire) is Outcome.FAILED
        assert outcome(rule, row(), connection(OTHER, StoredToken(present=False)), wire=wire) is Outcome.FAILED

    def test_a_row_is_found_by_its_token_whatever_its_id_says(self, rule):
        expected = Outcome.FAILED if rule == "store-full-response" else Outcome.PASSED
        assert outcome(rule, row(orcid="")) is expected

    def test_without_a_row_or_an_answer_nothing_can_be_said(self, rule):
        assert outcome(rule, connection(OTHER, stored("", "opaque", 9))) is Outcome.BLOCKED
        assert outcome(rule, row(), wire=[]) is Outcome.BLOCKED

    def test_a_column_that_is_not_shown_asks_a_person(self, rule):
        assert outcome(rule, connection(), columns=["orcid", "access_token"]) is Outcome.NEEDS_PERSON

    def test_the_answer_of_a_later_journey_is_not_expected_yet(self, rule):
        later = answer(9, journey="reconnect", body={"access_token": "‹access-token:2›", "scope": "/read-limited",
                                                     "name": "New Name", "expires_in": 60})  # fmt: skip
        assert outcome(rule, row(), wire=[answer(), later]) is Outcome.PASSED


class TestName:
    def test_a_missing_name_fails_only_if_there_was_one(self):
        assert outcome("store-name", row(name="")) is Outcome.FAILED
        assert outcome("store-name", row(name=""), wire=[answer(body={"name": None})]) is Outcome.NOT_APPLICABLE

    @pytest.mark.parametrize("name", ["josiah  carberry", " Josiah Carberry "])
    def test_case_and_spaces_are_no_difference(self, name):
        assert outcome("store-name", row(name=name)) is Outcome.PASSED

    def test_a_name_of_the_portals_own_is_for_a_person_to_judge(self):
        assert outcome("store-name", row(name="J. S. Carberry")) is Outcome.NEEDS_PERSON

    def test_without_a_wire(self):
        assert outcome("store-name", row()) is Outcome.PASSED
        nothing = seen(row(name="")).model_copy(update={"wire": None})
        assert ruling("store-name", nothing).outcome is Outcome.NEEDS_PERSON


class TestRefreshToken:
    def test_none_stored_fails_and_none_given_does_not_apply(self):
        none = row(refresh_token=StoredToken(present=False))
        assert outcome("store-refresh-token", none) is Outcome.FAILED
        no_answer = [answer(body={"refresh_token": None})]
        assert outcome("store-refresh-token", none, wire=no_answer) is Outcome.NOT_APPLICABLE

    @pytest.mark.parametrize("form", ["base64", "encrypted", "opaque", "masked"])
    def test_a_hidden_one_is_there(self, form):
        assert outcome("store-refresh-token", row(refresh_token=stored("", form, 80))) is Outcome.PASSED

    def test_a_hash_asks_and_an_access_token_fails(self):
        assert outcome("store-refresh-token", row(refresh_token=stored("", "hashed", 64))) is Outcome.NEEDS_PERSON
        assert outcome("store-refresh-token", row(refresh_token=stored())) is Outcome.FAILED


class TestScopes:
    @pytest.mark.parametrize(
        "written",
        [
            "/activities/update /read-limited",
            "/read-limited,/activities/update",
            '["/read-limited", "/activities/update"]',
            "{/read-limited,/activities/update}",
            "%2Fread-limited%20%2Factivities%2Fupdate",
            "READ_LIMITED ACTIVITIES_UPDATE",
            "/read-limited\n/activities/update",
        ],
    )
    def test_the_same_scopes_in_any_order_and_writing_pass(self, written):
        assert outcome("store-scopes", row(scope=written)) is Outcome.PASSED

    @pytest.mark.parametrize("written", ["", "null", "/read-limited", f"{GRANTED} /person/update"])
    def test_none_fewer_and_more_fail(self, written):
        assert outcome("store-scopes", row(scope=written)) is Outcome.FAILED

    def test_those_asked_for_are_not_those_granted(self):
        found = ruling("store-scopes", seen(row(), wire=[answer(body={"scope": "/read-limited"})]))
        assert found.outcome is Outcome.FAILED
        assert "asked for" in found.message

    @pytest.mark.parametrize("written", ["3", "member", "****"])
    def test_what_cannot_be_read_asks_a_person(self, written):
        assert outcome("store-scopes", row(scope=written)) is Outcome.NEEDS_PERSON

    def test_without_a_wire_those_asked_for_are_all_that_is_known(self):
        known = seen(row()).model_copy(update={"wire": None})
        assert ruling("store-scopes", known).outcome is Outcome.PASSED
        other = seen(row(scope="/read-limited")).model_copy(update={"wire": None})
        assert ruling("store-scopes", other).outcome is Outcome.NEEDS_PERSON

    def test_words(self):
        assert scope_set("openid /read-limited") == {"openid", "/read-limited"}
        assert scope_set("") is None
        assert scope_set("granted") is None


class TestExpiry:
    @pytest.mark.parametrize(
        "written",
        [
            "2046-11-20T12:35:18Z",
            "2046-11-20 12:35:18",
            "2046-11-20 12:35:18+00",
            "2046-11-20 12:35:18.123456+00:00",
            "2046-11-20 12:35:18 UTC",
            "2046-11-20",
            str(int(NOW.timestamp()) + LIFE),
            str((int(NOW.timestamp()) + LIFE) * 1000),
            f"{NOW.timestamp() + LIFE:.1f}",
            "2046-11-25T00:00:00+02:00",
        ],
    )
    def test_a_point_in_time_passes_in_any_writing(self, written):
        assert outcome("store-expiry", row(expires=written)) is Outcome.PASSED

    def test_one_of_two_rows_that_cannot_be_told_apart_is_enough(self):
        hidden = stored("", "encrypted", 120)
        old = row(access_token=hidden, expires="2041-01-01")
        assert outcome("store-expiry", old, row(access_token=hidden)) is Outcome.PASSED
        assert outcome("store-expiry", old) is Outcome.FAILED

    def test_a_length_of_time_needs_its_beginning(self):
        with_time = [*COLUMNS[:-1], "expires_in", "created_at"]
        assert outcome("store-expiry", row(expires=str(LIFE))) is Outcome.FAILED
        assert outcome("store-expiry", row(expires=str(LIFE)), columns=with_time) is Outcome.FAILED
        both = row(expires=str(LIFE), granted="2026-11-20 12:00:00")
        assert outcome("store-expiry", both, columns=with_time) is Outcome.PASSED
        wrong = row(expires="3600", granted="2026-11-20 12:00:00")
        assert outcome("store-expiry", wrong, columns=with_time) is Outcome.FAILED
        # When the account was made, for instance.
        account = row(expires=str(LIFE), granted="2019-01-31 09:00:00")
        assert outcome("store-expiry", account, columns=with_time) is Outcome.NEEDS_PERSON
        odd = row(expires=str(LIFE), granted="20 Nov")
        assert outcome("store-expiry", odd, columns=with_time) is Outcome.NEEDS_PERSON

    @pytest.mark.parametrize("written", ["", "never", "0", "2026-11-20T13:00:00Z", "2026-12-20", "1970-01-01"])
    def test_none_and_a_wrong_one_fail(self, written):
        assert outcome("store-expiry", row(expires=written)) is Outcome.FAILED

    @pytest.mark.parametrize("written", ["2038-01-19T03:14:07Z", "2147483647"])
    def test_what_32_bits_cut_is_named(self, written):
        found = ruling("store-expiry", seen(row(expires=written)))
        assert found.outcome is Outcome.FAILED
        assert "32 bits" in found.message

    @pytest.mark.parametrize("written", ["20/11/2046", "in twenty years", "****", "9" * 30])
    def test_what_cannot_be_read_asks_a_person(self, written):
        assert outcome("store-expiry", row(expires=written)) is Outcome.NEEDS_PERSON

    def test_a_short_life_is_held_to_its_answer(self):
        short = [answer(body={"expires_in": 3599})]
        assert outcome("store-expiry", row(expires="2026-11-20T13:00:00Z"), wire=short) is Outcome.PASSED
        assert outcome("store-expiry", row(), wire=short) is Outcome.FAILED

    def test_numbers_in_their_units(self):
        moment = datetime(2046, 11, 21, 12, 35, 18, tzinfo=UTC)
        for number in (2426416518, 2426416518000, 2426416518000000):
            found = expiry(str(number))
            assert found is not None
            assert found.at is not None
            assert abs((found.at - moment).total_seconds()) < 86400


class TestFullResponse:
    @pytest.mark.parametrize("lacking", ["name", "scope", "expires", "refresh_token", "access_token"])
    def test_any_part_that_lacks_fails_and_is_named(self, lacking):
        empty = StoredToken(present=False) if lacking.endswith("token") else ""
        found = ruling("store-full-response", seen(row(**{lacking: empty})))
        assert found.outcome is Outcome.FAILED

    def test_what_orcid_did_not_give_is_not_missed(self):
        bare = row(name="", refresh_token=StoredToken(present=False))
        wire = [answer(body={"name": None, "refresh_token": ""})]
        assert outcome("store-full-response", bare, wire=wire) is Outcome.PASSED

    def test_without_a_wire_it_is_not_known_whether_there_was_a_name(self):
        bare = seen(row(name="")).model_copy(update={"wire": None})
        assert ruling("store-full-response", bare).outcome is Outcome.NEEDS_PERSON
