from __future__ import annotations

from typing import Any

import pytest

from checker.evidence.model import Block, Store, StoredToken
from checker.judge.content import load_rules
from checker.review.model import Outcome
from tests.builders import (
    ORCID,
    RESEARCHER,
    api_call,
    authorization,
    connection,
    evidence,
    journey,
    look,
    ruling,
    run,
    store,
    stored,
    token_answer,
)

OTHER = "0000-0001-5109-3700"
EMPTY = StoredToken(present=False)
HIDDEN = [stored("", "masked", 8), stored("", "opaque", 140), stored("", "opaque", 64)]


def trip(scope: str = "%2Fread-limited"):
    return authorization(url=f"{ORCID}/oauth/authorize?client_id=APP-1&scope={scope}")


def seen(*rows, wire=None, columns=None, scope="%2Fread-limited", **changes: Any):
    look_changes = {"connection_columns": columns} if columns else {}
    parts: dict[str, Any] = {
        "wire": [token_answer(1)] if wire is None else wire,
        "store": store(look("connect", *rows, **look_changes)),
        "secrets": {"‹access-token:1›": "access-token", "‹refresh-token:1›": "refresh-token"},
    }
    return evidence(journey(authorizations=[trip(scope)]), **(parts | changes))


def used_later(**changes):
    return api_call(9, **({"journey": "return"} | changes))


class TestStoreId:
    @pytest.mark.parametrize(
        "written", [RESEARCHER, f"https://orcid.org/{RESEARCHER}", f"{ORCID}/{RESEARCHER}", "0000000218250097"]
    )
    def test_the_id_in_any_form_passes(self, written):
        assert ruling("store-id", seen(connection(OTHER), connection(written))).outcome is Outcome.PASSED

    @pytest.mark.parametrize("rows", [(), (connection(""),), (connection(OTHER),), (connection(""), connection(OTHER))])
    def test_no_row_an_empty_cell_or_another_id_fails(self, rows):
        found = ruling("store-id", seen(*rows))
        assert found.outcome is Outcome.FAILED
        assert RESEARCHER in found.expected

    def test_one_of_two_who_connected_is_not_all(self):
        wire = [token_answer(1), token_answer(2, tag="‹access-token:2›", orcid=OTHER)]
        found = ruling("store-id", seen(connection(), wire=wire))
        assert found.outcome is Outcome.NEEDS_PERSON
        assert OTHER in found.message
        assert ruling("store-id", seen(connection(), connection(OTHER), wire=wire)).outcome is Outcome.PASSED
        later = [wire[0], wire[1].model_copy(update={"journey": "reconnect"})]
        assert ruling("store-id", seen(connection(), wire=later)).outcome is Outcome.PASSED

    def test_the_wire_tells_who_it_was_and_not_the_plan(self):
        changed = seen(connection(), wire=[token_answer(1, orcid=OTHER)])
        assert ruling("store-id", changed).outcome is Outcome.FAILED

    def test_without_a_wire_it_is_the_researcher_who_signed_in(self):
        assert ruling("store-id", seen(connection()).model_copy(update={"wire": None})).outcome is Outcome.PASSED

    def test_without_a_wire_and_without_consent_nobody_connected(self):
        denied = journey("deny", authorizations=[authorization(answer="denied")])
        assert (
            ruling("store-id", seen().model_copy(update={"wire": None, "journeys": [denied]})).outcome
            is Outcome.BLOCKED
        )

    def test_a_masked_id_asks_a_person(self):
        assert ruling("store-id", seen(connection("0000-****-****-0097"))).outcome is Outcome.NEEDS_PERSON

    @pytest.mark.parametrize(
        "lacking",
        [
            seen(connection(), wire=[]),
            seen(connection(), wire=[token_answer(1, status=400, orcid="")]),
            seen(connection(""), columns=["email", "access_token"]),
            seen(connection(), store=Store()),
            seen(connection(), store=Store(block=Block(code="store-unreadable", message="locked"))),
            seen(store=store(look("start"))),
        ],
    )
    def test_missing_evidence_blocks(self, lacking):
        assert ruling("store-id", lacking).outcome is Outcome.BLOCKED


