"""The store reader on real SQLite files and real exports: what it sees, what it refuses, what never leaves it."""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from checker.evidence.columns import MEANINGS, meaning, recognise
from checker.evidence.model import Connection, Item, StoredToken
from checker.evidence.vault import Vault
from checker.gather.errors import GatherError
from checker.gather.store import StoreReader
from checker.gather.store import reader as reader_module
from checker.gather.store.cells import stored_token
from checker.plan import Store, StoreFiles

ORCID = "0000-0002-1825-0097"
CANARY = "0c19fe45-aaaa-4bbb-8ccc-52d0bd6b1f01"
CANARY_REFRESH = "7d20fe45-bbbb-4ccc-8ddd-52d0bd6b1f02"
CONNECTIONS = "select orcid, access_token, refresh_token, scope, name, expires_in from orcid_tokens"
ITEMS = "select orcid, put_code, type, local_id from orcid_items"


@pytest.fixture
def vault() -> Vault:
    known = Vault()
    known.learn("access-token", CANARY)
    known.learn("refresh-token", CANARY_REFRESH)
    return known


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "portal.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(
            """
            create table orcid_tokens (orcid text, access_token text, refresh_token text, scope text, name text,
                                       expires_in integer, "update" text);
            create table orcid_items (orcid text, put_code integer, type text, local_id integer);
            """
        )
        db.execute(
            "insert into orcid_tokens values (?, ?, ?, '/read-limited /activities/update', 'Josiah Carberry', 20, '')",
            (f"https://orcid.org/{ORCID}", CANARY, CANARY_REFRESH),
        )
        db.execute("insert into orcid_items values (?, 123, 'employment', 7)", (ORCID,))
        db.commit()
    return path


def reader(folder: Path, **changes: str) -> StoreReader:
    plan = {"url": "sqlite:///portal.db", "connections": CONNECTIONS, "items": ITEMS}
    return StoreReader(Store(**(plan | changes)), folder)


def exported(folder: Path, name: str, content: str | bytes, what: str = "connections") -> StoreReader:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return StoreReader(Store(files=StoreFiles(**{what: name})), folder)


def complaint(store: StoreReader, vault: Vault) -> str:
    with pytest.raises(GatherError) as caught:
        store.look("connect", vault)
    assert caught.value.code == "store-unreadable"
    assert caught.value.todo
    return caught.value.message


