"""JSON: one object, `{"payloads": [...]}`, one line per payload."""

from __future__ import annotations

import json
from typing import Any, Final

from .model import Entry, Form, Outcome, Row, Tally

_encode: Final = json.JSONEncoder(ensure_ascii=False).encode


class Told(Form):
    """The result for machines."""

    between = ",\n"

    def begin(self, tally: Tally) -> str:  # noqa: ARG002, D102
        return '{"payloads": [\n'

    def entry(self, entry: Entry) -> str:  # noqa: D102
        return dumps(
            {
                "file": entry.file,
                "index": entry.index,
                "kind": entry.kind,
                "media_type": entry.media_type,
                "accepted": entry.outcome is Outcome.ACCEPTED,
                "answer": {"status": entry.answer[0], "code": entry.answer[1]} if entry.answer else None,
                "problems": [_problem(row) for row in entry.rows],
            }
        )

    def end(self, tally: Tally) -> str:  # noqa: ARG002, D102
        return "\n]}\n"


def _problem(row: Row) -> dict[str, Any]:
    return {
        "layer": row.layer,
        "code": row.code,
        "name": row.name,
        "path": row.path,
        "line": row.line,
        "column": row.column,
        "message": row.message,
        "found": row.found,
        "allowed": row.allowed,
        "remedy": row.remedy,
        "source": row.source,
    }


def dumps(value: Any) -> str:
    """Return JSON that is valid UTF-8 even where a file's name or a payload is not."""
    text = _encode(value)
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair
        return json.dumps(value)
    return text
