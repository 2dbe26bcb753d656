"""ORCID's answers as others read them."""

from __future__ import annotations

import json
from typing import Any


def json_object(body: str | bytes) -> dict[str, Any]:
    """Return the JSON object that a body holds; an empty one when it holds anything else."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
