from __future__ import annotations

import copy
import json
from typing import Any

import jsonschema
import pytest
from checker.content.reports import review_json

from checker.review import Review

from .sample import Sample

CHECKER = jsonschema.Draft202012Validator.FORMAT_CHECKER


def valid(document: Any) -> bool:
    return jsonschema.Draft202012Validator(review_json.schema(), format_checker=CHECKER).is_valid(document)


def document(sample: Sample) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(review_json.render(sample.review, sample.evidence, sample.folder))
    return loaded


def test_a_review_comes_back_as_it_was(sample: Sample) -> None:
    text = review_json.render(sample.review, sample.evidence, sample.folder)
    assert Review.model_validate_json(text) == sample.review
    assert text.endswith("}\n")


def test_the_schema_is_a_schema_and_accepts_every_review(sample: Sample) -> None:
    schema = review_json.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == document(sample)["$schema"]
    assert valid(document(sample))


def test_what_the_issue_names_is_there(failing: Sample) -> None:
    review = document(failing)
    assert {"verdict", "coverage", "findings"} <= set(review)
    named = {"check", "level", "area", "clause", "outcome", "message", "expected", "observed", "evidence", "remedy",
             "sources", "whose"}  # fmt: skip
    assert all(named <= set(finding) for finding in review["findings"])


BROKEN = {
    "no verdict": lambda r: r.pop("verdict"),
    "an unknown verdict": lambda r: r.update(verdict="maybe"),
    "another schema": lambda r: r.update({"$schema": "https://example.org/other.json"}),
    "no denominator": lambda r: r["coverage"]["required"].pop("total"),
    "a finding without a remedy key": lambda r: r["findings"][0].pop("remedy"),
    "an unknown outcome": lambda r: r["findings"][0].update(outcome="green"),
    "an unknown key": lambda r: r["findings"][0].update(severity="high"),
    "a box of three": lambda r: r["findings"][0].update(evidence=[{"box": [1, 2, 3]}]),
    "a time that is none": lambda r: r.update(started=20261120),
    "a number as text": lambda r: r["coverage"]["required"].update(passed="4"),
    "nobody we know": lambda r: r["findings"][0].update(whose="somebody"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_the_schema_refuses(what: str, failing: Sample) -> None:
    broken = copy.deepcopy(document(failing))
    BROKEN[what](broken)
    assert not valid(broken), what


def test_every_field_of_the_schema_is_described() -> None:
    schema = review_json.schema()
    parts = {"Review": schema, **schema["$defs"]}
    bare = [f"{n}.{key}" for n, part in parts.items() for key, p in part.get("properties", {}).items()
            if not p.get("description")]  # fmt: skip
    assert bare == []
    assert all(part.get("description") for part in parts.values())