class TestDatabase:
    def test_a_look_holds_rows_with_tags_in_place_of_tokens(self, database, vault):
        look = reader(database.parent).look("connect", vault)
        assert look.when == "connect"
        [row] = look.connections
        assert row.orcid == f"https://orcid.org/{ORCID}"
        print_ = row.access_token.fingerprint
        assert row.access_token == StoredToken(
            present=True, length=36, tag="‹access-token:1›", form="clear", fingerprint=print_
        )
        assert print_
        assert print_ != row.refresh_token.fingerprint
        assert row.refresh_token.tag == "‹refresh-token:1›"
        assert (row.scope, row.name, row.expires) == ("/read-limited /activities/update", "Josiah Carberry", "20")
        assert look.items == [Item(orcid=ORCID, put_code="123", type="employment", local_id="7")]
        assert look.connection_columns[:2] == ["orcid", "access_token"]

    @pytest.mark.parametrize("column", ["access_token", "name", "scope", "orcid", "expires_in"])
    def test_no_token_leaves_it_wherever_the_portal_put_it(self, database, vault, column):
        with closing(sqlite3.connect(database)) as db:
            db.execute(f"update orcid_tokens set {column} = 'kept ' || ? || ' here'", (CANARY,))
            db.commit()
        dumped = reader(database.parent).look("connect", vault).model_dump_json()
        assert CANARY not in dumped
        assert CANARY_REFRESH not in dumped

    def test_an_unknown_token_is_learnt_and_does_not_leave_either(self, database):
        fresh = Vault()
        look = reader(database.parent).look("connect", fresh)
        assert look.connections[0].access_token.tag == "‹access-token:1›"
        assert fresh.tag_of(CANARY) == "‹access-token:1›"
        assert CANARY not in look.model_dump_json()

    def test_without_a_query_for_items_there_are_none_to_speak_of(self, database, vault):
        assert reader(database.parent, items="").look("connect", vault).items is None

    def test_an_empty_table_is_a_look_and_not_an_error(self, database, vault):
        store = reader(database.parent, connections=CONNECTIONS + " where 1 = 0", items=ITEMS + " where 1 = 0")
        look = store.look("start", vault)
        assert look.connections == []
        assert look.items == []

    def test_a_view_and_a_with_query_and_a_trailing_semicolon_are_fine(self, database, vault):
        with closing(sqlite3.connect(database)) as db:
            db.execute("create view who as select orcid as researcher, access_token as token from orcid_tokens")
        query = "with w as (select * from who) -- all of them\nselect researcher as orcid, token from w;"
        assert reader(database.parent, connections=query).look("connect", vault).connections[0].access_token.present

    def test_colons_and_percent_signs_in_a_query_are_just_characters(self, database, vault):
        query = CONNECTIONS + " where orcid like 'https://orcid.org/%' and '12:30' <> ':x' and scope not like '%;%'"
        assert len(reader(database.parent, connections=query).look("connect", vault).connections) == 1

    @pytest.mark.parametrize(
        "query",
        [
            "delete from orcid_tokens",
            "update orcid_tokens set name = 'x'",
            "select orcid from orcid_tokens; drop table orcid_tokens",
            "with gone as (delete from orcid_tokens returning orcid) select orcid from gone",
            "select orcid into copy from orcid_tokens",
            "pragma writable_schema = 1",
            "attach 'other.db' as other",
            "/* select */ insert into orcid_items values (1, 2, 3, 4)",
        ],
    )
    def test_a_query_that_would_write_is_not_run(self, database, vault, query):
        before = hashlib.sha256(database.read_bytes()).hexdigest()
        assert "was not run" in complaint(reader(database.parent, connections=query), vault)
        assert hashlib.sha256(database.read_bytes()).hexdigest() == before

    def test_a_quoted_column_and_a_text_may_be_called_what_they_like(self, database, vault):
        query = "select orcid, \"update\" as name, 'drop; delete' as scope from orcid_tokens"
        assert reader(database.parent, connections=query).look("connect", vault).connections[0].scope == "drop; delete"

    def test_even_what_slips_past_the_words_cannot_write(self, database, vault, monkeypatch):
        monkeypatch.setattr("checker.gather.store.sql.refuse_writing", lambda *_: None)
        complaint(reader(database.parent, connections="delete from orcid_tokens returning orcid"), vault)
        with closing(sqlite3.connect(database)) as db:
            assert db.execute("select count(*) from orcid_tokens").fetchone() == (1,)

    def test_a_missing_database_is_named_with_the_nearest_and_not_made(self, database, vault):
        said = complaint(reader(database.parent, url="sqlite:///portl.db"), vault)
        assert "portl.db; did you mean portal.db?" in said
        assert not (database.parent / "portl.db").exists()

    def test_a_misspelt_table_and_column_are_named_with_the_nearest(self, database, vault):
        said = complaint(reader(database.parent, connections="select orcid from orcid_token"), vault)
        assert "no table orcid_token; did you mean orcid_tokens?" in said
        said = complaint(reader(database.parent, connections="select orcid, acess_token from orcid_tokens"), vault)
        assert "no column acess_token; did you mean access_token?" in said

    def test_a_query_without_an_id_column_says_how_to_name_it(self, database, vault):
        said = complaint(reader(database.parent, connections="select orcid as researcher from orcid_tokens"), vault)
        assert "researcher" in said
        assert "none of them is called orcid" in said

    def test_a_locked_database_is_reported_after_a_wait(self, database, vault, monkeypatch):
        monkeypatch.setattr("checker.gather.store.sql.PATIENCE", 0.05)
        with closing(sqlite3.connect(database, isolation_level=None)) as db:
            db.execute("begin exclusive")
            assert "locked" in complaint(reader(database.parent), vault)

    def test_a_portal_that_is_writing_in_wal_mode_does_not_stop_a_look(self, database, vault):
        with closing(sqlite3.connect(database, isolation_level=None)) as db:
            db.execute("pragma journal_mode = wal")
            db.execute("begin immediate")
            db.execute("insert into orcid_tokens (orcid) values ('not committed')")
            assert len(reader(database.parent).look("connect", vault).connections) == 1
            db.execute("rollback")

    def test_a_file_that_is_no_database(self, tmp_path, vault):
        (tmp_path / "portal.db").write_text("these are my notes about the portal " * 30)
        assert "not a SQLite database" in complaint(reader(tmp_path), vault)

    @pytest.mark.parametrize(
        ("url", "part"),
        [
            ("sqlite://", "memory"),
            ("nothing at all", "not a database address"),
            ("fantasy://host/db", "fantasy"),
        ],
    )
    def test_addresses_that_lead_nowhere(self, tmp_path, vault, url, part):
        assert part in complaint(reader(tmp_path, url=url), vault)


