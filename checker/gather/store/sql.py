"""Asks a database one question, and makes sure that asking changes nothing."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from .table import MOST_ROWS, Table, hint, text, too_long, unreadable

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

PATIENCE: Final = 5.0
"""Seconds to wait for a database that another program has locked."""

_WRITING: Final = re.compile(
    r"\b(insert|update|delete|merge|drop|alter|create|truncate|grant|revoke|attach|detach|vacuum|pragma|into|copy|call"
    r"|exec|execute|lock)\b",
    re.IGNORECASE,
)
_IGNORED: Final = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | `[^`]*` | \[[^\]]*\] | --[^\n]* | /\*(?!!).*?\*/""", re.DOTALL | re.VERBOSE
)
_NO_TABLE: Final = re.compile(
    r"no such table: (?:\w+\.)?(\w+)|relation \"(?:\w+\.)?(\w+)\" does not exist|Table '(?:\w+\.)?(\w+)' doesn't exist"
)
_NO_COLUMN: Final = re.compile(
    r"no such column: (?:\w+\.)?(\w+)|column \"?(?:\w+\.)?(\w+)\"? does not exist|Unknown column '(?:\w+\.)?(\w+)'"
)
_PACKAGES: Final = {"psycopg": "psycopg[binary]", "MySQLdb": "mysqlclient"}
"""Drivers whose package has another name than the module."""

_READ_ONLY: Final = {
    "postgresql": "SET TRANSACTION READ ONLY",
    "oracle": "SET TRANSACTION READ ONLY",
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
}


def ask(url: str, query: str, folder: Path, what: str) -> Table:
    """Run one query and return its answer.

    Args:
        url: a SQLAlchemy URL.
        query: a single SELECT (or WITH ... SELECT).
        folder: where a relative SQLite file is looked for.
        what: name of the query in the plan, for messages.

    Raises:
        GatherError: `store-unreadable`; the query would write, or the database cannot answer it.
    """
    _refuse_writing(query, what)
    with _engine(url, folder) as engine:
        return _answer(engine, query, what)


def _refuse_writing(query: str, what: str) -> None:
    bare = _IGNORED.sub(" ", query).strip().rstrip(";").strip()
    reason = ""
    if not re.match(r"(select|with|values)\b|\(\s*select\b", bare, re.IGNORECASE):
        reason = f"begins with {bare.split()[0]!r}" if bare else "is empty"
    elif ";" in bare:
        reason = "holds more than one statement"
    elif word := _WRITING.search(bare):
        reason = f"holds {word.group(0)!r}, which writes"
    elif "/*!" in bare:
        reason = "holds a comment that MySQL would run"
    if reason:
        raise unreadable(
            f"the query [store] {what} was not run: it {reason}",
            "write a single SELECT; put a column of that name in double quotes",
        )


@contextmanager
def _engine(url: str, folder: Path) -> Iterator[Engine]:
    from sqlalchemy import create_engine, make_url
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError
    from sqlalchemy.pool import NullPool

    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            file = _sqlite_file(parsed, folder)
            engine = create_engine("sqlite://", creator=lambda: _open(file), poolclass=NullPool)
        else:
            engine = create_engine(parsed, poolclass=NullPool)
    except NoSuchModuleError as error:
        raise unreadable(f"[store] url names a kind of database that is not known: {parsed.drivername}") from error
    except (ArgumentError, ValueError) as error:
        raise unreadable("[store] url is not a database address", "write it like sqlite:///portal.db") from error
    except ModuleNotFoundError as error:
        raise unreadable(
            f"the driver {error.name} for {parsed.drivername} is not installed",
            f"run: pip install {_PACKAGES.get(error.name or '', error.name)}; or hand in an export under [store] files",
        ) from error
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


def _answer(engine: Engine, query: str, what: str) -> Table:
    from sqlalchemy import text as sql
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError

    # A colon in a query is a colon: the plan's queries have no parameters.
    plain = re.sub(r"(?<![:\w\\]):(?=\w)", r"\\:", query.strip().rstrip(";"))
    try:
        with engine.connect() as connection:
            if statement := _READ_ONLY.get(engine.dialect.name):
                connection.execute(sql(statement))
            result = connection.execute(sql(plain))
            columns = [str(name) for name in result.keys()]  # noqa: SIM118 - not a dict
            rows = [[text(cell) for cell in row] for row in result.fetchmany(MOST_ROWS + 1)]
            connection.rollback()
    except DBAPIError as error:
        raise unreadable(_explained(engine, str(error.orig).strip(), what)) from error
    except SQLAlchemyError as error:
        raise unreadable(f"the query [store] {what} cannot be answered: {str(error).splitlines()[0]}") from error
    if len(rows) > MOST_ROWS:
        raise too_long(f"the query [store] {what}")
    return Table(columns, rows)


def _explained(engine: Engine, said: str, what: str) -> str:
    if "locked" in said:
        return f"the database is locked by another program, also after {PATIENCE:.0f} seconds"
    if "not a database" in said:
        return "the file is not a SQLite database, or it is encrypted"
    if match := _NO_TABLE.search(said):
        name = _first(match)
        return f"[store] {what}: there is no table {name}{hint(name, _tables(engine), 'the database has')}"
    if match := _NO_COLUMN.search(said):
        name = _first(match)
        return f"[store] {what}: there is no column {name}{hint(name, _columns(engine), 'there are')}"
    return f"the query [store] {what} cannot be answered: {said.splitlines()[0]}"


def _first(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group)


def _tables(engine: Engine) -> list[str]:
    with suppress(Exception), engine.connect() as connection:
        seen = _inspector(connection)
        return [*seen.get_table_names(), *seen.get_view_names()]
    return []


def _columns(engine: Engine) -> list[str]:
    with suppress(Exception), engine.connect() as connection:
        seen = _inspector(connection)
        return [str(c["name"]) for table in seen.get_table_names()[:50] for c in seen.get_columns(table)]
    return []


def _inspector(connection: Connection) -> Any:
    from sqlalchemy import inspect

    return inspect(connection)
