"""How XML Schema writes values: whole numbers, times, truth, and the forms of an iD and of a web address.

Readers give back the raw text when it is not in the form that is due, so that the description of the kind, which asks
for another type, refuses it with its own words. White space is that of XML: space, tab, line feed, carriage return.
Source: XML Schema 1.0 part 2; common-3.0.xsd; facts on the API, section 6.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from ipaddress import IPv6Address
from typing import Final

WHITE: Final = " \t\n\r"
"""What XML calls white space."""

LONGEST_NUMBER: Final = 4000
"""Digits that are turned into a number. A longer one is held as ± 10**4000: it is beyond every limit there is."""

_HUGE: Final[int] = 10**LONGEST_NUMBER
_INTEGER: Final = re.compile(r"[ \t\n\r]*([+-]?[0-9]+)[ \t\n\r]*")
_TIME: Final = re.compile(
    r"(-?)([0-9]{4}|[1-9][0-9]{4,})-([0-9]{2})-([0-9]{2})"
    r"T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"(Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
)
_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_CYCLE: Final = 146_097
"""Days in 400 years, after which the calendar repeats."""
_EPOCH: Final = date(1970, 1, 1).toordinal()
_DAY: Final = 86_400_000
"""Milliseconds."""


def read_integer(text: str) -> int | str:
    """Return the number that the text writes as `xs:integer`, else the text."""
    match = _INTEGER.fullmatch(text)
    if match is None:
        return text
    digits = match[1]
    if len(digits) > LONGEST_NUMBER:
        digits = digits.lstrip("+-0") or "0"
        if len(digits) > LONGEST_NUMBER:
            return -_HUGE if match[1][0] == "-" else _HUGE
        digits = f"-{digits}" if match[1][0] == "-" else digits
    return int(digits)


def read_true(text: str) -> bool | str:
    """Return True for `true`, else the text: the only value that `transient` may have."""
    return text.strip(WHITE) == "true" or text


def read_time(text: str) -> int | str:
    """Return the milliseconds since 1970 of an `xs:dateTime`, else the text. A time without zone is taken as UTC."""
    match = _TIME.fullmatch(text.strip(WHITE))
    if match is None:
        return text
    sign, year_text, *rest = match.groups()
    if len(year_text) > LONGEST_NUMBER:
        return text
    year = int(year_text)
    month, day, hour, minute, second = (int(part) for part in rest[:5])
    fraction, zone = rest[5] or "", rest[6]
    midnight = hour == 24 and not minute and not second and not fraction.strip("0")
    if not (year and 1 <= month <= 12 and 1 <= day <= _days_of(year, month)):
        return text
    if not (hour < 24 or midnight) or minute > 59 or second > 59:
        return text
    days = _day_number(1 - year if sign else year, month) + day - 1
    stamp = days * _DAY + ((hour * 60 + minute) * 60 + second) * 1000 + int(f"{fraction[:3]:0<3}")
    if zone and zone != "Z":
        away = (int(zone[1:3]) * 60 + int(zone[4:6])) * 60_000
        stamp += -away if zone[0] == "+" else away
    return stamp


def write_time(stamp: int) -> str:
    """Write milliseconds since 1970 as ORCID does: `2024-03-01T12:00:00.000Z`."""
    days, rest = divmod(stamp, _DAY)
    cycles, days = divmod(days + _EPOCH - 1, _CYCLE)
    day = date.fromordinal(days + 1)
    year = day.year + 400 * cycles
    shown = f"{year:04d}" if year > 0 else f"-{1 - year:04d}"
    rest, thousandth = divmod(rest, 1000)
    rest, second = divmod(rest, 60)
    hour, minute = divmod(rest, 60)
    return f"{shown}-{day.month:02d}-{day.day:02d}T{hour:02d}:{minute:02d}:{second:02d}.{thousandth:03d}Z"


def _days_of(year: int, month: int) -> int:
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return _DAYS[month - 1] + leap


def _day_number(year: int, month: int) -> int:
    """Return the days from 1970 to the first of a month; years count through 0, as astronomers do."""
    cycles, within = divmod(year - 1, 400)
    return date(within + 1, month, 1).toordinal() + cycles * _CYCLE - _EPOCH


# The digits of an iD may be of any script: that is what "a digit" means in an XML Schema pattern, and in Python's.
_ID: Final = r"(?:\d{4}-){3,}\d{3}[\dX]"
_CLIENT: Final = rf"(?:APP-[\da-zA-Z]{{16}}|{_ID})"
_HOST: Final = r"https://(?:[^/]*orcid\.org|localhost[^\n\r]*/orcid-web)/"


def _form(pattern: str) -> Callable[[object], bool]:
    match = re.compile(pattern).fullmatch
    return lambda value: not isinstance(value, str) or match(value) is not None


_SCHEME: Final = re.compile(r"([^:/?#]*):")
_SCHEME_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
_ESCAPE: Final = "%[0-9A-Fa-f]{2}"
_END: Final = rf"(?:\?(?:[^%#]|{_ESCAPE})*)?(?:\#(?:[^%#]|{_ESCAPE})*)?"
_PATH: Final = re.compile(rf"(?:[^%?#\[\]]|{_ESCAPE})*{_END}")
_OPAQUE: Final = re.compile(rf"(?:[^%?#]|{_ESCAPE})*{_END}")
_AUTHORITY: Final = re.compile(r"//([^/?#]*)")
USUAL_ADDRESS: Final = rf"https?:/(?:[^%?#\[\]]|{_ESCAPE})*{_END}"
"""Pattern of nearly every address that is sent; :func:`is_uri` takes them all."""

_USUAL: Final = re.compile(USUAL_ADDRESS)
_BRACKETS: Final = re.compile(rf"(?:(?:[^%?#\[\]@/]|{_ESCAPE})*@)?\[([0-9A-Fa-f:.]+)\](?::([0-9]{{0,5}}))?")


def is_uri(text: str) -> bool:
    """Say whether ORCID's validator (Xerces, as in Java) takes a text as `xs:anyURI`.

    It takes far more than a web address: nothing at all, relative references, spaces and letters of any script, which
    it escapes first. It refuses a `%` that is no escape, a second `#`, square brackets in a path or around what is no
    IPv6 address, a colon that follows no name of a scheme, and a scheme that nothing follows.
    """
    if _USUAL.fullmatch(text) is not None:
        return True
    text = " ".join(part for part in re.split("[ \t\n\r]+", text) if part)
    if not text:
        return True
    scheme = _SCHEME.match(text)
    if scheme is not None:
        text = text[scheme.end() :]
        if _SCHEME_NAME.fullmatch(scheme[1]) is None or not text or text[0] == "#":
            return False
        if text[0] != "/":
            return _OPAQUE.fullmatch(text) is not None
    authority = _AUTHORITY.match(text)
    if authority is not None and "[" in authority[1]:
        if not _is_bracketed(authority[1]):
            return False
        text = text[authority.end() :]
    return _PATH.fullmatch(text) is not None


def _is_bracketed(authority: str) -> bool:
    match = _BRACKETS.fullmatch(authority)
    if match is None or int(match[2] or 0) > 65_535:
        return False
    try:
        IPv6Address(match[1])
    except ValueError:
        return False
    return True


def _address(value: object) -> bool:
    return not isinstance(value, str) or is_uri(value)


ADDRESS: Final = "any-uri"
"""The format of a web address. Validators of XML Schema differ there: ORCID's own refuses some, others none."""

FORMATS: Final[dict[str, Callable[[object], bool]]] = {
    "orcid-path": _form(_ID),
    "orcid-uri": _form(_HOST + _ID),
    "client-path": _form(_CLIENT),
    "client-uri": _form(_HOST + "client/" + _CLIENT),
    ADDRESS: _address,
}
"""The formats that descriptions name, each with what says whether a value has it (True for what is no text).

To be given to whatever validator judges by a description.
"""
