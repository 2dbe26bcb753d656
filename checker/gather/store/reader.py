"""Takes a look at the store: recognises columns by name, keeps what rules need, leaves the secrets behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from ...evidence.columns import recognise
from ...evidence.model import Connection, Item, StoreLook
from ...evidence.vault import Vault
from ..errors import GatherError
from . import files, sql
from .cells import stored_token
from .table import Table, nearest, unreadable


class _Files(Protocol):
    @property
    def connections(self) -> str: ...
    @property
    def items(self) -> str: ...


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


class StoreReader:
    """Reads the store that a plan names. Opens it anew for each look: the portal goes on writing in between."""

    def __init__(self, plan: StorePlan, folder: Path) -> None:
        self._plan = plan
        self._folder = folder

    def look(self, when: Any, vault: Vault) -> StoreLook:
        """Return what the store holds now.

        Args:
            when: which moment of the run this is, one of :class:`StoreLook`'s.
            vault: replaces secrets by their tags, and learns tokens that it did not know.

        Raises:
            GatherError: `store-unreadable`, with what is wrong and what to do.
        """
        try:
            connections, items = self._table("connections"), self._table("items")
            at, item_at = _need(connections, "orcid", "connections"), _need(items, "put_code", "items")
        except GatherError as error:
            raise _redacted(error, vault) from None
        return StoreLook(
            when=when,
            connection_columns=connections.columns if connections else [],
            item_columns=items.columns if items else [],
            connections=[_connection(row, at, vault) for row in connections.rows] if connections else [],
            items=[_item(row, item_at, vault) for row in items.rows] if items else None,
        )

    def _table(self, what: str) -> Table | None:
        if self._plan.files:
            name = str(getattr(self._plan.files, what))
            return files.read(self._folder / Path(name).expanduser()) if name else None
        query = str(getattr(self._plan, what))
        return sql.ask(self._plan.url, query, self._folder, what) if query else None


def _need(table: Table | None, meaning: str, what: str) -> dict[str, int]:
    """Recognise the columns; the one that the table is about must be among them."""
    if table is None:
        return {}
    found = recognise(table.columns)
    if meaning not in found:
        meant = nearest(meaning, table.columns)
        raise unreadable(
            f"[store] {what} gives the columns {', '.join(table.columns)}; none of them is called {meaning}"
            + (f"; did you mean {meant}?" if meant else ""),
            f"rename the column, in a query for instance: select {meant or 'my_column'} as {meaning}",
        )
    return found


def _connection(row: list[str], at: dict[str, int], vault: Vault) -> Connection:
    def cell(meaning: str) -> str:
        return row[at[meaning]] if meaning in at else ""

    # Tokens first: a token that is learnt here is replaced in the other cells as well.
    access = stored_token(cell("access_token"), "access-token", vault)
    refresh = stored_token(cell("refresh_token"), "refresh-token", vault)
    plain = {m: vault.redact(cell(m)) for m in ("orcid", "scope", "name", "expires", "authenticated")}
    return Connection(access_token=access, refresh_token=refresh, **plain)


def _item(row: list[str], at: dict[str, int], vault: Vault) -> Item:
    return Item(**{m: vault.redact(row[at[m]]) if m in at else "" for m in ("orcid", "put_code", "type", "local_id")})


def _redacted(error: GatherError, vault: Vault) -> GatherError:
    return GatherError(error.code, vault.redact(error.message), whose=error.whose, todo=vault.redact(error.todo))
