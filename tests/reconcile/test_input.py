"""What `orcid-review reconcile` and `stored` make of good and bad files: nothing is lost, nothing is a traceback."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sqlite3
import subprocess
import sys
import tarfile
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from checker.cli import main
from checker.reconcile import Asked, exports, reconcile
from checker.reconcile.documents import NoRecord, read
from checker.reconcile.kinds import BIT

from .bodies import ANN, BEN, EVA, OURS, WORK_PATH, affiliations, item, record, rows, works

duckdb = pytest.importorskip("duckdb")
TOKEN = "0c19fe45-aaaa-4bbb-8ccc-52d0bd6b1f01"
GOOD = [(ANN, 12, "work", "a"), (ANN, 13, "work", "b")]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    put("record.json", json.dumps(works(ANN, item(ANN, 12))))
    return tmp_path


def put(name: str, body: str | bytes) -> str:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_bytes(body.encode() if isinstance(body, str) else body)
    return name


def call(*arguments: str) -> Result:
    result = CliRunner().invoke(main, ["reconcile", *arguments, "--out", "out.csv"], prog_name="orcid-review")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def lines() -> list[dict[str, str]]:
    with open("out.csv", encoding="utf-8", newline="") as out:
        return list(csv.DictReader(out))


def told() -> list[tuple[str, str]]:
    return [(line["verdict"], line["put_code"]) for line in lines()]


def as_json(*cells: tuple[object, ...]) -> list[dict[str, object]]:
    return [dict(zip(("orcid", "put_code", "type", "local_id"), row, strict=True)) for row in cells]


def packed(text: str) -> bytes:
    """The same bytes at every call: they are in the tests' names, in which pytest's processes must agree."""
    return gzip.compress(text.encode(), mtime=0)


class TestExports:
    @pytest.mark.parametrize(("name", "body"), [
        ("s.csv", rows(*GOOD)),
        ("s.csv", "\n\n" + rows(*GOOD)),
        ("s.csv", b"\xef\xbb\xbf" + rows(*GOOD).encode()),
        ("s.csv", rows(*GOOD).replace("\n", "\r\n")),
        ("s.csv", rows(*GOOD).replace(",", ";")),
        ("s.csv", rows(*GOOD).encode("utf-16")),
        ("s.csv", rows((ANN, 12, "work", 'a "b", c\nd'), GOOD[1])),
        ("s.tsv", rows(*GOOD).replace(",", "\t")),
        ("s.txt", rows(*GOOD).replace(",", "|")),
        ("s.csv.gz", packed(rows(*GOOD))),
        ("s.json", json.dumps(as_json(*GOOD))),
        ("s.json", json.dumps({"rows": as_json(*GOOD)}, indent=1)),
        ("s.ndjson", "".join(json.dumps(row) + "\n" for row in as_json(*GOOD))),
        ("s.json", "".join(json.dumps(row) + "\n" for row in as_json(*GOOD))),
        ("s.ndjson.gz", packed("".join(json.dumps(row) + "\n" for row in as_json(*GOOD)))),
        ("s [1]*.csv", rows(*GOOD)),
    ])  # fmt: skip
    def test_forms(self, name, body):
        assert call("record.json", "--stored", put(name, body), "--view", "member").exit_code == 1
        assert told() == [("missing", "13")]

    def test_parquet(self):
        duckdb.sql(f"copy (select '{ANN}' as orcid, unnest([12, 13]) as \"put-code\", 'work' as type,"
                   " ['10.5555/x', '10.5555/12'] as dois) to 's.parquet'")  # fmt: skip
        call("record.json", "--stored", "s.parquet", "--view", "member")
        assert told() == [("missing", "13")]

    def test_several_exports_are_one_store(self):
        put("a.csv", rows(GOOD[0]))
        put("b.csv", rows((ANN, 13, "work", "x"), GOOD[0]))
        call("record.json", "--stored", "a.csv", "--stored", "b.csv")
        found = [(line["verdict"], line["file"], line["row"]) for line in lines()]
        assert found == [("duplicate", "a.csv", "1"), ("missing", "b.csv", "1"), ("duplicate", "b.csv", "2")]

    def test_what_is_broken_in_one_file_leaves_the_others_as_they_are(self):
        put("a.csv", rows((ANN, 11, "work", "a"), (ANN, 12, "work", "b")) + f"{ANN},9\n{ANN},13,work,c\n")
        put("b.ndjson", "[]\n" + "".join(json.dumps(row) + "\n" for row in as_json((ANN, 14, "work", "d"))))
        put("c.csv", rows((ANN, 15, "work", "e")))
        head = "orcid,put_code,type,source"
        put("items.csv", rows((ANN, 11, "work", OURS), ("nobody", 12, "work", OURS), head=head) + f"{ANN},1\n")
        put("more.csv", rows((ANN, 15, "work", OURS), head=head))
        result = call("items.csv", "more.csv", *(f"--stored={name}" for name in ("a.csv", "b.ndjson", "c.csv")),
                      "--view", "member")  # fmt: skip
        assert result.exit_code == 1
        assert [(line["verdict"], line["put_code"], line["file"], line["row"]) for line in lines()] == [
            ("missing", "12", "a.csv", "2"), ("missing", "13", "a.csv", "3"), ("missing", "14", "b.ndjson", "1"),
            ("broken", "", "a.csv", ""), ("broken", "", "b.ndjson", ""), ("broken", "", "items.csv", ""),
            ("broken", "", "items.csv", "")]  # fmt: skip

    def test_an_object_without_a_key_that_is_wanted_is_a_row_all_the_same(self):
        good = json.dumps({"orcid": ANN, "put_code": 12, "type": "work"})
        put("s.ndjson", good + '\n{}\n{"colour": "red"}\n')
        put("items.ndjson", good + "\n{}\n")
        assert call("items.ndjson", "--stored", "s.ndjson", "--view", "member").exit_code == 1
        assert [(line["verdict"], line["row"], line["reason"]) for line in lines()] == [
            ("unusable", "2", "the iD is none"), ("unusable", "3", "the iD is none"),
            ("broken", "", "1 of its items have no iD or no put-code")]  # fmt: skip

    def test_exports_of_one_name_are_told_apart(self):
        files = [put(f"{folder}/s.csv", rows((ANN, code, "work", "a"))) for folder, code in (("a", 13), ("b", 14))]
        put("c/t.csv", rows((ANN, 15, "work", "a")))
        call("record.json", *(f"--stored={file}" for file in (*files, "c/t.csv")), "--view", "member")
        assert [(line["put_code"], line["file"]) for line in lines()] == [
            ("13", "a/s.csv"), ("14", "b/s.csv"), ("15", "t.csv")]  # fmt: skip

    def test_rows_of_a_long_export_keep_their_numbers(self, monkeypatch):
        monkeypatch.setattr(exports, "THREADS", 8)  # as on a larger machine: several threads read one file
        put("s.csv", rows(*((ANN, code, "work", f"{code:400}") for code in range(1, 60_001))))  # 25 MB
        put("record.json", json.dumps(works(ANN, *(item(ANN, code) for code in range(1, 60_001) if code % 5000))))
        call("record.json", "--stored", "s.csv", "--view", "member")
        assert [(line["put_code"], line["row"]) for line in lines()] == [
            (str(code), str(code)) for code in range(5000, 60_001, 5000)]  # fmt: skip

    def test_another_encoding_is_named_with_the_line_and_read_on_request(self):
        put("s.csv", rows(*GOOD, (ANN, 14, "work", "Müller")).encode("windows-1252"))
        result = call("record.json", "--stored", "s.csv")
        assert result.exit_code == 2
        assert "s.csv is not UTF-8: byte 0xfc in line 4" in result.output
        assert not Path("out.csv").exists()
        assert call("record.json", "--stored", "s.csv", "--encoding", "windows-1252").exit_code == 1
        assert [line["local_id"] for line in lines()] == ["b", "Müller"]

    def test_a_missing_column_is_named_with_the_nearest(self):
        put("s.csv", rows((ANN, 12), head="orcid,putt_code"))
        result = call("record.json", "--stored", "s.csv")
        assert result.exit_code == 2
        assert (
            "none of them is called put_code; did you mean putt_code? Say --column put_code=putt_code" in result.output
        )
        assert call("record.json", "--stored", "s.csv", "--column", "put_code=putt_code").exit_code == 0
        result = call("record.json", "--stored", "s.csv", "--column", "put_code=put_kode")
        assert "has no column put_kode; did you mean putt_code?" in result.output

    def test_broken_lines_are_counted_and_named_and_all_the_others_are_read(self):
        broken = f'{ANN},14\n{ANN},15,work,"never closed {TOKEN}\n{ANN},16,work,c,d\n{ANN},17,"wo"rk,e\n'
        last = rows((ANN, 18, "work", "two\nlines"), (ANN, 19, "work", "z")).partition("\n")[2]
        put("s.csv", rows(*GOOD) + broken + last)
        result = call("record.json", "--stored", "s.csv", "--view", "member")
        assert result.exit_code == 1
        assert told()[:3] == [("missing", "13"), ("missing", "18"), ("missing", "19")]
        reasons = [line["reason"] for line in lines() if line["verdict"] == "broken"]
        assert reasons == [
            "line 4: 2 cells under 4 column names",
            "line 5: a quotation mark that nothing closes",
            "line 6: 5 cells under 4 column names",
            "line 7: a quotation mark in the middle of a cell",
        ]
        assert "broken                 4" in result.output
        assert "s.csv, line 5: a quotation mark that nothing closes" in result.output
        assert TOKEN not in result.output + Path("out.csv").read_text("utf-8")

    def test_only_broken_lines_leave_the_run_incomplete(self):
        put("s.csv", rows(GOOD[0]) + "x\n")
        assert call("record.json", "--stored", "s.csv").exit_code == 3

    def test_broken_json_lines(self):
        good = [json.dumps(row) for row in as_json(*GOOD)]
        put("s.ndjson", "\n".join([good[0], '{"orcid": ', "[1]", "7", good[1] + good[1], "", good[1]]))
        call("record.json", "--stored", "s.ndjson", "--view", "member")
        assert told()[0] == ("missing", "13")
        reasons = [line["reason"].partition(":")[0] for line in lines() if line["verdict"] == "broken"]
        assert reasons == ["line 2", "line 3", "line 4", "line 5"]

    @pytest.mark.parametrize(("name", "body", "said"), [
        ("s.csv", "", "s.csv is empty"),
        ("s.json", '[{"orcid": 1, "put_code": 2},\n{"orcid" 3}]', "line 2"),
        ("s.json", '{"a": 1', "s.json, line 1: not readable as JSON"),
        ("s.json", "[]", "holds no list of objects"),
        ("s.ndjson", "nothing\n", "holds no JSON object a line"),
        ("s.parquet", "PAR1 and nothing else", "no Parquet file"),
        ("s.csv.gz", packed("orcid,put_code\n" * 9999)[:-20], "no whole gzip file"),
        ("s.csv.gz", b"orcid,put_code\n", "cannot be read"),
    ])  # fmt: skip
    def test_files_that_are_none(self, name, body, said):
        result = call("record.json", "--stored", put(name, body))
        assert result.exit_code == 2
        assert said in result.output

    def test_no_such_file(self):
        put("stored.csv", rows(*GOOD))
        result = call("record.json", "--stored", "storde.csv")
        assert (result.exit_code, "did you mean stored.csv?" in result.output) == (2, True)
        result = call("recrod.json", "--stored", "stored.csv")
        assert (result.exit_code, "did you mean record.json?" in result.output) == (2, True)
        assert call("record.json", "--stored", ".").exit_code == 2

    @pytest.mark.parametrize("option", [
        ("--type", "wrok"), ("--encoding", "klingon"), ("--time-zone", "Mars/Base"), ("--memory", "lots"),
        ("--column", "colour=red"), ("--out", "no/such/folder.csv"),
    ])  # fmt: skip
    def test_wrong_options(self, option):
        put("s.csv", rows(*GOOD))
        result = CliRunner().invoke(main, ["reconcile", "record.json", "--stored", "s.csv", *option])
        assert result.exit_code == 2
        assert "Traceback" not in result.output

    def test_nothing_is_said_to_be_stored(self):
        assert call("record.json").exit_code == 2


class TestRecords:
    def test_a_folder_a_zip_and_a_tar_say_the_same(self):
        put("s.csv", rows((ANN, 12, "work", "a"), (BEN, 7, "employment", "b"), (EVA, 9, "work", "c")))
        bodies = {
            f"x/{ANN}.json": json.dumps(record(ANN, item(ANN, 12))),
            f"y/{BEN}.json": json.dumps(affiliations(BEN, item(BEN, 8, "employment", client="APP-2"))),
            f"y/{EVA}.json": json.dumps({"group": [], "path": None}),
        }
        for name, body in bodies.items():
            put(f"folder/{name}", body)
        with zipfile.ZipFile("records.zip", "w") as archive:
            for name, body in bodies.items():
                archive.writestr(name, body)
        with tarfile.open("records.tar.gz", "w:gz") as tar:
            for name, body in bodies.items():
                about = tarfile.TarInfo(name)
                about.size = len(body)
                tar.addfile(about, io.BytesIO(body.encode()))
        for place in ("folder", "records.zip", "records.tar.gz", "folder/*/*.json"):
            call(place, "--stored", "s.csv", "--client", OURS)
            assert told() == [("missing", "7"), ("not-read", "9"), ("broken", "")]
            assert "shows no section" in lines()[-1]["reason"]

    def test_the_public_data_file_is_known_by_its_name(self):
        put("s.csv", rows((ANN, 12, "work", "a")))
        body = json.dumps(record(ANN)).encode()
        with tarfile.open("ORCID_2025_10_summaries.tar.gz", "w:gz") as tar:
            about = tarfile.TarInfo(f"000/{ANN}.json")
            about.size = len(body)
            tar.addfile(about, io.BytesIO(body))
        assert call("ORCID_2025_10_summaries.tar.gz", "--stored", "s.csv").exit_code == 3
        assert told() == [("not-public", "12")]

    def test_an_archive_that_ends_early_is_named(self):
        put("s.csv", rows((ANN, 12, "work", "a")))
        body = json.dumps(record(ANN, item(ANN, 12))).encode()
        with tarfile.open("r.tar", "w") as tar:
            for number in range(9):
                about = tarfile.TarInfo(f"{number}.json")
                about.size = len(body)
                tar.addfile(about, io.BytesIO(body))
        put("r.tar", Path("r.tar").read_bytes()[:7000])
        assert call("r.tar", "--stored", "s.csv").exit_code == 3
        assert told() == [("broken", "")]
        assert "broken from somewhere on" in lines()[0]["reason"]

    def test_xml_may_not_open_files_nor_grow(self):
        put("s.csv", rows((ANN, 12, "work", "a")))
        secret = put("secret.txt", "TOP SECRET")
        put("evil.xml", f'<!DOCTYPE w [<!ENTITY x SYSTEM "{secret}">]><works path="/{ANN}/works">'
            f'<work-summary put-code="12" path="/{ANN}/{WORK_PATH}/12"><source><source-client-id><path>&x;</path>'
            "</source-client-id></source></work-summary></works>")  # fmt: skip
        call("evil.xml", "--stored", "s.csv", "--all")
        assert "TOP SECRET" not in Path("out.csv").read_text("utf-8")
        laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
        put("laughs.xml", f'<!DOCTYPE w [<!ENTITY l0 "ha">{laughs}]><works path="/{ANN}/works">&l9;</works>')
        assert call("laughs.xml", "--stored", "s.csv").exit_code == 3

    @pytest.mark.parametrize("body", [
        b"", b"{", b"[]", b"7", b"<works", b"<works/>", b"\xff\xfe", b'{"a": ' * 5000, b'{"works": {"group": 5}}',
        b'{"error": "invalid_token", "error_description": "no"}', b"<error/>",
    ])  # fmt: skip
    def test_documents_that_are_no_record(self, body):
        with pytest.raises(NoRecord):
            read(body, "x.json")

    @pytest.mark.parametrize("node", [None, 5, "x", [], {}, [None], {"put-code": {}}, {"put-code": "x", "source": 3}])
    def test_odd_nodes_are_no_fault_of_ours(self, node):
        document = {
            "orcid-identifier": {"path": ANN},
            "activities-summary": {"works": {"group": node}, "fundings": node},
        }
        read(json.dumps(document).encode(), "x.json")

    def test_what_a_list_by_itself_covers(self):
        shown = read(json.dumps(works(ANN)).encode(), "x.json")
        assert (shown.orcid, shown.sections, shown.items) == (ANN, BIT["work"], [])
        assert read(b'{"address": [], "path": "/%s/address"}' % ANN.encode(), "").sections == BIT["address"]
        assert read(b"<employments/>", f"{ANN}.xml").sections == BIT["employment"]

    def test_samples_of_orcid(self):
        folder = _shared() / "orcid-samples" / "record_3.0" / "read_samples"
        whole = read((folder / "record-full-3.0.json").read_bytes(), "x")
        assert whole.orcid == "0000-0002-7319-2192"
        assert {one.orcid for one in whole.items} == {whole.orcid}
        assert {"work", "employment", "other-name"} <= {one.kind for one in whole.items}
        assert all(one.put_code.isdigit() and one.modified.isdigit() and one.source for one in whole.items)
        xml = read((folder / "works-3.0.xml").read_bytes(), "x")
        assert xml.sections == BIT["work"]
        assert {"3356", "3357", "3358"} <= {one.put_code for one in xml.items}
        assert [one.selfs for one in xml.items if one.put_code == "3357"] == ["arxiv:123456"]
        [first, *_] = read((folder / "employments-3.0.xml").read_bytes(), "x").items
        assert (first.kind, first.ended) == ("employment", "1948-02-02")


def _shared() -> Path:
    import os

    shared = Path(os.environ.get("ORCID_REVIEW_SHARED", Path(__file__).resolve().parents[3] / "shared"))
    if not (shared / "orcid-samples").is_dir():
        pytest.skip(f"ORCID's samples are not at {shared} (set ORCID_REVIEW_SHARED)")
    return shared


PLAN = """
[portal]
name = "Example University Library"
url = "https://portal.example.edu/orcid"
[orcid]
client_id = "APP-0000000000000001"
client_secret = "embedded-secret"
[store]
url = "sqlite:///portal.db"
connections = "select orcid, access_token, scope from tokens"
items = "select orcid, put_code, type, local_id from items"
"""


@pytest.fixture
def plan() -> str:
    with closing(sqlite3.connect("portal.db")) as db:
        db.executescript("create table tokens (orcid, access_token, scope); create table items (orcid, put_code, type,"
                         " local_id)")  # fmt: skip
        db.execute("insert into tokens values (?, ?, '/activities/update')", (ANN, TOKEN))
        db.executemany("insert into items values (?, ?, ?, ?)", GOOD)
        db.commit()
    return put("review.toml", PLAN)


class TestPlan:
    def test_reconcile_takes_the_store_of_a_plan(self, plan):
        put("record.json", json.dumps(works(ANN, item(ANN, 12), item(ANN, 14))))
        assert call("record.json", "--plan", plan).exit_code == 1
        assert told() == [("missing", "13"), ("unknown", "14")]

    def test_stored_shows_counts_and_no_token(self, plan):
        result = CliRunner().invoke(main, ["stored", plan])
        assert result.exit_code == 0, result.output
        assert "Connections: 1 row, 1 person" in result.output
        assert "Items: 2 rows, 1 person" in result.output
        assert "access token:  in clear text 1" in result.output
        assert TOKEN not in result.output
        assert f"{ANN}  access #" in result.output

    def test_stored_names_what_is_at_fault(self, plan):
        with closing(sqlite3.connect("portal.db")) as db:
            db.executemany("insert into items values (?, ?, ?, ?)", [
                (ANN, 0, "work", "c"), (ANN, None, "work", "d"), (BEN, 12, "work", "e"), (ANN, TOKEN, "work", "f"),
            ])  # fmt: skip
            db.execute("insert into tokens values ('0000-0002-1825-0098', '', '')")
            db.commit()
        result = CliRunner().invoke(main, ["stored", plan, "--rows", "100"])
        assert result.exit_code == 1
        for said in ("1 row with 0 for a put-code", "1 row with no put-code", "1 row with a text for a put-code",
                     "one put-code for several items", "1 row with an iD whose check character is wrong"):  # fmt: skip
            assert said in result.output, result.output
        assert TOKEN not in result.output

    @pytest.mark.parametrize("command", [["stored"], ["reconcile", "record.json", "--plan"]])
    def test_a_store_that_is_gone(self, plan, command):
        Path("portal.db").unlink()
        result = CliRunner().invoke(main, [*command, plan])
        assert result.exit_code == 4
        assert "portal.db" in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)

    @pytest.mark.parametrize("command", [["stored"], ["reconcile", "record.json", "--plan"]])
    def test_a_plan_without_a_store(self, plan, command):
        put(plan, PLAN.partition("[store]")[0])
        result = CliRunner().invoke(main, [*command, plan])
        assert result.exit_code == 2
        assert "names no store" in result.output


def test_without_duckdb_it_says_what_to_install(monkeypatch):
    put("s.csv", rows(*GOOD))
    monkeypatch.setitem(sys.modules, "duckdb", None)
    result = CliRunner().invoke(main, ["reconcile", "record.json", "--stored", "s.csv"])
    assert result.exit_code == 4
    assert "pip install 'orcid-review[reconcile]'" in result.output


def test_memory_is_bounded_and_nothing_is_left_behind(tmp_path):
    """A quarter of a million rows on both sides, each of them a finding, with little memory."""
    count, people = 250_000, [ANN, BEN, EVA]
    with open("s.csv", "w", encoding="utf-8") as stored, open("items.csv", "w", encoding="utf-8") as items:
        stored.write("orcid,put_code,type,local_id,updated_at\n")
        items.write("orcid,put_code,type,source,modified\n")
        for n in range(count):
            stored.write(f"{people[n % 3]},{n + 1},work,local-{n},2026-01-02T10:00:00Z\n")
            items.write(f"{people[n % 3]},{n + 1},work,{OURS},2026-03-02T10:00:00Z\n")
    before = set(Path(tmp_path).iterdir())
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    # Of this program alone: what the operating system tells as the peak begins with that of whoever started it.
    code = ("import re, sys; from checker.cli import main\n"
            "try: main(sys.argv[1:])\n"
            "except SystemExit as end:\n"
            "    told = open('/proc/self/status', encoding='utf-8').read()\n"
            "    print(end.code, int(re.search(r'VmHWM:\\s+(\\d+) kB', told)[1]) // 1024)")  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code, "reconcile", "items.csv", "--stored", "s.csv", "--client", OURS, "--memory",
         "256M", "--out", "out.ndjson"],
        env={"PYTHONPATH": str(Path(__file__).resolve().parents[2]), "PATH": "", "TMPDIR": str(temporary)},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    code_and_peak = done.stdout.splitlines()[-1].split()
    assert code_and_peak[0] == "1", done.stdout + done.stderr
    with open("out.ndjson", encoding="utf-8") as out:
        assert sum(json.loads(line)["verdict"] == "stale" for line in out) == count
    assert int(code_and_peak[1]) < 500
    assert list(temporary.iterdir()) == []
    assert set(Path(tmp_path).iterdir()) - before == {temporary, tmp_path / "out.ndjson"}


def test_progress_is_told():
    put("r.ndjson", "".join(json.dumps(works(ANN, item(ANN, n))) + "\n" for n in range(1, 401)))
    told_of: list[tuple[str, float]] = []
    asked = Asked((Path(put("s.csv", rows(*GOOD))),), ("r.ndjson",))
    reconcile(asked, None, tell=lambda doing, part: told_of.append((doing, part)))
    assert [doing for doing, _ in told_of if "records, " in doing] == [
        "Reading records, 200 so far", "Reading records, 400 so far"]  # fmt: skip
    assert 0.4 < next(part for doing, part in told_of if "200" in doing) < 0.6
