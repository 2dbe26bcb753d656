"""Asks a database one question, and makes sure that asking changes nothing."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from . import drivers
from .complaints import complaint
from .refusals import refuse_writing
from .table import Table, hint, text, unreadable

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, CursorResult, Engine

PATIENCE: Final = 5.0
"""Seconds to wait for a SQLite file that another program has locked."""

_AT_A_TIME: Final = 2_000
"""Rows fetched in one go, so that an answer of any length needs little memory."""

_LONGEST: Final = 600
"""Seconds that a server may think about a query."""

_READ_ONLY: Final[dict[str, tuple[str, ...]]] = {
    "postgresql": ("SET TRANSACTION READ ONLY", f"SET LOCAL statement_timeout = '{_LONGEST}s'"),
    "oracle": ("SET TRANSACTION READ ONLY",),
    "mysql": ("SET SESSION TRANSACTION READ ONLY", f"SET SESSION max_execution_time = {_LONGEST * 1000}"),
    "mariadb": ("SET SESSION TRANSACTION READ ONLY", f"SET SESSION max_statement_time = {_LONGEST}"),
}
"""Kind of database -> what it is told before it is asked anything. Drivers begin a transaction by themselves."""


@dataclass(frozen=True)
class Only:
    """Asks the database for some rows of the query alone, where it can do that."""

    column: str
    """As the query names it."""
    patterns: Sequence[str]
    """For LIKE; a row with an empty cell comes as well."""


@contextmanager
def asked(url: str, query: str, folder: Path, what: str, only: Only | None = None) -> Iterator[Table]:
    """Run one query and give its answer, row by row.

    Args:
        url: a SQLAlchemy URL.
        query: a single SELECT (or WITH ... SELECT).
        folder: where a relative SQLite file is looked for.
        what: name of the query in the plan, for messages.
        only: a database that cannot narrow the query so answers it as a whole.

    Raises:
        GatherError: `store-unreadable`; the query would write, or the database cannot answer it. Also while the rows
            are read.
    """
    refuse_writing(query, what)
    with _engine(url, folder) as engine, _answer(engine, query, what, only) as table:
        yield table


@contextmanager
def _engine(url: str, folder: Path) -> Iterator[Engine]:
    from sqlalchemy import create_engine, make_url
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError
    from sqlalchemy.pool import NullPool

    try:
        parsed = drivers.with_driver(make_url(url))
    except (ArgumentError, ValueError) as error:
        raise unreadable("[store] url is not a database address", "write it like sqlite:///portal.db") from error
    try:
        if parsed.get_backend_name() == "sqlite":
            file = _sqlite_file(parsed, folder)
            engine = create_engine("sqlite://", creator=lambda: _open(file), poolclass=NullPool)
        else:
            engine = create_engine(parsed, poolclass=NullPool, connect_args=drivers.connect_arguments(parsed))
    except NoSuchModuleError as error:
        raise drivers.unknown(parsed) from error
    except ModuleNotFoundError as error:
        raise drivers.missing(parsed, error.name or "") from error
    except (ArgumentError, ValueError) as error:
        raise unreadable("[store] url is not a database address", "write it like sqlite:///portal.db") from error
    try:
        yield engine
    finally:
        engine.dispose()


def _sqlite_file(url: URL, folder: Path) -> Path:
    name = (url.database or "").removeprefix("file:")
    if not name or name == ":memory:":
        raise unreadable("a database in memory cannot be seen from outside", "use a file, or an export")
    path = folder / Path(name.partition("?")[0]).expanduser()
    if path.is_dir():
        raise unreadable(f"{path.name} is a folder, not a database")
    if not path.exists():
        beside = [p.name for p in path.parent.iterdir() if p.is_file()] if path.parent.is_dir() else []
        raise unreadable(f"there is no database {path.name}{hint(path.name, beside, 'the folder holds')}")
    return path


def _open(file: Path) -> sqlite3.Connection:
    # Opening a file that is missing must not make it, and reading must not write: mode=ro sees to both.
    connection = sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True, timeout=PATIENCE)
    connection.execute("PRAGMA query_only=ON")
    return connection


@contextmanager
def _reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection that cannot write."""
    from sqlalchemy import text as sql

    with engine.connect() as connection:
        # MariaDB is often addressed as mysql: the server knows better.
        kind = "mariadb" if getattr(engine.dialect, "is_mariadb", False) else engine.dialect.name
        for number, statement in enumerate(_READ_ONLY.get(kind, ())):
            # An old server may know no such limit, and that is no reason not to read; but it must be read-only.
            with suppress(*([Exception] if number else [])):
                connection.execute(sql(statement))
        if kind in {"mysql", "mariadb"}:
            connection.rollback()  # What a session is told holds from the next transaction on.
        yield connection.execution_options(yield_per=_AT_A_TIME)


