"""Tells what a form field is for, as far as iDs go."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from checker.api import Evidence, Field, Page
from checker.orcid import ids

from ._words import mentions

_TEXT_TYPES = frozenset({"", "text", "search", "url", "number", "tel", "email", "textarea", "contenteditable"})
_NOT_TEXT_TAGS = frozenset({"select", "button"})
_SAMPLE = re.compile(r"0000-000[1-3]-|0009-00[01]\d-")
"""How iDs begin; card numbers and the like begin otherwise."""
_SEARCH_NAMES = frozenset({"q", "s", "query", "search", "keyword", "keywords", "term", "filter"})

Use = Literal["nothing", "self", "others", "search", "sign-in", "unclear"]
"""Whose iD a field takes: not an iD at all, the visitor's own, somebody else's, a search, a sign-in, or hard to say."""


def fillable(field: Field) -> bool:
    """Say whether a visitor can type into it."""
    typed = field.tag not in _NOT_TEXT_TAGS and field.type.lower() in _TEXT_TYPES
    return typed and field.visible and field.enabled and not field.readonly


def portal_fields(pages: list[Page]) -> Iterator[tuple[Page, Field]]:
    """Yield every field with its page, each once."""
    seen = set()
    for page in pages:
        for field in page.snapshot.fields:
            key = (page.url, field.selector or field.snippet or (field.name, field.id, field.index), field.value)
            if key not in seen:
                seen.add(key)
                yield page, field


def own(field: Field) -> str:
    """Return what a field says of itself: label, name, id, placeholder."""
    return " ".join([field.label, re.sub(r"[_\-.\[\]]", " ", f"{field.name} {field.id}"), field.placeholder])


def names_orcid(field: Field) -> bool:
    """Say whether a field calls itself a place for an iD, in any language."""
    return "orcid" in f"{own(field)} {field.name} {field.id}".lower() or _SAMPLE.search(field.placeholder) is not None


def holds_id(field: Field) -> str:
    """Return the iD that stands in a field, in its bare form; empty when there is none."""
    return next((ids.normalise(found) for found in ids.find_loose(field.value)), "")


def use(page: Page, field: Field) -> Use:
    """Say whose iD a field takes."""
    text = own(field)
    if not names_orcid(field):
        wide = mentions("identifier", text) and "orcid" in field.context.lower()
        return "unclear" if wide else "nothing"
    if mentions("client", text) or (mentions("remarks", text) and field.tag == "textarea"):
        return "nothing"
    if field.type == "search" or field.name.lower() in _SEARCH_NAMES or mentions("search", text):
        return "search"
    form = next((f for f in page.snapshot.forms if f.index == field.form), None)
    if form and form.has_password:
        return "sign-in"
    if not mentions("mine", text) and mentions("others", f"{text} {field.context}"):
        return "others"
    if field.type == "email" or re.search(r"(?i)e-?mail", text):
        return "unclear"
    return "self"


def looked_at(evidence: Evidence) -> str:
    """Say how many of the portal's addresses were looked at, for the message of a pass."""
    seen = {p.url for j in evidence.journeys for p in j.pages if p.side == "portal"}
    return f"{len(seen)} of the portal's addresses looked at"
