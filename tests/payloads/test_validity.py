"""The schema's verdict: the quick validator and the reference agree, and each fault is told in plain words."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from checker.orcid.payloads.json_form import read_json
from checker.orcid.payloads.kinds import KINDS
from checker.orcid.payloads.model import Form
from checker.orcid.payloads.validity import ANSWERS, faults_of, is_valid, is_valid_by_reference, order_of
from checker.orcid.payloads.xml_form import read_xml

from .json_payloads import SMALL, changed, samples
from .test_json_form import kind_of

LONG = "x" * 1001
ID = {"uri": "https://orcid.org/0000-0002-1825-0097", "path": "0000-0002-1825-0097", "host": "orcid.org"}


def contributor(**parts: Any) -> dict[str, Any]:
    return {"contributor": [{key.replace("_", "-"): part for key, part in parts.items()}]}


# What is wrong, the kind, the place, the value, the clause, a word of the message, what is allowed.
BROKEN: list[tuple[str, str, tuple[str | int, ...], Any, str, str, str]] = [
    ("too long", "work", ("title", "title", "value"), LONG, "text-too-long", "1,001 characters", "at most 1000"),
    ("empty", "work", ("title", "title", "value"), "", "text-empty", "empty", "1 to 1000"),
    ("white space", "work", ("journal-title",), {"value": " \t"}, "text-empty", "white space", "1 to 1000"),
    (
        "month",
        "work",
        ("publication-date",),
        {"year": {"value": "2024"}, "month": {"value": "13"}},
        "bad-date-part",
        "13",
        "1 to 12",
    ),
    ("year", "work", ("publication-date",), {"year": {"value": "24"}}, "bad-date-part", "24", "1900 to 2100"),
    ("no year", "work", ("publication-date",), {"month": {"value": "03"}}, "required-part-missing", "year", "1900"),
    (
        "day alone",
        "work",
        ("publication-date",),
        {"year": {"value": "2024"}, "day": {"value": "03"}},
        "day-without-month",
        "month",
        "month",
    ),
    (
        "e-mail",
        "work",
        ("contributors",),
        contributor(contributor_email={"value": "me"}),
        "bad-email",
        '"me"',
        "e-mail",
    ),
    (
        "iD",
        "work",
        ("contributors",),
        contributor(contributor_orcid={"path": "42"}),
        "bad-orcid-id",
        '"42"',
        "0000-0002",
    ),
    (
        "iD with http",
        "work",
        ("contributors",),
        contributor(contributor_orcid={"uri": "http://orcid.org/0000-0002-1825-0097"}),
        "bad-orcid-id",
        "http:",
        "https",
    ),
    (
        "iD of nothing",
        "work",
        ("contributors",),
        contributor(contributor_orcid={"host": "orcid.org"}),
        "required-part-missing",
        "neither",
        "uri or path",
    ),
    ("client", "work", ("source",), {"source-client-id": {"path": "me"}}, "bad-client-id", '"me"', "APP-"),
    (
        "two sources",
        "work",
        ("source",),
        {"source-orcid": ID, "source-client-id": {"path": "APP-0123456789ABCDEF"}},
        "one-of-two",
        "both",
        "or",
    ),
    ("visibility", "work", ("visibility",), "system", "value-not-allowed", "system", "public"),
    ("list too short", "notification", ("items", "item"), [], "list-too-short", "at least 1", "at least 1"),
    (
        "list too long",
        "research-resource",
        ("proposal", "hosts", "organization"),
        [SMALL["employment"]["organization"]] * 11,
        "list-too-long",
        "11",
        "at most 10",
    ),
    ("group", "peer-review", ("review-group-id",), "Reviews", "bad-group-id", "Reviews", "prefix"),
    ("unknown part", "work", ("journaltitle",), "x", "unknown-part", "journaltitle", "journal-title"),
    ("put-code", "work", ("put-code",), "new", "bad-number", "new", "whole number"),
    ("time", "work", ("created-date",), {"value": "today"}, "bad-time", "today", "2024-03-01T12:00:00Z"),
    ("type of part", "work", ("title",), [], "wrong-type", "a list", "object"),
]


@pytest.mark.parametrize(
    ("kind", "at", "value", "clause", "word", "allowed"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN]
)
def test_what_the_schema_refuses(
    kind: str, at: tuple[str | int, ...], value: Any, clause: str, word: str, allowed: str
) -> None:
    content = changed(kind, *at, to=value)
    for form, answer in ANSWERS.items():
        faults = faults_of(kind, content, form)
        assert [fault.clause.name for fault in faults] == [clause]
        fault = faults[0]
        assert word in fault.message
        assert fault.allowed is not None
        assert allowed in fault.allowed
        assert fault.at[: len(at)] == at
        assert fault.answer == answer
    assert (ANSWERS[Form.XML].code, ANSWERS[Form.JSON].code) == (9012, 9047)


REQUIRED = [
    ("work", ("title",)),
    ("work", ("type",)),
    ("work", ("title", "title")),
    ("work", ("external-ids", "external-id", 0, "external-id-value")),
    ("funding", ("type",)),
    ("funding", ("organization",)),
    ("funding", ("organization", "name")),
    ("peer-review", ("convening-organization",)),
    ("peer-review", ("review-completion-date",)),
    ("research-resource", ("proposal", "hosts")),
    ("research-resource", ("resource-item",)),
    ("address", ("country",)),
    ("researcher-url", ("url",)),
    ("group-id", ("group-id",)),
    ("notification", ("notification-intro",)),
    ("notification", ("items", "item", 0, "item-name")),
]


@pytest.mark.parametrize(("kind", "at"), REQUIRED)
def test_a_required_part_is_missed_at_its_place(kind: str, at: tuple[str | int, ...]) -> None:
    faults = faults_of(kind, changed(kind, *at, drop=True), Form.JSON)
    assert [(fault.clause.name, fault.at) for fault in faults] == [("required-part-missing", at)]
    assert str(at[-1]) in faults[0].message


@pytest.mark.parametrize("kind", KINDS)
def test_small_payloads_are_valid(kind: str) -> None:
    assert faults_of(kind, SMALL[kind], Form.XML) == []


def test_several_faults_come_in_the_order_of_the_elements() -> None:
    content = changed("work", "visibility", to="all")
    content["journal-title"] = {"value": ""}
    del content["title"]
    ats = [fault.at for fault in faults_of("work", content, Form.XML)]
    assert ats == [("title",), ("journal-title", "value"), ("visibility",)]
    assert order_of(("title",), "work") < order_of(("type",), "work")


def test_several_parts_missing_or_unknown_are_each_told() -> None:
    content = {"odd": 1, "strange": 2}
    found = {(fault.clause.name, fault.at) for fault in faults_of("work", content, Form.JSON)}
    assert found == {
        ("required-part-missing", ("title",)),
        ("required-part-missing", ("type",)),
        ("unknown-part", ("odd",)),
        ("unknown-part", ("strange",)),
    }


def test_the_reference_is_not_loaded_for_a_valid_payload() -> None:
    import subprocess
    import sys

    program = (
        "import sys; from checker.orcid.payloads.validity import faults_of;"
        "from checker.orcid.payloads.model import Form;"
        "assert faults_of('keyword', {'content': 'x'}, Form.JSON) == []; assert 'jsonschema' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


ODD_VALUES: tuple[Any, ...] = (
    "",
    " ",
    "\u00a0",
    "x" * 6000,
    "\U0001f600" * 1000,
    "\ud800",
    "2024",
    "2024\n",
    "\u0662\u0660\u0662\u0664",
    "a@b.c",
    "a@b.c\n",
    "orcid-generated:ab",
    "orcid-generated:ab\n",
    "https://orcid.org/0000-0002-1825-0097",
    0,
    -1,
    2**70,
    True,
    None,
    [],
    {},
    {"value": "x"},
    [{}],
)


def mutants(value: Any) -> Iterator[Any]:
    """Yield copies of a tree, each with one part dropped, changed or added."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield {other: inner for other, inner in value.items() if other != key}
            for mutant in mutants(part):
                yield {**value, key: mutant}
        yield {**value, "odd": 1}
    elif isinstance(value, list):
        yield []
        yield value * 12
        for index, part in enumerate(value):
            for mutant in mutants(part):
                yield [*value[:index], mutant, *value[index + 1 :]]
    yield from ODD_VALUES


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("education", "bulk")])
def test_both_validators_agree_on_mutants(kind: str) -> None:
    judged = refused = 0
    for mutant in mutants(SMALL[kind]):
        if not isinstance(mutant, dict):
            continue
        by_reference = is_valid_by_reference(kind, mutant)
        assert is_valid(kind, mutant) is by_reference, mutant
        judged += 1
        refused += not by_reference
    assert judged > 20
    assert 0 < refused < judged


def test_both_validators_agree_on_the_official_samples() -> None:
    contents = []
    for path in samples("record_3.0/*/*-3.0*.*"):
        if path.suffix == ".json" and "write" in str(path):
            contents.append((kind_of(path.name), read_json(path.read_bytes(), kind_of(path.name)).content))
        elif path.suffix == ".xml":
            reading = read_xml(path.read_bytes())
            if reading.kind is not None and reading.content is not None:
                contents.append((reading.kind, reading.content))
    assert len(contents) > 50
    for kind, content in contents:
        assert is_valid(kind, content) is is_valid_by_reference(kind, content)


def test_judging_changes_nothing() -> None:
    content = changed("work", "visibility", to="all")
    before = copy.deepcopy(content)
    faults_of("work", content, Form.JSON)
    assert content == before
