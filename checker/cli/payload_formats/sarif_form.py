"""SARIF 2.1.0, as code hosting sites read it: a problem is shown beside the line that it is about."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from ... import __version__
from .json_form import dumps
from .model import Clause, Entry, Form, Outcome, Row, Tally

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {"advice": "note"}
_WHOSE: Final = {
    "schema": "ORCID's schema refuses it.",
    "rule": "ORCID's API refuses it, beyond its schema.",
    "advice": "ORCID takes it, but a reviewer would speak.",
    "input": "It could not be judged.",
}
_NOT_DONE: Final = (Outcome.UNREAD, Outcome.ABSENT, Outcome.UNDECIDED, Outcome.FAULT)


class Told(Form):
    """One run. The rules that were broken stand after the results, so that nothing must be kept."""

    between = ",\n"
    clauses = True

    def begin(self, tally: Tally) -> str:  # noqa: ARG002, D102
        run = '"columnKind": "unicodeCodePoints", "results": ['
        return f'{{"$schema": "{_SCHEMA}", "version": "2.1.0", "runs": [{{{run}\n'

    def entry(self, entry: Entry) -> str:  # noqa: D102
        return self.between.join(dumps(_result(entry, row)) for row in entry.rows)

    def end(self, tally: Tally) -> str:  # noqa: D102
        driver = {
            "name": "orcid-review",
            "semanticVersion": __version__,
            "rules": [_rule(clause) for _, clause in sorted(tally.clauses.items())],
        }
        done = not any(tally.outcomes[one] for one in _NOT_DONE)
        invocations = [{"executionSuccessful": done}]
        return f'\n], "invocations": {dumps(invocations)}, "tool": {{"driver": {dumps(driver)}}}}}]}}\n'


def _rule(clause: Clause) -> dict[str, Any]:
    return {
        "id": clause.name,
        "shortDescription": {"text": f"{clause.name.replace('-', ' ').capitalize()}. {_WHOSE[clause.layer]}"},
        "help": {"text": f"{clause.remedy}\nSource: {clause.source}" if clause.source else clause.remedy},
        "defaultConfiguration": {"level": _LEVELS.get(clause.layer, "error")},
        "properties": {"tags": ["orcid", clause.layer]},
    }


def _result(entry: Entry, row: Row) -> dict[str, Any]:
    file, bang, member = entry.file.partition("!")
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(file)}}
    # Lines of a member would be taken for lines of the archive.
    if row.line is not None and not bang:
        region = {"startLine": row.line}
        physical["region"] = region if row.column is None else {**region, "startColumn": row.column}
    location: dict[str, Any] = {"physicalLocation": physical}
    if logical := (f"{member}{row.path}" if bang else row.path):
        location["logicalLocations"] = [{"fullyQualifiedName": logical}]
    said = [row.message, f"Allowed: {row.allowed}." if row.allowed else "", f"What to do: {row.remedy}"]
    if entry.answer and row.code is not None:
        said.insert(1, f"ORCID's error code for this: {row.code}.")
    return {
        "ruleId": row.name,
        "level": _LEVELS.get(row.layer, "error"),
        "message": {"text": " ".join(part for part in said if part)},
        "locations": [location],
    }


def _uri(file: str) -> str:
    if file == "-":
        return "stdin"
    path = Path(file)
    if path.is_absolute():
        try:
            path = path.relative_to(Path.cwd())
        except ValueError:
            return path.as_uri()
    return quote(os.fsencode(os.path.normpath(path).replace(os.sep, "/")))
