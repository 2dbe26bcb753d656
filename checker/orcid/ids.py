"""The ORCID iD: its form, its check character, the ranges ORCID has used.

Source: ORCID's identifier structure page (ISO 7064 MOD 11-2).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

BARE: Final = re.compile(r"[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]", re.ASCII)
"""A well-formed iD without host: ASCII digits, plain hyphens, upper-case X."""

# ORCID compares the first 15 digits as one number; new iDs come from the second block.
RANGES: Final = ((15_000_000, 35_000_000), (900_000_000_000, 900_100_000_000))

SAMPLES: Final = frozenset({"0000-0002-1825-0097", "0000-0001-2345-6789"})
"""iDs printed in documentation; on a real person's page they are left-over demo data."""

_HYPHENS: Final = "‐‑‒–—−\u00ad\u2011-"
_LOOSE: Final = re.compile(rf"\d{{4}}[\s{_HYPHENS}]?\d{{4}}[\s{_HYPHENS}]?\d{{4}}[\s{_HYPHENS}]?\d{{3}}[\dXx]")


def check_character(first_15: str) -> str:
    """Return the check character ("0" to "9" or "X") for the first 15 ASCII digits of an iD."""
    total = 0
    for digit in first_15:
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return "X" if rest == 10 else str(rest)


def is_well_formed(text: str) -> bool:
    """Say whether the text is exactly a bare, hyphenated, ASCII iD; the check character is not looked at."""
    return BARE.fullmatch(text) is not None


def has_valid_checksum(text: str) -> bool:
    """Say whether a text is a well-formed iD that ends in the right check character."""
    if len(text) != 19 or text[4::5] != "---":
        return False
    # There may be millions of them: each is four look-ups. The rule of check_character is that all 16 characters,
    # each worth twice the next one, leave 1 over 11.
    four = _worth_of_four()
    last = text[15:] if text[18] != "X" else f"{text[15:18]}0"
    try:
        total = four[text[:4]] * 4096 + four[text[5:9]] * 256 + four[text[10:14]] * 16 + four[last]
    except KeyError:
        return False
    return (total if text[18] != "X" else total + 10) % 11 == 1


@cache
def _worth_of_four() -> dict[str, int]:
    """Return what each group of four digits adds to the sum, the last digit once."""
    return {f"{n:04d}": n // 1000 * 8 + n // 100 % 10 * 4 + n // 10 % 10 * 2 + n % 10 for n in range(10_000)}


def is_valid(text: str) -> bool:
    """Say whether the text is a bare iD, well-formed and with the right check character."""
    return has_valid_checksum(text)


def in_known_range(text: str) -> bool:
    """Say whether a well-formed iD lies in a block ORCID is known to issue from (outside: warn, never fail)."""
    if not is_well_formed(text):
        return False
    number = int(text.replace("-", "")[:15])
    return any(low <= number <= high for low, high in RANGES)


def find_loose(text: str) -> list[str]:
    """Find everything a reader would take for an iD, however badly written (spaces, dashes, other digits, x)."""
    return [match.group(0) for match in _LOOSE.finditer(text)]


def normalise(loose: str) -> str:
    """Bring a loosely written iD into the bare form, without correcting its check character.

    >>> normalise("0009000123456786")
    '0009-0001-2345-6786'
    """
    digits = "".join(str(int(c)) if c.isdigit() else c.upper() for c in loose if c.isdigit() or c in "xX")
    return "-".join(digits[i : i + 4] for i in range(0, len(digits), 4))
