"""Long exports, exports in odd encodings, columns that the plan names: what is read, and what is said."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest

from checker.evidence.vault import Vault
from checker.gather.errors import GatherError
from checker.gather.store import StoreReader
from checker.gather.store import files as files_module
from checker.gather.store import reader as reader_module
from checker.plan import Store

ORCID = "0000-0002-1825-0097"
OTHER = "0000-0001-5109-3700"
TOKEN = "0c19fe45-aaaa-4bbb-8ccc-52d0bd6b1f01"


def reader(folder: Path, people=(ORCID,), columns=None, **files: str) -> StoreReader:
    plan = Store.model_validate({"files": files, "columns": columns or {}})
    return StoreReader(plan, folder, lambda: set(people))


def complaint(store: StoreReader) -> GatherError:
    with pytest.raises(GatherError) as caught:
        store.look("connect", Vault())
    assert caught.value.code == "store-unreadable"
    return caught.value


def written(folder: Path, name: str, content: str | bytes) -> str:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return name


class TestColumns:
    def test_the_plan_says_which_column_means_what(self, tmp_path):
        name = written(tmp_path, "a.csv", f"Wer,Schlüssel,name\n{ORCID},{TOKEN},Josiah\n")
        columns = {"connections": {"orcid": "Wer", "access_token": "Schlüssel"}}
        look = reader(tmp_path, columns=columns, connections=name).look("connect", Vault())
        [row] = look.connections
        assert (row.orcid, row.access_token.form, row.name) == (ORCID, "clear", "Josiah")
        assert look.connection_columns == ["orcid", "access_token", "name"]

    def test_the_plan_wins_over_what_a_name_suggests(self, tmp_path):
        name = written(tmp_path, "a.csv", f"orcid,real_orcid\n17,{ORCID}\n")
        look = reader(tmp_path, columns={"connections": {"orcid": "real_orcid"}}, connections=name)
        assert look.look("connect", Vault()).connections[0].orcid == ORCID

    def test_a_column_that_is_not_there_is_named_with_the_nearest(self, tmp_path):
        name = written(tmp_path, "a.csv", f"researcher,token\n{ORCID},{TOKEN}\n")
        said = complaint(reader(tmp_path, columns={"connections": {"orcid": "reseacher"}}, connections=name)).message
        assert "names reseacher as orcid, and there is no such column; did you mean researcher?" in said

    def test_items_have_columns_of_their_own(self, tmp_path):
        name = written(tmp_path, "i.tsv", f"who\tnumber\n{ORCID}\t12\n")
        columns = {"items": {"orcid": "who", "put_code": "number"}}
        look = reader(tmp_path, columns=columns, items=name).look("write", Vault())
        assert look.items is not None
        assert (look.items[0].orcid, look.items[0].put_code) == (ORCID, "12")

    def test_what_is_missing_is_said_with_what_to_write(self, tmp_path):
        name = written(tmp_path, "a.csv", f"orcd,token\n{ORCID},{TOKEN}\n")
        error = complaint(reader(tmp_path, connections=name))
        assert 'connections = { orcid = "orcd" }' in error.todo


class TestEncodings:
    @pytest.mark.parametrize(
        ("encoding", "line"), [("latin-1", 3), ("cp1252", 3), ("utf-16-le", 1), ("shift_jis", 3), ("mac_roman", 3)]
    )
    def test_another_encoding_is_said_with_its_line(self, tmp_path, encoding, line):
        text = "é" if encoding != "shift_jis" else "京"
        content = f"orcid,name\n{ORCID},Josiah\n{OTHER},Zo{text}\n".encode(encoding)
        if encoding == "utf-16-le":
            content = b"\xfe" + content
        error = complaint(reader(tmp_path, connections=written(tmp_path, "a.csv", content)))
        assert f"a.csv is not UTF-8: byte 0x{content[0] if line == 1 else next(b for b in content if b > 127):02x}" in (
            error.message
        )
        assert f"in line {line}" in error.message
        assert "UTF-8" in error.todo

    def test_a_wrong_byte_far_down_is_found_in_its_line(self, tmp_path):
        lines = [f"{OTHER},Name {n}" for n in range(120_000)]
        lines[110_000] = f"{OTHER},Zo\xeb"
        content = b"orcid,name\n" + "\n".join(lines).encode("latin-1")
        error = complaint(reader(tmp_path, connections=written(tmp_path, "a.csv", content)))
        assert "byte 0xeb in line 110002" in error.message

    def test_a_cut_character_at_the_end_is_found(self, tmp_path):
        name = written(tmp_path, "a.csv", f"orcid,name\n{ORCID},Zo".encode() + b"\xc3")
        assert "in line 2" in complaint(reader(tmp_path, connections=name)).message


class TestJson:
    def test_json_lines_may_bring_a_column_late(self, tmp_path):
        lines = [{"orcid": OTHER}, {"orcid": ORCID, "access_token": TOKEN}]
        name = written(tmp_path, "a.ndjson", "\n".join(map(json.dumps, lines)))
        look = reader(tmp_path, connections=name).look("connect", Vault())
        assert [row.access_token.present for row in look.connections] == [False, True]

    @pytest.mark.parametrize(
        ("content", "part"),
        [
            ('{"orcid": "x"}\n{"orcid": \n', "line 2: not readable as JSON"),
            ('{"orcid": "x"}\n[1]\n', "line 2: not an object"),
            ("[" * 100_000, "nested too deep"),
            ('{"orcid": ' + "1" * 5000 + "}", "line 1"),
        ],
    )
    def test_a_bad_line_is_named(self, tmp_path, content, part):
        assert part in complaint(reader(tmp_path, connections=written(tmp_path, "a.ndjson", content))).message

    def test_a_large_document_is_not_read_at_a_blow(self, tmp_path, monkeypatch):
        monkeypatch.setattr(files_module, "LARGEST_JSON", 10)
        name = written(tmp_path, "a.json", json.dumps([{"orcid": ORCID}]))
        error = complaint(reader(tmp_path, connections=name))
        assert "too large for one JSON document" in error.message
        assert ".ndjson" in error.todo


class TestLong:
    ROWS = 60_000

    def test_memory_stays_flat_and_the_people_and_the_faults_are_kept(self, tmp_path):
        with (tmp_path / "c.csv").open("w") as file:
            file.write("orcid,access_token,name\n")
            file.writelines(f"{OTHER},{n:032x},Name {n}\n" for n in range(self.ROWS))
            file.write(f"{ORCID},{TOKEN},Josiah\n218250097,x,Other form\nnot an iD,y,z\n,later-{TOKEN},no iD yet\n")
        with (tmp_path / "i.csv").open("w") as file:
            file.write("orcid,put_code,type,local_id\n")
            file.writelines(f"{OTHER},{n + 1},work,{n}\n" for n in range(self.ROWS))
            file.write(f"{ORCID},7,funding,1\n{OTHER},77,work,other\n{OTHER},0,work,5\n{OTHER},900000,work,9\n")
        store = reader(tmp_path, connections="c.csv", items="i.csv")
        vault = Vault()
        tracemalloc.start()
        look = store.look("start", vault)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 12_000_000
        assert [row.orcid for row in look.connections] == [ORCID, "218250097", ""]
        assert look.more_connections == self.ROWS + 1
        assert [row.orcid for row in look.odd_connections] == ["not an iD"]
        assert look.items is not None
        assert [row.put_code for row in look.items] == ["7"]
        assert look.more_items == self.ROWS + 3
        assert {(row.put_code, row.local_id) for row in look.odd_items} == {
            ("0", "5"), ("77", "76"), ("77", "other"), ("10", "9"), ("900000", "9"),
        }  # fmt: skip
        assert len(vault.kinds) < 10
        assert TOKEN not in look.model_dump_json()
        assert store.look("connect", vault) == look.model_copy(update={"when": "connect"})

    def test_a_long_export_that_was_written_again_is_read_again(self, tmp_path, monkeypatch):
        monkeypatch.setattr(reader_module, "MOST_KEPT", 3)
        name = written(tmp_path, "c.csv", "orcid,access_token\n" + f"{OTHER},x\n" * 9)
        store = reader(tmp_path, connections=name)
        assert store.look("start", Vault()).connections == []
        written(tmp_path, "c.csv", "orcid,access_token\n" + f"{OTHER},x\n" * 9 + f"{ORCID},{TOKEN}\n")
        assert [row.orcid for row in store.look("connect", Vault()).connections] == [ORCID]

    def test_without_knowing_whom_it_is_about_a_long_table_is_not_judged(self, tmp_path, monkeypatch):
        monkeypatch.setattr(reader_module, "MOST_KEPT", 3)
        name = written(tmp_path, "c.csv", "orcid,access_token\n" + f"{OTHER},x\n" * 9)
        error = complaint(reader(tmp_path, people=(), connections=name))
        assert "more than 3 rows" in error.message
        assert "[orcid] user login" in error.todo
        name = written(tmp_path, "i.csv", "put_code,type\n" + "1,work\n" * 9)
        assert "no column for the iD" in complaint(reader(tmp_path, items=name)).message

    def test_many_tokens_of_others_are_not_told_to_the_vault(self, tmp_path):
        rows = "".join(f"{OTHER},{n:08x}{TOKEN[8:]},Name {n:08x}{TOKEN[8:]}\n" for n in range(400))
        name = written(tmp_path, "c.csv", f"orcid,access_token,name\n{rows}{ORCID},{TOKEN},Josiah\n")
        vault = Vault()
        look = reader(tmp_path, connections=name).look("connect", vault)
        assert len(vault.kinds) <= 51
        assert look.connections[-1].access_token.tag
        dumped = look.model_dump_json()
        assert TOKEN[8:] not in dumped
        assert len({row.access_token.fingerprint for row in look.connections}) == 401

    def test_rows_can_be_gone_through_one_by_one(self, tmp_path):
        name = written(tmp_path, "i.csv", "orcid,put_code\n" + "".join(f"{OTHER},{n}\n" for n in range(9)))
        assert [row.put_code for row in reader(tmp_path, items=name).items(Vault())] == [str(n) for n in range(9)]
        assert list(reader(tmp_path, items=name).connections(Vault())) == []
