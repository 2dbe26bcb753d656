"""JSON that is broken, hostile or odd: a clear problem each, in bounded time, and never an exception."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.orcid.payloads import Layer, check
from checker.orcid.payloads.json_form import read_json
from checker.orcid.payloads.json_text import parse

from .json_payloads import SMALL, WORK, body, changed

GOOD = body(WORK)

# What is sent, the clause, ORCID's code, a word of the message.
BAD: list[tuple[str, bytes, str, int, str]] = [
    ("empty", b"", "empty-body", 9047, "empty"),
    ("white space", b" \r\n\t", "empty-body", 9047, "empty"),
    ("mark alone", b"\xef\xbb\xbf", "empty-body", 9047, "empty"),
    ("null", b"null", "wrong-type", 9047, "null"),
    ("number", b"5", "wrong-type", 9047, "number 5"),
    ("text", b'"work"', "wrong-type", 9047, "text"),
    ("list", b"[]", "wrong-type", 9047, "list"),
    ("word", b"hello", "malformed-json", 9001, "value is missing"),
    ("cut at the top", b'{"type": "report",', "malformed-json", 9001, "complete"),
    ("cut inside", b'{"title": {"title": {', "malformed-json", 9047, "complete"),
    ("comma at the end", b'{"type": "report",}', "malformed-json", 9001, "comma before the closing"),
    ("comma at the end, inside", b'{"title": {"title": {"value": "x"},}}', "malformed-json", 9047, "comma before"),
    ("comma missing", b'{"type": "report" "url": null}', "malformed-json", 9001, "comma is missing"),
    ("single quotes", b"{'type': 'report'}", "malformed-json", 9001, "single quotation"),
    ("comment", b'{"type": "report" // kind\n}', "malformed-json", 9001, "comment"),
    ("Python's truth", b'{"type": None}', "malformed-json", 9001, "None"),
    ("template", b'{"put-code": {{ code }}}', "malformed-json", 9047, "placeholder"),
    ("XML", b'{"title": <title/>}', "malformed-json", 9001, "markup"),
    ("line break in a text", b'{"type": "re\nport"}', "malformed-json", 9047, "control character"),
    ("odd escape", b'{"type": "re\\port"}', "malformed-json", 9047, "backslash"),
    ("short escape", b'{"type": "\\u12"}', "malformed-json", 9047, "hexadecimal"),
    ("open text", b'{"type": "report', "malformed-json", 9047, "quotation mark"),
    ("leading zero", b'{"put-code": 012}', "malformed-json", 9001, "comma"),
    ("NaN", b'{"put-code": NaN}', "not-a-number", 9001, "NaN"),
    ("Infinity inside", b'{"title": {"title": {"value": -Infinity}}}', "not-a-number", 9047, "-Infinity"),
    ("ISO-8859-1", '{"type": "r\u00e9"}'.encode("latin-1"), "bad-encoding", 9047, "UTF-8"),
    ("ISO-8859-1 in a key", '{"r\u00e9": 1}'.encode("latin-1"), "bad-encoding", 9001, "UTF-8"),
    ("gzip", b"\x1f\x8b\x08\x00\x00\x00\x00", "bad-encoding", 9001, "compressed"),
    ("deep lists", b'{"title": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too-deep", 9047, "deeper"),
    ("deep objects", b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "too-deep", 9047, "deeper"),
]


@pytest.mark.parametrize(("sent", "clause", "code", "word"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_bad_documents(sent: bytes, clause: str, code: int, word: str) -> None:
    checked = check(sent, kind="work", media_type="application/json")
    assert not checked.accepted
    assert checked.answer is not None
    assert (checked.answer.status, checked.answer.code) == (400, code)
    problem = next(problem for problem in checked.problems if problem.name == clause)
    assert word in problem.message


def test_the_place_of_a_malformed_document() -> None:
    problem = check(b'{\n  "type": "report",\n}', kind="work").problems[0]
    assert (problem.line, problem.column) == (3, 1) or (problem.line, problem.column) == (2, 19)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_encodings_that_orcid_takes(encoding: str) -> None:
    text = json.dumps(changed("work", "title", "title", "value", to="Tïtle ☃"), ensure_ascii=False)
    checked = check(text.encode(encoding), kind="work", media_type="application/json")
    assert checked.accepted, checked.explain()


def test_a_column_counts_characters() -> None:
    problem = check('{"type": "ä☃", x'.encode(), kind="work").problems[0]
    assert (problem.line, problem.column) == (1, 16)


def test_a_repeated_key_is_advice_and_the_last_one_counts() -> None:
    sent = b'{"content": "one",\n "content": "two"}'
    checked = check(sent, kind="keyword")
    assert checked.accepted
    problem = checked.problems[0]
    assert (problem.layer.value, problem.name, problem.path) == ("advice", "repeated-key", "/content")
    assert "line 1, column 2 and line 2, column 2" in problem.message
    assert read_json(sent, "keyword").content == {"content": "two"}


def test_text_after_the_document_is_advice() -> None:
    checked = check(GOOD + b"\n\ntrailing", kind="work")
    assert checked.accepted
    assert [problem.name for problem in checked.problems] == ["text-after-document"]
    assert "line 3, column 1" in checked.problems[0].message


def test_white_space_around_is_nothing() -> None:
    assert not check(b"\n " + GOOD + b"\r\n\t ", kind="work").problems


ODD: list[tuple[str, tuple[str | int, ...], str, str, bool]] = [
    ("half a pair", ("title", "title", "value"), "A \ud800 title", "lone-surrogate", True),
    ("control character", ("title", "title", "value"), "A \x01 title", "control-character", True),
    ("no character", ("title", "title", "value"), "A \uffff title", "control-character", True),
    ("null in a title", ("title", "title", "value"), "A \0 title", "null-character", False),
    (
        "null in an identifier",
        ("external-ids", "external-id", 0, "external-id-value"),
        "a\0",
        "control-character",
        True,
    ),
]


@pytest.mark.parametrize(("at", "text", "clause", "taken"), [row[1:] for row in ODD], ids=[row[0] for row in ODD])
def test_characters_that_xml_cannot_carry(at: tuple[str | int, ...], text: str, clause: str, taken: bool) -> None:
    sent = json.dumps(changed("work", *at, to=text)).encode()
    checked = check(sent, kind="work")
    assert clause in [problem.name for problem in checked.problems]
    assert checked.accepted is taken
    assert checked.answer is None, "a refusal by the database is likely, not sure"


@pytest.mark.parametrize("text", ["C:\\\\b\\\\f", "tab\\t and line\\n", "\\ud83d\\ude00", "\\u00e9"])
def test_characters_that_look_odd_and_are_not(text: str) -> None:
    sent = GOOD.replace(b"A title", text.encode())
    assert not check(sent, kind="work").problems


@pytest.mark.parametrize("bad", [b"\xc0\xaf", b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf", b"\xf4\x90\x80\x80"])
def test_overlong_letters_are_not_judged(bad: bytes) -> None:
    checked = check(GOOD.replace(b"A title", b"A title" + bad), kind="work")
    assert (checked.accepted, checked.answer) == (False, None)
    assert [(one.layer, one.name) for one in checked.problems] == [(Layer.INPUT, "overlong-utf-8")]


@pytest.mark.parametrize("bad", [b"\xe9 ", b"\x80", b"\xff", b"\xc3("])
def test_letters_of_another_encoding_are_refused(bad: bytes) -> None:
    answer = check(GOOD.replace(b"A title", b"A title" + bad), kind="work").answer
    assert answer is not None
    assert answer.status == 400


def test_null_in_a_list_is_not_judged() -> None:
    sent = json.dumps(
        changed("work", "external-ids", "external-id", to=[None, json.loads(GOOD)["external-ids"]["external-id"][0]])
    )
    checked = check(sent, kind="work")
    assert (checked.accepted, checked.answer) == (False, None)
    assert "null-in-list" in [one.name for one in checked.problems if one.layer is Layer.INPUT]


@pytest.mark.parametrize(("kind", "at", "code"), [("address", ("country",), 9020), ("work", ("country",), 9037)])
def test_a_country_without_a_value_is_an_empty_one(kind: str, at: tuple[str, ...], code: int) -> None:
    for empty in ({}, {"value": None}):
        answer = check(json.dumps(changed(kind, *at, to=empty)), kind=kind).answer
        assert answer is not None
        assert (answer.status, answer.code) == (400, code)


def test_hostile_sizes_take_little_time() -> None:
    started = time.process_time()
    for sent in (
        b'{"put-code": ' + b"9" * 1_000_000 + b"}",
        b'{"put-code": "' + b"9" * 1_000_000 + b'"}',
        b'{"title": "' + b"\\u0041" * 200_000 + b'"}',
        b'{"' + b"a" * 1_000_000 + b'": 1}',
        b'{"external-ids": {"external-id": [' + b"{}," * 10_000 + b"{}]}}",
        b"{" + b'"a": 1,' * 50_000 + b'"b": 1}',
        b" " * 5_000_000,
        b"\xff" * 1_000_000,
        b'"' + b"\\" * 1_000_000,
    ):
        assert not check(sent, kind="work", media_type="application/json").accepted
    assert time.process_time() - started < 30


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_bytes_get_a_verdict(sent: bytes) -> None:
    checked = check(sent, media_type="application/json")
    assert not checked.accepted
    assert checked.problems


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                sorted({key for small in SMALL.values() for key in small} | {"value", "year", "external-id"})
            )
            | st.text(max_size=4),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(st.sampled_from(sorted(SMALL)), st.dictionaries(st.text(max_size=3) | st.sampled_from(sorted(WORK)), JSON))
@settings(max_examples=300, deadline=None)
def test_any_json_gets_a_verdict(kind: str, more: dict[str, Any]) -> None:
    checked = check(json.dumps({**SMALL[kind], **more}), kind=kind)
    assert checked.accepted or checked.problems
    assert checked.accepted is (checked.answer is None)


@given(
    st.integers(0, len(GOOD)), st.integers(0, len(GOOD)), st.sampled_from([b"", b'"', b"}", b"\\", b"\x00", b"\xe4"])
)
@settings(max_examples=300, deadline=None)
def test_cut_and_broken_documents_get_a_verdict(start: int, length: int, put: bytes) -> None:
    sent = GOOD[:start] + put + GOOD[start + length :]
    checked = check(sent, kind="work", media_type="application/json")
    assert checked.accepted or (checked.problems and checked.answer)


def test_text_and_bytes_are_the_same() -> None:
    text = json.dumps(WORK)
    assert check(text, kind="work") == check(text.encode(), kind="work")
    assert parse("\ufeff" + text).value == parse(text).value
