"""Takes a look at the store: recognises columns by name, keeps what rules need, leaves the secrets behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final, Protocol

from ...evidence.columns import recognise
from ...evidence.model import Connection, Item, StoreLook
from ...evidence.vault import Vault
from ...orcid.cells import is_plain_put_code, read_id, read_put_code, whole_id
from ..errors import GatherError
from . import files, sql
from .cells import stored_token
from .clashes import Clashes
from .table import Table, hint, nearest, unreadable

MOST_KEPT: Final = 5_000
"""Of a longer table, only the rows about the people of the review are kept, and some of those that are at fault."""

_MOST_ODD: Final = 20
_MOST_WITHOUT_ID: Final = 500
_MOST_LEARNT: Final = 50
"""Tokens of other people that the vault is told of."""
_AT_A_TIME: Final = 2_000
_TOLD_EVERY: Final = 200_000
"""Rows of a long table after which it is told how many were read."""


class _Files(Protocol):
    @property
    def connections(self) -> str: ...
    @property
    def items(self) -> str: ...


class _Columns(Protocol):
    @property
    def connections(self) -> dict[str, str]: ...
    @property
    def items(self) -> dict[str, str]: ...


class StorePlan(Protocol):
    """`[store]` of the plan."""

    @property
    def url(self) -> str:
        """A SQLAlchemy URL, or empty."""

    @property
    def connections(self) -> str:
        """A query, or empty."""

    @property
    def items(self) -> str:
        """A query, or empty."""

    @property
    def files(self) -> _Files | None:
        """Exports in place of a database."""

    @property
    def columns(self) -> _Columns:
        """Meaning -> column, where the names do not tell."""


@dataclass(frozen=True)
class _Long:
    """What was seen when a long table was read as a whole."""

    column: str
    """The one with the iDs, as the query names it."""
    rows: int
    odd: list[Any]
    can_narrow: bool
    """Whether the people of the review can be told by their iDs."""


class StoreReader:
    """Reads the store that a plan names. Opens it anew for each look: the portal goes on writing in between."""

    def __init__(
        self,
        plan: StorePlan,
        folder: Path,
        people: Callable[[], Collection[str]] = lambda: frozenset(),
        on_step: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Take the plan's store.

        Args:
            plan: `[store]`.
            folder: where relative paths start.
            people: gives the bare iDs of those whom the review is about, as far as they are known by then. Needed for
                tables of more than :data:`MOST_KEPT` rows.
            on_step: told how far it is, while a long table is read.
        """
        self._plan = plan
        self._folder = folder
        self._people = people
        self._on_step = on_step
        self._long: dict[str, _Long] = {}
        self._learnt = 0
        self._last: tuple[tuple[Any, ...], StoreLook] | None = None

    def look(self, when: Any, vault: Vault) -> StoreLook:
        """Return what the store holds now.

        Args:
            when: which moment of the run this is, one of :class:`StoreLook`'s.
            vault: replaces secrets by their tags, and learns tokens that it did not know.

        Raises:
            GatherError: `store-unreadable`, with what is wrong and what to do.
        """
        state = (self._stamps(), frozenset(self._people()), len(vault.kinds)) if self._long else None
        if self._last and state and self._last[0] == state:
            return self._last[1].model_copy(update={"when": when})
        try:
            look = StoreLook(when=when, from_files=self._plan.files is not None)
            look = look.model_copy(update=self._look_at_connections(vault) | self._look_at_items(vault))
        except GatherError as error:
            raise _redacted(error, vault) from None
        if self._plan.files and self._long:
            # A long export is read again only when it was written again.
            self._last = (self._stamps(), frozenset(self._people()), len(vault.kinds)), look
        return look

    def connections(self, vault: Vault) -> Iterator[Connection]:
        """Give every row about a connection, one after the other; the vault learns none of the tokens.

        Raises:
            GatherError: as :meth:`look`, also on the way.
        """
        with self._opened("connections") as table:
            if table:
                at = self._recognised(table, "orcid", "connections")
                yield from (_connection(row, at, vault, learn=False) for row in table.rows)

    def items(self, vault: Vault) -> Iterator[Item]:
        """Give every row about an item, one after the other.

        Raises:
            GatherError: as :meth:`look`, also on the way.
        """
        with self._opened("items") as table:
            if table:
                at = self._recognised(table, "put_code", "items")
                yield from (_item(row, at, vault) for row in table.rows)

    # The two tables

    def _look_at_connections(self, vault: Vault) -> dict[str, Any]:
        with self._opened("connections") as table:
            if table is None:
                return {}
            at = self._recognised(table, "orcid", "connections")
            found: dict[str, Any] = {"connection_columns": _named(table.columns, at)}
            first = list(islice(table.rows, MOST_KEPT + 1))
            if len(first) <= MOST_KEPT and "connections" not in self._long:
                return found | {"connections": self._connections(first, at, vault)}
            people = self._known_people("connections")
            rows = _Sifted(self._in_lots(chain(first, table.rows), "connections"), at, people, vault)
            kept = self._connections(list(rows), at, vault)
            long = self._long.get("connections")
            if long is None:
                odd = [_connection(row, at, vault, learn=False) for row in rows.odd]
                # A few iDs that are none are slips; many may be iDs that cannot be read here.
                can_narrow = sum(not read_id(row.orcid).orcid for row in odd) < _MOST_ODD / 2
                long = _Long(table.columns[at["orcid"]], rows.read, odd, can_narrow)
                self._long["connections"] = long
            return found | {
                "connections": kept,
                "more_connections": max(long.rows, rows.read) - len(kept),
                "odd_connections": long.odd,
            }

    def _look_at_items(self, vault: Vault) -> dict[str, Any]:
        with self._opened("items") as table:
            if table is None:
                return {}
            at = self._recognised(table, "put_code", "items")
            found: dict[str, Any] = {"item_columns": _named(table.columns, at)}
            first = list(islice(table.rows, MOST_KEPT + 1))
            if len(first) <= MOST_KEPT and "items" not in self._long:
                return found | {"items": [_item(row, at, vault) for row in first]}
            if "orcid" not in at:
                raise unreadable(
                    f"[store] items gives more than {MOST_KEPT} rows and no column for the iD, so that those of this"
                    " review cannot be told from the others",
                    "select the iD as orcid, or narrow the query to the people of this review",
                )
            people = self._known_people("items")
            kept, long = self._sifted_items(chain(first, table.rows), at, people, vault)
            if not long.column:
                long = self._long["items"] = replace(long, column=table.columns[at["orcid"]])
            return found | {"items": kept, "more_items": long.rows - len(kept), "odd_items": long.odd}

    def _sifted_items(
        self, rows: Iterator[list[str]], at: Mapping[str, int], people: Collection[str], vault: Vault
    ) -> tuple[list[Item], _Long]:
        if long := self._long.get("items"):
            mine = (row for row in rows if _id_in(row, at) in people or _is_ownerless(row, at))
            return [_item(row, at, vault) for row in islice(mine, MOST_KEPT)], long
        kept: list[Item] = []
        odd: list[Item] = []
        forms: Counter[str] = Counter()
        read = ownerless = 0
        readable = False
        id_at, code_at, type_at, local_at = (at.get(m, -1) for m in ("orcid", "put_code", "type", "local_id"))
        with Clashes() as clashes:
            for lot in self._in_lots(rows, "items"):
                read += len(lot)
                for row in lot:
                    cell, code = row[id_at], row[code_at]
                    owner = whole_id(cell) or read_id(cell).orcid
                    readable = readable or bool(owner)
                    if owner in people:
                        kept.append(_item(row, at, vault))
                    elif not owner and ownerless < _MOST_WITHOUT_ID and _is_ownerless(row, at):
                        ownerless += 1
                        kept.append(_item(row, at, vault))
                    if not is_plain_put_code(code):
                        put_code = read_put_code(code)
                        code = put_code.code
                        if put_code.form not in {"good", "empty"}:
                            forms[put_code.form] += 1
                            if forms[put_code.form] <= _MOST_ODD and owner not in people:
                                odd.append(_item(row, at, vault))
                    if code:
                        kind = row[type_at] if type_at >= 0 else ""
                        clashes.add(owner or cell, code, kind, row[local_at] if local_at >= 0 else "")
            self._on_step(f"comparing the put-codes of {read:,} items")
            odd += clashes.found()
        if not readable:
            raise unreadable(
                f"[store] items gives more than {MOST_KEPT} rows and in none of them an iD that can be read, so that"
                " those of this review cannot be told from the others",
                "select the iD in clear, or narrow the query to the people of this review",
            )
        return kept, _Long("", read, list(dict.fromkeys(odd)), True)

    def _in_lots(self, rows: Iterator[list[str]], what: str) -> Iterator[list[list[str]]]:
        """Give the rows of a long table in lots, and tell how far it is."""
        read = 0
        while lot := list(islice(rows, _AT_A_TIME)):
            yield lot
            read += len(lot)
            if read % _TOLD_EVERY == 0:
                self._on_step(f"reading {what}: {read:,} rows")

    def _connections(self, rows: list[list[str]], at: Mapping[str, int], vault: Vault) -> list[Connection]:
        # Tokens first, of all rows: what is learnt from one is replaced in the others.
        people = self._people()
        tokens = []
        for row in rows:
            learn = self._learnt < _MOST_LEARNT or _id_in(row, at) in people
            known = len(vault.kinds)
            tokens.append(_tokens(row, at, vault, learn=learn))
            self._learnt += len(vault.kinds) > known
        return [_connection(row, at, vault, tokens=pair) for row, pair in zip(rows, tokens, strict=True)]

    # Opening them

    def _stamps(self) -> tuple[Any, ...]:
        if self._plan.files is None:
            return ()
        paths = [self._folder / Path(name).expanduser() for name in self._named_files() if name]
        return tuple((s.st_mtime_ns, s.st_size) for path in paths if path.exists() and (s := path.stat()))

    def _named_files(self) -> list[str]:
        return [self._plan.files.connections, self._plan.files.items] if self._plan.files else []

    def _opened(self, what: str) -> AbstractContextManager[Table | None]:
        if self._plan.files:
            name = str(getattr(self._plan.files, what))
            return files.opened(self._folder / Path(name).expanduser()) if name else _nothing()
        query = str(getattr(self._plan, what))
        return sql.asked(self._plan.url, query, self._folder, what, self._only(what)) if query else _nothing()

    def _only(self, what: str) -> sql.Only | None:
        """Say which rows of a table that proved long are wanted from now on."""
        long, people = self._long.get(what), self._people()
        if long is None or not long.can_narrow or not people:
            return None
        return sql.Only(long.column, [pattern for orcid in sorted(people) for pattern in _patterns(orcid)])

    def _known_people(self, what: str) -> Collection[str]:
        if people := self._people():
            return people
        raise unreadable(
            f"[store] {what} gives more than {MOST_KEPT} rows, and whom of them this review is about is not known",
            "give the test researcher's iD as [orcid] user login, or narrow the query to the people of this review",
        )

    def _recognised(self, table: Table, meaning: str, what: str) -> dict[str, int]:
        """Recognise the columns; the one that the table is about must be among them."""
        found = recognise(table.columns)
        for mapped, name in getattr(self._plan.columns, what).items():
            if name not in table.columns:
                raise unreadable(
                    f"[store.columns] {what} names {name} as {mapped}, and there is no such"
                    f" column{hint(name, table.columns, 'there are')}"
                )
            position = table.columns.index(name)
            found = {m: p for m, p in found.items() if p != position} | {mapped: position}
        if meaning not in found:
            meant = nearest(meaning, table.columns)
            raise unreadable(
                f"[store] {what} gives the columns {', '.join(table.columns)}; none of them is called {meaning}"
                + (f"; did you mean {meant}?" if meant else ""),
                f'name it in the plan: [store.columns] {what} = {{ {meaning} = "{meant or "my_column"}" }}',
            )
        return found


