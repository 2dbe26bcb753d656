from __future__ import annotations

from typing import Any

import pytest

from checker.evidence.model import Store, StoredToken
from checker.review.model import Outcome
from tests.builders import (
    ORCID,
    RESEARCHER,
    api_call,
    authorization,
    connection,
    evidence,
    item,
    journey,
    look,
    page,
    ruling,
    store,
    stored,
)

OTHER = "0000-0001-5109-3700"
ITEM = "/work"
NONE = StoredToken(present=False)


def ids_in(*cells: str, **changes: Any):
    rows = [connection(cell) for cell in cells]
    return evidence(journey(), store=store(look("connect", *rows, **changes)))


def added(code: str = "123456", orcid: str = RESEARCHER, section: str = "employment"):
    location = {"location": f"{ORCID}/v3.0/{orcid}/{section}/{code}"}
    return api_call(3, f"/v3.0/{orcid}/{section}", method="POST", status=201, response_headers=location, orcid=orcid)


def codes_in(*items, wire=None, scope="%2Factivities%2Fupdate", **changes: Any):
    trip = authorization(url=f"{ORCID}/oauth/authorize?client_id=APP-1&scope={scope}")
    seen = look("write", items=list(items), **changes)
    return evidence(journey(authorizations=[trip]), wire=wire or [], store=store(seen))


class TestIds:
    @pytest.mark.parametrize(
        "cell",
        [
            RESEARCHER,
            f"https://orcid.org/{RESEARCHER}",
            f"http://sandbox.orcid.org/{RESEARCHER}/",
            f"orcid.org/{RESEARCHER}",
            f"{ORCID}/{RESEARCHER}",
            "0000000218250097",
            "0009-0009-9876-153X",
            f"  {RESEARCHER} ",
            f"orcid:{RESEARCHER}",
        ],
    )
    def test_every_common_form_passes(self, cell):
        assert ruling("store-id-valid", ids_in(cell, "")).outcome is Outcome.PASSED

    @pytest.mark.parametrize(
        ("cell", "why"),
        [
            ("0000-0002-1825-0098", "check character"),
            ("0000-0002-1825-009", "no iD"),
            ("0009-0009-9876-153x", "among other characters"),
            ("218250097", "leading zeros"),
            ("218250097.0", "leading zeros"),
            ("2.1825E+08", "rounded"),
            ("0000 0002 1825 0097", "among other characters"),
            ("josiah", "no iD"),
            ("12", "no iD"),
            ("https://orcid.org/", "no iD"),
            ("https://orcid.org/my-orcid", "no iD"),
        ],
    )
    def test_what_is_no_id_fails_and_says_why(self, cell, why):
        found = ruling("store-id-valid", ids_in(RESEARCHER, cell))
        assert found.outcome is Outcome.FAILED
        assert why in found.message

    @pytest.mark.parametrize("cell", ["218250097", "2.1825E+08"])
    def test_an_export_may_have_been_damaged_by_a_spreadsheet(self, cell):
        assert ruling("store-id-valid", ids_in(cell, from_files=True)).outcome is Outcome.NEEDS_PERSON
        assert ruling("store-id-valid", ids_in(cell, "x-1", from_files=True)).outcome is Outcome.FAILED

    @pytest.mark.parametrize(
        "cell",
        [
            "0000-****-****-0097",
            "gAAAAABmQ5Zk3vQ9mL2pR7tY5wZ8aB1cD4eF6gH0iJ",
            # A hash with sixteen digits in a row.
            "a1b2000000021825009712345678901234567890abcdefabcdefabcdefabcdef",
        ],
    )
    def test_a_hidden_id_asks_a_person(self, cell):
        assert ruling("store-id-valid", ids_in(RESEARCHER, cell)).outcome is Outcome.NEEDS_PERSON

    def test_a_row_that_is_marked_as_not_authenticated_asks_a_person(self):
        marked = connection("no iD of mine", NONE, authenticated="0")
        seen = evidence(journey(), store=store(look("connect", connection(), marked)))
        assert ruling("store-id-valid", seen).outcome is Outcome.NEEDS_PERSON
        with_token = connection("no iD of mine", stored(), authenticated="0")
        seen = evidence(journey(), store=store(look("connect", connection(), with_token)))
        assert ruling("store-id-valid", seen).outcome is Outcome.FAILED

    def test_rows_of_a_long_table_count_too(self):
        seen = ids_in(RESEARCHER, more_connections=10_000_000, odd_connections=[connection("0000-0002-1825-0098")])
        assert ruling("store-id-valid", seen).outcome is Outcome.FAILED
        found = ruling("store-id-valid", ids_in(RESEARCHER, more_connections=10_000_000))
        assert found.outcome is Outcome.PASSED
        assert "10000001 rows" in found.message

    def test_no_id_and_no_column_block(self):
        assert ruling("store-id-valid", ids_in("", "null")).outcome is Outcome.BLOCKED
        assert ruling("store-id-valid", ids_in("x", connection_columns=["email"])).outcome is Outcome.BLOCKED
        assert ruling("store-id-valid", evidence(journey(), store=Store())).outcome is Outcome.BLOCKED


