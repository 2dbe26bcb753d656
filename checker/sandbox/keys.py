"""What makes two items of one type the same for ORCID, coarsely: whatever shares no key here is no duplicate.

The rules for payloads decide; these keys only spare them the rest of the record.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ..orcid.payloads import KINDS
from ..orcid.payloads.rules import normalise

Content = dict[str, Any]

_OF_OTHERS: Final = frozenset({"part-of", "funded-by"})
"""Relationships of identifiers that never make a duplicate, in neither of two items."""


def external_ids(kind: str, content: Content) -> list[Content]:
    """Return the external identifiers that name an activity."""
    if kind == "research-resource":
        content = content.get("proposal") or {}
    part = content.get("review-identifiers" if kind == "peer-review" else "external-ids") or {}
    found: list[Content] = part.get("external-id", [])
    return found


def keys_of(kind: str, content: Content) -> Iterator[tuple[Any, ...]]:
    """Give the keys of an item or of a payload of a kind."""
    if KINDS[kind].family == "person":
        url = content.get("url")
        yield (
            url.get("value") if isinstance(url, dict) else url,
            content.get("content"),
            content.get("external-id-value"),
        )
        return
    for one in external_ids(kind, content):
        # Many works of one journal share its ISSN, many of one project its grant: that makes none of them the same.
        if one.get("external-id-relationship") in _OF_OTHERS:
            continue
        type_, value = one.get("external-id-type"), one.get("external-id-value")
        yield type_, value
        yield normalise.key(type_, value)


def group_key(external_id: Content) -> tuple[Any, ...]:
    """Return what an identifier has in common with those that name the same thing."""
    return normalise.key(external_id.get("external-id-type"), external_id.get("external-id-value"))
