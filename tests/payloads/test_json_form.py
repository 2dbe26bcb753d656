"""JSON is read as laxly as ORCID reads it, no laxer, and written as ORCID writes it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from checker.orcid.payloads.json_form import read_json
from checker.orcid.payloads.json_text import TEXT_AFTER
from checker.orcid.payloads.json_write import tree_of, write_json
from checker.orcid.payloads.kinds import KINDS
from checker.orcid.payloads.model import Fault, Form
from checker.orcid.payloads.validity import faults_of

from .json_payloads import IDS, SMALL, WORK, body, changed, samples

OF_SAMPLE = {
    "bulk": "bulk",
    "work": "work",
    "external-identifier": "external-identifier",
    "other-names": "other-name",
    "keywords": "keyword",
    "address": "address",
    "researcher-url": "researcher-url",
    "funding": "funding",
    "peer-review-group-id": "group-id",
    "peer-review": "peer-review",
    "research-resource": "research-resource",
}


def kind_of(name: str) -> str:
    starts = [start for start in OF_SAMPLE if name.startswith(start)]
    return OF_SAMPLE[max(starts, key=len)] if starts else name.partition("-3.0")[0]


@pytest.mark.parametrize("kind", KINDS)
def test_small_payloads_are_their_own_content(kind: str) -> None:
    reading = read_json(body(SMALL[kind]), kind)
    assert not reading.faults
    assert reading.content == SMALL[kind]


def test_official_samples_are_read_without_fault() -> None:
    for path in samples("record_3.0/write_samples/*.json"):
        kind = kind_of(path.name)
        reading = read_json(path.read_bytes(), kind)
        assert not reading.faults, path.name
        assert not faults_of(kind, reading.content, Form.JSON), path.name


# What is sent instead of ORCID's own form, and what ORCID makes of it.
LENIENT: list[tuple[str, str, tuple[str | int, ...], Any, Any]] = [
    ("bare url", "work", ("url",), "https://example.org", {"value": "https://example.org"}),
    ("bare title inside", "work", ("title", "title"), "A title", {"value": "A title"}),
    ("bare subtitle", "work", ("title", "subtitle"), "More", {"value": "More"}),
    ("bare journal-title", "work", ("journal-title",), "Journal", {"value": "Journal"}),
    (
        "bare organization-defined-type",
        "funding",
        ("organization-defined-type",),
        "Fellowship",
        {"value": "Fellowship"},
    ),
    ("bare review-url", "peer-review", ("review-url",), "https://example.org", {"value": "https://example.org"}),
    ("bare subject-container-name", "peer-review", ("subject-container-name",), "J", {"value": "J"}),
    (
        "bare authorization-url",
        "notification",
        ("authorization-url",),
        "https://m.example",
        {"uri": "https://m.example"},
    ),
    ("empty bare text", "work", ("url",), "", {"value": ""}),
    ("object that says nothing", "work", ("url",), {}, {"value": ""}),
    ("object around null", "work", ("url",), {"value": None}, {"value": ""}),
    ("number as text", "work", ("short-description",), 12, "12"),
    ("number keeps its digits", "work", ("short-description",), json.loads("1"), "1"),
    ("truth as text", "work", ("short-description",), True, "true"),
    ("number inside an object", "work", ("url",), {"value": 5}, {"value": "5"}),
    ("year as number", "work", ("publication-date",), {"year": 2024}, {"year": {"value": "2024"}}),
    ("month as number", "work", ("publication-date",), {"month": 3}, {"month": {"value": "03"}}),
    ("day as text", "work", ("publication-date",), {"day": "7"}, {"day": {"value": "07"}}),
    ("year below zero", "work", ("publication-date",), {"year": -5}, {"year": {"value": "-5"}}),
    ("month in its object stays", "work", ("publication-date",), {"month": {"value": "3"}}, {"month": {"value": "3"}}),
    ("put-code as text", "work", ("put-code",), " +12 ", 12),
    ("put-code with a fraction is cut", "work", ("put-code",), 12.9, 12),
    ("time as text", "work", ("created-date",), {"value": "2023-11-14T22:13:20Z"}, {"value": 1700000000000}),
    ("time with a zone", "work", ("created-date",), {"value": "2023-11-14T23:13:20.5+01:00"}, {"value": 1700000000500}),
    ("time as digits in text", "work", ("created-date",), {"value": "1700000000000"}, {"value": 1700000000000}),
    ("date alone", "work", ("created-date",), {"value": "1970-01-02"}, {"value": 86_400_000}),
    ("day that runs on", "work", ("created-date",), {"value": "1970-01-32"}, {"value": 31 * 86_400_000}),
    ("visibility by its number", "work", ("visibility",), 4, "public"),
    ("visibility between spaces", "work", ("visibility",), " limited ", "limited"),
    ("display-index of a person's item", "keyword", ("display-index",), 3, "3"),
    ("display-index as text", "keyword", ("display-index",), "3", "3"),
    ("display-index of an affiliation", "employment", ("display-index",), 3, "3"),
    ("one object for a list", "work", ("external-ids", "external-id"), IDS["external-id"][0], IDS["external-id"]),
    (
        "bare iD",
        "work",
        ("contributors",),
        {"contributor": {"contributor-orcid": "0000-0002-1825-0097", "credit-name": "N", "contributor-email": "a@b.c"}},
        {
            "contributor": [
                {
                    "contributor-orcid": {"path": "0000-0002-1825-0097"},
                    "credit-name": {"value": "N"},
                    "contributor-email": {"value": "a@b.c"},
                }
            ]
        },
    ),
    (
        "keys that ORCID passes over",
        "work",
        ("contributors",),
        {
            "contributor": [
                {"contributor-orcid": {"path": "x", "value": 1}, "credit-name": {"value": "N", "visibility": 7}}
            ]
        },
        {"contributor": [{"contributor-orcid": {"path": "x"}, "credit-name": {"value": "N"}}]},
    ),
    (
        "bare normalized",
        "work",
        ("external-ids", "external-id", 0, "external-id-normalized"),
        "x",
        {"value": "x", "transient": True},
    ),
]


@pytest.mark.parametrize(("kind", "at", "sent", "read"), [row[1:] for row in LENIENT], ids=[row[0] for row in LENIENT])
def test_what_orcid_takes_besides_its_own_form(kind: str, at: tuple[str | int, ...], sent: Any, read: Any) -> None:
    reading = read_json(body(changed(kind, *at, to=sent)), kind)
    assert not reading.faults
    here: Any = reading.content
    for step in at:
        here = here[step]
    assert here == read


@pytest.mark.parametrize("text", ["1.50", "1e3", "0.10", "12345678901234567890123456789012345678901234567890"])
def test_a_number_where_text_is_due_keeps_its_spelling(text: str) -> None:
    sent = body(WORK).replace(b'"10.5555/demo"', text.encode(), 1)
    content = read_json(sent, "work").content
    assert content["external-ids"]["external-id"][0]["external-id-value"] == text


ABSENT: list[tuple[str, str, str, Any]] = [
    ("null", "work", "url", None),
    ("empty put-code", "work", "put-code", ""),
    ("put-code that says null", "work", "put-code", "null"),
    ("null list holder", "work", "contributors", None),
]


@pytest.mark.parametrize(("kind", "key", "sent"), [row[1:] for row in ABSENT], ids=[row[0] for row in ABSENT])
def test_what_counts_as_absent(kind: str, key: str, sent: Any) -> None:
    reading = read_json(body(changed(kind, key, to=sent)), kind)
    assert not reading.faults
    assert reading.content == SMALL[kind]


# What the mapper refuses: kind, place, what is sent, clause, pointer.
REFUSED: list[tuple[str, str, tuple[str | int, ...], Any, str]] = [
    ("text for the title object", "work", ("title",), "A title", "wrong-type"),
    ("text for an object of parts", "work", ("external-ids",), "10.5555/demo", "wrong-type"),
    ("list for an object", "work", ("external-ids",), [], "wrong-type"),
    ("list for an object, the ids themselves", "work", ("external-ids",), IDS["external-id"], "wrong-type"),
    ("bare country of a work", "work", ("country",), "GB", "wrong-type"),
    ("bare country of an address", "address", ("country",), "GB", "wrong-type"),
    ("bare amount", "funding", ("amount",), "100", "wrong-type"),
    ("number for an object around text", "work", ("url",), 5, "wrong-type"),
    ("object for plain text", "work", ("short-description",), {"value": "x"}, "wrong-type"),
    ("list for plain text", "work", ("short-description",), ["x"], "wrong-type"),
    ("list in a list", "work", ("external-ids", "external-id"), [IDS["external-id"]], "wrong-type"),
    ("truth as put-code", "work", ("put-code",), True, "wrong-type"),
    ("word as put-code", "work", ("put-code",), "new", "wrong-type"),
    ("blank put-code", "work", ("put-code",), " ", "wrong-type"),
    ("put-code beyond 64 bits", "work", ("put-code",), 2**63, "wrong-type"),
    ("year with a fraction", "work", ("publication-date",), {"year": 2024.0}, "wrong-type"),
    ("year that is no number", "work", ("publication-date",), {"year": "last"}, "wrong-type"),
    ("date as text", "work", ("publication-date",), "2024-01-01", "wrong-type"),
    ("bare time", "work", ("created-date",), 1700000000000, "wrong-type"),
    ("time in words", "work", ("created-date",), {"value": "yesterday"}, "wrong-type"),
    ("visibility in capitals", "work", ("visibility",), "PUBLIC", "value-not-allowed"),
    ("empty visibility", "work", ("visibility",), "", "value-not-allowed"),
    ("visibility beyond the numbers", "work", ("visibility",), 5, "value-not-allowed"),
    ("unknown part", "work", ("journal",), "J", "unknown-part"),
    ("unknown part that is null", "work", ("journal",), None, "unknown-part"),
    ("display-index of a work", "work", ("display-index",), "1", "unknown-part"),
    ("display-index of a funding", "funding", ("display-index",), "1", "unknown-part"),
    ("display-index of a peer review", "peer-review", ("display-index",), "1", "unknown-part"),
    ("put-code of an identifier", "work", ("external-ids", "external-id", 0, "put-code"), 1, "unknown-part"),
    ("visibility of a country", "work", ("country",), {"value": "GB", "visibility": "public"}, "unknown-part"),
    ("level of XML", "research-resource", ("resource-items",), {"resource-item": []}, "unknown-part"),
    ("name in another spelling", "work", ("journalTitle",), {"value": "J"}, "unknown-part"),
    ("source of a group's own", "group-id", ("source-name",), {"value": "N"}, "unknown-part"),
]


@pytest.mark.parametrize(
    ("kind", "at", "sent", "clause"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_the_mapper_refuses(kind: str, at: tuple[str | int, ...], sent: Any, clause: str) -> None:
    reading = read_json(body(changed(kind, *at, to=sent)), kind)
    fault = reading.faults[0]
    assert fault.clause.name == clause
    assert fault.at[: len(at)] == at
    assert fault.answer is not None
    assert (fault.answer.status, fault.answer.code) == (400, 9047)
    place = reading.places([fault])[0]
    assert place.path.startswith("/" + "/".join(str(step) for step in at))
    assert place.line == 1
    assert place.column is not None


def test_the_nearest_name_comes_first() -> None:
    fault = read_json(body(changed("work", "journalTitle", to={"value": "J"})), "work").faults[0]
    assert fault.allowed is not None
    assert fault.allowed.startswith("journal-title")


def test_a_group_may_carry_what_orcid_sets() -> None:
    sent = {**SMALL["group-id"], "source": {"anything": 1}, "created-date": 5, "last-modified-date": []}
    reading = read_json(body(sent), "group-id")
    assert not reading.faults
    assert reading.content == SMALL["group-id"]


def test_null_in_a_list_is_told_and_the_others_keep_their_places() -> None:
    sent = changed("work", "external-ids", "external-id", to=[None, IDS["external-id"][0], {"odd": 1}])
    reading = read_json(body(sent), "work")
    assert [fault.clause.name for fault in reading.faults] == ["null-in-list", "unknown-part"]
    assert reading.places(reading.faults)[1].path == "/external-ids/external-id/2/odd"


@pytest.mark.parametrize(
    "element", [{"work": WORK, "error": {}}, {}, {"work": None}, {"article": WORK}, [], "work"], ids=repr
)
def test_an_element_of_a_bulk_has_one_name(element: Any) -> None:
    reading = read_json(body({"bulk": [{"work": WORK}, element]}), "bulk")
    assert [fault.at[:2] for fault in reading.faults] == [("bulk", 1)]
    assert reading.content["bulk"][0] == {"work": WORK}


def test_places_of_what_was_wrapped() -> None:
    sent = (
        '{\n "title": {"title": "T"},\n "url":\n  "x",\n "external-ids": {"external-id": {"external-id-type": "doi"}}}'
    )
    reading = read_json(sent, "work")

    def place(*at: str | int) -> tuple[str, int | None, int | None]:
        found = reading.places([Fault(TEXT_AFTER, at, "")])[0]
        return found.path, found.line, found.column

    assert place("url", "value") == ("/url", 4, 3)
    assert place("title", "title", "value") == ("/title/title", 2, 21)
    assert place("external-ids", "external-id", 0, "external-id-type") == (
        "/external-ids/external-id/external-id-type",
        5,
        55,
    )
    assert place("external-ids", "external-id", 0, "external-id-value") == ("/external-ids/external-id", 5, 34)
    assert place() == ("", 1, 1)


def test_pointers_escape_their_steps() -> None:
    reading = read_json(b'{"a/b~c": 1, "content": "x"}', "keyword")
    assert reading.places(reading.faults)[0].path == "/a~1b~0c"


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_is_read_as_the_same_content(kind: str) -> None:
    for nulls in (True, False):
        written = write_json(kind, SMALL[kind], absent_as_null=nulls)
        reading = read_json(written, kind)
        assert not reading.faults
        assert reading.content == SMALL[kind]


def test_absent_parts_are_null_and_lists_empty() -> None:
    tree = tree_of("work", {**WORK, "contributors": {}})
    assert tree["url"] is None
    assert tree["contributors"] == {"contributor": []}
    assert tree["external-ids"]["external-id"][0]["external-id-normalized"] is None
    assert "display-index" not in tree
    assert list(tree)[:4] == ["created-date", "last-modified-date", "source", "put-code"]


def test_display_index_is_a_number_for_a_person_and_text_for_an_affiliation() -> None:
    assert tree_of("keyword", {"content": "x", "display-index": "3"})["display-index"] == 3
    assert tree_of("employment", {"display-index": "3"})["display-index"] == "3"


def test_pretty_and_compact() -> None:
    assert write_json("keyword", {"content": "é"}, absent_as_null=False) == '{"content":"é"}'.encode()
    assert (
        write_json("keyword", {"content": "é"}, absent_as_null=False, pretty=True) == '{\n  "content": "é"\n}'.encode()
    )


def test_times_of_a_notification_are_bare() -> None:
    sent = {**SMALL["notification"], "sent-date": 5}
    reading = read_json(body(sent), "notification")
    assert not reading.faults
    assert reading.content["sent-date"] == {"value": 5}
    assert tree_of("notification", reading.content)["sent-date"] == 5
