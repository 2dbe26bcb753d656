"""JUnit's XML, as continuous integration servers read it: one test case per payload."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from . import safe
from .model import Entry, Form, Outcome, Row, Tally

_FAILED = (Outcome.REFUSED,)
_ERRORS = (Outcome.UNDECIDED, Outcome.UNREAD, Outcome.ABSENT, Outcome.EMPTY, Outcome.FAULT)


class Told(Form):
    """One test suite."""

    between = "\n"
    counts_first = True

    def begin(self, tally: Tally) -> str:  # noqa: D102
        count = tally.outcomes
        failures, errors = (sum(count[one] for one in some) for some in (_FAILED, _ERRORS))
        counts = f'tests="{tally.told}" failures="{failures}" errors="{errors}"'
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<testsuites name="orcid-review payload" {counts}>\n'
            f'<testsuite name="orcid-review payload" {counts} skipped="0">\n'
        )

    def entry(self, entry: Entry) -> str:  # noqa: D102
        suite = f"payload.{entry.kind or 'unknown'}"
        head = f"<testcase classname={_attribute(suite)} name={_attribute(entry.place)}"
        if not entry.rows and entry.outcome is Outcome.ACCEPTED:
            return head + "/>"
        wrong = [row for row in entry.rows if row.layer != "advice"]
        advice = [row for row in entry.rows if row.layer == "advice"]
        parts = [head + ">"]
        if entry.outcome is not Outcome.ACCEPTED:
            element = "failure" if entry.outcome in _FAILED else "error"
            first = wrong[0] if wrong else None
            answer = f"; ORCID would answer {entry.answer[0]}, error {entry.answer[1]}" if entry.answer else ""
            message = (first.message if first else f"it is {entry.outcome}") + answer
            kind = f"{first.layer}.{first.name}" if first else entry.outcome.value
            body = "\n".join(_told(row) for row in wrong)
            parts.append(f"<{element} message={_attribute(message)} type={_attribute(kind)}>{_text(body)}</{element}>")
        if advice:
            parts.append(f"<system-out>{_text(chr(10).join(_told(row) for row in advice))}</system-out>")
        return "\n".join([*parts, "</testcase>"])

    def end(self, tally: Tally) -> str:  # noqa: ARG002, D102
        return "\n</testsuite>\n</testsuites>\n"


def _told(row: Row) -> str:
    where = "".join(f"{number}:" for number in (row.line, row.column) if number is not None)
    allowed = f" Allowed: {row.allowed}." if row.allowed else ""
    at = f" At {row.path}." if row.path else ""
    return f"{where}{' ' if where else ''}{row.layer} {row.name}: {row.message}{at}{allowed} What to do: {row.remedy}"


def _attribute(text: str) -> str:
    return quoteattr(safe.line(text))


def _text(text: str) -> str:
    return escape("\n".join(safe.line(one) for one in text.split("\n")))