class TestStoreIdInLongTables:
    def test_a_masked_id_among_the_others_asks_a_person(self):
        hidden = [connection("0000-****-****-0097")]
        seen = evidence(
            journey(authorizations=[authorization()]),
            wire=None,
            store=store(look("connect", more_connections=9_000, odd_connections=hidden)),
        )
        assert ruling("store-id", seen).outcome is Outcome.NEEDS_PERSON
        seen.store.looks[0] = look("connect", more_connections=9_000)
        assert ruling("store-id", seen).outcome is Outcome.FAILED

    def test_a_number_is_an_id_that_is_stored_and_not_a_good_one(self):
        seen = evidence(journey(authorizations=[authorization()]), wire=None,
                        store=store(look("connect", connection("218250097"))))  # fmt: skip
        assert ruling("store-id", seen).outcome is Outcome.PASSED
        assert ruling("store-id-valid", seen).outcome is Outcome.FAILED


class TestPutCodes:
    @pytest.mark.parametrize("code", ["1", "123456", "9223372036854775807", " 12 ", "000123"])
    def test_any_positive_number_passes(self, code):
        assert ruling("putcode-valid", codes_in(item(code), item(""))).outcome is Outcome.PASSED

    @pytest.mark.parametrize(
        ("code", "why"),
        [
            ("0", "0 is no put-code"),
            ("0.0", "0 is no put-code"),
            ("-1", "negative"),
            ("123.0", "decimals"),
            ("1.2E+06", "rounded"),
            ("1,234,567", "thousands marks"),
            ("1.234.567", "thousands marks"),
            (f"/v3.0/{RESEARCHER}{ITEM}/123", "path"),
            (f"https://api.orcid.org/v3.0/{RESEARCHER}{ITEM}/123", "path"),
            (RESEARCHER, "an iD"),
            ("9223372036854775808", "too large"),
            ("abc", "not a number"),
        ],
    )
    def test_what_is_no_put_code_fails_and_says_why(self, code, why):
        found = ruling("putcode-valid", codes_in(item("5"), item(code)))
        assert found.outcome is Outcome.FAILED
        assert why in found.message

    @pytest.mark.parametrize("code", ["123.0", "1.2E+06", "1,234,567"])
    def test_an_export_may_write_numbers_for_people(self, code):
        assert ruling("putcode-valid", codes_in(item(code), from_files=True)).outcome is Outcome.NEEDS_PERSON
        assert ruling("putcode-valid", codes_in(item(code), item("0"), from_files=True)).outcome is Outcome.FAILED

    @pytest.mark.parametrize("code", ["[12, 13]", "12;13", "12, 13"])
    def test_several_in_a_cell_ask_a_person(self, code):
        assert ruling("putcode-valid", codes_in(item(code))).outcome is Outcome.NEEDS_PERSON

    def test_the_beginning_of_a_given_code_is_a_cut_one(self):
        assert ruling("putcode-valid", codes_in(item("1234"), wire=[added("123456")])).outcome is Outcome.FAILED
        both = codes_in(item("1234"), item("123456"), wire=[added("123456")])
        assert ruling("putcode-valid", both).outcome is Outcome.PASSED
        of_another = codes_in(item("1234", orcid=OTHER), wire=[added("123456")])
        assert ruling("putcode-valid", of_another).outcome is Outcome.PASSED

    def test_rows_of_a_long_table_count_too(self):
        odd = codes_in(item("5"), more_items=9_000_000, odd_items=[item("0")])
        assert ruling("putcode-valid", odd).outcome is Outcome.FAILED

    def test_no_put_code_blocks_a_writer_and_does_not_concern_a_reader(self):
        assert ruling("putcode-valid", codes_in(item(""))).outcome is Outcome.BLOCKED
        reader = codes_in(scope="%2Fread-limited")
        reader = reader.model_copy(update={"run": reader.run.model_copy(update={"scopes": ["/read-limited"]})})
        assert ruling("putcode-valid", reader).outcome is Outcome.NOT_APPLICABLE