class TestExports:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.csv", f"ORCID iD,Access Token,Name\n{ORCID},{CANARY},Josiah\n"),
            ("a.csv", f"\ufefforcid;access_token;name\r\n{ORCID};{CANARY};Josiah\r\n\r\n"),
            ("a.tsv", f"orcid\taccess_token\tname\n{ORCID}\t{CANARY}\tJosiah\n"),
            ("a.csv", f'orcid,access_token,name\n{ORCID},"{CANARY}","Josiah"\n'),
            ("a.csv", f"orcid,access_token,name\n{ORCID},{CANARY},Josiah".encode("utf-16")),
            ("a.json", json.dumps([{"orcid": ORCID, "accessToken": CANARY, "name": "Josiah"}])),
            (
                "a.json",
                json.dumps({"exported": 1, "rows": [{"orcid": ORCID, "access_token": CANARY, "name": "Josiah"}]}),
            ),
            ("a.ndjson", json.dumps({"orcid": ORCID, "access_token": CANARY, "name": "Josiah"}) + "\n"),
            ("a.txt", json.dumps([{"orcid": ORCID, "access_token": CANARY, "name": "Josiah"}])),
        ],
    )
    def test_every_common_form_gives_the_same_row(self, tmp_path, vault, name, content):
        look = exported(tmp_path, name, content).look("connect", vault)
        [row] = look.connections
        assert (row.orcid, row.name, row.access_token.tag) == (ORCID, "Josiah", "‹access-token:1›")
        assert CANARY not in look.model_dump_json()

    def test_items_from_a_file(self, tmp_path, vault):
        store = exported(tmp_path, "i.csv", "orcid,section,put-code,id\nx,work,12,4\nx,work,,5\n", "items")
        assert store.look("write", vault).items == [
            Item(orcid="x", put_code="12", type="work", local_id="4"),
            Item(orcid="x", put_code="", type="work", local_id="5"),
        ]

    @pytest.mark.parametrize(
        ("name", "content", "part"),
        [
            ("a.csv", "", "empty"),
            ("a.csv", "orcid,name\n1,Zo\xeb\n".encode("latin-1"), "not UTF-8: byte 0xeb in line 2"),
            ("a.csv", "orcid,name\n1,b,c\n", "line 2: 3 cells under 2"),
            ("a.csv", 'orcid,name\n1,"b\n', "not readable as CSV"),
            ("a.json", '[{"orcid": ]', "line 1: not readable as JSON"),
            ("a.json", "[1, 2]", "no list of objects"),
            ("a.csv", "researcher,token\n1,2\n", "none of them is called orcid"),
        ],
    )
    def test_what_cannot_be_read_is_said_with_its_place(self, tmp_path, vault, name, content, part):
        assert part in complaint(exported(tmp_path, name, content), vault)

    def test_a_missing_file_is_named_with_the_nearest(self, tmp_path, vault):
        (tmp_path / "connections.csv").write_text("orcid\n")
        store = StoreReader(Store(files=StoreFiles(connections="conections.csv")), tmp_path)
        assert "did you mean connections.csv?" in complaint(store, vault)


