"""How XML Schema writes values."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.orcid.payloads.lexical import (
    FORMATS,
    LONGEST_NUMBER,
    is_uri,
    read_integer,
    read_time,
    read_true,
    write_time,
)


@pytest.mark.parametrize(
    ("text", "number"), [("5", 5), ("+5", 5), (" -5\n", -5), ("007", 7), ("-0", 0), ("9" * 30, int("9" * 30))]
)
def test_reads_whole_numbers(text: str, number: int) -> None:
    assert read_integer(text) == number


@pytest.mark.parametrize("text", ["", " ", "x", "1.0", "1e3", "1_0", "1 0", "+", "--1", "５", "\u20035", "0x1"])
def test_leaves_what_is_no_whole_number(text: str) -> None:
    assert read_integer(text) == text


def test_holds_numbers_beyond_all_limits() -> None:
    assert read_integer("9" * 1_000_000) == 10**LONGEST_NUMBER
    assert read_integer("-" + "9" * 1_000_000) == -(10**LONGEST_NUMBER)
    assert read_integer("0" * 1_000_000 + "7") == 7


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00", 0),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1969-12-31T24:00:00.000", 0),
        ("1969-12-31T10:00:00-14:00", 0),
        (" 1970-01-01T00:00:00.1239Z\n", 123),
        ("2024-02-29T12:30:15.5Z", 1_709_209_815_500),
        ("12024-02-29T00:00:00Z", read_time("2024-02-29T00:00:00Z") + 25 * 146_097 * 86_400_000),  # type: ignore[operator]
    ],
)
def test_reads_times(text: str, stamp: int) -> None:
    assert read_time(text) == stamp


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "now",
            "2024-01-01",
            "2024-1-01T00:00:00",
            "2024-02-30T00:00:00",
            "2023-02-29T00:00:00",
            "2100-02-29T00:00:00",
        ),
        *(
            "2024-13-01T00:00:00",
            "2024-00-01T00:00:00",
            "2024-01-00T00:00:00",
            "2024-01-01T25:00:00",
            "2024-01-01T24:00:01",
        ),
        *(
            "2024-01-01T00:60:00",
            "2024-01-01T00:00:60",
            "2024-01-01T00:00:00.",
            "2024-01-01T00:00:00+14:01",
            "0000-01-01T00:00:00",
        ),
        *(
            "02024-01-01T00:00:00",
            "2024-01-01 00:00:00",
            "2024-01-01T00:00:00z",
            "٢٠٢٤-01-01T00:00:00",
            "1" * 5000 + "-01-01T00:00:00",
        ),
    ],
)
def test_leaves_what_is_no_time(text: str) -> None:
    assert read_time(text) == text


@given(st.datetimes(min_value=datetime(1, 1, 1), max_value=datetime(9999, 12, 31)))
def test_counts_time_as_python_does(when: datetime) -> None:
    when = when.replace(microsecond=when.microsecond // 1000 * 1000, tzinfo=UTC)
    stamp = (when - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000
    assert read_time(when.isoformat()) == round(stamp)
    assert write_time(round(stamp)) == when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@given(st.integers(-(10**15), 10**16))
def test_reads_the_time_that_it_wrote(stamp: int) -> None:
    text = write_time(stamp)
    if not (text.startswith("-") and "-02-29T" in text):  # A leap day before the year 1 has two calendars.
        assert read_time(text) == stamp


def test_reads_the_one_truth() -> None:
    assert read_true(" true ") is True
    assert read_true("1") == "1"
    assert read_true("") == ""


@pytest.mark.parametrize(
    ("form", "sound", "unsound"),
    [
        ("orcid-path", "0000-0001-2345-678X", "0000-0001-2345-678x"),
        ("orcid-path", "٠٠٠٠-0001-2345-6789", "0000-0001-2345-6789\n"),
        ("orcid-uri", "https://sandbox.orcid.org/0000-0001-2345-6789", "http://orcid.org/0000-0001-2345-6789"),
        (
            "orcid-uri",
            "https://localhost:8443/orcid-web/0000-0001-2345-6789",
            "https://localhost\n/orcid-web/0000-0001-2345-6789",
        ),
        ("client-path", "APP-0123456789ABCDEF", "APP-0123456789ABCDE"),
        ("client-uri", "https://orcid.org/client/0000-0001-2345-6789", "https://orcid.org/0000-0001-2345-6789"),
    ],
)
def test_knows_the_forms_of_ids(form: str, sound: str, unsound: str) -> None:
    assert FORMATS[form](sound)
    assert not FORMATS[form](unsound)
    assert FORMATS[form](17), "what is no text is the business of its type"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "  ",
            "https://doi.org/10.5555/1",
            "example.org",
            "/a:b",
            "a b",
            "urn:isbn:1",
            "mailto:a@b.c",
            "#a",
            "?a",
            "a:b:c",
        ),
        *(
            "https://exämple.org/ü",
            "https://x/(SICI)1097<1::2>3.0.CO;2-A",
            "https://x:port/",
            "https://x/a?b=[1]",
            "https://x/#[a]",
        ),
        *(
            "https://[::1]:8080/x",
            "//[::1]",
            "x:[a]",
            "https://x/%C3%A9",
            "http:?x",
            "https://a@b:1/x",
            "https://x/a|b^c`{d}~\\",
        ),
    ],
)
def test_takes_what_orcids_validator_takes_as_address(text: str) -> None:
    assert is_uri(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            ":",
            ":a",
            "1a:b",
            "a b:c",
            "ü:x",
            "http:",
            "http:#a",
            "%",
            "a%",
            "a%2",
            "%zz",
            "https://x/%",
            "https://x/?%g1",
            "#a#b",
        ),
        *(
            "https://x/[a]",
            "https://[",
            "https://[x]/",
            "https://[::1]x/",
            "https://[::1]:99999/",
            "https://x/a[",
            "https://x/#%",
        ),
    ],
)
def test_refuses_what_orcids_validator_refuses_as_address(text: str) -> None:
    assert not is_uri(text)


@given(st.text(alphabet="aA1:/?#[]%@ .-", max_size=300))
def test_judges_any_text_as_address_without_delay(text: str) -> None:
    assert is_uri(text) in (True, False)