@contextmanager
def _answer(engine: Engine, query: str, what: str, only: Only | None) -> Iterator[Table]:
    from sqlalchemy.exc import SQLAlchemyError

    read = [0]
    plain = query.strip().rstrip(";")
    try:
        with ExitStack() as stack:
            connection, result = _executed(stack, engine, plain, only)
            # What is left unread need not be fetched: the connection is thrown away with it.
            stack.callback(_let_go, connection, result.cursor)
            columns = [str(name) for name in result.keys()]  # noqa: SIM118 - not a dict
            yield Table(columns, _rows(result, read))
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or error).strip()
        raise complaint(
            said, what, read=read[0], tables=lambda: _tables(engine), columns=lambda: _columns(engine)
        ) from error


def _executed(stack: ExitStack, engine: Engine, query: str, only: Only | None) -> tuple[Connection, CursorResult[Any]]:
    from sqlalchemy import text as sql
    from sqlalchemy.exc import SQLAlchemyError

    if only:
        connection = stack.enter_context(_reading(engine))
        parameters = {f"pattern_{n}": pattern for n, pattern in enumerate(only.patterns)}
        try:
            return connection, connection.execute(sql(_narrowed(engine, query, only)), parameters)
        except SQLAlchemyError:
            stack.close()  # Not every query can stand within another; then all of its rows come.
    connection = stack.enter_context(_reading(engine))
    return connection, connection.execute(sql(_literal(query)))


def _literal(query: str) -> str:
    """Return a query in which a colon is a colon: the plan's queries have no parameters."""
    return re.sub(r"(?<![:\w\\]):(?=\w)", r"\\:", query)


def _let_go(connection: Connection, cursor: Any) -> None:
    unread: Any = getattr(cursor, "_result", None)
    if unread and getattr(unread, "unbuffered_active", False):
        # PyMySQL would go on to fetch all the rest, and from a server that is gone as well.
        unread.unbuffered_active = False
    with suppress(Exception):
        cursor.close()
    with suppress(Exception):
        connection.invalidate()


def _rows(result: Any, read: list[int]) -> Iterator[list[str]]:
    for lot in result.partitions(_AT_A_TIME):
        read[0] += len(lot)
        for row in lot:
            # Texts and numbers are nearly all of them.
            yield [cell if (kind := type(cell)) is str else str(cell) if kind is int else text(cell) for cell in row]


def _narrowed(engine: Engine, query: str, only: Only) -> str:
    column = f"asked.{engine.dialect.identifier_preparer.quote(only.column)}"
    wanted = " OR ".join(f"{column} LIKE :pattern_{n}" for n in range(len(only.patterns)))
    return f"SELECT * FROM ({_literal(query)}\n) asked WHERE {column} IS NULL OR {column} = '' OR {wanted}"


def _tables(engine: Engine) -> Iterable[str]:
    with suppress(Exception), _reading(engine) as connection:
        seen = _inspector(connection)
        return [*seen.get_table_names(), *seen.get_view_names()]
    return []


def _columns(engine: Engine) -> Iterable[str]:
    with suppress(Exception), _reading(engine) as connection:
        seen = _inspector(connection)
        return [str(c["name"]) for table in seen.get_table_names()[:50] for c in seen.get_columns(table)]
    return []


def _inspector(connection: Connection) -> Any:
    from sqlalchemy import inspect

    return inspect(connection)
