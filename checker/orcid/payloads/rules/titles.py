"""Translated titles of works and fundings."""

from __future__ import annotations

from typing import Any

from .. import lists
from ..model import At, Content, Fault
from ..nearest import offer
from . import clauses
from .texts import filled, shown


def text(part: Any) -> str | None:
    """Return the text of a part that JSON wraps, or None."""
    if not part:
        return None
    value: str | None = part.get("value")
    return value


def check_translated(title: Content | None, at: At, out: list[Fault], *, lenient: bool = False) -> None:
    """Add what is wrong with the language of a translated title.

    A language that is not in the list is refused earlier, while the payload is read, unless `lenient`.
    """
    translated = title.get("translated-title") if title else None
    if not translated or not filled(text(translated)):
        return
    language = translated.get("language-code")
    if filled(language) and (language in lists.LANGUAGES or not lenient):
        return
    at = (*at, "translated-title")
    if language is not None:
        at = (*at, "language-code")
    message = f"The language of the translated title {shown(str(text(translated)))} is not said."
    if language:
        message = f"The language {shown(language)} of the translated title is not in ORCID's list."
    allowed = offer(language or "", lists.LANGUAGES, lists.LANGUAGE_SYNONYMS)
    out.append(Fault(clauses.TRANSLATED_TITLE_LANGUAGE, at, message, language, allowed))