class _Sifted:
    """Goes through the rows of a long table and gives those to keep; counts, and collects some with a bad iD."""

    def __init__(
        self, lots: Iterator[list[list[str]]], at: Mapping[str, int], people: Collection[str], vault: Vault
    ) -> None:
        self._lots = lots
        self._at = at
        self._people = people
        self._tokens = [at[m] for m in ("access_token", "refresh_token") if m in at]
        self._vault = vault
        self.read = 0
        self.odd: list[list[str]] = []

    def __iter__(self) -> Iterator[list[str]]:
        without_id: set[tuple[str, ...]] = set()
        forms: Counter[str] = Counter()
        id_at, tokens_at, people, tag_of = self._at["orcid"], self._tokens, self._people, self._vault.tag_of
        for lot in self._lots:
            self.read += len(lot)
            for row in lot:
                orcid = whole_id(row[id_at])
                cell = None if orcid else read_id(row[id_at])
                # The whole cell only: to look for all secrets inside of all cells would take hours.
                secret = any(map(tag_of, [row[n].strip() for n in tokens_at]))
                if secret or (cell.orcid if cell else orcid) in people:
                    yield row
                elif cell is None or cell.valid:
                    continue
                elif cell.form == "empty":
                    tokens = tuple(row[n] for n in tokens_at)
                    if any(tokens) and tokens not in without_id and len(without_id) < _MOST_WITHOUT_ID:
                        without_id.add(tokens)
                        yield row
                else:
                    forms[cell.form] += 1
                    if forms[cell.form] <= _MOST_ODD:
                        self.odd.append(row)


