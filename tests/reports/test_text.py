from __future__ import annotations

import tomllib
from datetime import date

import pytest
from checker.content.reports.parts import answers, text
from hypothesis import given
from hypothesis import strategies as st

from checker.review import Outcome

from .sample import finding


@pytest.mark.parametrize("url", ["https://orcid.org/0000-0002-1825-0097", "http://127.0.0.1:8443/me?a=b#c"])
def test_http_addresses_may_be_followed(url: str) -> None:
    assert text.link(url) == url


@pytest.mark.parametrize("url", [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", " https://x.example", "https://", "",
    "data:text/html,x", "vbscript:x", "file:///etc/passwd", "//orcid.org", "https://[::1", "https://x.example/\u202e",
    "https://x.example/\x00", "/relative",
])  # fmt: skip
def test_nothing_else_may(url: str) -> None:
    assert text.link(url) == ""


def test_controls_and_overrides_are_made_visible() -> None:
    assert text.clean("a\x1b[2Jb\x00c\r\nd\te") == "a�[2Jb�c\nd\te"
    assert text.clean("https://orcid.org/\u202e7900") == "https://orcid.org/[U+202E]7900"
    assert text.clean("مكتبة 大学 ‹access-token:1›") == "مكتبة 大学 ‹access-token:1›"


def test_cut_says_how_much_is_missing() -> None:
    assert text.cut("abc", 3) == "abc"
    assert text.cut("abcdef", 3) == "abc … (3 more characters)"


def test_prose_is_split_into_words_links_and_code() -> None:
    assert text.pieces("See https://orcid.org/x. Set `state`.") == [
        ("text", "See "), ("link", "https://orcid.org/x"), ("text", ". Set "), ("code", "state"), ("text", "."),
    ]  # fmt: skip
    assert text.pieces("") == []


@given(st.text())
def test_pieces_lose_nothing(value: str) -> None:
    joined = "".join(f"`{piece}`" if kind == "code" else piece for kind, piece in text.pieces(value))
    assert joined == value


@given(st.text(), st.from_regex(r"\A[a-z\-\". \]\n]+\Z"))
def test_a_snippet_is_toml_whatever_the_question(message: str, check: str) -> None:
    asked = [finding(check, Outcome.NEEDS_PERSON, message=message)]
    answered = tomllib.loads(answers.snippet(asked, date(2026, 11, 20)))["answers"]
    assert list(answered) == [check]
    assert answered[check]["on"] == date(2026, 11, 20)


def test_a_snippet_is_not_signed_beforehand() -> None:
    asked = [finding("store-secure", Outcome.NEEDS_PERSON)]
    table = tomllib.loads(answers.snippet(asked, date(2026, 11, 20)))["answers"]["store-secure"]
    assert (table["answer"], table["by"], table["note"]) == ("", "", "")