class TestTokenCells:
    @pytest.mark.parametrize(
        ("cell", "form"),
        [
            (CANARY, "clear"),
            (f"  {CANARY}\n", "clear"),
            (json.dumps({"access_token": CANARY, "refresh_token": CANARY_REFRESH}), "clear"),
            (f"Bearer {CANARY}", "clear"),
            (base64.b64encode(CANARY.encode()).decode(), "base64"),
            (base64.urlsafe_b64encode(CANARY.encode()).decode().rstrip("="), "base64"),
            (base64.b64encode(f"user:{CANARY}".encode()).decode(), "base64"),
        ],
    )
    def test_a_known_token_is_found_in_its_forms(self, vault, cell, form):
        seen = stored_token(cell, "access-token", vault)
        assert (seen.present, seen.tag, seen.form) == (True, "‹access-token:1›", form)

    @pytest.mark.parametrize("cell", ["", "  ", "NULL", "None", "0", "false", "missing"])
    def test_nothing_is_nothing(self, vault, cell):
        assert stored_token(cell, "access-token", vault) == StoredToken(present=False)

    @pytest.mark.parametrize(
        "cell", ["********", "0c19****", "xxxxxxxx-xxxx", "…1f01", "0c19...1f01", "present (36)", "[hidden]", "set"]
    )
    def test_a_mask_is_a_mask(self, vault, cell):
        seen = stored_token(cell, "access-token", vault)
        assert (seen.present, seen.tag, seen.form) == (True, "", "masked")

    @pytest.mark.parametrize(
        ("cell", "form"),
        [
            (hashlib.sha256(CANARY.encode()).hexdigest(), "hashed"),
            (hashlib.md5(b"c", usedforsecurity=False).hexdigest(), "hashed"),
            ("$2b$12$C6UzMDM.H6dfI/f/IKcEeO7ZBV9rM3tG1nUe5u6pKz", "hashed"),
            ("pbkdf2_sha256$600000$salt$hash=", "hashed"),
            ("{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", "hashed"),
            ("gAAAAABmQ5" + "Zk3vQ9mL2pR7tY5wZ8aB1cD4eF6gH0iJ" * 3 + "==", "encrypted"),
            ("vault:v1:8SDd3WHDOjf7mq69CyCqYjBXAiQQAVZRkFM13ok481zoCmHnSeDX9vyf7w==", "encrypted"),
            (
                "eyJhbGciOiJkaXIifQ..48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX.vps",
                "encrypted",
            ),
            (base64.b64encode(hashlib.shake_256(b"x").digest(80)).decode(), "encrypted"),
            (hashlib.shake_256(b"x").hexdigest(72), "encrypted"),
            (("a-token-of-another-kind" * 2).encode().hex(), "opaque"),
            ("see the other table", "opaque"),
            ("a-token-of-another-kind", "opaque"),
        ],
    )
    def test_what_is_hashed_or_encrypted_is_told_apart(self, vault, cell, form):
        seen = stored_token(cell, "access-token", vault)
        assert (seen.present, seen.tag, seen.form) == (True, "", form)

    def test_a_fingerprint_tells_equal_cells_and_nothing_else(self, vault):
        one, same = (stored_token(CANARY, "access-token", v) for v in (vault, Vault()))
        assert one.fingerprint == same.fingerprint
        assert stored_token(CANARY_REFRESH, "access-token", vault).fingerprint != one.fingerprint
        assert one.fingerprint not in hashlib.blake2b(CANARY.encode(), digest_size=8).hexdigest()

    def test_a_uuid_without_hyphens_is_a_token_and_an_md5_is_none(self):
        assert stored_token(CANARY.replace("-", ""), "access-token", Vault()).form == "clear"
        assert stored_token("0123456789abcdef0123456789abcdef", "access-token", Vault()).form == "hashed"

    def test_an_unknown_token_in_base64_is_learnt(self):
        fresh = Vault()
        seen = stored_token(base64.b64encode(CANARY.encode()).decode(), "access-token", fresh)
        assert (seen.form, seen.tag) == ("base64", "‹access-token:1›")
        assert fresh.tag_of(CANARY) == seen.tag

    def test_another_secret_in_the_column_keeps_its_own_kind(self, vault):
        assert stored_token(CANARY_REFRESH, "access-token", vault).tag == "‹refresh-token:1›"


