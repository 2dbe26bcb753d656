"""The JSON Schema that is published beside the docs is the one that the program writes by."""

import json
from pathlib import Path

from checker.content.reports.review_json import schema

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "review.schema.json"


def test_the_published_schema_is_up_to_date():
    assert json.loads(PUBLISHED.read_text("utf-8")) == schema()
