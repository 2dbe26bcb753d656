"""Check digits of numbers that stand in payloads beside the ORCID iD: ISBN, ISSN, LEI."""

from __future__ import annotations

from typing import Final

_BOOKLAND: Final = ("978", "979")


def _sum_11(digits: str) -> int:
    """Weigh digits from the right, the last one once, and return the rest modulo 11; X counts ten, at the end alone."""
    values = [10 if digit == "X" else int(digit) for digit in reversed(digits)]
    return sum(weight * value for weight, value in enumerate(values, 1)) % 11


def isbn_fits(isbn: str) -> bool:
    """Return whether 10 or 13 characters, without hyphens, end in the right check digit (ISO 2108)."""
    if len(isbn) == 10:
        return "X" not in isbn[:9] and _sum_11(isbn) == 0
    if "X" in isbn or not isbn.startswith(_BOOKLAND):
        return False
    return sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(isbn)) % 10 == 0


def issn_fits(issn: str) -> bool:
    """Return whether an ISSN `1234-567X` ends in the right check character (ISO 3297)."""
    return _sum_11(issn.replace("-", "")) == 0


def lei_fits(lei: str) -> bool:
    """Return whether 20 capital letters and digits end in the right check digits (ISO 17442, ISO 7064 MOD 97-10)."""
    return int("".join(str(int(character, 36)) for character in lei)) % 97 == 1
