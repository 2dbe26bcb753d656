"""What comes out of payload files, and how much may."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

MEBIBYTE: Final = 1 << 20


class Why(StrEnum):
    """Why something that was named gave no payload."""

    NO_FILE = "no-file"
    """There is nothing by this name."""
    NOTHING_INSIDE = "nothing-inside"
    """A folder or an archive without a payload file, NDJSON without a line."""
    NO_REGULAR_FILE = "no-regular-file"
    """A pipe, a device, a socket."""
    UNREADABLE = "unreadable"
    """The operating system refuses."""
    TOO_LARGE = "too-large"
    """More bytes than the bounds allow."""
    BAD_ARCHIVE = "bad-archive"
    """A zip archive that is broken, or a member in a form that is not read."""
    ARCHIVE_BOMB = "archive-bomb"
    """A zip archive that unpacks to far more than it is."""
    ENCRYPTED = "encrypted"
    """A member that needs a password."""
    CLIMBING_NAME = "climbing-name"
    """A member whose name leads out of the archive."""
    BAD_LINES = "bad-lines"
    """NDJSON that is not UTF-8."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is read at most."""

    payload: int = 10 * MEBIBYTE
    """Bytes of one payload: a file, a line of NDJSON, a member of an archive."""
    ratio: int = 200
    """An archive may unpack to this many times its own size ..."""
    small: int = 100 * MEBIBYTE
    """... or to this many bytes, whichever is more."""
    directory: int = 64 * MEBIBYTE
    """Bytes of an archive's list of members, which is held in memory."""


@dataclass(frozen=True, slots=True)
class Payload:
    """One payload."""

    file: str
    """As it was named; `-` is standard input, `a.zip!b/c.xml` a member of an archive."""
    index: int | None
    """Line of an NDJSON file, from 1; None: the file is one payload."""
    body: bytes
    cost: int = 0
    """Bytes read from disk for it, to tell how far the work is."""

    @property
    def name(self) -> str:
        """The file's or member's own name with its folders, which may hint at the kind; empty for standard input."""
        return "" if self.file == "-" else self.file.rpartition("!")[2]


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that gave no payload."""

    file: str
    index: int | None
    why: Why
    message: str
    """What was seen, one sentence without the name of the file."""
    todo: str
    """What helps."""
    cost: int = 0


Given: TypeAlias = Payload | Unread
