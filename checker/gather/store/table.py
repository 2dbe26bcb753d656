"""What both a query and an export give: named columns and rows of cells, one after the other."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from ..errors import GatherError


@dataclass(frozen=True)
class Table:
    """Rows as text; a missing value is an empty text."""

    columns: list[str]
    rows: Iterator[list[str]]
    """Can be gone through once; raises GatherError where the rest cannot be read."""


def unreadable(message: str, todo: str = "") -> GatherError:
    """Return the error of a store that cannot be read."""
    return GatherError("store-unreadable", message, todo=todo)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that was probably meant, or ""."""
    by_lower = {choice.lower(): choice for choice in known}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[near[0]] if near else ""


def hint(name: str, known: Iterable[str], what: str) -> str:
    """Return a closing remark that names what was probably meant, or what there is."""
    choices = sorted(set(known))
    if meant := nearest(name, choices):
        return f"; did you mean {meant}?"
    return f"; {what}: {', '.join(choices[:20])}" if choices else ""


def text(cell: Any) -> str:
    """Return a cell as text.

    >>> text(None), text(True), text(b"abc"), text(7)
    ('', 'true', 'abc', '7')
    """
    match cell:
        case None:
            return ""
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case int():  # put-codes: by far the most of what is no text
            return str(cell)
        case bytes() | bytearray() | memoryview():
            raw = bytes(cell)
            try:
                return raw.decode("utf-8")
            except UnicodeDecodeError:
                return raw.hex()
        case datetime() | date() | time():
            return cell.isoformat()
        case dict() | list():
            return json.dumps(cell, ensure_ascii=False, default=str)
        case _:
            return str(cell)
