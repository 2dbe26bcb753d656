"""iDs and put-codes as they stand in cells."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.orcid import ids
from checker.orcid.cells import LARGEST_PUT_CODE, read_id, read_put_code

NUMBERS = st.integers(15_000_000, 35_000_000) | st.integers(900_000_000_000, 900_100_000_000)


def made(number: int) -> str:
    first = f"{number:015d}"
    return ids.normalise(first + ids.check_character(first))


@given(NUMBERS)
def test_every_form_of_an_id_leads_back_to_it(number):
    orcid = made(number)
    compact = orcid.replace("-", "")
    forms = {orcid: "bare", f"https://orcid.org/{orcid}": "uri", compact: "compact", f" {orcid}\n": "bare"}
    if compact.isdigit():
        forms[str(int(compact))] = "number"
        forms[f"{int(compact)}.0"] = "number"
    for cell, form in forms.items():
        read = read_id(cell)
        assert (read.form, read.orcid) == (form, orcid)
        assert read.valid is (form in {"bare", "uri", "compact"})


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_and_a_valid_id_is_one(cell):
    read = read_id(cell)
    assert not read.valid or ids.is_valid(read.orcid)
    code = read_put_code(cell)
    assert code.form != "good" or 0 < int(code.code) <= LARGEST_PUT_CODE


@given(NUMBERS, st.integers(0, 15))
def test_one_wrong_digit_is_never_valid(number, place):
    compact = made(number).replace("-", "")
    wrong = "1" if compact[place] != "1" else "2"
    assert not read_id(ids.normalise(compact[:place] + wrong + compact[place + 1 :])).valid


@given(st.integers(1, LARGEST_PUT_CODE))
def test_every_positive_number_is_a_put_code(number):
    read = read_put_code(str(number))
    assert (read.form, read.code) == ("good", str(number))


def test_a_number_that_reads_as_an_id_by_chance_is_a_put_code_all_the_same():
    first = "123456789012345"
    number = first + ids.check_character(first)
    assert read_id(number).form == "compact"
    assert read_put_code(number).form == "good"


@pytest.mark.parametrize("number", ["1", "17", "4711", "20261120", "100000"])
def test_a_number_of_the_portals_own_is_no_id(number):
    assert read_id(number).form == "malformed"


def test_no_hash_of_an_id_reads_as_one():
    forms = {read_id(hashlib.sha256(str(number).encode()).hexdigest()).form for number in range(2_000)}
    assert forms == {"encoded"}


@pytest.mark.parametrize(
    "cell", ["https://x.org/people/0000000218250097/a", "orcid0000-0002-1825-0097", "u0000000218250097"]
)
def test_an_id_among_other_characters_is_found(cell):
    assert read_id(cell).orcid == "0000-0002-1825-0097"


@given(st.from_regex(r"[0-9]{15}", fullmatch=True), st.sampled_from("0123456789X"))
def test_an_id_is_valid_by_its_check_character_alone(first, last):
    assert ids.is_valid(ids.normalise(first + last)) == (ids.check_character(first) == last)


@pytest.mark.parametrize(
    "text",
    ["", "0000-0002-1825-009", "0000-0002-1825-00977", "000X-0002-1825-0097", "0000_0002_1825_0097",
     "0000-0002-1825-009x", "٠٠٠٠-0002-1825-0097", "0000-0002-1825-00X7", "00000002-1825-0097-"],
)  # fmt: skip
def test_what_is_not_formed_like_an_id_is_none(text):
    assert not ids.is_valid(text)
