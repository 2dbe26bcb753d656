"""Database addresses as portals have them in their settings, and drivers that are not there."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from checker.evidence.vault import Vault
from checker.gather.errors import GatherError
from checker.gather.store import StoreReader, drivers
from checker.gather.store.complaints import complaint
from checker.plan import Store


@pytest.mark.parametrize(
    ("url", "there", "chosen"),
    [
        ("postgres://h/d", {"psycopg"}, "postgresql+psycopg"),
        ("postgresql://h/d", {"psycopg2"}, "postgresql+psycopg2"),
        ("postgresql://h/d", set(), "postgresql+psycopg"),
        ("postgresql+asyncpg://h/d", {"pg8000"}, "postgresql+pg8000"),
        ("postgresql+pg8000://h/d", {"psycopg"}, "postgresql+pg8000"),
        ("mysql://h/d", {"pymysql", "MySQLdb"}, "mysql+pymysql"),
        ("mysql2://h/d", {"MySQLdb"}, "mysql+mysqldb"),
        ("mariadb+aiomysql://h/d", {"pymysql"}, "mariadb+pymysql"),
        ("sqlite+aiosqlite:///a.db", set(), "sqlite"),
        ("mssql://h/d", {"pymssql"}, "mssql+pymssql"),
        ("cockroachdb://h/d", set(), "cockroachdb"),
    ],
)
def test_a_driver_that_is_there_and_waits_for_answers_is_chosen(monkeypatch, url, there, chosen):
    monkeypatch.setattr(drivers, "find_spec", lambda name: name if name in there else None)
    assert drivers.with_driver(make_url(url)).drivername == chosen


def said(url: str) -> GatherError:
    with pytest.raises(GatherError) as caught:
        StoreReader(Store(url=url, connections="select orcid from t"), Path(".")).look("connect", Vault())
    return caught.value


@pytest.mark.parametrize(
    ("url", "todo"),
    [
        ("mssql+pymssql://h/d", "pip install 'pymssql'"),
        ("oracle+oracledb://h/d", "pip install 'oracledb'"),
        ("mysql+mysqldb://h/d", "pip install 'mysqlclient'"),
    ],
)
def test_a_missing_driver_is_named_with_what_to_install(url, todo):
    error = said(url)
    assert "is not installed" in error.message
    assert todo in error.todo


def test_an_unknown_kind_is_named_with_the_nearest():
    error = said("postgrsql://h/d")
    assert "postgrsql; did you mean postgresql?" in error.message


def test_a_sqlite_address_of_an_asynchronous_driver_works(tmp_path):
    with closing(sqlite3.connect(tmp_path / "a.db")) as db:
        db.execute("create table t (orcid text)")
    store = StoreReader(Store(url="sqlite+aiosqlite:///a.db", connections="select orcid from t"), tmp_path)
    assert store.look("connect", Vault()).connections == []


@pytest.mark.parametrize(
    ("message", "read", "part"),
    [
        ('FATAL:  password authentication failed for user "portal"', 0, "refused the user name or password"),
        ("(1045, \"Access denied for user 'a'@'b' (using password: YES)\")", 0, "refused the user name or password"),
        ("server closed the connection unexpectedly", 12, "after 12 rows"),
        ("(2013, 'Lost connection to MySQL server during query')", 3, "after 3 rows"),
        ("(2006, 'MySQL server has gone away')", 0, "went away while"),
        ("canceling statement due to statement timeout", 0, "took too long"),
        ("(1969, 'Query execution was interrupted (max_statement_time exceeded)')", 0, "took too long"),
        ("database disk image is malformed", 0, "damaged"),
        ("permission denied for table orcid_tokens", 0, "may not read"),
        ('connection to server at "10.0.0.1", port 5432 failed: No route to host', 0, "does not answer"),
        ("", 0, "no reason was given"),
    ],
)
def test_what_drivers_say_becomes_one_sentence(message, read, part):
    error = complaint(message, "connections", read=read, tables=list, columns=list)
    assert part in error.message
    assert "\n" not in error.message
    assert error.todo
