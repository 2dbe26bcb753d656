"""Research resources: complete ones pass in both forms, each missing part fails, and other kinds are not meant."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from checker.orcid.payloads.write_xml import write_xml
from checker.review.model import Outcome

from .samples import FUNDING_JSON, WORK, but, judged, reviewed, ruling, sent

RULE = "research-resource-fields"
HOST: dict[str, Any] = FUNDING_JSON["organization"]


def identifier(kind: str, value: str, url: str) -> dict[str, Any]:
    return {
        "external-id-type": kind, "external-id-value": value, "external-id-url": {"value": url},
        "external-id-relationship": "self",
    }  # fmt: skip


# The hosts are copies: a test that changes one of them must not change the other.
RESOURCE: dict[str, Any] = {
    "proposal": {
        "title": {"title": {"value": "Nights at the telescope"}},
        "hosts": {"organization": [copy.deepcopy(HOST)]},
        "external-ids": {"external-id": [identifier("proposal-id", "P-9", "https://telescope.example.org/P-9")]},
        "start-date": {"year": {"value": "2021"}},
    },
    "resource-item": [
        {
            "resource-name": "Great telescope",
            "resource-type": "infrastructures",
            "hosts": {"organization": [copy.deepcopy(HOST)]},
            "external-ids": {
                "external-id": [identifier("uri", "https://telescope.example.org/1", "https://telescope.example.org/1")]
            },
        }
    ],
}

OPTIONAL = {
    "no start": but(RESOURCE, "proposal/start-date"),
    "ten hosts": but(RESOURCE, "proposal/hosts/organization", [HOST] * 10),
    "two resources": but(RESOURCE, "resource-item", RESOURCE["resource-item"] * 2),
    "a translation": but(RESOURCE, "proposal/title/translated-title", {"value": "Nächte", "language-code": "de"}),
    "put-code": but(RESOURCE, "put-code", 3),  # another rule's
    "type of an id": but(RESOURCE, "proposal/external-ids/external-id/0/external-id-type", "Proposal"),  # likewise
    "no city": but(RESOURCE, "proposal/hosts/organization/0/address/city"),  # likewise
}


def as_xml(resource: dict[str, Any]) -> str:
    return write_xml("research-resource", resource).decode()


@pytest.mark.parametrize("form", [json.dumps, as_xml])
def test_a_complete_one_passes(form):
    assert judged(RULE, "research-resource", form(RESOURCE)).outcome is Outcome.PASSED


@pytest.mark.parametrize("name", OPTIONAL)
def test_what_may_be_so_or_is_another_rules_is_not_mistaken(name):
    assert judged(RULE, "research-resource", OPTIONAL[name]).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "path",
    [
        "proposal", "proposal/title", "proposal/title/title", "proposal/hosts", "proposal/hosts/organization/0",
        "proposal/hosts/organization/0/disambiguated-organization", "proposal/external-ids",
        "proposal/external-ids/external-id/0", "resource-item", "resource-item/0", "resource-item/0/resource-name",
        "resource-item/0/resource-type", "resource-item/0/hosts", "resource-item/0/hosts/organization/0",
        "resource-item/0/hosts/organization/0/disambiguated-organization", "resource-item/0/external-ids",
    ],
)  # fmt: skip
def test_each_missing_part_fails_in_both_forms(path):
    broken = but(RESOURCE, path)
    assert judged(RULE, "research-resource", broken).outcome is Outcome.FAILED
    assert judged(RULE, "research-resource", as_xml(json.loads(broken))).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("proposal/title/title/value", ""),
        ("resource-item/0/resource-name", ""),
        ("resource-item/0/resource-type", "telescope"),
        ("proposal/hosts/organization", [HOST] * 11),
    ],
)
def test_a_part_that_says_nothing_fails(path, value):
    assert judged(RULE, "research-resource", but(RESOURCE, path, value)).outcome is Outcome.FAILED


def test_others_are_not_meant():
    assert judged(RULE, "work", WORK).outcome is Outcome.NOT_APPLICABLE
    assert ruling(RULE, reviewed()).outcome is Outcome.BLOCKED
    assert ruling(RULE, reviewed(sent("work", WORK), files={"r.json": but(RESOURCE, "proposal")})).outcome is (
        Outcome.FAILED
    )
