"""Dates of year, month and day, of which the last ones may be missing."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from ..model import At, Content, Fault, Form
from . import clauses

_WHOLE: Final = re.compile(r"([0-9]{4}|\+[0-9]{5,19})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
"""Java reads more than four digits of a year only after a plus sign."""
_LAST_YEAR: Final = 999_999_999
_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def parts(date: Content, form: Form) -> tuple[str | None, str | None, str | None]:
    """Return the texts of year, month and day as ORCID holds them.

    From JSON, month and day are filled up to two digits while they are read; from XML they stay as they are written.
    """
    year, month, day = (_text(date.get(part)) for part in ("year", "month", "day"))
    if form is Form.JSON:
        return year, month and month.rjust(2, "0"), day and day.rjust(2, "0")
    return year, month, day


def _text(part: Any) -> str | None:
    if not part:
        return None
    value: str | None = part.get("value")
    return value


@lru_cache(maxsize=4096)
def on_the_calendar(year: str | None, month: str | None, day: str | None) -> bool:
    """Return whether ORCID reads the parts as a date."""
    # ORCID joins the parts and reads them as one text: without a schema before it, a part may hold the next one.
    text = f"{year}-{month}-{day}" if day is not None else f"{year}-{month}" if month is not None else year
    found = _WHOLE.fullmatch(text or "")
    if not found or not 1 <= int(found[1]) <= _LAST_YEAR:
        return False
    if found[2] is None:
        return True
    if not 1 <= int(found[2]) <= len(_DAYS):
        return False
    if found[3] is None:
        return True
    if day is None:
        # Java moves the day to the end of the month; ORCID notices that only by a day of its own.
        return 1 <= int(found[3]) <= max(_DAYS)
    number = int(found[1])
    leap = number % 4 == 0 and (number % 100 != 0 or number % 400 == 0)
    last = 29 if leap and found[2] == "02" else _DAYS[int(found[2]) - 1]
    return 1 <= int(found[3]) <= last


def check(date: Content, at: At, form: Form, out: list[Fault]) -> bool:
    """Add what is wrong with a date and return whether it is one."""
    year, month, day = parts(date, form)
    if on_the_calendar(year, month, day):
        return True
    if year is None and month is None and day is None:
        out.append(Fault(clauses.DATE_EMPTY, at, "The date is empty.", allowed="a year at least"))
        return False
    text = "-".join(part for part in (year, month, day) if part is not None)
    out.append(
        Fault(clauses.DATE_IMPOSSIBLE, at, f"{text!r} is not a date{_why(year, month, day)}.", text, _example(text))
    )
    return False


def _why(year: str | None, month: str | None, day: str | None) -> str:
    if year is None:
        return ": the year is missing"
    if month is None:
        return ": the month is missing" if day is not None else ""
    for name, part in (("month", month), ("day", day)):
        if part is not None and len(part) == 1 and part in "123456789":
            return f": the {name} must have two digits"
    return ""


def _example(text: str) -> str:
    found = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})(?:-([0-9]{1,2}))?", text)
    if found:
        year, month, day = found[1], found[2].zfill(2), found[3] and found[3].zfill(2)
        if on_the_calendar(year, month, day):
            return "-".join(filter(None, (year, month, day)))
    return "a date of the calendar as YYYY, YYYY-MM or YYYY-MM-DD"


def after(start: Content, end: Content, form: Form) -> bool:
    """Return whether a start is after an end, as ORCID compares them: as text, missing parts as zeros."""
    return _sortable(start, form) > _sortable(end, form)


def _sortable(date: Content, form: Form) -> str:
    year, month, day = parts(date, form)
    return (year or "0000") + (month or "").rjust(2, "0") + (day or "").rjust(2, "0")


def written(date: Content, form: Form) -> str:
    """Return the date for a message."""
    return "-".join(part for part in parts(date, form) if part)
