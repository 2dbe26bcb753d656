"""Finds put-codes that stand for several items, and items with several put-codes, among any number of rows.

Rows are held in temporary files without a name, so that memory stays flat: the rows as they are, and numbers that stand
for their put-codes and items, sorted into parts. What is equal lies in the same part, so that one part after the other
is looked through. That yields suspects; of these the rows themselves tell.
"""

from __future__ import annotations

import marshal
import tempfile
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from types import TracebackType
from typing import Final

from ...evidence.model import Item
from .table import unreadable

_BATCH: Final = 5_000
_HELD: Final = 40
"""Batches whose numbers are held in memory."""
_PARTS: Final = 256
_MOST: Final = 5
"""Put-codes, and items, of which clashes are named."""
_EACH: Final = 3
"""Rows named of each of them."""

_Row = tuple[str, str, str, str]
"""Owner, put-code, section, the portal's own id."""
_Part = Callable[[_Row], tuple[str, ...]]


class Clashes:
    """Takes rows about items and tells which of them do not go together one to one.

    Raises:
        GatherError: `store-unreadable`, from any method: there is no room for the temporary files.
    """

    def __init__(self) -> None:
        self._waiting: list[_Row] = []
        self._batches = 0
        with _room():
            self._rows = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the whole
            self._by_code, self._by_item = _Pairs(), _Pairs()

    def add(self, owner: str, code: str, kind: str, local_id: str) -> None:
        """Take a row: whose item it is, its put-code in digits, its section, the portal's own id of it."""
        self._waiting.append((owner, code, kind.lower(), local_id))
        if len(self._waiting) >= _BATCH:
            self._put_away()

    def found(self) -> Iterator[Item]:
        """Give some of the rows that clash, those that come first."""
        self._put_away()
        with _room():
            for pairs, one, other in ((self._by_code, _code, _item), (self._by_item, _item, _code)):
                for owner, code, kind, local_id in self._rows_of(pairs.suspects(), one, other):
                    yield Item(orcid=owner, put_code=code, type=kind, local_id=local_id)

    def _rows_of(self, suspects: set[int], one: _Part, other: _Part) -> Iterator[_Row]:
        if not suspects:
            return
        seen: dict[tuple[str, ...], dict[tuple[str, ...], _Row]] = {}
        clashing: dict[tuple[str, ...], None] = {}
        for row in self._all_rows():
            if hash(key := one(row)) in suspects:
                rows = seen.setdefault(key, {})
                if len(rows) < _EACH:
                    rows.setdefault(other(row), row)
                if len(rows) > 1:
                    clashing.setdefault(key)
        for key in islice(clashing, _MOST):
            yield from seen[key].values()

    def _all_rows(self) -> Iterator[_Row]:
        self._rows.seek(0)
        for _ in range(self._batches):
            yield from marshal.load(self._rows)

    def _put_away(self) -> None:
        codes, items = self._by_code.parts, self._by_item.parts
        # Rows of no section cannot be told apart, and an item without an id is no one item. Hashes of tuples are
        # quick, and serve: what they claim to be equal is looked at again.
        for owner, code, kind, local_id in self._waiting:
            if kind:
                one, other = hash((kind, code)), hash((owner, kind, local_id))
                part = codes[one % _PARTS]
                part.append(one)
                part.append(other)
                if local_id:
                    part = items[other % _PARTS]
                    part.append(other)
                    part.append(one)
        with _room():
            marshal.dump(self._waiting, self._rows)
            self._batches += 1
            if self._batches % _HELD == 0:
                self._by_code.put_away()
                self._by_item.put_away()
        self._waiting.clear()

    def __enter__(self) -> Clashes:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        for file in (self._rows, self._by_code.file, self._by_item.file):
            file.close()


class _Pairs:
    """Pairs of numbers in parts by the first of the two, most of them in a file."""

    def __init__(self) -> None:
        self.parts = [array("q") for _ in range(_PARTS)]
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the whole
        self._places: list[list[tuple[int, int]]] = [[] for _ in range(_PARTS)]

    def put_away(self) -> None:
        """Write what is in memory to the file."""
        for part, places in zip(self.parts, self._places, strict=True):
            places.append((self.file.tell(), len(part)))
            part.tofile(self.file)
            del part[:]

    def suspects(self) -> set[int]:
        """Return the first numbers that come with several second ones; of each part, those that do so first."""
        self.put_away()
        found: set[int] = set()
        for places in self._places:
            partner: dict[int, int] = {}
            of_part: set[int] = set()
            for one, other in self._pairs(places):
                if partner.setdefault(one, other) != other and len(of_part) < _MOST:
                    of_part.add(one)
            found |= of_part
        return found

    def _pairs(self, places: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        for place, length in places:
            numbers = array("q")
            self.file.seek(place)
            numbers.fromfile(self.file, length)
            yield from zip(numbers[::2], numbers[1::2], strict=True)


def _code(row: _Row) -> tuple[str, ...]:
    return row[2], row[1]


def _item(row: _Row) -> tuple[str, ...]:
    return row[0], row[2], row[3]


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise unreadable(
            f"the temporary files for comparing put-codes cannot be written to {tempfile.gettempdir()}"
            f" ({error.strerror})",
            "make room there, or name a folder with more of it in the environment variable TMPDIR",
        ) from error