class TestMappedAcrossPeople:
    def test_a_code_given_for_another_person_in_the_same_section_fails(self):
        wire = [added("123456", orcid=RESEARCHER)]
        wrong = codes_in(item("123456", orcid=OTHER), wire=wire)
        assert ruling("putcode-mapped", wrong).outcome is Outcome.FAILED
        right = codes_in(item("123456"), wire=wire)
        assert ruling("putcode-mapped", right).outcome is Outcome.PASSED

    def test_the_same_number_in_another_section_is_another_item(self):
        wire = [added("123456", orcid=RESEARCHER, section="work")]
        assert ruling("putcode-mapped", codes_in(item("123456", orcid=OTHER), wire=wire)).outcome is Outcome.PASSED

    def test_a_clash_among_the_others_of_a_long_table_fails(self):
        odd = [item("9", orcid=OTHER, local_id="1"), item("9", orcid=OTHER, local_id="2")]
        seen = codes_in(item("5"), more_items=5_000, odd_items=odd)
        assert ruling("putcode-mapped", seen).outcome is Outcome.FAILED


class TestProtection:
    @pytest.mark.parametrize(
        ("form", "words"),
        [("clear", "in clear"), ("base64", "base64"), ("encrypted", "key"), ("hashed", "key"), ("masked", "key")],
    )
    def test_how_tokens_look_is_said_and_a_person_is_asked(self, form, words):
        seen = evidence(journey(), store=store(look("connect", connection(access_token=stored("", form, 80)))))
        found = ruling("store-token-encrypted", seen)
        assert found.outcome is Outcome.NEEDS_PERSON
        assert words in found.message
        assert ruling("store-access-limited", seen).outcome is Outcome.NEEDS_PERSON

    def test_without_a_token_nothing_can_be_said(self):
        seen = evidence(journey(), store=store(look("connect", connection(access_token=NONE))))
        assert ruling("store-token-encrypted", seen).outcome is Outcome.BLOCKED


class TestDisconnect:
    @pytest.mark.parametrize("cell", [RESEARCHER, f"https://orcid.org/{RESEARCHER}", "218250097", "0000000218250097"])
    def test_a_connection_that_stays_is_seen_in_every_form_of_the_id(self, cell):
        parting = journey("disconnect", pages=[page("disconnect-01"), page("disconnect-02")], pressed="Disconnect",
                          pressed_page="disconnect-01")  # fmt: skip
        looks = store(look("connect", connection(cell)), look("disconnect", connection(cell)))
        seen = evidence(journey(), parting, store=looks)
        assert ruling("disconnect-removes-id", seen).outcome is Outcome.FAILED
