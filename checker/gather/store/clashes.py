"""Finds put-codes that stand for several items, and items with several put-codes, among any number of rows.

The rows lie in a temporary SQLite file that vanishes with the process, so that memory stays flat.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from types import TracebackType
from typing import Final

from ...evidence.model import Item

_BATCH: Final = 5_000
_MOST: Final = 5
"""Rows named of each kind of clash."""

_ONE_CODE = """
    select kind, code from rows where kind <> '' group by kind, code having min(thing) <> max(thing) limit ?"""
_ONE_ITEM = """
    select thing from rows where kind <> '' and local_id <> ''
    group by thing having min(code) <> max(code) limit ?"""


class Clashes:
    """Takes rows about items and tells which of them do not go together one to one."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript("pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -16000;")
        self._db.execute("create table rows (kind text, code text, thing blob, owner text, local_id text)")
        self._waiting: list[tuple[object, ...]] = []

    def add(self, owner: str, code: str, kind: str, local_id: str) -> None:
        """Take a row: whose item it is, its put-code in digits, its section, the portal's own id of it."""
        kind = kind.lower()
        thing = hashlib.blake2b(f"{owner}\0{kind}\0{local_id}".encode(), digest_size=8).digest()
        self._waiting.append((kind, code, thing, owner, local_id))
        if len(self._waiting) >= _BATCH:
            self._flush()

    def found(self) -> Iterator[Item]:
        """Give some of the rows that clash."""
        self._flush()
        for kind, code in self._db.execute(_ONE_CODE, [_MOST]).fetchall():
            yield from self._rows("kind = ? and code = ? group by thing limit 3", kind, code)
        for (thing,) in self._db.execute(_ONE_ITEM, [_MOST]).fetchall():
            yield from self._rows("thing = ? group by code limit 3", thing)

    def _rows(self, where: str, *values: object) -> Iterator[Item]:
        for owner, code, kind, local_id in self._db.execute(
            f"select owner, code, kind, local_id from rows where {where}", values
        ).fetchall():
            yield Item(orcid=owner, put_code=code, type=kind, local_id=local_id)

    def _flush(self) -> None:
        self._db.execute("begin")
        self._db.executemany("insert into rows values (?, ?, ?, ?, ?)", self._waiting)
        self._db.execute("commit")
        self._waiting.clear()

    def __enter__(self) -> Clashes:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._db.close()
