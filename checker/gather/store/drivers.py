"""Chooses the driver for a database address, and says what to install when there is none."""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from .table import hint, unreadable

if TYPE_CHECKING:
    from sqlalchemy import URL

CONNECT_SECONDS: Final = 10
"""How long to wait for a database server to answer."""

_KNOWN: Final[dict[str, dict[str, str]]] = {
    "postgresql": {"psycopg": "psycopg", "psycopg2": "psycopg2", "pg8000": "pg8000"},
    "mysql": {"pymysql": "pymysql", "mysqldb": "MySQLdb", "mysqlconnector": "mysql.connector"},
    "mariadb": {"pymysql": "pymysql", "mysqldb": "MySQLdb", "mysqlconnector": "mysql.connector"},
    "mssql": {"pymssql": "pymssql", "pyodbc": "pyodbc"},
    "oracle": {"oracledb": "oracledb"},
}
"""Kind of database -> its drivers that wait for an answer -> their modules, the one to install first."""

_SERVER_KINDS: Final = ("postgresql", "mysql", "mariadb", "mssql", "oracle", "sqlite")
_ALIASES: Final = {"postgres": "postgresql", "pgsql": "postgresql", "mysql2": "mysql"}
_NOT_WAITING: Final = frozenset({"asyncpg", "aiomysql", "asyncmy", "aioodbc", "aiosqlite", "oracledb_async"})
"""Drivers for programs that do other things meanwhile: their addresses stand in many portals' settings."""

_PACKAGES: Final = {"psycopg": "psycopg[binary]", "MySQLdb": "mysqlclient", "mysql": "mysql-connector-python"}
"""Modules whose package has another name."""

_TIMEOUTS: Final = {
    "psycopg": "connect_timeout",
    "psycopg2": "connect_timeout",
    "pg8000": "timeout",
    "pymysql": "connect_timeout",
    "mysqldb": "connect_timeout",
    "mysqlconnector": "connection_timeout",
    "pymssql": "login_timeout",
    "pyodbc": "timeout",
}


def with_driver(url: URL) -> URL:
    """Return the address with a driver that is there, where it names none or one that cannot be used here."""
    kind, _, driver = url.drivername.partition("+")
    kind = _ALIASES.get(kind, kind)
    drivers = _KNOWN.get(kind, {})
    if driver and driver not in _NOT_WAITING:
        return url.set(drivername=f"{kind}+{driver}")
    if kind == "sqlite" or not drivers:
        return url.set(drivername=kind)
    there = next((name for name, module in drivers.items() if find_spec(module.partition(".")[0])), "")
    return url.set(drivername=f"{kind}+{there or next(iter(drivers))}")


def connect_arguments(url: URL) -> dict[str, Any]:
    """Return what keeps the driver from waiting for ever for a server that does not answer."""
    option = _TIMEOUTS.get(url.drivername.partition("+")[2])
    return {option: CONNECT_SECONDS} if option else {}


def unknown(url: URL) -> Exception:
    """Return the error for a kind of database that SQLAlchemy does not know."""
    kind = re.sub(r"\+.*", "", url.drivername)
    meant = "" if kind in _SERVER_KINDS else hint(kind, _SERVER_KINDS, "there are")
    return unreadable(
        f"[store] url names a kind of database that is not known: {url.drivername}{meant}",
        "write for instance postgresql://, mariadb:// or sqlite:///; or hand in an export under [store] files",
    )


def missing(url: URL, module: str) -> Exception:
    """Return the error for a driver that is not installed."""
    package = _PACKAGES.get(module, module)
    return unreadable(
        f"the driver {module} for {url.drivername} is not installed",
        f"run: pip install '{package}'; or hand in an export under [store] files",
    )
