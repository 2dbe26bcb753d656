"""Small payloads in JSON that ORCID takes, one per kind, and ways to change them."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(os.environ.get("ORCID_REVIEW_SHARED", Path(__file__).parents[3] / "shared"))

ORGANIZATION: dict[str, Any] = {
    "name": "Example University",
    "address": {"city": "Exampleville", "country": "GB"},
    "disambiguated-organization": {
        "disambiguated-organization-identifier": "https://ror.org/05dxps055",
        "disambiguation-source": "ROR",
    },
}
IDS: dict[str, Any] = {
    "external-id": [
        {
            "external-id-type": "doi",
            "external-id-value": "10.5555/demo",
            "external-id-url": {"value": "https://doi.org/10.5555/demo"},
            "external-id-relationship": "self",
        }
    ]
}
WORK: dict[str, Any] = {"title": {"title": {"value": "A title"}}, "type": "journal-article", "external-ids": IDS}
FUNDING: dict[str, Any] = {
    "type": "grant",
    "title": {"title": {"value": "A grant"}},
    "external-ids": {
        "external-id": [
            {
                "external-id-type": "grant_number",
                "external-id-value": "G-1",
                "external-id-url": {"value": "https://funder.example/G-1"},
                "external-id-relationship": "self",
            }
        ]
    },
    "organization": ORGANIZATION,
}
PEER_REVIEW: dict[str, Any] = {
    "reviewer-role": "reviewer",
    "review-identifiers": {
        "external-id": [
            {
                "external-id-type": "source-work-id",
                "external-id-value": "R-1",
                "external-id-relationship": "self",
            }
        ]
    },
    "review-type": "review",
    "review-completion-date": {"year": {"value": "2024"}},
    "review-group-id": "orcid-generated:demo",
    "convening-organization": ORGANIZATION,
}
RESOURCE: dict[str, Any] = {
    "proposal": {
        "title": {"title": {"value": "A proposal"}},
        "hosts": {"organization": [ORGANIZATION]},
        "external-ids": IDS,
    },
    "resource-item": [
        {
            "resource-name": "A telescope",
            "resource-type": "equipment",
            "hosts": {"organization": [ORGANIZATION]},
            "external-ids": IDS,
        }
    ],
}
GROUP: dict[str, Any] = {
    "name": "A group",
    "group-id": "orcid-generated:demo",
    "description": "Reviews of the demo",
    "type": "journal",
}
NOTIFICATION: dict[str, Any] = {
    "notification-type": "permission",
    "authorization-url": {"uri": "https://member.example/authorize"},
    "notification-subject": "A subject",
    "notification-intro": "An introduction",
    "items": {"item": [{"item-type": "work", "item-name": "A title"}]},
}
SMALL: dict[str, dict[str, Any]] = {
    "work": WORK,
    "bulk": {"bulk": [{"work": WORK}]},
    **{
        kind: {"organization": ORGANIZATION}
        for kind in (
            "employment",
            "education",
            "qualification",
            "invited-position",
            "distinction",
            "membership",
            "service",
        )
    },
    "funding": FUNDING,
    "peer-review": PEER_REVIEW,
    "research-resource": RESOURCE,
    "other-name": {"content": "A. Name"},
    "keyword": {"content": "a keyword"},
    "address": {"country": {"value": "GB"}},
    "researcher-url": {"url": {"value": "https://example.org/"}},
    "external-identifier": {
        "external-id-type": "Scheme",
        "external-id-value": "42",
        "external-id-url": {"value": "https://scheme.example/42"},
        "external-id-relationship": "self",
    },
    "group-id": GROUP,
    "notification": NOTIFICATION,
}


def changed(kind: str, *at: str | int, to: Any = None, drop: bool = False) -> dict[str, Any]:
    """Return a small payload of a kind with one part set or dropped."""
    payload = copy.deepcopy(SMALL[kind])
    here: Any = payload
    for step in at[:-1]:
        here = here[step]
    if drop:
        del here[at[-1]]
    else:
        here[at[-1]] = to
    return payload


def body(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def samples(pattern: str) -> list[Path]:
    """Return ORCID's samples of a pattern; skips the test when they are not there."""
    folder = SHARED / "orcid-samples"
    if not folder.is_dir():
        pytest.skip(f"there is no {folder.name}: set ORCID_REVIEW_SHARED to the shared folder")
    found = sorted(folder.glob(pattern))
    assert found
    return found