class TestStoreAccessToken:
    @pytest.mark.parametrize("form", ["clear", "base64"])
    def test_the_token_of_this_run_passes(self, form):
        assert ruling("store-access-token", seen(connection(access_token=stored(form=form)))).outcome is Outcome.PASSED

    def test_one_person_s_token_is_not_another_s(self):
        wire = [token_answer(1), token_answer(2, tag="‹access-token:2›", orcid=OTHER)]
        both = [connection(), connection(OTHER, stored("‹access-token:2›"))]
        assert ruling("store-access-token", seen(*both, wire=wire)).outcome is Outcome.PASSED
        lacking = [connection(), connection(OTHER, EMPTY)]
        found = ruling("store-access-token", seen(*lacking, wire=wire))
        assert found.outcome is Outcome.FAILED
        assert OTHER in found.message
        # Rows of people of another time may be of connections that have ended.
        assert ruling("store-access-token", seen(*lacking)).outcome is Outcome.PASSED

    @pytest.mark.parametrize("cell", HIDDEN)
    def test_a_hidden_token_asks_a_person_unless_it_was_used_later(self, cell):
        row = connection(access_token=cell)
        assert ruling("store-access-token", seen(row)).outcome is Outcome.NEEDS_PERSON
        proof = seen(row, wire=[token_answer(1), used_later()])
        assert ruling("store-access-token", proof).outcome is Outcome.PASSED

    @pytest.mark.parametrize(
        "call",
        [
            used_later(journey="connect"),  # at once, from memory
            used_later(status=401),
            used_later(side="browser"),
            used_later(token="‹access-token:2›"),
        ],
    )
    def test_not_every_call_proves_that_it_is_kept(self, call):
        row = connection(access_token=HIDDEN[1])
        assert ruling("store-access-token", seen(row, wire=[token_answer(1), call])).outcome is Outcome.NEEDS_PERSON

    def test_a_token_given_anew_on_the_later_journey_proves_nothing(self):
        wire = [token_answer(1), token_answer(5, journey="return"), used_later()]
        assert ruling("store-access-token", seen(connection(access_token=EMPTY), wire=wire)).outcome is Outcome.FAILED

    @pytest.mark.parametrize(
        "cell", [EMPTY, StoredToken(present=True, length=36, tag="‹refresh-token:1›", form="clear")]
    )
    def test_no_token_or_another_secret_fails(self, cell):
        assert ruling("store-access-token", seen(connection(access_token=cell))).outcome is Outcome.FAILED

    @pytest.mark.parametrize("scope", ["%2Fauthenticate", "openid", "openid%20%2Fauthenticate"])
    def test_a_portal_that_wants_the_id_only_asks_a_person(self, scope):
        bare = seen(connection(access_token=EMPTY), scope=scope)
        assert ruling("store-access-token", bare).outcome is Outcome.NEEDS_PERSON

    def test_a_token_of_another_time_asks_a_person(self):
        row = connection(access_token=stored("‹access-token:7›"))
        assert ruling("store-access-token", seen(row)).outcome is Outcome.NEEDS_PERSON

    def test_a_clear_token_without_a_wire_passes_and_a_hidden_one_does_not(self):
        clear = seen(connection(access_token=stored("‹access-token:7›"))).model_copy(update={"wire": None})
        assert ruling("store-access-token", clear).outcome is Outcome.PASSED
        hidden = seen(connection(access_token=HIDDEN[0])).model_copy(update={"wire": None})
        assert ruling("store-access-token", hidden).outcome is Outcome.NEEDS_PERSON

    def test_an_export_without_the_column_asks_a_person(self):
        bare = seen(connection(access_token=EMPTY), columns=["orcid", "name"])
        assert ruling("store-access-token", bare).outcome is Outcome.NEEDS_PERSON

    @pytest.mark.parametrize(
        "lacking",
        [
            seen(connection(OTHER, access_token=EMPTY)),
            seen(connection(access_token=EMPTY), wire=[]),
            seen(connection(), store=Store()),
        ],
    )
    def test_missing_evidence_blocks(self, lacking):
        assert ruling("store-access-token", lacking).outcome is Outcome.BLOCKED


