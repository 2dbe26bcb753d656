"""API 1.2, 2.0 and 2.1 as far as an old portal needs them to finish its journey.

Our choice. ORCID itself retired 1.2 and redirects; a review wants the portal to go on, and judges the version from
the wire. API 2 has the addresses of 3.0, fewer kinds, and lists without groups of affiliations.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from .documents import SECTIONS
from .model import Person
from .record import Registry
from .shape import Field, Group, Repeat, Tree

_AFFILIATIONS: Final = {s.listed: f"{s.kind}-summary" for s in SECTIONS.values() if s.is_affiliation}
_NEW: Final = frozenset(
    {"distinctions", "invited-positions", "memberships", "qualifications", "research-resources", "services"}
)
"""Lists that API 2 does not have."""


def shape(group: Group) -> Group:
    """Return the shape that a document of 3.0 has in API 2."""
    if group.name in _AFFILIATIONS:
        inner = _inner(group.fields[-1])
        return replace(group, fields=(group.fields[0], replace(_repeat(inner.fields[-1]), wrapper="")))
    if group.name == "peer-reviews":
        outer = _inner(group.fields[-1])
        flat = replace(outer, fields=(*outer.fields[:2], _inner(outer.fields[-1]).fields[-1]))
        return replace(group, fields=(group.fields[0], Repeat(flat)))
    fields = (shape(f) if isinstance(f, Group) else f for f in group.fields if f.name not in _NEW)
    return replace(group, fields=tuple(fields))


def _repeat(field: Field) -> Repeat:
    assert isinstance(field, Repeat)
    return field


def _inner(field: Field) -> Group:
    inner = _repeat(field).of
    assert isinstance(inner, Group)
    return inner


def tree(name: str, new: Tree) -> Tree:
    """Return what a document of 3.0, or a part of it, holds in API 2; the name is that of its element."""
    if name in _AFFILIATIONS:
        summary = _AFFILIATIONS[name]
        parts = [one for group in new["affiliation-group"] for one in group[summary]]
        return {key: value for key, value in new.items() if key != "affiliation-group"} | {summary: parts}
    if name == "peer-reviews":
        return new | {"group": [_flat(group) for group in new["group"]]}
    return {key: tree(key, part) if isinstance(part, dict) else part for key, part in new.items() if key not in _NEW}


def _flat(group: Tree) -> Tree:
    reviews = [one for inner in group["peer-review-group"] for one in inner["peer-review-summary"]]
    return group | {"peer-review-summary": reviews}


def profile(registry: Registry, person: Person, *, limited: bool) -> Any:
    """Return the profile of API 1.2."""
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
