"""Web addresses: ORCID's validator reads `xs:anyURI` by a rule of its own, and so do we, in both validators alike."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from checker.orcid.payloads import KINDS, Answer, Layer, check
from checker.orcid.payloads.description import schema_of
from checker.orcid.payloads.lexical import is_uri
from checker.orcid.payloads.validity import is_valid, is_valid_by_reference
from checker.orcid.payloads.write_xml import write_xml

from .rule_cases import content

SOUND = ["https://exämple.org/ü?q=ß", "https://example.org/a b", "https://x/?a=[b]", "http://", "10.5555/demo", ""]
UNSOUND = ["https://example.org/%zz", "https://example.org/[a]", "https://x/#a#b", "http:", "100%", "https://[x]/"]
PLACES = [
    ("work", "url.value"),
    ("work", "external-ids.external-id.0.external-id-url.value"),
    ("employment", "url.value"),
    ("funding", "url.value"),
    ("peer-review", "review-url.value"),
    ("peer-review", "subject-url.value"),
    ("research-resource", "proposal.url.value"),
    ("research-resource", "resource-item.0.url.value"),
    ("researcher-url", "url.value"),
    ("external-identifier", "external-id-url.value"),
    ("notification", "authorization-url.uri"),
]


def names(found: Any) -> list[str]:
    return [problem.name for problem in found.problems if problem.layer is not Layer.ADVICE]


@pytest.mark.parametrize(("kind", "place"), PLACES)
def test_refuses_an_address_that_orcids_validator_refuses(kind: str, place: str) -> None:
    bad = content(kind, {place: "https://example.org/%zz"})
    told = check(json.dumps(bad), kind=kind)
    assert told.answer == Answer(400, 9047)
    assert "url-not-a-uri" in names(told)
    assert [one.found for one in told.problems if one.name == "url-not-a-uri"] == ["https://example.org/%zz"]
    told = check(write_xml(kind, bad), kind=kind)
    assert told.answer == Answer(400, 9012)
    assert "url-not-a-uri" in names(told)
    assert "url-not-a-uri" not in names(check(json.dumps(content(kind, {place: "https://example.org/ü"})), kind=kind))


@pytest.mark.parametrize("url", SOUND)
def test_takes_what_it_takes(url: str) -> None:
    assert check(json.dumps(content("work", {"url": {"value": url}})), kind="work").accepted
    assert check(write_xml("work", content("work", {"url": {"value": url}}))).accepted


@pytest.mark.parametrize("url", UNSOUND)
def test_refuses_what_it_refuses(url: str) -> None:
    found = check(write_xml("work", content("work", {"url": {"value": url}})))
    assert found.answer == Answer(400, 9012)
    assert [problem.layer for problem in found.problems if problem.name == "url-not-a-uri"] == [Layer.RULE]


def test_a_bulk_is_not_held_against_the_schema() -> None:
    found = check(json.dumps(content("bulk", {"bulk.0.work.url": {"value": "https://x/%zz"}})))
    assert found.accepted
    assert [problem.answer for problem in found.problems if problem.name == "url-not-a-uri"] == [None]


@given(st.text("aA1:/?#[]%@ .-ü\n\\", max_size=30).map("https:/".__add__) | st.text("a:/?#[]% ", max_size=12))
@example("https://x/\n")
@example("https://x/%0a#")
def test_both_validators_judge_addresses_alike(url: str) -> None:
    one = {"url": {"value": url}}
    assert is_valid("researcher-url", one) == is_valid_by_reference("researcher-url", one) == is_uri(url)


def test_every_place_of_an_address_is_tested() -> None:
    def has(part: Any) -> bool:
        return isinstance(part, dict | list) and (
            (isinstance(part, dict) and part.get("format") == "any-uri")
            or any(has(one) for one in (part.values() if isinstance(part, dict) else part))
        )

    assert {kind for kind, _ in PLACES} >= {
        kind for kind in KINDS if has(schema_of(kind)) and KINDS[kind].family not in ("affiliation", "bulk")
    }