class TestStoreIdEqualsToken:
    def test_a_token_beside_its_id_passes(self):
        written = connection(f"https://orcid.org/{RESEARCHER}")
        assert ruling("store-id-equals-token", seen(written)).outcome is Outcome.PASSED

    def test_a_token_beside_another_id_fails(self):
        found = ruling("store-id-equals-token", seen(connection(OTHER)))
        assert found.outcome is Outcome.FAILED
        assert RESEARCHER in found.message
        assert OTHER in found.message

    def test_swapped_tokens_of_two_people_fail_here_alone(self):
        wire = [token_answer(1), token_answer(2, tag="‹access-token:2›", orcid=OTHER)]
        rows = [connection(RESEARCHER, stored("‹access-token:2›")), connection(OTHER, stored("‹access-token:1›"))]
        assert ruling("store-id-equals-token", seen(*rows, wire=wire)).outcome is Outcome.FAILED
        assert ruling("store-id", seen(*rows, wire=wire)).outcome is Outcome.PASSED
        assert ruling("store-access-token", seen(*rows, wire=wire)).outcome is Outcome.PASSED

    def test_rows_of_people_outside_this_run_are_left_alone(self):
        rows = [connection(), connection(OTHER, stored("‹access-token:8›"))]
        assert ruling("store-id-equals-token", seen(*rows)).outcome is Outcome.PASSED

    @pytest.mark.parametrize("cell", HIDDEN)
    def test_a_hidden_token_asks_a_person_unless_a_later_call_reached_the_record(self, cell):
        row = connection(access_token=cell)
        assert ruling("store-id-equals-token", seen(row)).outcome is Outcome.NEEDS_PERSON
        proof = seen(row, wire=[token_answer(1), used_later()])
        assert ruling("store-id-equals-token", proof).outcome is Outcome.PASSED

    def test_a_call_to_somebody_elses_record_shows_nothing(self):
        call = used_later(orcid=OTHER, path=f"/v3.0/{OTHER}/record")
        row = connection(access_token=HIDDEN[1])
        wire = [token_answer(1), call]
        assert ruling("store-id-equals-token", seen(row, wire=wire)).outcome is Outcome.NEEDS_PERSON

    @pytest.mark.parametrize(
        "lacking",
        [
            seen(connection(access_token=EMPTY)),
            seen(connection(), wire=[token_answer(1, status=400)]),
            seen(connection(), wire=[token_answer(1, orcid="")]),
            seen(connection("")),
            seen(connection(), wire=[]),
            seen(connection()).model_copy(update={"wire": None}),
            seen(connection(), store=Store()),
        ],
    )
    def test_missing_evidence_blocks(self, lacking):
        assert ruling("store-id-equals-token", lacking).outcome is Outcome.BLOCKED

    def test_a_wrong_id_in_the_store_implies_it(self):
        assert "store-id-equals-token" in load_rules()["store-id"].implies


class TestStoreNoPassword:
    @pytest.mark.parametrize("column", ["orcid_password", "ORCID-Passwort", "orcidPwd", "orcid_session_cookie"])
    def test_a_place_for_an_orcid_password_fails(self, column):
        assert ruling("store-no-password", seen(columns=["orcid", column])).outcome is Outcome.FAILED

    @pytest.mark.parametrize("column", ["password", "passwd", "passwort"])
    def test_a_password_of_the_portals_own_asks_a_person(self, column):
        found = ruling("store-no-password", seen(columns=["orcid", column]))
        assert found.outcome is Outcome.NEEDS_PERSON
        assert column in found.message

    @pytest.mark.parametrize("columns", [["orcid", "access_token"], ["orcid", "orcid_cookie_consent"]])
    def test_one_query_is_not_the_whole_store_so_it_never_passes(self, columns):
        assert ruling("store-no-password", seen(columns=columns)).outcome is Outcome.NEEDS_PERSON

    def test_missing_evidence_blocks(self):
        assert ruling("store-no-password", seen(store=Store())).outcome is Outcome.BLOCKED


class TestStoreSecure:
    @pytest.mark.parametrize("cell", [stored(), stored(form="base64"), *HIDDEN])
    def test_a_machine_never_passes_it(self, cell):
        found = ruling("store-secure", seen(connection(access_token=cell)))
        assert found.outcome is Outcome.NEEDS_PERSON
        assert cell.form in found.observed

    def test_a_person_can_answer_without_a_store_but_not_without_a_review(self):
        assert ruling("store-secure", seen(store=Store())).outcome is Outcome.NEEDS_PERSON
        assert ruling("store-secure", evidence(run=run())).outcome is Outcome.BLOCKED
