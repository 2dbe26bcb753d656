"""What the columns of an export and of a table of items mean, told by their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ..evidence.columns import MEANINGS, plain
from .model import ReconcileError

_SHARED: Final = {
    "orcid": (*MEANINGS["orcid"], "person", "researcher"),
    "put_code": (*MEANINGS["put_code"], "putcode"),
    "type": MEANINGS["type"],
    "modified": (
        "last_modified_date", "last_modified", "last_modified_at", "modified", "modified_at", "modified_date",
        "updated_at", "updated", "stored_at", "written_at", "synced_at", "pushed_at", "date_modified", "sent_at",
    ),
    "ended": ("end_date", "ended", "ended_at", "end", "left_on", "leaving_date", "contract_end", "date_end"),
    "ids": ("external_ids", "external_id", "external_id_values", "external_id_value", "identifiers", "doi", "dois"),
}  # fmt: skip
STORED: Final = {**_SHARED, "local_id": MEANINGS["local_id"]}
"""Meaning -> names of a stored export's columns, the most telling one first."""

DUMPED: Final = {
    **_SHARED,
    "source": ("source_client_id", "source_client", "source_client_id_path", "source", "source_id", "client_id"),
    "origin": ("assertion_origin_client_id", "assertion_origin", "assertion_origin_client_id_path"),
    "selfs": ("self_ids", "self_external_ids", "external_ids_self"),
    "visibility": ("visibility",),
}
"""The same of a table of items of records."""


def found(
    columns: Sequence[str],
    meanings: Mapping[str, tuple[str, ...]],
    source: str,
    *,
    given: Mapping[str, str] | None = None,
    option: str = "",
) -> dict[str, int]:
    """Return the position of the column that carries each meaning.

    Args:
        columns: as the file names them.
        meanings: :data:`STORED` or :data:`DUMPED`.
        source: name of the file, for messages.
        given: meaning -> name of the column, said by a person.
        option: where a person can say it, for messages.

    Raises:
        ReconcileError: there is no column of the iDs or the put-codes, or none of a given name; names the nearest.
    """
    by_name = {name.strip().lower(): position for position, name in reversed(list(enumerate(columns)))}
    places: dict[str, int] = {}
    for meaning, name in (given or {}).items():
        if name.strip().lower() not in by_name:
            close = _nearest(name, columns)
            raise ReconcileError(f"{source} has no column {name}{f'; did you mean {close}?' if close else ''}")
        places[meaning] = by_name[name.strip().lower()]
    flat = [plain(name).replace("_", "") for name in columns]
    for meaning, names in meanings.items():
        if meaning not in places:
            first = next((n for n in (name.replace("_", "") for name in names) if n in flat), None)
            places |= {} if first is None else {meaning: flat.index(first)}
    for meaning in ("orcid", "put_code"):
        if meaning not in places:
            raise ReconcileError(_lacking(meaning, columns, source, option))
    return places


def _nearest(name: str, known: Sequence[str]) -> str:
    from ..plan.wording import nearest  # only wanted when something is wrong

    return nearest(name, known)


def _lacking(meaning: str, columns: Sequence[str], source: str, option: str) -> str:
    close = _nearest(meaning, [plain(name) for name in columns])
    meant = next((name for name in columns if plain(name) == close), "") if close else ""
    there = ", ".join(columns[:20]) + (", …" if len(columns) > 20 else "")
    told = f"{source} has the columns {there}; none of them is called {meaning}"
    if meant:
        told += f"; did you mean {meant}?"
    return f"{told} Say {option} {meaning}={meant or 'NAME'}" if option else told
