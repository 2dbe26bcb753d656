"""The first look at a long table of the store, beside a bare cursor (for CSV: a bare reader) over the same rows.

`python -m benchmarks.store [ROWS [KIND ...]]`: ROWS of items and as many of connections, in SQLite, CSV and PostgreSQL.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from .alone import alone
from .reconcile import orcid

_COLUMNS: Final = {
    "items": ("orcid", "put_code", "type", "local_id"),
    "connections": ("orcid", "access_token", "refresh_token", "scope", "name"),
}
_KINDS: Final = ("sqlite", "csv", "postgresql")
_PERSON: Final = 7
"""Number of the one whom the review is about."""


def store(count: int = 1_000_000, kinds: Sequence[str] = _KINDS) -> None:
    """Whole processes, start-up included; each is checked for what it found."""
    with tempfile.TemporaryDirectory() as folder:
        for kind in kinds:
            with _made(kind, Path(folder), count) as place:
                if place:
                    for what in _COLUMNS:
                        _compare(kind, what, place, count)


def _compare(kind: str, what: str, place: str, count: int) -> None:
    child = [sys.executable, "-m", "benchmarks.store"]
    floor = alone([*child, "read", what, place])
    ours = alone([*child, "look", what, place])
    mine = len(range(_PERSON, count, _people(count)))
    expected = {"kept": mine, "more": count - mine, "odd": 3 if what == "items" else 1}
    found = json.loads(ours.output)
    wrong = "" if found == expected and int(floor.output) == count else f"  WRONG: {found}, expected {expected}"
    print(f"{kind:<11} {what:<12} {count:>11,} rows{wrong}")
    for label, took in (("look", ours), ("bare", floor)):
        print(
            f"  {label}  {took.seconds:7.2f} s  {took.busy:7.2f} s of processor  {count / took.seconds:>11,.0f} rows/s"
            f"  at most {took.peak / 1024:6.1f} MiB"
        )
    print(f"  ratio {ours.seconds / floor.seconds:6.2f}  (of processor {ours.busy / floor.busy:.2f})")


# The tables


def _people(count: int) -> int:
    return max(_PERSON + 1, count // 20)


def _rows(what: str, count: int) -> Iterator[tuple[Any, ...]]:
    """Give the rows, two put-codes and an iD at fault among them."""
    people = [orcid(number) for number in range(_people(count))]
    for number in range(count):
        person, last = people[number % len(people)], number == count - 1
        if what == "items":
            # The last item but one has no put-code, the last one that of the first.
            yield person, 0 if number == count - 2 else 1000 if last else number + 1000, "work", number
        else:
            token = f"{number:08x}-aaaa-4bbb-8ccc-52d0bd6b1f"
            yield "not an iD" if last else person, f"{token}01", f"{token}02", "/read-limited", f"Name {number}"


@contextmanager
def _made(kind: str, folder: Path, count: int) -> Iterator[str]:
    """Make the two tables; give the database's address or the folder of the files, "" where there is no server."""
    if kind == "sqlite":
        with closing(sqlite3.connect(folder / "portal.db")) as db, db:
            for what, columns in _COLUMNS.items():
                db.execute(f"create table {what} ({', '.join(f'{c} {_type(c)}' for c in columns)})")
                db.executemany(f"insert into {what} values ({', '.join('?' * len(columns))})", _rows(what, count))
        yield f"sqlite:///{folder / 'portal.db'}"
    elif kind == "csv":
        for what, columns in _COLUMNS.items():
            with (folder / f"{what}.csv").open("w", newline="") as file:
                csv.writer(file).writerow(columns)
                csv.writer(file).writerows(_rows(what, count))
        yield str(folder)
    else:
        yield from _in_postgresql(count)


def _in_postgresql(count: int) -> Iterator[str]:
    import pytest

    from tests.store import servers

    try:
        import psycopg

        with servers.postgresql() as server:
            with psycopg.connect(_libpq(server.url)) as db, db.cursor() as cursor:
                for what, columns in _COLUMNS.items():
                    cursor.execute(f"create table {what} ({', '.join(f'{c} {_type(c)}' for c in columns)})")
                    with cursor.copy(f"copy {what} from stdin") as copy:
                        for row in _rows(what, count):
                            copy.write_row(row)
            yield server.url
    except (ImportError, pytest.skip.Exception) as error:
        print(f"postgresql: skipped, {error}")
        yield ""


def _type(column: str) -> str:
    return {"put_code": "bigint", "local_id": "integer"}.get(column, "text")


def _libpq(url: str) -> str:
    return url.replace("+psycopg", "")


# What is measured, each in a process of its own


def _look(what: str, place: str) -> None:
    from checker.evidence.vault import Vault
    from checker.gather.store import StoreReader
    from checker.plan import Store

    query = f"select {', '.join(_COLUMNS[what])} from {what}"
    plan = {"url": place, what: query} if "://" in place else {"files": {what: f"{what}.csv"}}
    reader = StoreReader(Store.model_validate(plan), Path(place), lambda: {orcid(_PERSON)})
    look = reader.look("start", Vault())
    if what == "items":
        found = {"kept": len(look.items or ()), "more": look.more_items, "odd": len(look.odd_items)}
    else:
        found = {"kept": len(look.connections), "more": look.more_connections, "odd": len(look.odd_connections)}
    print(json.dumps(found))


def _read(what: str, place: str) -> None:
    query = f"select {', '.join(_COLUMNS[what])} from {what}"
    if place.startswith("sqlite:"):
        with closing(sqlite3.connect(place.removeprefix("sqlite:///"))) as db:
            print(sum(1 for _ in db.execute(query)))
    elif "://" in place:
        import psycopg

        with psycopg.connect(_libpq(place)) as db, db.cursor("bare") as cursor:
            cursor.itersize = 2_000
            cursor.execute(query)
            print(sum(1 for _ in cursor))
    else:
        with (Path(place) / f"{what}.csv").open(newline="", encoding="utf-8") as file:
            print(sum(1 for _ in csv.reader(file)) - 1)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["look", what, place]:
            _look(what, place)
        case ["read", what, place]:
            _read(what, place)
        case [count, *kinds]:
            store(int(count), kinds or _KINDS)
        case _:
            store()
