"""The store reader on PostgreSQL, MariaDB and SQLite as they are: it reads, it never writes, it says what is wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from checker.evidence.vault import Vault
from checker.gather.errors import GatherError
from checker.gather.store import StoreReader
from checker.gather.store import reader as reader_module
from checker.plan import Store

from . import servers

ORCID = "0000-0002-1825-0097"
TOKEN = "0c19fe45-aaaa-4bbb-8ccc-52d0bd6b1f01"
CONNECTIONS = "select orcid, access_token, scope, expires_at from orcid_tokens"
ITEMS = "select orcid, put_code, type, local_id from orcid_items"
TABLES = (
    "create table orcid_tokens (orcid varchar(40), access_token varchar(200), scope varchar(99), expires_at timestamp)",
    "create table orcid_items (orcid varchar(40), put_code bigint, type varchar(20), local_id integer)",
    f"insert into orcid_tokens values ('https://orcid.org/{ORCID}', '{TOKEN}', '/read-limited', '2037-01-02 03:04:05')",
    f"insert into orcid_items values ('{ORCID}', 1234567890123, 'work', 7)",
    "create view connected as select orcid as researcher, access_token as token from orcid_tokens",
)


class Database(Protocol):
    kind: str
    url: str

    def run(self, *statements: str) -> list[tuple[object, ...]]: ...


class File:
    """A SQLite file with the face of a server."""

    kind = "sqlite"

    def __init__(self, path: Path) -> None:
        self.url = f"sqlite:///{path}"

    def run(self, *statements: str) -> list[tuple[object, ...]]:
        engine = create_engine(self.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        rows: list[tuple[object, ...]] = []
        with engine.connect() as connection:
            for statement in statements:
                result = connection.execute(text(statement))
                rows = [tuple(row) for row in result] if result.returns_rows else []
        return rows


@pytest.fixture(scope="module")
def postgresql() -> Iterator[servers.Server]:
    with servers.postgresql() as server:
        server.run(*TABLES, "create sequence ticket", _SECRET_WRITER)
        yield server


_SECRET_WRITER = """
    create function harmless() returns integer language plpgsql as
    $$ begin delete from orcid_tokens; return 1; end $$"""


@pytest.fixture(scope="module")
def mariadb() -> Iterator[servers.Server]:
    with servers.mariadb() as server:
        server.run(
            *TABLES,
            "create function harmless() returns integer deterministic begin delete from orcid_tokens; return 1; end",
        )
        yield server


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> File:
    database = File(tmp_path_factory.mktemp("store") / "portal.db")
    database.run(*TABLES)
    return database


@pytest.fixture(params=["postgresql", "mariadb", "sqlite"])
def database(request: pytest.FixtureRequest) -> Database:
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


def reader(database: Database, **changes: object) -> StoreReader:
    plan = {"url": database.url, "connections": CONNECTIONS, "items": ITEMS} | changes
    return StoreReader(Store.model_validate(plan), Path("."), lambda: {ORCID})


def complaint(store: StoreReader) -> GatherError:
    vault = Vault()
    vault.learn("store-password", servers.PASSWORD)
    with pytest.raises(GatherError) as caught:
        store.look("connect", vault)
    assert caught.value.code == "store-unreadable"
    assert servers.PASSWORD not in caught.value.message + caught.value.todo
    return caught.value


def state(database: Database) -> list[tuple[object, ...]]:
    """Return all that a write could change."""
    return (
        database.run("select * from orcid_tokens order by 1")
        + database.run("select * from orcid_items order by 1, 2")
        + (database.run("select last_value, is_called from ticket") if database.kind == "postgresql" else [])
        + (database.run("select count(*) from information_schema.tables") if database.kind != "sqlite" else [])
    )


def test_rows_come_as_they_are_stored(database):
    look = reader(database).look("connect", Vault())
    [row] = look.connections
    assert (row.orcid, row.access_token.form) == (f"https://orcid.org/{ORCID}", "clear")
    assert row.expires.replace(" ", "T")[:19] == "2037-01-02T03:04:05"
    assert look.items is not None
    assert (look.items[0].put_code, look.items[0].local_id) == ("1234567890123", "7")
    assert TOKEN not in look.model_dump_json()


def test_a_view_in_place_of_a_table_is_fine(database):
    look = reader(database, connections="select researcher as orcid, token from connected").look("connect", Vault())
    assert look.connections[0].access_token.present


@pytest.mark.parametrize(
    "query",
    [
        "insert into orcid_tokens (orcid) values ('x')",
        "update orcid_tokens set scope = ''",
        "delete from orcid_tokens",
        "drop table orcid_tokens",
        "create table other (n integer)",
        "truncate table orcid_tokens",
        "select orcid into other from orcid_tokens",
        "select orcid from orcid_tokens; delete from orcid_tokens",
        "with gone as (delete from orcid_tokens returning orcid) select orcid from gone",
        "select orcid from orcid_tokens for update",
        "select nextval('ticket') as orcid",
        "select dblink_exec('dbname=postgres', 'drop table x') as orcid",
        "select orcid from orcid_tokens into outfile '/tmp/never'",
    ],
)
def test_a_query_that_would_write_is_refused_unseen(database, query):
    before = state(database)
    assert "was not run" in complaint(reader(database, connections=query)).message
    assert state(database) == before


WRITES = {
    "postgresql": [
        "insert into orcid_tokens (orcid) values ('x') returning orcid",
        "update orcid_tokens set scope = '' returning orcid",
        "delete from orcid_tokens returning orcid",
        "drop table orcid_tokens",
        "create table other (n integer)",
        "truncate orcid_tokens",
        "select orcid into other from orcid_tokens",
        "with gone as (delete from orcid_tokens returning orcid) select orcid from gone",
        "select orcid from orcid_tokens for update",
        "select nextval('ticket')::text as orcid",
        "select setval('ticket', 99)::text as orcid",
        "select harmless()::text as orcid",
        "select set_config('transaction_read_only', 'off', true) || harmless()::text as orcid",
        "set transaction read write; delete from orcid_tokens",
        "commit; delete from orcid_tokens",
    ],
    "mariadb": [
        "insert into orcid_tokens (orcid) values ('x')",
        "insert into orcid_tokens (orcid) values ('x') returning orcid",
        "update orcid_tokens set scope = ''",
        "delete from orcid_tokens returning orcid",
        "drop table orcid_tokens",
        "create table other (n integer)",
        "truncate table orcid_tokens",
        "select harmless() as orcid",
        "select orcid from orcid_tokens; delete from orcid_tokens",
        "/*! delete from orcid_tokens */",
    ],
    "sqlite": [
        "insert into orcid_tokens (orcid) values ('x') returning orcid",
        "update orcid_tokens set scope = '' returning orcid",
        "delete from orcid_tokens returning orcid",
        "drop table orcid_tokens",
        "create table other (n integer)",
        "create temp table other as select * from orcid_tokens",
        "vacuum",
        "select orcid from orcid_tokens; delete from orcid_tokens",
    ],
}


@pytest.mark.parametrize(("kind", "query"), [(kind, query) for kind, queries in WRITES.items() for query in queries])
def test_what_slips_past_the_first_wall_is_stopped_by_the_database(request, monkeypatch, kind, query):
    database = request.getfixturevalue(kind)
    before = state(database)
    monkeypatch.setattr("checker.gather.store.sql.refuse_writing", lambda *_: None)
    complaint(reader(database, connections=query, items=""))
    assert state(database) == before


@pytest.mark.parametrize("function", ["harmless"])
def test_a_function_that_writes_is_named_as_the_reason(request, function):
    for kind in ("postgresql", "mariadb"):
        database = request.getfixturevalue(kind)
        said = complaint(reader(database, connections=f"select {function}() as orcid")).message
        assert "would write, and the database refused it" in said
        assert len(database.run("select * from orcid_tokens")) == 1


def test_a_missing_table_and_column_are_named_with_the_nearest(database):
    said = complaint(reader(database, connections="select orcid from orcid_token")).message
    assert "no table orcid_token; did you mean orcid_tokens?" in said
    said = complaint(reader(database, connections="select orcid, acess_token from orcid_tokens")).message
    assert "no column acess_token; did you mean access_token?" in said


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
class TestServers:
    @pytest.mark.parametrize(
        ("part", "value", "message"),
        [
            ("password", "wrong-one", "refused the user name or password"),
            ("username", "nobody-we-know", "refused the user name or password"),
            ("database", "portall", "no such database"),
            ("host", "no-such-host.invalid", "host is not known"),
            ("port", 1, "does not answer"),
        ],
    )
    def test_a_wrong_address_is_said_in_one_sentence(self, request, kind, part, value, message):
        server = request.getfixturevalue(kind)
        url = make_url(server.url).set(**{part: value}).render_as_string(hide_password=False)
        error = complaint(reader(server, url=url))
        assert message in error.message
        assert "\n" not in error.message
        assert "[store]" in error.todo

    @pytest.mark.parametrize("driver", ["", "asyncpg", "aiomysql"])
    def test_an_address_without_a_usable_driver_gets_one(self, request, kind, driver):
        server = request.getfixturevalue(kind)
        scheme = kind if not driver else f"{'postgresql' if kind == 'postgresql' else 'mysql'}+{driver}"
        url = scheme + server.url[server.url.index("://") :]
        assert len(reader(server, url=url).look("connect", Vault()).connections) == 1

    def test_a_user_without_rights_is_told_so(self, request, kind):
        server = request.getfixturevalue(kind)
        name = "reader_without"
        if kind == "postgresql":
            server.run(f"create role {name} login password 'x1y2z3w4'")
        else:
            server.run(f"create user {name}@'127.0.0.1' identified by 'x1y2z3w4'",
                       f"grant create view on portal.* to {name}@'127.0.0.1'")  # fmt: skip
        url = make_url(server.url).set(username=name, password="x1y2z3w4").render_as_string(hide_password=False)
        assert "may not read" in complaint(reader(server, url=url)).message


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_database_that_goes_away_in_mid_read_is_said(kind):
    """The server is killed after the first rows of many have come."""
    with getattr(servers, kind)() as server:
        server.run(TABLES[0], "insert into orcid_tokens values ('a', 'b', 'c', null)")
        for _ in range(17):
            server.run("insert into orcid_tokens select * from orcid_tokens")
        rows = reader(server, items="").connections(Vault())
        assert next(rows).orcid == "a"
        server.process.kill()
        server.process.wait()
        with pytest.raises(GatherError) as caught:
            for _ in rows:
                pass
        assert "went away while [store] connections was read, after" in caught.value.message
        assert caught.value.code == "store-unreadable"


def test_a_long_table_is_read_once_as_a_whole_and_then_only_for_the_people(database, monkeypatch):
    monkeypatch.setattr(reader_module, "MOST_KEPT", 20)
    database.run(
        "create table many (orcid varchar(40), token varchar(9), put_code varchar(9), type varchar(9), local_id int)"
    )
    try:
        database.run(f"insert into many values ('{ORCID}', 'mine', '5', 'work', 1)",
                     "insert into many values (null, null, '', 'work', 0)",
                     "insert into many values ('not an iD', 'x', '0', 'work', 2)")  # fmt: skip
        values = ", ".join(f"('0000-0001-5109-3700', 't', '{100 + n // 2}', 'work', {n})" for n in range(40))
        database.run(f"insert into many values {values}")
        store = reader(
            database,
            connections="select orcid, token from many",
            items="select orcid, put_code, type, local_id from many",
        )
        for when in ("start", "connect"):
            look = store.look(when, Vault())
            assert [row.orcid for row in look.connections] == [ORCID]
            assert look.more_connections == 42
            assert [row.orcid for row in look.odd_connections] == ["not an iD"]
            assert look.items is not None
            assert [row.local_id for row in look.items] == ["1"]
            assert look.more_items == 42
            odd = {row.put_code for row in look.odd_items}
            assert "0" in odd
            assert len({row.local_id for row in look.odd_items if row.put_code == "100"}) == 2
        database.run("insert into many values ('218250097', 'later', '6', 'work', 3)")
        assert [row.orcid for row in store.look("write", Vault()).connections] == [ORCID, "218250097"]
    finally:
        database.run("drop table many")


def test_sqlite_reads_beside_a_portal_that_writes(sqlite):
    path = make_url(sqlite.url).database
    assert path
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("pragma journal_mode = wal")
        db.execute("begin immediate")
        db.execute("delete from orcid_tokens")
        assert len(reader(sqlite).look("connect", Vault()).connections) == 1
        db.execute("rollback")