@contextmanager
def _nothing() -> Iterator[None]:
    yield None


def _named(columns: Sequence[str], at: Mapping[str, int]) -> list[str]:
    """Return the columns' names; one that the plan gives another meaning than its name has bears the meaning."""
    by_name = recognise(columns)
    given = {position: meaning for meaning, position in at.items() if by_name.get(meaning) != position}
    return [given.get(position, name) for position, name in enumerate(columns)]


def _patterns(orcid: str) -> list[str]:
    """Return what a cell with this iD is LIKE, however it is written."""
    return ["%" + "%".join(orcid.split("-")) + "%", "%" + orcid.replace("-", "").lstrip("0") + "%"]


def _id_in(row: list[str], at: Mapping[str, int]) -> str:
    cell = row[at["orcid"]]
    return whole_id(cell) or read_id(cell).orcid


def _is_ownerless(row: list[str], at: Mapping[str, int]) -> bool:
    """Say whether a row has a put-code and no iD: it may be of anybody, also of this review."""
    return read_id(row[at["orcid"]]).form == "empty" and read_put_code(_cell(row, at, "put_code")).form != "empty"


def _cell(row: list[str], at: Mapping[str, int], meaning: str) -> str:
    return row[at[meaning]] if meaning in at else ""


def _tokens(row: list[str], at: Mapping[str, int], vault: Vault, *, learn: bool) -> tuple[Any, Any]:
    access, refresh = _cell(row, at, "access_token"), _cell(row, at, "refresh_token")
    return (
        stored_token(access, "access-token", vault, learn=learn),
        stored_token(refresh, "refresh-token", vault, learn=learn),
    )


def _connection(
    row: list[str], at: Mapping[str, int], vault: Vault, *, tokens: Any = None, learn: bool = True
) -> Connection:
    access, refresh = tokens or _tokens(row, at, vault, learn=learn)
    raw = [cell for m in ("access_token", "refresh_token") if len(cell := _cell(row, at, m).strip()) >= 16]

    def plain(meaning: str) -> str:
        cell = vault.redact(_cell(row, at, meaning))
        for token in raw:
            cell = cell.replace(token, "‹token›")  # also where the vault was not told of it
        return cell

    meanings = ("orcid", "scope", "name", "expires", "granted", "token_type", "authenticated")
    return Connection(access_token=access, refresh_token=refresh, **{meaning: plain(meaning) for meaning in meanings})


def _item(row: list[str], at: Mapping[str, int], vault: Vault) -> Item:
    return Item(**{m: vault.redact(_cell(row, at, m)) for m in ("orcid", "put_code", "type", "local_id")})


def _redacted(error: GatherError, vault: Vault) -> GatherError:
    return GatherError(error.code, vault.redact(error.message), whose=error.whose, todo=vault.redact(error.todo))
