"""Dates: their order where the API does not look, and years that nobody can know yet."""

from __future__ import annotations

from datetime import date
from typing import Final

from ..model import At, Content, Fault
from . import clauses

AHEAD: Final = 10
"""Years that plans are taken for true."""
_PARTS: Final = ("year", "month", "day")


def check_order(holder: Content, at: At, out: list[Fault]) -> None:
    """Add that an end is before its start, as far as both are known."""
    start, end = holder.get("start-date"), holder.get("end-date")
    if not start or not end:
        return
    first, last = _numbers(start), _numbers(end)
    both = min(len(first), len(last))
    # Of 2020-05 and 2020 nobody can say which is later.
    if last[:both] < first[:both]:
        message = f"The end, {_written(last)}, is before the start, {_written(first)}."
        allowed = f"{_written(first)} or later"
        out.append(Fault(clauses.END_BEFORE_START, (*at, "end-date"), message, _written(last), allowed))


def check_ahead(holder: Content, name: str, at: At, out: list[Fault]) -> None:
    """Add that the date of this name is too far ahead to be known."""
    when = holder.get(name)
    if not when:
        return
    year = when.get("year")
    text = year.get("value") if year else None
    # Until 2029 a year is never ten years ahead of today's.
    if not text or text < "203" or not (text.isascii() and text.isdigit() and len(text) == 4):
        return
    last = date.today().year + AHEAD
    if int(text) > last:
        message = f"{name} lies in {text}, more than ten years ahead."
        out.append(Fault(clauses.DATE_FAR_AHEAD, (*at, name, "year"), message, text, f"{last} at most"))


def _numbers(when: Content) -> tuple[int, ...]:
    """Return year, month and day as far as they are known and numbers."""
    numbers = []
    for part in _PARTS:
        holder = when.get(part)
        text = (holder.get("value") or "").strip() if holder else ""
        if not (text.isascii() and text.isdigit() and len(text) < 5):
            break
        numbers.append(int(text))
    return tuple(numbers)


def _written(numbers: tuple[int, ...]) -> str:
    return "-".join(f"{number:02}" for number in numbers)