class TestColumns:
    def test_every_meaning_is_a_field_of_the_evidence(self):
        assert set(MEANINGS) == set(Connection.model_fields) | set(Item.model_fields)

    @pytest.mark.parametrize(
        ("name", "what"),
        [
            ("ORCID", "orcid"),
            ("orcid_iD", "orcid"),
            ('t."orcid_id"', "orcid"),
            ("accessToken", "access_token"),
            ("ACCESS-TOKEN", "access_token"),
            ("Put Code", "put_code"),
            ("putcode", "put_code"),
            ("is_verified", "authenticated"),
            ("credit_name", "name"),
            ("token_expires_at", "expires"),
            ("accessTokenExpiresAt", "expires"),
            ("password", ""),
            ("created_at", "granted"),
            ("updated_at", ""),
        ],
    )
    def test_meaning(self, name, what):
        assert meaning(name) == what

    def test_the_more_telling_name_wins(self):
        assert recognise(["id", "uid", "orcid", "local_id"]) == {"local_id": 3, "orcid": 2}
        assert recognise(["expires_in", "token_expires_at"]) == {"expires": 1}


class TestLongTables:
    """Of more than 20 rows, here."""

    @pytest.fixture(autouse=True)
    def short(self, monkeypatch):
        monkeypatch.setattr(reader_module, "MOST_KEPT", 20)

    def fill(self, database: Path, owner: str) -> None:
        with closing(sqlite3.connect(database)) as db:
            rows = [(owner, 1000 + n, "work", n) for n in range(40)]
            db.executemany("insert into orcid_items values (?, ?, ?, ?)", rows)
            db.commit()

    def looks(self, folder: Path) -> StoreReader:
        plan = Store(url="sqlite:///portal.db", connections=CONNECTIONS, items=ITEMS)
        return StoreReader(plan, folder, lambda: {ORCID})

    def test_an_item_without_an_owner_may_be_of_this_review(self, tmp_path, database, vault):
        self.fill(database, "0000-0001-5109-3700")
        store = self.looks(tmp_path)
        assert [row.put_code for row in store.look("start", vault).items or []] == ["123"]
        with closing(sqlite3.connect(database)) as db:
            db.execute("insert into orcid_items values (null, 124, 'employment', 8)")
            db.commit()
        for again in (store, self.looks(tmp_path)):
            assert [row.put_code for row in again.look("write", vault).items or []] == ["123", "124"]

    def test_people_who_cannot_be_told_are_said(self, tmp_path, database, vault):
        with closing(sqlite3.connect(database)) as db:
            db.execute("delete from orcid_items")
            db.commit()
        self.fill(database, hashlib.sha256(b"somebody").hexdigest())
        with pytest.raises(GatherError) as caught:
            self.looks(tmp_path).look("start", vault)
        assert "in none of them an iD" in caught.value.message
