"""The words of `words.toml` as patterns."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

_LISTS: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{word})" for word in _LISTS[kind]), re.IGNORECASE)


def fold(text: str) -> str:
    """Return text with plain spaces and apostrophes."""
    return " ".join(text.replace("’", "'").split())


def mentions(kind: str, text: str) -> bool:
    """Say whether a text holds a word of this kind."""
    return _pattern(kind).search(fold(text)) is not None


def close(first: str, second: str, text: str, most: int = 40) -> bool:
    """Say whether a word of the first kind is followed by one of the second, with at most so many letters between."""
    folded = fold(text)
    ends = [m.end() for m in _pattern(first).finditer(folded)]
    begins = [m.start() for m in _pattern(second).finditer(folded)]
    return any(0 <= begin - end <= most for end in ends for begin in begins)


def is_nothing_but(kind: str, text: str) -> bool:
    """Say whether a text, but for signs around it, is one of these phrases."""
    return _pattern(kind).fullmatch(re.sub(r"^\W+|\W+$", "", fold(text))) is not None
