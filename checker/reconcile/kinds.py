"""Which sequence of put-codes an item's kind belongs to, and which sections of a record would show it.

Works, affiliations, fundings and so on have put-codes of their own, so one number may name a work and a funding;
the seven kinds of affiliation share theirs (ORCID-Source keeps them in one table).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..orcid.payloads.kinds import KINDS
from ..orcid.payloads.lists import FUNDING_TYPES, WORK_TYPE_ALIASES, WORK_TYPE_SYNONYMS, WORK_TYPES

_ITEMS: Final = [k for k in KINDS.values() if k.family not in {"bulk", "group", "notification"}]

BIT: Final = {kind.name: 1 << number for number, kind in enumerate(_ITEMS)}
"""Kind -> its bit in a mask of sections."""

ANY: Final = (1 << len(_ITEMS)) - 1
"""All sections of a record."""

_GROUPS: Final = {kind.name: kind.family if kind.family != "person" else kind.name for kind in _ITEMS}
FAMILY: Final = {name: number for number, name in enumerate(dict.fromkeys(_GROUPS.values()), start=1)}
"""Sequence of put-codes -> its number; 0 is for what is not known."""
AFFILIATION: Final = FAMILY["affiliation"]

SECTIONS: Final = {
    "works": "work",
    "employments": "employment",
    "educations": "education",
    "qualifications": "qualification",
    "invited-positions": "invited-position",
    "distinctions": "distinction",
    "memberships": "membership",
    "services": "service",
    "fundings": "funding",
    "peer-reviews": "peer-review",
    "research-resources": "research-resource",
    "other-names": "other-name",
    "keywords": "keyword",
    "addresses": "address",
    "address": "address",
    "researcher-urls": "researcher-url",
    "external-identifiers": "external-identifier",
}
"""Name of a list of a record, also as the end of its path -> kind of what is in it."""

_WORDS: Final = {"publication": "work", "publications": "work", "affiliations": "affiliation", "job": "employment",
                 "grants": "funding", "url": "researcher-url", "country": "address"}  # fmt: skip
_AMBIGUOUS: Final = frozenset({"review", "other", "undefined", "test", "contract", "award"})
"""Types of works or fundings that are also words for something else."""


def plain(name: str) -> str:
    """Return a kind's name as it is looked up: small letters only.

    >>> plain("Invited_Position")
    'invitedposition'
    """
    return re.sub(r"[^a-z]", "", name.lower())


def named() -> Iterator[tuple[str, int, int]]:
    """Yield (plain name, family, mask of the sections that would show it) of everything that names a kind."""
    seen: dict[str, tuple[int, int]] = {}

    def note(name: str, kind: str) -> None:
        if kind == "affiliation":
            family, need = AFFILIATION, sum(BIT[one.name] for one in _ITEMS if one.family == "affiliation")
        else:
            family, need = FAMILY[_GROUPS[kind]], BIT[kind]
        seen.setdefault(plain(name), (family, need))

    for kind in _ITEMS:
        for name in (kind.name, kind.path, f"{kind.name}-summary"):
            note(name, kind.name)
    for name, meant in (*SECTIONS.items(), ("affiliation", "affiliation"), *_WORDS.items()):
        note(name, meant)
    for name in FUNDING_TYPES - _AMBIGUOUS:
        note(name, "funding")
    for name in (WORK_TYPES | WORK_TYPE_ALIASES.keys() | WORK_TYPE_SYNONYMS.keys()) - _AMBIGUOUS:
        note(name, "work")
    for name, (family, need) in seen.items():
        yield name, family, need
