"""One item of each kind, as a portal would send it as JSON."""

from __future__ import annotations

import copy
from typing import Any

Item = dict[str, Any]


def external_id(kind: str, value: str, relationship: str | None = "self", url: str = "") -> Item:
    found: Item = {"external-id-type": kind, "external-id-value": value}
    if relationship:
        found["external-id-relationship"] = relationship
    return found | ({"external-id-url": {"value": url}} if url else {})


def date(year: str, month: str = "", day: str = "") -> Item:
    parts = {"year": year, "month": month, "day": day}
    return {name: {"value": text} for name, text in parts.items() if text}


ORGANIZATION: Item = {
    "name": "Example University",
    "address": {"city": "Exampleville", "region": "Example Shire", "country": "GB"},
    "disambiguated-organization": {
        "disambiguated-organization-identifier": "https://ror.org/05dxps055",
        "disambiguation-source": "ROR",
    },
}
WORK: Item = {
    "title": {
        "title": {"value": "A title"},
        "subtitle": {"value": "and more"},
        "translated-title": {"value": "Ein Titel", "language-code": "de"},
    },
    "journal-title": {"value": "Journal of Examples"},
    "short-description": "Two\nlines.",
    "citation": {"citation-type": "bibtex", "citation-value": "@article{a}"},
    "type": "journal-article",
    "publication-date": date("2020", "02", "03"),
    "external-ids": {
        "external-id": [
            external_id("doi", "10.5555/Demo", url="https://doi.org/10.5555/demo"),
            external_id("issn", "0378-5955", "part-of"),
            external_id("grant_number", "G-1", "funded-by"),
        ]
    },
    "url": {"value": "https://example.org/work"},
    "contributors": {
        "contributor": [
            {
                "contributor-orcid": {"path": "0000-0001-5109-3700"},
                "credit-name": {"value": "A. Author"},
                "contributor-attributes": {"contributor-sequence": "first", "contributor-role": "author"},
            }
        ]
    },
    "language-code": "en",
    "country": {"value": "GB"},
}
AFFILIATION: Item = {
    "department-name": "Library",
    "role-title": "Librarian",
    "start-date": date("2019", "02"),
    "end-date": date("2021"),
    "organization": ORGANIZATION,
    "url": {"value": "https://example.org/"},
    "external-ids": {"external-id": [external_id("source-work-id", "E-1")]},
}
FUNDING: Item = {
    "type": "grant",
    "organization-defined-type": {"value": "Fellowship"},
    "title": {"title": {"value": "A grant"}, "translated-title": {"value": "Ein Zuschuss", "language-code": "de"}},
    "short-description": "About it.",
    "amount": {"value": "1000.50", "currency-code": "EUR"},
    "url": {"value": "https://example.org/grant"},
    "start-date": date("2019"),
    "end-date": date("2021"),
    "external-ids": {"external-id": [external_id("grant_number", "G-1")]},
    "contributors": {
        "contributor": [{"credit-name": {"value": "L. Lead"}, "contributor-attributes": {"contributor-role": "lead"}}]
    },
    "organization": ORGANIZATION,
}
REVIEW: Item = {
    "reviewer-role": "reviewer",
    "review-identifiers": {"external-id": [external_id("source-work-id", "R-1")]},
    "review-url": {"value": "https://example.org/review"},
    "review-type": "review",
    "review-completion-date": date("2021", "06"),
    "review-group-id": "issn:0378-5955",
    "subject-external-identifier": external_id("doi", "10.5555/subject"),
    "subject-container-name": {"value": "Journal of Examples"},
    "subject-type": "journal-article",
    "subject-name": {"title": {"value": "The manuscript"}},
    "subject-url": {"value": "https://example.org/subject"},
    "convening-organization": ORGANIZATION,
}
RESOURCE: Item = {
    "proposal": {
        "title": {"title": {"value": "A proposal"}},
        "hosts": {"organization": [ORGANIZATION]},
        "external-ids": {"external-id": [external_id("proposal-id", "P-1")]},
        "start-date": date("2020"),
        "end-date": date("2021"),
        "url": {"value": "https://example.org/proposal"},
    },
    "resource-item": [
        {
            "resource-name": "A beam line",
            "resource-type": "infrastructures",
            "hosts": {"organization": [ORGANIZATION]},
            "external-ids": {"external-id": [external_id("source-work-id", "B-1")]},
            "url": {"value": "https://example.org/beam"},
        }
    ],
}
AFFILIATIONS = (
    "employment", "education", "qualification", "invited-position", "distinction", "membership", "service",
)  # fmt: skip
ITEMS: dict[str, Item] = {
    "work": WORK,
    **dict.fromkeys(AFFILIATIONS, AFFILIATION),
    "funding": FUNDING,
    "peer-review": REVIEW,
    "research-resource": RESOURCE,
    "other-name": {"content": "J. Carberry"},
    "keyword": {"content": "psychoceramics"},
    "address": {"country": {"value": "US"}},
    "researcher-url": {"url-name": "Home page", "url": {"value": "https://example.org/me"}},
    "external-identifier": {
        "external-id-type": "Example ID",
        "external-id-value": "1",
        "external-id-url": {"value": "https://example.org/1"},
        "external-id-relationship": "self",
    },
}
GROUP: Item = {
    "name": "Reviews of examples",
    "group-id": "orcid-generated:examples",
    "description": "All of them",
    "type": "publisher",
}
NOTIFICATION: Item = {
    "notification-type": "permission",
    "authorization-url": {"uri": "https://example.org/connect"},
    "notification-subject": "Connect",
    "notification-intro": "Please.",
    "items": {"item": [{"item-type": "work", "item-name": "A title", "external-id": external_id("doi", "10.5555/x")}]},
}


def changed(item: Item, **parts: Any) -> Item:
    """A copy with other parts; None: without the part. Underscores in names stand for hyphens."""
    new = copy.deepcopy(item) | {name.replace("_", "-"): part for name, part in parts.items()}
    return {name: part for name, part in new.items() if part is not None}


def with_id(item: Item, value: str, relationship: str | None = "self", kind: str = "doi") -> Item:
    """A copy with one external identifier."""
    return changed(item, external_ids={"external-id": [external_id(kind, value, relationship)]})
