"""What is asked of a reconciliation, and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, Literal, TypeAlias

MEBIBYTE: Final = 1 << 20


class ReconcileError(Exception):
    """Something that was named cannot be used, or the work cannot be done.

    Attributes:
        usage: whether what was asked is at fault, rather than the machine.
    """

    def __init__(self, message: str, *, usage: bool = True) -> None:
        super().__init__(message)
        self.usage = usage


class Verdict(StrEnum):
    """What is said of one item."""

    OK = "ok"
    """Stored, on the record, and nothing that was compared differs."""
    MISSING = "missing"
    """Stored, and not on the record."""
    STALE = "stale"
    """The record changed later than it was stored, or holds other external ids, or it is an item of another kind."""
    DUPLICATE = "duplicate"
    """Two stored rows for one put-code, or two items of ours on one record with the same `self` identifier."""
    FOREIGN = "foreign"
    """The put-code is on the record, and its source is somebody else."""
    UNKNOWN = "unknown"
    """Ours, on the record, and not stored."""
    END_DATE = "end-date"
    """An affiliation that ended on one side and not on the other, or on another day."""
    UNUSABLE = "unusable"
    """The stored iD or put-code is none."""
    NO_PUT_CODE = "no-put-code"
    """Stored without a put-code: not written yet, or written and never to be found again."""
    NOT_PUBLIC = "not-public"
    """Stored, and not among the public items of the record: gone, or no longer public."""
    NOT_READ = "not-read"
    """The records that were handed in do not show what would have to be there."""


DIFFERENCES: Final = (
    Verdict.MISSING,
    Verdict.STALE,
    Verdict.DUPLICATE,
    Verdict.FOREIGN,
    Verdict.UNKNOWN,
    Verdict.END_DATE,
    Verdict.UNUSABLE,
)
"""Verdicts that something is to be put right."""

OPEN: Final = (Verdict.NO_PUT_CODE, Verdict.NOT_PUBLIC, Verdict.NOT_READ)
"""Verdicts that nothing can be said yet."""

View: TypeAlias = Literal["member", "public"]
"""Who read the records. To its source ORCID shows an item whatever its visibility; to the public only public ones."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to reconcile."""

    stored: tuple[Path, ...]
    """Exports of what the portal stored."""
    records: tuple[str, ...]
    """Records as ORCID's API gives them (files, folders, archives, globs), or tables of items."""
    clients: tuple[str, ...] = ()
    """Client IDs of ours. Without one nothing can be told foreign or unknown."""
    kind: str = ""
    """What a stored row is that does not say so; empty: not known."""
    view: View | None = None
    """Who read the records; None: told from them where that is possible."""
    complete: bool = False
    """A table of items holds every item of every person: who is not in it has none."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Meaning -> name of a column of the stored exports, where its name does not tell."""
    encoding: str = ""
    """Of exports that are text; empty: UTF-8, or what a byte-order mark says."""
    zone: str = ""
    """Time zone of stored times that name none, e.g. `Europe/Berlin`; empty: not known."""
    tolerance: int = 60
    """Seconds by which a record may be younger than what is stored, for clocks and for cut-off fractions."""
    every: bool = False
    """Whether items with the verdict `ok` are written as well."""
    memory: int = 512 * MEBIBYTE
    """Bytes that the engine may hold; what is more goes to a temporary folder."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A line, a file or a member of an archive that could not be read."""

    file: str
    line: int | None
    why: str


@dataclass(slots=True)
class Outcome:
    """What a reconciliation found, in numbers; the items are in the file that it wrote."""

    stored: int = 0
    people: int = 0
    """Of the stored rows."""
    items: int = 0
    """On the records."""
    records: int = 0
    """People whose record was shown."""
    counts: dict[Verdict, int] = field(default_factory=dict)
    """Verdict -> lines of the result."""
    good: int = 0
    """Stored rows of which there is nothing to say."""
    broken: int = 0
    first_broken: list[Broken] = field(default_factory=list)
    """The first few; all of them are lines of the result."""
    view: View | None = None
    notes: list[str] = field(default_factory=list)
    """What could not be compared, and what would help."""

    @property
    def differs(self) -> bool:
        """Whether something is to be put right."""
        return any(self.counts.get(verdict) for verdict in DIFFERENCES)

    @property
    def is_open(self) -> bool:
        """Whether of something nothing can be said yet."""
        return bool(self.broken) or any(self.counts.get(verdict) for verdict in OPEN)
