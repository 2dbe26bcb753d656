"""What a format is given: entries, one per payload, and a tally of all."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Outcome(StrEnum):
    """What became of a payload."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNDECIDED = "undecided"
    """It was read, but nobody can say what ORCID would answer: mostly because its kind cannot be told."""
    UNREAD = "unread"
    """It could not be read."""
    ABSENT = "absent"
    """There is no such file."""
    EMPTY = "empty"
    """A folder, an archive or a file of lines without any payload."""
    PASSED_OVER = "passed-over"
    """No ORCID payload, or a template that is none before it is filled; only where that was asked for."""
    FAULT = "fault"
    """orcid-review itself failed on it."""


_VERDICTS: Final = (Outcome.ACCEPTED, Outcome.REFUSED)
_SOME: Final = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One problem as it is told."""

    layer: str
    """`schema`, `rule` or `advice`; `input` where the payload could not be read or judged at all."""
    name: str
    message: str
    remedy: str
    code: int | None = None
    """ORCID's error code, were this the only problem."""
    path: str = ""
    line: int | None = None
    """In the file, from 1."""
    column: int | None = None
    found: str | None = None
    allowed: str | None = None
    source: str = ""
    excerpt: str | None = None
    """The line of the file, where the format shows it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One payload as it is told."""

    file: str
    index: int | None
    outcome: Outcome
    kind: str | None = None
    media_type: str | None = None
    answer: tuple[int, int] | None = None
    """HTTP status and error code."""
    rows: Sequence[Row] = ()
    kinds: str = ""
    """In words, what it may be where the kind cannot be told."""

    @property
    def place(self) -> str:
        """File, and line of an NDJSON file."""
        return self.file if self.index is None else f"{self.file}:{self.index}"


@dataclass(frozen=True, slots=True)
class Clause:
    """What a problem breaks, whatever the payload."""

    name: str
    layer: str
    remedy: str
    source: str


@dataclass(slots=True)
class Tally:
    """Counts over all payloads told so far."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    """Of the accepted and the refused."""
    advice: int = 0
    clauses: dict[str, Clause] = field(default_factory=dict)
    """Broken ones, where the format asks for them."""
    passed: list[str] = field(default_factory=list)
    """Some files that were passed over."""

    def count(self, entry: Entry, *, clauses: bool) -> None:
        """Count one payload."""
        outcome = entry.outcome
        self.outcomes[outcome] += 1
        if outcome in _VERDICTS:
            self.kinds[entry.kind or entry.kinds or "of no known kind"] += 1
        if outcome is Outcome.PASSED_OVER and len(self.passed) < _SOME:
            self.passed.append(entry.file)
        for row in entry.rows:
            self.advice += row.layer == "advice"
            if clauses and row.name not in self.clauses:
                self.clauses[row.name] = Clause(row.name, row.layer, row.remedy, row.source)

    def add(self, other: Tally) -> None:
        """Count what another tally has counted, which comes after this one's."""
        self.outcomes.update(other.outcomes)
        self.kinds.update(other.kinds)
        self.advice += other.advice
        self.clauses = other.clauses | self.clauses
        self.passed = (self.passed + other.passed)[:_SOME]

    @property
    def judged(self) -> int:
        """Payloads with a verdict."""
        return self.outcomes[Outcome.ACCEPTED] + self.outcomes[Outcome.REFUSED]

    @property
    def told(self) -> int:
        """Payloads, and names that gave none, but for those passed over."""
        return self.outcomes.total() - self.outcomes[Outcome.PASSED_OVER]

    def summary(self) -> str:
        """Return one sentence: what was judged of what there was."""
        count = self.outcomes
        payloads = self.told - count[Outcome.EMPTY] - count[Outcome.ABSENT]
        said = f"{count[Outcome.ACCEPTED]:,} of {payloads:,} {'payload' if payloads == 1 else 'payloads'} accepted"
        parts = [
            (count[Outcome.REFUSED], "refused"),
            (count[Outcome.UNDECIDED], "could not be judged"),
            (count[Outcome.UNREAD], "could not be read"),
            (count[Outcome.FAULT], "not judged, by a fault of orcid-review"),
            (self.advice, "pieces of advice" if self.advice != 1 else "piece of advice"),
            (count[Outcome.ABSENT], "named but not there"),
            (count[Outcome.EMPTY], "named with nothing to judge in it"),
            (count[Outcome.PASSED_OVER], "passed over"),
        ]
        return ", ".join([said, *(f"{number:,} {what}" for number, what in parts if number)]) + "."


class Form(ABC):
    """A format. Its entries follow one another with :attr:`between` in between."""

    between = ""
    machine = True
    """Whether a program reads it; then it is always UTF-8."""
    counts_first = False
    """Whether the beginning needs the tally, so that all entries must be kept aside before it."""
    excerpts = False
    """Whether rows show the line of the file."""
    clauses = False
    """Whether the end needs to know which clauses were broken."""

    def __init__(self, *, colour: bool = False) -> None:
        self.colour = colour

    def begin(self, tally: Tally) -> str:  # noqa: ARG002
        """Return what stands before all entries."""
        return ""

    @abstractmethod
    def entry(self, entry: Entry) -> str:
        """Return one payload's part; empty: nothing to say of it."""

    def end(self, tally: Tally) -> str:  # noqa: ARG002
        """Return what stands after all entries."""
        return ""
