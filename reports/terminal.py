"""The terminal: a summary after the run, and a line that says what is going on during it."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.status import Status
from rich.text import Text

from checker.evidence.model import Evidence
from checker.review import Finding, Outcome, Review, Verdict

from .parts import order, text, words

NAME = "terminal"
DESCRIPTION = "a summary to read where the review ran"
FILE: str | None = None

_WIDTH: Final = 100
_LONGEST: Final = 280
_STYLES: Final = {
    Outcome.FAILED: "bold red",
    Outcome.NEEDS_PERSON: "bold yellow",
    Outcome.BLOCKED: "bold magenta",
    Outcome.PASSED: "green",
    Outcome.NOT_APPLICABLE: "dim",
}
_VERDICTS: Final = {Verdict.PASS: "bold green", Verdict.FAIL: "bold red", Verdict.INCOMPLETE: "bold yellow"}


Piece = str | tuple[str, str]
"""A text, or a text with its style."""


def render(review: Review, evidence: Evidence, folder: Path) -> str:  # noqa: ARG001 - every format has this face
    """Return the summary as plain text without colours."""
    page = io.StringIO()
    render_summary(review, console=Console(file=page, width=_WIDTH, no_color=True, force_terminal=False))
    return page.getvalue()


def render_summary(review: Review, *, console: Console, reports: Sequence[Path] = ()) -> None:
    """Print the verdict and its denominator, what to fix, what to answer, what is blocked, and where the reports are.

    Colours and width are the console's: none when the output is piped or `NO_COLOR` is set.
    """
    say = _Printer(console)
    say.line((words.VERDICT[review.verdict].upper(), _VERDICTS[review.verdict]), (f"  {review.summary}.", "bold"))
    say.line(words.verdict_reason(review))
    if review.subject.recording:
        say.line((words.recording(review), "bold"))
    say.line((f"{review.subject.portal}, profile {review.profile}, {review.subject.environment}", "dim"))
    say.gap()
    for level in words.LEVEL:
        count = getattr(review.coverage, level.name.lower())
        numbers = {
            Outcome.FAILED: count.failed,
            Outcome.NEEDS_PERSON: count.needs_person,
            Outcome.BLOCKED: count.blocked,
            Outcome.PASSED: count.passed,
            Outcome.NOT_APPLICABLE: count.not_applicable,
        }
        told = [(f"{n} {words.OUTCOME[o].lower()}", _STYLES[o]) for o, n in numbers.items() if n]
        if told:
            say.line(f"{words.LEVEL[level]:<14}", *_joined(told))
    _tell(say, "To fix", order.to_do(review, Outcome.FAILED))
    _tell(say, "For a person to answer, in the plan under [answers.ID]", order.to_do(review, Outcome.NEEDS_PERSON))
    _tell_holds(say, order.holds(review))
    if reports:
        say.heading("Reports")
        for path in reports:
            say.line(str(path), indent=2, whole=True)


def _tell(say: _Printer, heading: str, findings: list[Finding]) -> None:
    if not findings:
        return
    say.heading(heading)
    for finding in findings:
        level = words.LEVEL[finding.level].lower()
        say.line((finding.check, _STYLES[finding.outcome]), (f"  {level}", "dim"), indent=2)
        say.line(finding.title, indent=4)
        if finding.outcome is Outcome.NEEDS_PERSON:
            say.line(finding.message, indent=4)
        elif seen := finding.observed or finding.message:
            say.line(("Seen: ", "dim"), seen, indent=4)
        if finding.remedy and finding.outcome is Outcome.FAILED:
            say.line(("Do: ", "dim"), finding.remedy, indent=4)


def _tell_holds(say: _Printer, holds: list[order.Hold]) -> None:
    if not holds:
        return
    say.heading("Blocked: not seen, so not judged")
    for hold in holds:
        say.line(
            (words.count(len(hold.findings), "rule"), _STYLES[Outcome.BLOCKED]),
            (f"  turn of {words.WHOSE[hold.whose]}", "dim"),
            indent=2,
        )
        say.line(hold.why, indent=4)
        if hold.todo:
            say.line(("Do: ", "dim"), hold.todo, indent=4)


def _joined(pieces: Iterable[tuple[str, str]]) -> list[Piece]:
    joined: list[Piece] = []
    for piece in pieces:
        joined += [", ", piece] if joined else [piece]
    return joined


class _Printer:
    """Prints text as text: what a portal wrote is never markup, never an escape sequence."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def line(self, *pieces: Piece, indent: int = 0, whole: bool = False) -> None:
        """Print one paragraph, wrapped at the console's width unless it must stay whole (a path to copy)."""
        line = Text()
        for piece in pieces:
            said, style = (piece, "") if isinstance(piece, str) else piece
            line.append(self._safe(said, whole), style=style)
        if whole:
            self._console.print(Text(" " * indent) + line, soft_wrap=True)
            return
        for row in line.wrap(self._console, max(20, self._console.width - indent)):
            row.rstrip()
            self._console.print(Text(" " * indent) + row, soft_wrap=True)

    def heading(self, heading: str) -> None:
        """Print a heading after an empty line."""
        self.gap()
        self.line((heading, "bold"))

    def gap(self) -> None:
        """Print an empty line."""
        self._console.print()

    def _safe(self, value: str, whole: bool) -> str:
        lead = value[: len(value) - len(value.lstrip(" "))]
        tail = value[len(value.rstrip(" ")) :] if value.strip() else ""
        folded = text.one_line(value)
        safe = lead + (folded if whole else text.cut(folded, _LONGEST)) + tail
        return safe.encode(self._console.encoding, "replace").decode(self._console.encoding)


class Progress:
    """Says what is going on: one live line on a terminal, plain lines when piped, nothing when quiet.

    Use it as a context manager, so that the live line is gone whatever happens.
    """

    def __init__(
        self, console: Console | None = None, *, quiet: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._console = console or Console(stderr=True)
        self._quiet = quiet
        self._clock = clock
        self._live = self._console.is_terminal and not self._console.is_dumb_terminal
        self._status: Status | None = None
        self._label = ""
        self._began: dict[str, float] = {}
        self._say = _Printer(self._console)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self, label: str) -> None:
        """Begin a part of the run, e.g. a journey."""
        if self._quiet:
            return
        self._label = label
        self._began[label] = self._clock()
        if self._live:
            self._show(label)
        else:
            self._say.line(f"{label} ...")

    def step(self, step: str) -> None:
        """Say what happens within the part that was begun last."""
        if self._quiet:
            return
        if self._live:
            self._show(f"{self._label}: {step}" if self._label else step)
        else:
            self._say.line(step, indent=2)

    def done(self, label: str, state: str) -> None:
        """End a part, with the state it ended in: `done`, `blocked`, `skipped` or another word."""
        if self._quiet:
            return
        self.close()
        self._label = ""
        began = self._began.pop(label, None)
        took = "" if began is None else f"{self._clock() - began:.1f} s"
        style = {"done": "green", "blocked": "bold magenta", "failed": "bold red"}.get(state, "dim")
        self._say.line(f"{label}: ", (state, style), (f"  {took}", "dim"))

    def close(self) -> None:
        """Take the live line away."""
        if self._status:
            self._status.stop()
            self._status = None

    def _show(self, line: str) -> None:
        # The line is cut to the terminal's width: a live line that wraps cannot be taken away again.
        shown = Text(text.one_line(line), no_wrap=True, overflow="ellipsis")
        shown.truncate(max(10, self._console.width - 4), overflow="ellipsis")
        if self._status:
            self._status.update(shown)
        else:
            self._status = self._console.status(shown)
            self._status.start()
