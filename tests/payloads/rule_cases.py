"""Smallest payloads that ORCID takes, and changes to them, for the tests of the rules."""

from __future__ import annotations

import copy
from typing import Any, Final

from checker.orcid.payloads.model import Answer, Case, Fault, Form, Method, Record, Stored
from checker.orcid.payloads.rules import enum_faults, faults

DROP: Final = object()
ME: Final = "APP-0000000000000001"
OTHER: Final = "APP-0000000000000002"


def doi(value: str = "10.5555/demo", relationship: str | None = "self", kind: str = "doi") -> dict[str, Any]:
    one = {"external-id-type": kind, "external-id-value": value}
    return one if relationship is None else one | {"external-id-relationship": relationship}


ORGANIZATION: Final = {
    "name": "Example University",
    "address": {"city": "Exampleville", "country": "GB"},
    "disambiguated-organization": {
        "disambiguated-organization-identifier": "https://ror.org/05dxps055",
        "disambiguation-source": "ROR",
    },
}
WORK: Final = {
    "title": {"title": {"value": "A title"}},
    "type": "journal-article",
    "external-ids": {"external-id": [doi()]},
}
AFFILIATION: Final = {"organization": ORGANIZATION}
FUNDING: Final = {
    "type": "grant",
    "title": {"title": {"value": "A grant"}},
    "external-ids": {"external-id": [doi("G-1", kind="grant_number")]},
    "organization": ORGANIZATION,
}
REVIEW: Final = {
    "reviewer-role": "reviewer",
    "review-identifiers": {"external-id": [doi("R-1", kind="source-work-id")]},
    "review-type": "review",
    "review-completion-date": {"year": {"value": "2024"}},
    "review-group-id": "orcid-generated:12345",
    "convening-organization": ORGANIZATION,
}
RESOURCE: Final = {
    "proposal": {
        "title": {"title": {"value": "A proposal"}},
        "hosts": {"organization": [ORGANIZATION]},
        "external-ids": {"external-id": [doi("P-1", kind="proposal-id")]},
    },
    "resource-item": [
        {
            "resource-name": "A beam line",
            "resource-type": "infrastructures",
            "hosts": {"organization": [ORGANIZATION]},
            "external-ids": {"external-id": [doi("B-1", kind="source-work-id")]},
        }
    ],
}
SMALLEST: Final[dict[str, dict[str, Any]]] = {
    "work": WORK,
    "bulk": {"bulk": [{"work": WORK}]},
    **dict.fromkeys(
        ("employment", "education", "qualification", "invited-position", "distinction", "membership", "service"),
        AFFILIATION,
    ),
    "funding": FUNDING,
    "peer-review": REVIEW,
    "research-resource": RESOURCE,
    "other-name": {"content": "A name"},
    "keyword": {"content": "a word"},
    "address": {"country": {"value": "GB"}},
    "researcher-url": {"url-name": "Page", "url": {"value": "https://example.org/me"}},
    "external-identifier": {
        "external-id-type": "Anything",
        "external-id-value": "1",
        "external-id-url": {"value": "https://example.org/1"},
        "external-id-relationship": "self",
    },
    "group-id": {
        "name": "A group",
        "group-id": "orcid-generated:12345",
        "description": "Reviews",
        "type": "publisher",
    },
    "notification": {
        "notification-type": "PERMISSION",
        "authorization-url": {"uri": "https://example.org/connect"},
        "items": {"item": [{"item-type": "work", "item-name": "A title", "external-id": doi()}]},
    },
}


def content(kind: str, changes: dict[str, Any] | None = None) -> dict[str, Any]:
    """The smallest payload of a kind, with changes: dotted path to a new value, or to DROP."""
    result = copy.deepcopy(SMALLEST[kind])
    for path, value in (changes or {}).items():
        *parents, last = (int(step) if step.isdigit() else step for step in path.split("."))
        place: Any = result
        for step in parents:
            place = place[step] if isinstance(step, int) else place.setdefault(step, {})
        if value is DROP:
            place.pop(last, None)
        else:
            place[last] = copy.deepcopy(value)
    return result


def case(kind: str, changes: dict[str, Any] | None = None, **more: Any) -> Case:
    more.setdefault("record", Record(source=ME))
    return Case(kind, content(kind, changes), **more)


def put(kind: str, changes: dict[str, Any] | None = None, *, stored: Any = None, **more: Any) -> Case:
    """A PUT to 7; by default the smallest payload of the same kind is stored there, by the same client."""
    stored = [item(kind, {"put-code": 7})] if stored is None else stored
    record = Record(source=ME, stored=stored, **more)
    return case(kind, {"put-code": 7} | (changes or {}), method=Method.PUT, put_code=7, record=record)


def item(kind: str, changes: dict[str, Any] | None = None, *, source: str = ME, put_code: int = 7) -> Stored:
    return Stored(put_code, kind, content(kind, changes), source)


def all_faults(one: Case) -> list[Fault]:
    return enum_faults(one) + faults(one)


def names(one: Case) -> list[str]:
    return [fault.clause.name for fault in all_faults(one)]


def answer(fault: Fault) -> Answer | None:
    return fault.answer or fault.clause.answer


JSON: Final = Form.JSON
XML: Final = Form.XML
