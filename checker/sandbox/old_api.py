"""API 1.2, 2.0 and 2.1 as far as an old portal needs them to finish signing somebody in: the record, read as JSON.

Our choice. ORCID itself retired 1.2 and redirects; a review wants the portal to go on, and judges the version from
the wire.
"""

from __future__ import annotations

from typing import Any

from .documents import ACTIVITIES, PERSON
from .model import Person
from .record import Registry
from .shape import to_json


def document(version: str, what: str, registry: Registry, person: Person, *, limited: bool) -> Any:
    """Return a document in the version's shape, or None when there is none of that name."""
    if version == "v1.2":
        return _profile(registry, person, limited=limited) if what in {"orcid-profile", "orcid-bio"} else None
    about = to_json(PERSON, registry.person(person, limited=limited))
    activities = to_json(ACTIVITIES, registry.activities(person, lambda item: item.visibility == "public"))
    match what:
        case "" | "record":
            return {
                "orcid-identifier": registry.identifier(person.orcid),
                "preferences": {"locale": "EN"},
                "person": about,
                "activities-summary": activities,
                "path": f"/{person.orcid}",
            }
        case "person":
            return about
        case "activities":
            return activities
        case "email":
            return about["emails"]
        case _:
            return None


def _profile(registry: Registry, person: Person, *, limited: bool) -> Any:
    shown = person.name_public or limited

    def value(text: str) -> dict[str, str] | None:
        return {"value": text} if text and shown else None

    return {
        "message-version": "1.2",
        "orcid-profile": {
            "orcid": None,
            "orcid-identifier": {"value": None, **registry.identifier(person.orcid)},
            "orcid-bio": {
                "personal-details": {
                    "given-names": value(person.given_names or person.name),
                    "family-name": value(person.family_name),
                    "credit-name": value(person.credit_name),
                },
                "contact-details": {"email": [], "address": None},
            },
            "type": "USER",
        },
    }
