"""Which allowed value somebody meant who wrote another one."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Final

_CODE: Final = 3
"""Values of so few characters are codes: two of them look alike by chance."""
_ALIKE: Final = 0.75
"""How alike two longer values must be, as difflib measures it."""
_NOISE: Final = re.compile(r"[^\w$£€]|_")


def _key(value: str) -> str:
    return _NOISE.sub("", value.casefold())


@lru_cache(maxsize=64)
def _by_key(allowed: frozenset[str]) -> dict[str, str]:
    return {_key(value): value for value in sorted(allowed, reverse=True)}


@lru_cache(maxsize=64)
def _keyed(synonyms: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {_key(word): value for word, value in synonyms}


def nearest(value: str, allowed: Collection[str], synonyms: Mapping[str, str] | None = None) -> str | None:
    """Return the allowed value that was most likely meant, or None.

    Capital letters, spaces, hyphens and underscores are looked past first; then known synonyms are tried, then the
    first part of a code (`ja_JP`: `ja`), then values that are written alike.

    Args:
        value: What was written.
        allowed: What may be written.
        synonyms: Other words for allowed values; what they stand for is returned as it is, so that it may name two
            values (`zh`: "zh_CN or zh_TW").
    """
    wanted = _key(value)
    if not wanted:
        return None
    by_key = _by_key(frozenset(allowed))
    known = _keyed(tuple((synonyms or {}).items()))
    if found := by_key.get(wanted) or known.get(wanted):
        return found
    head = _key(re.split(r"[-_.]", value.strip(), maxsplit=1)[0])
    if head != wanted and 0 < len(head) <= _CODE:
        # Only a code stands for its longer forms; the first word of `web-comic` says nothing of `website`.
        found = by_key.get(head)
        if found and len(found) <= _CODE:
            return found
        if head in known:
            return known[head]
    if len(wanted) <= _CODE:
        return None
    # No allowed value is longer than a hundred characters: more would only cost time.
    import difflib  # Only for a value that is wrong.

    alike = difflib.get_close_matches(wanted[:200], by_key, n=1, cutoff=_ALIKE)
    return by_key[alike[0]] if alike else None


def offer(value: str, allowed: Collection[str], synonyms: Mapping[str, str] | None = None, *, most: int = 12) -> str:
    """Return what is allowed, for a reader: the nearest value first; of a long list only how long it is.

    Args:
        value: What was written.
        allowed: What may be written.
        synonyms: See :func:`nearest`.
        most: How many values are still listed.
    """
    meant = nearest(value, allowed, synonyms)
    if len(allowed) > most:
        rest = f"{len(allowed)} values, see remedy"
        return f"{meant} … {rest}" if meant else rest
    others = [one for one in sorted(allowed) if one != meant]
    return ", ".join([meant, *others] if meant else others)
