"""Where advice is given: in every kind, at every level, on what is sent and not on what is read back."""

from __future__ import annotations

import copy
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from checker.orcid.payloads.advice import faults
from checker.orcid.payloads.check_digits import isbn_fits, issn_fits, lei_fits
from checker.orcid.payloads.kinds import KINDS
from checker.orcid.payloads.model import At, Case, Method
from checker.orcid.payloads.xml_form import read_xml

from .test_advice_clauses import SOUND, changed, ident, person

SHARED: Final = Path(os.environ.get("ORCID_REVIEW_SHARED", Path(__file__).parents[3] / "shared"))
SAMPLES: Final = SHARED / "orcid-samples"
MARKED: Final = "<b>x</b>"
BAD: Final = ident("doi", "doi:10.5555/demo", "https://doi.org/10.5555/demo")
OLD: Final = {"name": "E", "disambiguated-organization": {"disambiguation-source": "GRID"}}


def names(kind: str, content: dict[str, Any], method: Method = Method.POST) -> list[str]:
    return [fault.clause.name for fault in faults(Case(kind, content, method=method))]


@pytest.mark.parametrize(
    ("kind", "change", "name", "at"),
    [
        ("work", {"journal_title": {"value": MARKED}}, "markup-in-text", ("journal-title",)),
        ("work", {"short_description": MARKED}, "markup-in-text", ("short-description",)),
        ("work", {"title__subtitle": {"value": MARKED}}, "markup-in-text", ("title", "subtitle")),
        ("work", {"title__translated_title": {"value": MARKED}}, "markup-in-text", ("title", "translated-title")),
        ("employment", {"department_name": "null"}, "placeholder-text", ("department-name",)),
        (
            "employment",
            {"organization__address__city": "{{ city }}"},
            "unfilled-template",
            ("organization", "address", "city"),
        ),
        ("membership", {"url": {"value": "www.example.org"}}, "link-not-absolute", ("url",)),
        (
            "membership",
            {"external_ids": {"external-id": [BAD]}},
            "identifier-unclean",
            ("external-ids", "external-id", 0, "external-id-value"),
        ),
        ("funding", {"organization_defined_type": {"value": MARKED}}, "markup-in-text", ("organization-defined-type",)),
        ("funding", {"url": {"value": "http://doi.org/10.5555/1"}}, "http-link", ("url",)),
        ("peer-review", {"review_url": {"value": "http://doi.org/10.5555/1"}}, "http-link", ("review-url",)),
        ("peer-review", {"subject_url": {"value": "x"}}, "link-not-absolute", ("subject-url",)),
        (
            "peer-review",
            {"subject_external_identifier": BAD},
            "identifier-unclean",
            ("subject-external-identifier", "external-id-value"),
        ),
        ("peer-review", {"subject_name": {"title": {"value": "TBD"}}}, "placeholder-text", ("subject-name", "title")),
        (
            "peer-review",
            {"convening_organization": OLD},
            "organization-source-frozen",
            ("convening-organization", "disambiguated-organization", "disambiguation-source"),
        ),
        (
            "research-resource",
            {"proposal__hosts__organization__0": OLD},
            "organization-source-frozen",
            ("proposal", "hosts", "organization", 0, "disambiguated-organization", "disambiguation-source"),
        ),
        (
            "research-resource",
            {"resource_item__0__resource_name": "null"},
            "placeholder-text",
            ("resource-item", 0, "resource-name"),
        ),
        (
            "research-resource",
            {"resource_item__0__external_ids": {"external-id": [BAD]}},
            "identifier-unclean",
            ("resource-item", 0, "external-ids", "external-id", 0, "external-id-value"),
        ),
        ("other-name", {"content": MARKED}, "markup-in-text", ("content",)),
        (
            "external-identifier",
            {"external_id_url": {"value": "http://orcid.org/1"}},
            "http-link",
            ("external-id-url",),
        ),
        ("group-id", {"description": "{{description}}"}, "unfilled-template", ("description",)),
        (
            "notification",
            {"authorization_url__uri": "http://orcid.org/oauth/authorize"},
            "http-link",
            ("authorization-url", "uri"),
        ),
        (
            "notification",
            {"items__item__0__external_id": BAD},
            "identifier-unclean",
            ("items", "item", 0, "external-id", "external-id-value"),
        ),
        ("bulk", {"bulk__0__work__type": "undefined"}, "work-type-undefined", ("bulk", 0, "work", "type")),
        ("bulk", {"bulk__0__work__visibility": "private"}, "visibility-on-post", ("bulk", 0, "work", "visibility")),
    ],
)
def test_places(kind: str, change: dict[str, Any], name: str, at: At) -> None:
    found = faults(Case(kind, changed(kind, **change)))
    assert [(fault.clause.name, fault.at) for fault in found] == [(name, at)]


