"""Text for people, in the manner of a compiler: where, what, the line itself, what is allowed, what to do."""

from __future__ import annotations

from typing import Final

import click

from . import safe
from .model import Entry, Form, Outcome, Row, Tally

_COLOURS: Final = {"schema": "red", "rule": "red", "input": "magenta", "advice": "yellow"}
_VERDICTS: Final = (Outcome.ACCEPTED, Outcome.REFUSED, Outcome.UNDECIDED)
_WIDTH: Final = 100
_LONGEST: Final = 300
_BEYOND = "What only the registry knows was not judged: its organizations and groups, duplicates on the record.\n"


class Told(Form):
    """The summary is the last line, with the number of all payloads in it."""

    between = "\n"
    machine = False
    excerpts = True

    def entry(self, entry: Entry) -> str:  # noqa: D102
        if not entry.rows:
            return "" if entry.outcome is Outcome.ACCEPTED else self._verdict(entry)
        told = "\n".join(self._row(entry, row) for row in entry.rows) + "\n"
        return told + self._verdict(entry) if entry.outcome in _VERDICTS else told

    def end(self, tally: Tally) -> str:  # noqa: D102
        some = tally.outcomes.keys() - {Outcome.ACCEPTED, Outcome.PASSED_OVER}
        colour = "red" if some else "green" if tally.judged else "yellow"
        said = "No payload was judged. " if not tally.judged else ""
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in tally.kinds.most_common())
        judged = f"Judged: {kinds}. " if kinds else ""
        told = self._style(said + tally.summary(), bold=True, fg=colour) + "\n"
        return told + (self._style(judged + _BEYOND, dim=True) if tally.outcomes[Outcome.ACCEPTED] else "")

    def _style(self, text: str, **how: bool | str) -> str:
        return click.style(text, **how) if self.colour else text  # type: ignore[arg-type]

    def _row(self, entry: Entry, row: Row) -> str:
        # A line of NDJSON without a place in it is still a line.
        number = row.line if row.line is not None else entry.index
        place = ":".join(str(one) for one in (safe.line(entry.file), number, row.column) if one is not None)
        code = f" [{row.code}]" if row.code is not None else ""
        parts = [
            f"{self._style(place, bold=True)}: {self._style(row.layer, fg=_COLOURS[row.layer], bold=True)}"
            f" {row.name}{code}",
            f"  {safe.line(safe.cut(row.message, 2 * _LONGEST))}",
        ]
        gutter = " " * max(4, len(str(number or "")) + 1)
        if row.excerpt is not None and row.column is not None:
            parts += self._excerpt(row, gutter, number)
        for label, text in (("at", row.path), ("allowed", row.allowed), ("do", row.remedy), ("source", row.source)):
            if text:
                said = f"{gutter}= {label}: {safe.line(safe.cut(text, _LONGEST))}"
                parts.append(self._style(said, dim=True) if label in {"at", "source"} else said)
        return "\n".join(parts)

    def _excerpt(self, row: Row, gutter: str, number: int | None) -> list[str]:
        from rich.cells import cell_len

        assert row.excerpt is not None
        assert row.column is not None
        text, at = row.excerpt, min(row.column - 1, len(row.excerpt))
        begin = 0 if len(text) <= _WIDTH else max(0, at - _WIDTH // 2)
        before = ("… " if begin else "") + safe.line(text[begin:at])
        after = safe.line(text[at : begin + _WIDTH]) + (" …" if begin + _WIDTH < len(text) else "")
        if not begin:  # the indentation says nothing
            before = before.lstrip() if before.strip() else "" if after.strip() else before
        bar = self._style("|", fg="blue")
        label = self._style(f"{number or '':>{len(gutter) - 1}} ", fg="blue")
        caret = self._style("^", fg=_COLOURS[row.layer], bold=True)
        return [f"{gutter}{bar}", f"{label}{bar} {before}{after}", f"{gutter}{bar} {' ' * cell_len(before)}{caret}"]

    def _verdict(self, entry: Entry) -> str:
        kind = f" ({entry.kind or entry.kinds})" if entry.kind or entry.kinds else ""
        if entry.outcome is Outcome.ACCEPTED:
            said = self._style("accepted", fg="green", bold=True) + ", with advice"
        elif entry.outcome is Outcome.REFUSED:
            said = self._style("refused", fg="red", bold=True)
            if entry.answer:
                said += f": ORCID would answer {entry.answer[0]}, error code {entry.answer[1]}"
        else:
            said = self._style("not judged", fg="magenta", bold=True)
        return f"{safe.line(entry.place)}{kind}: {said}\n"
