"""The text mark after an iD that its owner has not authenticated."""

from __future__ import annotations

import re

from checker.api import Occurrence

# ORCID's own words, its older ones, and translations that we made for recognising them.
_MARKS = re.compile(
    r"unauthenticated|not authenticated|unconfirmed|unverified|no autenticado|não autenticado|non authentifié|"
    r"nicht authentifiziert|non autenticato",
    re.IGNORECASE,
)
_OPENING = re.compile(r"^\s*[([（【]\s*([^)\]）】]{2,60})[)\]）】]")
# Brackets after an iD also hold other things.
_OTHER = re.compile(r"orcid|https?:|new (tab|window)|\d|^(he|she|they)\b|author|corresponding", re.IGNORECASE)


def marked_unauthenticated(shown: Occurrence) -> bool:
    """Say whether a mark that we know follows the iD directly, in brackets."""
    bracketed = _OPENING.match(shown.after)
    inside = re.search(r"[([（【]\s*([^)\]）】]{2,60})[)\]）】]\s*$", shown.link.text) if shown.link else None
    return any(mark and _MARKS.fullmatch(mark[1].strip()) for mark in (bracketed, inside))


def unknown_mark(shown: Occurrence) -> str:
    """Return bracketed words after the iD that may be a mark in a language we do not know; else empty."""
    found = _OPENING.match(shown.after)
    if not found or _MARKS.fullmatch(found[1].strip()) or _OTHER.search(found[1]):
        return ""
    return found[0].strip()
