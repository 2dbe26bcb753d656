"""`review.json`, the canonical result, and the JSON Schema that it follows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from checker.evidence.model import Evidence
from checker.review import Review

NAME = "json"
DESCRIPTION = "the canonical result, for programs; every other report is a rendering of it"
FILE = "review.json"

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def render(review: Review, evidence: Evidence, folder: Path) -> str:  # noqa: ARG001 - every format has this face
    """Return the review as indented JSON in UTF-8, ending in a newline."""
    return review.model_dump_json(indent=2, by_alias=True) + "\n"


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `review.json`. Its `$id` is what a review names in `$schema`."""
    body = Review.model_json_schema(by_alias=True, mode="serialization")
    # A review is always written in full, so a reader may rely on every key, also where our model has a default.
    for part in (body, *body["$defs"].values()):
        if "properties" in part:
            part["required"] = list(part["properties"])
    return {
        "$schema": DIALECT,
        "$id": Review.model_fields["schema_"].default,
        **body,
        "title": "Review of an ORCID integration",
    }