def test_what_is_read_back_may_be_sent_again() -> None:
    content = changed("work", visibility="limited", source={"source-name": {"value": "A portal"}}, path="/x")
    assert names("work", content, Method.PUT) == []
    assert names("work", content) == ["visibility-on-post", "read-only-part", "read-only-part"]


def test_contributors_of_fundings_are_looked_at_too() -> None:
    content = changed("funding", contributors={"contributor": [person("https://www.orcid.org/0000-0002-1825-0097")]})
    assert names("funding", content) == ["contributor-id-host"]


def test_identifiers_of_affiliations_may_write_their_type_in_capitals() -> None:
    content = changed("membership", external_ids={"external-id": [ident("DOI", "10.5555/demo")]})
    assert names("membership", content) == ["identifier-without-url"]


def test_names_of_people_and_places_are_no_placeholders() -> None:
    assert names("other-name", {"content": "Null"}) == []
    assert names("work", changed("work", contributors={"contributor": [person(name="Test")]})) == []


@pytest.mark.parametrize("number", ["0306406152", "080442957X", "9780306406157", "9791034304554"])
def test_isbn(number: str) -> None:
    assert isbn_fits(number)
    wrong = number[:3] + str((int(number[3]) + 1) % 10) + number[4:]
    assert not isbn_fits(wrong)


def test_numbers_of_other_articles_are_no_isbn() -> None:
    assert not isbn_fits("4006381333931")
    assert not isbn_fits("97803064061X7")


@pytest.mark.parametrize("number", ["2049-3630", "0317-8471", "2434-561X", "1050-124X"])
def test_issn(number: str) -> None:
    assert issn_fits(number)
    assert not issn_fits(("1" if number[0] != "1" else "2") + number[1:])


def test_lei() -> None:
    assert lei_fits("529900T8BM49AURSDO55")
    assert not lei_fits("529900T8BM49AURSD055")


def _without(node: Any) -> Iterator[Any]:
    """Yield a tree without each of its parts in turn, and with each object and list emptied."""
    items = list(node.items()) if isinstance(node, dict) else list(enumerate(node)) if isinstance(node, list) else []
    for key, part in items:
        copied = copy.copy(node)
        del copied[key]
        yield copied
        if isinstance(part, dict | list) and part:
            copied = copy.copy(node)
            copied[key] = type(part)()
            yield copied
        if isinstance(part, str):
            for text in ("", " ", "\ud800", "x" * 100_000):
                copied = copy.copy(node)
                copied[key] = text
                yield copied
        for inner in _without(part):
            copied = copy.copy(node)
            copied[key] = inner
            yield copied


@pytest.mark.parametrize("kind", KINDS)
def test_incomplete_content_never_breaks_it(kind: str) -> None:
    full = {key: value for one in ("work", "employment", "funding") for key, value in SOUND[one].items()}
    people = {"contributor": [person("https://orcid.org/0000-0002-1825-0097", "0000-0002-1825-0097")]}
    dates = {
        "start-date": {"year": {"value": "2020"}},
        "end-date": {"year": {"value": "2021"}, "month": {"value": "1"}},
    }
    content = {**SOUND.get(kind, SOUND["employment"])}
    if kind in ("work", "funding"):
        content |= {**full, **SOUND[kind], **dates, "contributors": people}
    count = 0
    for incomplete in _without(content):
        faults(Case(kind, incomplete))
        count += 1
    assert count >= 2


@pytest.mark.parametrize(
    "text",
    ["<p " + "a" * 50_000, "<p a=" + " " * 50_000, "{{" + " " * 50_000, "<%" * 25_000, "&amp" * 12_000, "{{a" * 16_000],
    ids=["tag", "attribute", "braces", "percent", "entities", "openings"],
)
def test_long_texts_take_no_long_time(text: str) -> None:
    started = time.process_time()
    faults(Case("work", changed("work", title__title={"value": text}, short_description=text)))
    assert time.process_time() - started < 0.5


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"ORCID's samples are not at {SAMPLES}")
def test_what_is_said_of_orcids_own_samples() -> None:
    said: dict[str, set[str]] = {}
    for path in sorted(SAMPLES.glob("*/write_samples/*.xml")):
        reading = read_xml(path.read_bytes())
        assert reading.kind is not None
        assert reading.content is not None
        if found := {fault.clause.name for fault in faults(Case(reading.kind, reading.content))}:
            said[path.name] = found
    # Each was looked at by a person: Ringgold and GRID ids, a DOI written as an address, a DOI that is none.
    assert said == {
        "peer-review-full-3.0.xml": {"organization-source-frozen"},
        "peer-review-full-award-subject-type-3.0.xml": {"organization-source-frozen"},
        "peer-review-simple-3.0.xml": {"organization-source-frozen"},
        "research-resource-3.0.xml": {"organization-source-frozen", "identifier-unclean", "identifier-without-url"},
        "work-full-3.0.xml": {"http-link", "identifier-not-of-its-type"},
    }
