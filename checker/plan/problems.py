"""What is wrong with a plan, in the words of the file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Problem:
    """One thing in the file that cannot be used, or (a warning) that had better be changed.

    Attributes:
        where: the key as it is written in the file, e.g. `[portal] url`; empty for the file as a whole.
        message: what was seen, what is expected, what to do.
        line, column: counted from 1; None where the file has no such place.
    """

    where: str
    message: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return place + joined(self.where, self.message)


class PlanError(Exception):
    """The plan cannot be used. Holds every problem found, in the order of the file.

    Attributes:
        path: the file that was read.
        problems: at least one.
    """

    def __init__(self, path: Path, problems: list[Problem]) -> None:
        super().__init__(path, problems)
        self.path = path
        self.problems = sorted(problems, key=lambda p: (p.line is None, p.line or 0, p.column or 0))

    def __str__(self) -> str:
        """One line for a single problem; else the count, then one line each."""
        if len(self.problems) == 1:
            return joined(str(self.path), str(self.problems[0]))
        return "\n".join([f"{self.path}: {len(self.problems)} problems", *(f"  {p}" for p in self.problems)])


def joined(subject: str, message: str) -> str:
    """Return "subject: message", or one sentence where the message goes on from the subject."""
    between = " " if message.startswith(("is ", "cannot ")) else ": "
    return f"{subject}{between}{message}" if subject else message
