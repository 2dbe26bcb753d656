"""Finds words, sentences and the language of a page's visible text.

A hit counts in whatever language it is. That there is none counts only on a page whose language is known.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

from checker.api import Control, Page

_LANGUAGES: dict[str, dict[str, list[str]]] = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))

_NAMES_ORCID = re.compile(r"orcid|\biDs?\b", re.IGNORECASE)
_ABOUT = re.compile(r"orcid|learn more|en savoir plus", re.IGNORECASE)
_PRIVACY = re.compile(r"privacy|datenschutz|confidentialit|privacidad|donn[ée]+es personnelles", re.IGNORECASE)
_AT_ORCID = re.compile(r"https?://([\w-]+\.)*orcid\.org(/|$)", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_ALONE = frozenset({"en", "de"})
"""Languages that can be told by their words alone; the others have neighbours (Catalan, Galician) that share them."""
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    words = [word for language in _LANGUAGES.values() for word in language[kind]]
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})", re.IGNORECASE)


def fold(text: str) -> str:
    """Return text with plain apostrophes and hyphens, its white space folded."""
    return " ".join(text.replace("’", "'").replace("‑", "-").split())


def says(kind: str, text: str) -> bool:
    """Say whether a text has a word of this kind, in any language."""
    return _pattern(kind).search(fold(text)) is not None


def with_words(kind: str, sentences: Iterable[str]) -> list[str]:
    """Return the sentences that have a word of this kind."""
    return [sentence for sentence in sentences if says(kind, sentence)]


def language(page: Page) -> str:
    """Return the language that a page is written in, as far as it is known and the text bears it out; else nothing.

    What a page declares is not enough: templates in one language declare another.
    """
    declared = re.split(r"[-_]", page.lang.strip().lower())[0]
    if declared and declared not in _LANGUAGES:
        return ""
    words = [w.lower() for w in _LETTERS.findall(page.text)]
    if not words:
        return declared
    score = {code: [w for w in words if w in _markers(code)] for code in _LANGUAGES}
    best = max(score, key=lambda code: (len(set(score[code])), code == declared))
    distinct, share = len(set(score[best])), len(score[best]) / len(words)
    if len(words) <= 15 and best == declared:
        return best if distinct >= 1 and share >= 0.1 else ""
    enough = 3 if best == declared else 5 if best in _ALONE else math.inf
    return best if distinct >= enough and share >= 0.1 else ""


@cache
def _markers(code: str) -> frozenset[str]:
    return frozenset(_LANGUAGES[code]["markers"])


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, each line at least one."""
    parts = (part for line in text.splitlines() for part in _SENTENCE_END.split(line))
    return [folded for part in parts if (folded := fold(part))]


def is_prose(sentence: str) -> bool:
    """Say whether it is long enough to tell something: a label, a heading or a name is not."""
    words = _LETTERS.findall(sentence)
    capitals = sum(word[0].isupper() for word in words)
    # «Curator, Rare Books Collection, Example University» is as long as a sentence, but only names.
    return (len(words) >= 5 and len(words) - capitals >= 2) or len(_UNSPACED.findall(sentence)) >= 10


def about_orcid(page: Page) -> list[str]:
    """Return the prose on a page that is about ORCID: lines that name it, and two lines before and after.

    What buttons and links say by themselves is left out.
    """
    controls = {fold(c.text) for c in page.snapshot.controls}
    lines = [line for line in map(fold, page.text.splitlines()) if line]
    near = {j for i, line in enumerate(lines) if _NAMES_ORCID.search(line) for j in range(i - 2, i + 3)}
    told = [line for i, line in enumerate(lines) if i in near and line not in controls]
    # A line with an e-mail address says whom to ask.
    return [s for line in told for s in sentences(line) if is_prose(s) and s not in controls and "@" not in s]


def explains_elsewhere(page: Page, *, where: Literal["portal", "orcid", "privacy"] = "portal") -> list[Control]:
    """Return the links that seem to lead to an explanation: at the portal, at ORCID, or to a privacy notice."""

    def leads(control: Control) -> str:
        words = f"{control.text} {control.raw_href}"
        if _PRIVACY.search(words):
            return "privacy"
        if not _ABOUT.search(words) or not says("learn", control.text or control.name):
            return ""
        return "orcid" if _AT_ORCID.match(control.href) else "portal"

    return [c for c in page.snapshot.controls if c.visible and c.tag == "a" and leads(c) == where]


def quoted(sentences: Iterable[str], most: int = 4) -> str:
    """Return sentences as a report shows them."""
    found = list(dict.fromkeys(sentences))
    more = f" (and {len(found) - most} more)" if len(found) > most else ""
    return " ".join(f"«{s[:240]}»" for s in found[:most]) + more
