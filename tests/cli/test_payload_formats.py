"""How judged payloads are told: each format by itself, with entries made by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree

from checker.cli.payload_formats import NAMES, Entry, Form, Outcome, Row, Tally, form_named

RULE = Row(
    layer="rule",
    name="identifier-type-unknown",
    message="`DOI` is no type of identifier.",
    remedy="Write `doi`.",
    code=9023,
    path="/work:work/common:external-ids/common:external-id/common:external-id-type",
    line=12,
    column=29,
    found="DOI",
    allowed="doi",
    source="ORCID Member API 3.0",
    excerpt="  <common:external-id-type>DOI</common:external-id-type>",
)
ADVICE = Row("advice", "no-url", "There is no link.", "Add one.", path="/work:work", line=3, column=1, source="ORCID")
REFUSED = Entry("in/a b.xml", None, Outcome.REFUSED, "work", "application/vnd.orcid+xml", (400, 9023), [RULE, ADVICE])
ACCEPTED = Entry("b.ndjson", 7, Outcome.ACCEPTED, "keyword", "application/vnd.orcid+json")
ADVISED = replace(ACCEPTED, index=8, rows=[replace(ADVICE, line=8)])
UNREAD = Entry("c.zip!d.json", None, Outcome.UNREAD, rows=[Row("input", "encrypted", "It is encrypted.", "Do not.")])
UNDECIDED = Entry("-", None, Outcome.UNDECIDED, rows=[Row("input", "kind-unclear", "It has no kind.", "Say --kind.")])
NASTY = replace(
    REFUSED,
    file="a\x1b[31m\udcff\u202e.xml",
    rows=[replace(RULE, message="\x00\x1b]0;x\x07<&>\"' \ud800\uffff\n", excerpt="\x1b[2J\t<a>\u202e", column=9)],
)
ALL = [REFUSED, ACCEPTED, ADVISED, UNREAD, UNDECIDED]


def whole(form: Form, entries: list[Entry]) -> str:
    tally = Tally()
    for entry in entries:
        tally.count(entry, clauses=form.clauses)
    parts = [part for part in map(form.entry, entries) if part]
    return form.begin(tally) + form.between.join(parts) + form.end(tally)


def told(name: str, *entries: Entry) -> str:
    return whole(form_named(name), list(entries))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_to_tell_is_well_formed_too(name: str):
    text = told(name)
    if name in {"json", "sarif"}:
        json.loads(text)
    elif name == "junit":
        etree.fromstring(text.encode())
    else:
        assert "No payload was judged" in text


@pytest.mark.parametrize("name", NAMES)
def test_what_stands_in_a_file_moves_no_terminal_and_breaks_no_format(name: str):
    text = told(name, NASTY)
    assert "\x1b" not in text
    assert "\x00" not in text
    text.encode("utf-8")
    if name == "junit":
        etree.fromstring(text.encode())
    if name in {"json", "sarif"}:
        assert "<&>" in json.loads(text).__repr__()
    else:
        assert "\u202e" not in text


# JSON


def test_json_is_the_form_that_was_agreed():
    first, second, *_ = json.loads(told("json", *ALL))["payloads"]
    assert first | {"problems": None} == {
        "file": "in/a b.xml",
        "index": None,
        "kind": "work",
        "media_type": "application/vnd.orcid+xml",
        "accepted": False,
        "answer": {"status": 400, "code": 9023},
        "problems": None,
    }
    assert first["problems"][0] == {
        "layer": "rule",
        "code": 9023,
        "name": "identifier-type-unknown",
        "path": RULE.path,
        "line": 12,
        "column": 29,
        "message": RULE.message,
        "found": "DOI",
        "allowed": "doi",
        "remedy": RULE.remedy,
        "source": RULE.source,
    }
    assert first["problems"][1]["code"] is None
    assert (second["index"], second["accepted"], second["answer"], second["problems"]) == (7, True, None, [])


def test_json_is_utf_8_and_stays_json_without_it():
    assert "Zürich" in told("json", replace(ACCEPTED, file="Zürich.json"))
    assert json.loads(told("json", replace(ACCEPTED, file="\udcff.json")))["payloads"][0]["file"] == "\udcff.json"


def test_one_line_of_json_is_one_payload():
    lines = told("json", *ALL).splitlines()
    assert json.loads(lines[2].removesuffix(","))["index"] == 7


# Text


def test_text_says_where_what_and_what_to_do_under_the_line_itself():
    lines = told("text", REFUSED).splitlines()
    assert lines[0] == "in/a b.xml:12:29: rule identifier-type-unknown [9023]"
    assert lines[1] == "  `DOI` is no type of identifier."
    shown = next(number for number, line in enumerate(lines) if "<common:external-id-type>DOI<" in line)
    assert lines[shown].startswith(" 12 | <common:")
    assert lines[shown + 1].index("^") == lines[shown].index("DOI") + 1, "a column counts from 1"
    assert "    = allowed: doi" in lines
    assert "    = do: Write `doi`." in lines
    assert "in/a b.xml (work): refused: ORCID would answer 400, error code 9023" in lines


@pytest.mark.parametrize(
    ("excerpt", "column", "under"),
    [
        ("x" * 500 + "DOI" + "y" * 500, 501, "D"),
        ("日本語 DOI", 5, "D"),
        ("\t\tDOI", 3, "D"),
        ("DOI", 1, "D"),
        ("  DOI", 1, "DOI"),
        ("abc", 4, ""),
        ("abc", 400, ""),
        ("", 1, ""),
    ],
)
def test_the_caret_stands_under_the_place(excerpt: str, column: int, under: str):
    from rich.cells import cell_len

    lines = told("text", replace(REFUSED, rows=[replace(RULE, excerpt=excerpt, column=column)])).splitlines()
    line, caret = lines[3], lines[4]
    assert len(line) < 140
    width, rest = caret.index("^"), ""
    while cell_len(line) > width and line:
        rest, line = line[-1] + rest, line[:-1]
    assert rest.strip().startswith(under)
    if not under:
        assert not rest.strip()


def test_text_has_colours_only_where_asked_for():
    assert "\x1b[" not in whole(form_named("text"), ALL)
    assert "\x1b[" in whole(form_named("text", colour=True), ALL)


def test_text_is_silent_on_what_is_well_and_counts_it():
    assert told("text", ACCEPTED).splitlines() == [
        "1 of 1 payload accepted.",
        "Judged: 1 keyword. "
        "What only the registry knows was not judged: its organizations and groups, duplicates on the record.",
    ]


def test_the_summary_has_a_denominator_and_hides_nothing():
    said = told("text", *ALL).splitlines()[-2]
    assert said == (
        "2 of 5 payloads accepted, 1 refused, 1 could not be judged, 1 could not be read, 2 pieces of advice."
    )


# JUnit


def junit(*entries: Entry) -> etree._Element:
    return etree.fromstring(told("junit", *entries).encode())


def test_junit_counts_and_tells_each_payload():
    root = junit(*ALL)
    (suite,) = root
    for element in (root, suite):
        assert (element.get("tests"), element.get("failures"), element.get("errors")) == ("5", "1", "2")
    cases = suite.findall("testcase")
    assert [case.get("name") for case in cases] == ["in/a b.xml", "b.ndjson:7", "b.ndjson:8", "c.zip!d.json", "-"]
    assert [[child.tag for child in case] for case in cases] == [
        ["failure", "system-out"],
        [],
        ["system-out"],
        ["error"],
        ["error"],
    ]
    failure = cases[0][0]
    assert failure.get("type") == "rule.identifier-type-unknown"
    assert "9023" in (failure.get("message") or "")
    assert "Write `doi`." in (failure.text or "")


# SARIF


def sarif(*entries: Entry) -> dict[str, Any]:
    log = json.loads(told("sarif", *entries))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert len(rules) == len(run["tool"]["driver"]["rules"])
    for rule in rules.values():
        assert rule["help"]["text"]
        assert rule["shortDescription"]["text"]
    for result in run["results"]:
        assert result["ruleId"] in rules
        assert result["level"] in {"error", "warning", "note", "none"}
        assert result["message"]["text"]
        for location in result["locations"]:
            region = location["physicalLocation"].get("region", {"startLine": 1})
            assert region["startLine"] >= 1
            assert region.get("startColumn", 1) >= 1
            assert location["physicalLocation"]["artifactLocation"]["uri"]
    assert isinstance(run["tool"]["driver"]["name"], str)
    return run  # type: ignore[no-any-return]


def places(run: dict[str, Any]) -> list[dict[str, Any]]:
    return [result["locations"][0]["physicalLocation"] for result in run["results"]]


def test_sarif_places_a_problem_by_a_relative_uri_and_its_line():
    run = sarif(REFUSED, ACCEPTED)
    assert [result["level"] for result in run["results"]] == ["error", "note"]
    assert places(run)[0] == {
        "artifactLocation": {"uri": "in/a%20b.xml"},
        "region": {"startLine": 12, "startColumn": 29},
    }
    assert run["invocations"] == [{"executionSuccessful": True}]


def test_sarif_says_that_not_all_was_judged():
    run = sarif(UNREAD, UNDECIDED)
    assert run["invocations"] == [{"executionSuccessful": False}]
    assert [place["artifactLocation"]["uri"] for place in places(run)] == ["c.zip", "stdin"]


def test_lines_of_a_member_are_not_taken_for_lines_of_its_archive():
    run = sarif(replace(REFUSED, file="a.zip!b.xml"))
    assert "region" not in places(run)[0]
    assert run["results"][0]["locations"][0]["logicalLocations"][0]["fullyQualifiedName"].startswith("b.xml/work:work")
