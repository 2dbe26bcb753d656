"""Reads what portals store of ORCID's: iDs and put-codes as they stand in the cells of a table or of an export.

Sources: ORCID's identifier structure page; ORCID Member API 3.0, where a put-code is a positive 64-bit integer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from . import ids

LARGEST_PUT_CODE: Final = 2**63 - 1

IdForm = Literal[
    "empty",
    "bare",
    "uri",
    "compact",  # 16 characters without hyphens
    "number",  # leading zeros are lost
    "scientific",  # as spreadsheets show long numbers; digits are lost
    "untidy",  # right, but with other hyphens, spaces or letters around it
    "checksum",  # the form is right, the check character is not
    "masked",
    "encoded",  # encrypted or hashed
    "malformed",
]

PutCodeForm = Literal[
    "empty", "good", "zero", "negative", "decimal", "scientific", "grouped", "list", "path", "id", "too-large", "text"
]

_NOTHING: Final = frozenset({"", "null", "none", "nil", "nan", "undefined", "-"})
_URI: Final = re.compile(r"(?:https?://[^/\s]+/|(?:www\.)?(?:sandbox\.)?orcid\.org/|orcid:)(.+?)/?", re.IGNORECASE)
_USUAL: Final = "https://orcid.org/"
_COMPACT: Final = re.compile(r"[0-9]{15}[0-9X]", re.ASCII)
_NUMBER: Final = re.compile(r"([0-9]{1,16})(\.0+)?", re.ASCII)
_SCIENTIFIC: Final = re.compile(r"[0-9](?:[.,][0-9]+)?e\+?[0-9]{1,2}", re.ASCII | re.IGNORECASE)
_MASK: Final = re.compile(r"[*•●…#]|x{4}|\.{3}", re.IGNORECASE)
_ENCODED: Final = re.compile(r"[A-Za-z0-9+/=_:.$-]{20,}", re.ASCII)
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:[,.' \u00a0\u202f][0-9]{3})+", re.ASCII)
_LIST: Final = re.compile(r"\[\s*\"?[0-9]+\"?(?:\s*,\s*\"?[0-9]+\"?)*\s*\]|[0-9]+(?:\s*[,;|\s]\s*[0-9]+)+", re.ASCII)


@dataclass(frozen=True)
class IdCell:
    """What a cell says of an iD."""

    form: IdForm
    orcid: str = ""
    """The bare iD, where the cell leaves no doubt about it."""

    @property
    def valid(self) -> bool:
        """Whether it is a whole iD, stored so that nothing of it is lost."""
        return self.form in {"bare", "uri", "compact"}


@dataclass(frozen=True)
class PutCodeCell:
    """What a cell says of a put-code."""

    form: PutCodeForm
    code: str = ""
    """Its digits, where the cell leaves no doubt about them."""


def whole_id(cell: str) -> str:
    """Return the bare iD of a cell that holds just that, or ORCID's address of it; "" for all others.

    Nearly all cells are such, and there may be millions; :func:`read_id` tells of the others.

    >>> whole_id("https://orcid.org/0000-0002-1825-0097"), whole_id("218250097")
    ('0000-0002-1825-0097', '')
    """
    core = cell.removeprefix(_USUAL)
    return core if ids.has_valid_checksum(core) else ""


@lru_cache(maxsize=4096)
def read_id(cell: str) -> IdCell:
    """Read the iD in a cell.

    >>> read_id("https://orcid.org/0000-0002-1825-0097")
    IdCell(form='uri', orcid='0000-0002-1825-0097')
    >>> read_id("218250097")
    IdCell(form='number', orcid='0000-0002-1825-0097')
    """
    value = cell.strip()
    if core := whole_id(value):
        return IdCell("bare" if len(core) == len(value) else "uri", core)
    if value.lower() in _NOTHING:
        return IdCell("empty")
    match = _URI.fullmatch(value)
    core = match.group(1) if match else value
    if ids.is_well_formed(core):
        return IdCell("uri", core) if ids.has_valid_checksum(core) else IdCell("checksum")
    if not match and (number := _NUMBER.fullmatch(value)) and not (len(value) == 16 and _COMPACT.fullmatch(value)):
        return _id_from_number(number.group(1))
    if _COMPACT.fullmatch(core):
        orcid = ids.normalise(core)
        return IdCell("compact", orcid) if ids.is_valid(orcid) else IdCell("checksum")
    if _SCIENTIFIC.fullmatch(value):
        return IdCell("scientific")
    if _MASK.search(value):
        return IdCell("masked")
    if _ENCODED.fullmatch(value) and not match and not _apart(value):
        return IdCell("encoded")
    if found := ids.find_loose(value):
        orcid = ids.normalise(found[0])
        return IdCell("untidy", orcid) if ids.is_valid(orcid) else IdCell("checksum")
    return IdCell("encoded" if _ENCODED.fullmatch(value) and not match else "malformed")


def _apart(value: str) -> bool:
    """Say whether an iD stands between other characters, rather than by chance in the middle of them."""
    return any(re.search(rf"(?<![0-9A-Za-z]){re.escape(id_)}(?![0-9A-Za-z])", value) or "-" in id_
               for id_ in ids.find_loose(value))  # fmt: skip


def _id_from_number(digits: str) -> IdCell:
    orcid = ids.normalise(digits.zfill(16))
    # A number of the portal's own may end in the right check character by chance.
    return IdCell("number", orcid) if ids.is_valid(orcid) and ids.in_known_range(orcid) else IdCell("malformed")


def is_plain_put_code(cell: str) -> bool:
    """Say whether a cell is a put-code and nothing else, by its digits alone: nearly all of them are.

    >>> is_plain_put_code("1234"), is_plain_put_code(" 1234.0 ")
    (True, False)
    """
    return len(cell) < 16 and cell.isdigit() and cell.isascii() and cell[0] != "0"


def read_put_code(cell: str) -> PutCodeCell:
    """Read the put-code in a cell.

    >>> read_put_code(" 1234.0 ")
    PutCodeCell(form='decimal', code='1234')
    """
    value = cell.strip()
    if is_plain_put_code(value):
        return PutCodeCell("good", value)
    if value.lower() in _NOTHING:
        return PutCodeCell("empty")
    read = read_id(value)
    # Any number of 16 digits may read as an iD by chance; but iDs begin with zeros, and numbers do not.
    if read.valid and not (read.form == "compact" and not ids.in_known_range(read.orcid)):
        return PutCodeCell("id")
    if re.fullmatch(r"\+?[0-9]+", value, re.ASCII):
        code = value.lstrip("+").lstrip("0")
        if not code:
            return PutCodeCell("zero")
        return PutCodeCell("good", code) if int(code) <= LARGEST_PUT_CODE else PutCodeCell("too-large")
    if re.fullmatch(r"0*\.0+", value):
        return PutCodeCell("zero")
    if re.fullmatch(r"[-−][0-9]+(?:\.0+)?", value):
        return PutCodeCell("negative")
    if match := re.fullmatch(r"0*([1-9][0-9]*)\.0+", value, re.ASCII):
        return PutCodeCell("decimal", match.group(1))
    if _SCIENTIFIC.fullmatch(value):
        return PutCodeCell("scientific")
    if _GROUPED.fullmatch(value):
        return PutCodeCell("grouped", re.sub(r"[^0-9]", "", value))
    if _LIST.fullmatch(value):
        return PutCodeCell("list")
    if "/" in value and (last := re.search(r"/([0-9]+)/?$", value)):
        return PutCodeCell("path", last.group(1))
    return PutCodeCell("text")
