"""`orcid-review reconcile`, as it is called: what it says of each item, and what it ends with."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from checker.cli import main

from .bodies import (
    ANN,
    BEN,
    EVA,
    LATER,
    OURS,
    THEIRS,
    THEN,
    WORK_PATH,
    affiliations,
    dumps,
    item,
    ms,
    record,
    rows,
    works,
)

pytest.importorskip("duckdb")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(name: str, body: str | bytes) -> str:
    Path(name).write_bytes(body.encode() if isinstance(body, str) else body)
    return name


def call(stored: str, records: object, *more: str) -> tuple[Result, list[dict[str, str]]]:
    """Reconcile one export with one record."""
    put("stored.csv", stored)
    put("record.ndjson", records if isinstance(records, str) else dumps(records))
    arguments = ["reconcile", "record.ndjson", "--stored", "stored.csv", "--client", OURS, "--out", "out.csv", *more]
    result = CliRunner().invoke(main, arguments, prog_name="orcid-review")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    with open("out.csv", encoding="utf-8", newline="") as out:
        return result, list(csv.DictReader(out))


def told(lines: list[dict[str, str]]) -> list[tuple[str, str, str]]:
    return [(line["verdict"], line["type"], line["put_code"]) for line in lines]


class TestVerdicts:
    def test_what_agrees_has_no_line_and_ends_well(self):
        result, lines = call(rows((ANN, 12, "work", "a")), works(ANN, item(ANN, 12)))
        assert (result.exit_code, lines) == (0, [])
        assert "ok                     1" in result.output

    def test_what_agrees_is_written_on_request(self):
        _, lines = call(rows((ANN, 12, "work", "a")), works(ANN, item(ANN, 12)), "--all")
        assert [(line["verdict"], line["local_id"], line["row"], line["source"]) for line in lines] == [
            ("ok", "a", "1", OURS)
        ]

    def test_stored_and_not_on_the_record_is_missing(self):
        result, lines = call(rows((ANN, 12, "work", "a"), (ANN, 13, "work", "b")), works(ANN, item(ANN, 12)))
        assert result.exit_code == 1
        assert told(lines) == [("missing", "work", "13")]
        assert (lines[0]["orcid"], lines[0]["local_id"], lines[0]["row"]) == (ANN, "b", "2")

    def test_missing_from_a_list_that_is_empty(self):
        _, lines = call(rows((ANN, 12, "work", "a")), works(ANN), "--view", "member")
        assert told(lines) == [("missing", "work", "12")]

    def test_nothing_is_missing_from_a_section_that_was_not_shown(self):
        result, lines = call(rows((ANN, 12, "employment", "a")), works(ANN, item(ANN, 11)), "--view", "member")
        assert ("not-read", "employment", "12") in told(lines)
        assert not [line for line in lines if line["verdict"] == "missing"]
        assert result.exit_code == 1  # the work 11 is ours, and not stored

    def test_nothing_is_missing_of_a_person_whose_record_was_not_shown(self):
        result, lines = call(rows((BEN, 12, "work", "a")), works(ANN, item(ANN, 11, client=THEIRS)))
        assert told(lines) == [("not-read", "work", "12")]
        assert "no record of this person" in lines[0]["reason"]
        assert result.exit_code == 3

    def test_the_public_does_not_see_what_is_limited(self):
        result, lines = call(rows((ANN, 12, "work", "a")), works(ANN), "--view", "public")
        assert (result.exit_code, told(lines)) == (3, [("not-public", "work", "12")])

    def test_nobody_knows_who_read_a_record_of_public_items(self):
        records = works(ANN, item(ANN, 11, visibility="public"))
        result, lines = call(rows((ANN, 11, "work", "a"), (ANN, 12, "work", "b")), records)
        assert (result.exit_code, told(lines)) == (3, [("not-read", "work", "12")])
        assert "--view member" in result.output

    def test_an_untyped_row_is_missing_only_from_a_whole_record(self):
        stored = rows((ANN, 12, "", "a"))
        _, lines = call(stored, works(ANN), "--view", "member")
        assert told(lines) == [("not-read", "", "12")]
        assert "--type" in lines[0]["reason"]
        _, lines = call(stored, works(ANN), "--view", "member", "--type", "works")
        assert told(lines) == [("missing", "", "12")]

    def test_a_put_code_of_another_person_is_named(self):
        records = dumps(works(ANN), works(BEN, item(BEN, 12)))
        _, lines = call(rows((ANN, 12, "work", "a"), (BEN, 12, "work", "b")), records)
        assert told(lines) == [("missing", "work", "12")]
        assert f"on the record of {BEN}" in lines[0]["reason"]

    def test_put_codes_of_works_and_of_fundings_are_different_numbers(self):
        records = dumps(works(ANN, item(ANN, 12)), {"group": [{"funding-summary": [item(ANN, 12, "funding")]}],
                                                    "path": f"/{ANN}/fundings"})  # fmt: skip
        _, lines = call(rows((ANN, 12, "work", "a")), records)
        assert told(lines) == [("unknown", "funding", "12")]

    @pytest.mark.parametrize(("stored", "now", "expected"), [
        (THEN, THEN, []),
        ("2026-01-02T09:59:30Z", THEN, []),  # clocks differ
        ("2026-01-02T09:58:00Z", THEN, ["stale"]),
        (THEN, LATER, ["stale"]),
        (LATER, THEN, []),
        ("2026-01-02T12:00:00+02:00", THEN, []),
        ("2026-01-02T10:00:00+02:00", THEN, ["stale"]),
        ("1767348000", THEN, []),
        ("1767348000000", THEN, []),
        ("1767340000000", THEN, ["stale"]),
        ("2026-01-02 02:00:00", THEN, []),  # of no zone: may be that of California
        ("2026-01-01 02:00:00", THEN, ["stale"]),
        ("2026-01-02", THEN, []),
        ("2025-12-30", THEN, ["stale"]),
        ("yesterday", THEN, []),
        ("", LATER, []),
        ("NULL", LATER, []),
    ])  # fmt: skip
    def test_stale_is_what_changed_after_it_was_stored(self, stored, now, expected):
        text = rows((ANN, 12, "work", "a", stored), head="orcid,put_code,type,local_id,updated_at")
        result, lines = call(text, works(ANN, item(ANN, 12, modified=now)))
        assert [line["verdict"] for line in lines] == expected
        assert ("no form that is understood" in result.output) == (stored == "yesterday")

    def test_a_time_zone_makes_stored_times_exact(self):
        text = rows((ANN, 12, "work", "a", "2026-01-02 10:30:00"), head="orcid,put_code,type,local_id,updated_at")
        records = works(ANN, item(ANN, 12))
        assert told(call(text, records)[1]) == []
        assert told(call(text, records, "--time-zone", "Europe/Berlin")[1]) == [("stale", "work", "12")]
        assert told(call(text, records, "--time-zone", "Europe/London")[1]) == []

    @pytest.mark.parametrize("stored", ["2026-01-02T09:59Z", "2026-01-02T09:59:00Z", "2026-01-02 09:59Z"])
    def test_a_small_tolerance_is_kept_in_whatever_form_a_time_is_written(self, stored):
        text = rows((ANN, 12, "work", "a", stored), head="orcid,put_code,type,local_id,updated_at")
        records = works(ANN, item(ANN, 12, modified="2026-01-02T09:59:30Z"))
        assert told(call(text, records, "--tolerance", "30")[1]) == []
        assert told(call(text, records, "--tolerance", "29")[1]) == [("stale", "work", "12")]
        assert told(call(text, records, "--tolerance", "0")[1]) == [("stale", "work", "12")]

    def test_times_as_orcid_writes_xml(self):
        text = rows((ANN, 12, "work", "a", THEN), head="orcid,put_code,type,local_id,last_modified")
        put("works.xml", f"""<activities:works path="/{ANN}/works" xmlns:activities="urn:a" xmlns:work="urn:w"
            xmlns:common="urn:c"><activities:group><work:work-summary put-code="12" path="/{ANN}/{WORK_PATH}/12"
            visibility="limited"><common:last-modified-date>2026-03-02T10:00:00.123-06:00</common:last-modified-date>
            <common:source><common:source-client-id><common:path>{OURS}</common:path></common:source-client-id>
            </common:source></work:work-summary></activities:group></activities:works>""")  # fmt: skip
        _, lines = call(text, "{}", "works.xml")
        line = next(one for one in lines if one["verdict"] == "stale")
        assert (line["stored"], line["record"]) == (THEN, "2026-03-02T16:00:00Z")

    @pytest.mark.parametrize(("stored", "expected"), [
        ("10.5555/AbC", []),
        ("https://doi.org/10.5555/abc", []),
        ("doi:10.5555/abc", []),
        ("10.5555/other", ["stale"]),
        ("10.5555/other|10.5555/abc", []),
        ('["10.5555/abc"]', []),
        ("", []),
        ("NULL", []),
    ])  # fmt: skip
    def test_stale_is_what_has_no_external_id_in_common(self, stored, expected):
        text = rows((ANN, 12, "work", "a", stored), head="orcid,put_code,type,local_id,doi")
        _, lines = call(text, works(ANN, item(ANN, 12, ids=[("doi", "10.5555/abc", "self")])))
        assert [line["verdict"] for line in lines] == expected

    def test_an_item_of_another_kind_is_stale(self):
        records = affiliations(ANN, item(ANN, 12, "education"), kind="education")
        _, lines = call(rows((ANN, 12, "employment", "a")), records)
        assert [(line["verdict"], line["stored"], line["record"]) for line in lines] == [
            ("stale", "employment", "education")
        ]

    def test_foreign_is_what_somebody_else_put_there(self):
        records = works(ANN, item(ANN, 12, client=THEIRS), item(ANN, 13, person=ANN), item(ANN, 14, client=None))
        _, lines = call(rows(*((ANN, code, "work", "") for code in (12, 13, 14))), records)
        assert [(line["verdict"], line["put_code"], line["source"]) for line in lines] == [
            ("foreign", "12", THEIRS), ("foreign", "13", ANN)]  # fmt: skip

    def test_written_on_our_behalf_is_ours(self):
        records = works(ANN, item(ANN, 12, client=THEIRS, origin=OURS))
        assert told(call(rows((ANN, 12, "work", "")), records)[1]) == []

    def test_unknown_is_ours_and_not_stored(self):
        records = works(ANN, item(ANN, 12), item(ANN, 13), item(ANN, 14, client=THEIRS))
        result, lines = call(rows((ANN, 12, "work", "a")), records)
        assert (result.exit_code, told(lines)) == (1, [("unknown", "work", "13")])

    def test_without_a_client_nobody_is_foreign_and_the_likely_one_is_named(self):
        put("stored.csv", rows((ANN, 12, "work", "a")))
        put("record.ndjson", dumps(works(ANN, item(ANN, 12, client=THEIRS), item(ANN, 13, client=THEIRS))))
        result = CliRunner().invoke(main, ["reconcile", "record.ndjson", "--stored", "stored.csv"])
        assert result.exit_code == 0
        assert f"most of what you stored is of {THEIRS}" in result.output

    def test_duplicate_is_what_is_stored_twice(self):
        stored = rows(
            (ANN, 12, "work", "a"), (ANN, 13, "work", "b"), (f"https://orcid.org/{ANN}", "12.0", "works", "c")
        )
        _, lines = call(stored, works(ANN, item(ANN, 12), item(ANN, 13)))
        assert [(line["verdict"], line["local_id"]) for line in lines] == [("duplicate", "a"), ("duplicate", "c")]

    def test_duplicate_is_what_is_twice_on_the_record(self):
        same = [("doi", "10.5555/x", "self")]
        records = works(
            ANN, item(ANN, 12, ids=same), item(ANN, 13, ids=[("doi", "https://doi.org/10.5555/X", "self")]),
            item(ANN, 14, ids=same, client=THEIRS), item(ANN, 15, ids=[("doi", "10.5555/x", "part-of")]),
        )  # fmt: skip
        stored = rows(*((ANN, code, "work", "") for code in (12, 13, 15)))
        assert told(call(stored, records)[1]) == [("duplicate", "work", "12"), ("duplicate", "work", "13")]

    @pytest.mark.parametrize(("stored", "there", "expected"), [
        ("", None, []),
        ("2025-03-31", "2025-03-31", []),
        ("2025-03-31", "2025-03", []),
        ("2025-03-31 00:00:00", "2025-03-31", []),
        ("31.03.2025", "2025-03-31", []),
        ("9999-12-31", None, []),
        ("NULL", None, []),
        ("2025-03-31", None, ["ended as stored, and not on the record"]),
        ("31.03.2025", None, ["ended as stored, and not on the record"]),
        ("", "2025-03", ["ended on the record, and not as stored"]),
        ("2025-03-31", "2025-04", ["ended on another day"]),
    ])  # fmt: skip
    def test_leavers(self, stored, there, expected):
        text = rows((ANN, 12, "employment", "a", stored), head="orcid,put_code,type,local_id,end_date")
        _, lines = call(text, affiliations(ANN, item(ANN, 12, "employment", end=there)))
        assert [line["reason"] for line in lines] == expected
        assert {line["verdict"] for line in lines} <= {"end-date"}

    def test_an_export_without_end_dates_says_nothing_of_them(self):
        assert told(call(rows((ANN, 12, "employment", "a")),
                         affiliations(ANN, item(ANN, 12, "employment", end="2020")))[1]) == []  # fmt: skip


class TestCells:
    @pytest.mark.parametrize("orcid", [
        EVA, EVA.lower(), f"https://orcid.org/{EVA}", f"http://sandbox.orcid.org/{EVA}", EVA.replace("-", ""),
        f" {EVA} ", EVA.replace("-", "–"), "21694233X",
    ])  # fmt: skip
    def test_ways_to_write_an_id(self, orcid):
        assert told(call(rows((orcid, 12, "work", "a")), works(EVA, item(EVA, 12)))[1]) == []

    @pytest.mark.parametrize("code", ["12", " 12 ", "12.0", "012", f"https://api.orcid.org/v3.0/{ANN}/{WORK_PATH}/12"])
    def test_ways_to_write_a_put_code(self, code):
        assert told(call(rows((ANN, code, "work", "a")), works(ANN, item(ANN, 12)))[1]) == []

    @pytest.mark.parametrize(("code", "verdict"), [
        ("", "no-put-code"), ("NULL", "no-put-code"), ("0", "unusable"), ("-1", "unusable"), ("12.5", "unusable"),
        ("1e3", "unusable"), ("12,13", "unusable"), ("twelve", "unusable"), ("9" * 30, "unusable"),
    ])  # fmt: skip
    def test_put_codes_that_are_none(self, code, verdict):
        result, lines = call(rows((ANN, code, "work", "a")), works(ANN))
        assert [line["verdict"] for line in lines] == [verdict]
        assert result.exit_code == (3 if verdict == "no-put-code" else 1)

    @pytest.mark.parametrize("orcid", ["", "somebody", "0000-0002-1825-0098", "abcd-efgh-ijkl-mnop"])
    def test_ids_that_are_none(self, orcid):
        _, lines = call(rows((orcid, 12, "work", "a")), works(ANN))
        assert [(line["verdict"], line["reason"], line["local_id"]) for line in lines] == [
            ("unusable", "the iD is none", "a")
        ]

    def test_a_token_in_the_wrong_column_is_not_repeated(self):
        token = "0c19fe45-aaaa-4bbb-8ccc-52d0bd6b1f01"
        result, lines = call(rows((ANN, token, "work", "a"), (token, 12, "work", "b")), works(ANN))
        assert len(lines) == 2
        assert token not in result.output + Path("out.csv").read_text("utf-8")


class TestRecords:
    def test_a_whole_record_shows_every_section(self):
        stored = rows((ANN, 12, "work", "a"), (ANN, 13, "employment", "b"), (ANN, 14, "fundings", "c"))
        _, lines = call(stored, record(ANN, item(ANN, 12), item(ANN, 13, "employment")))
        assert told(lines) == [("missing", "fundings", "14")]

    def test_a_person_given_twice_counts_once_and_the_younger_counts(self):
        text = rows((ANN, 12, "work", "a", THEN), head="orcid,put_code,type,local_id,updated_at")
        records = dumps(works(ANN, item(ANN, 12)), works(ANN, item(ANN, 12, modified=LATER)))
        assert told(call(text, records)[1]) == [("stale", "work", "12")]

    def test_the_younger_counts_in_whatever_form_its_time_is_written(self):
        head = "orcid,put_code,type,source,last_modified"
        put("items.csv", rows((ANN, 12, "work", OURS, THEN), (ANN, 12, "work", OURS, ms(LATER)), head=head))
        text = rows((ANN, 12, "work", "a", THEN), head="orcid,put_code,type,local_id,updated_at")
        _, lines = call(text, works(EVA), "items.csv")
        assert told(lines) == [("stale", "work", "12")]

    def test_what_orcid_refused_is_no_record(self):
        records = dumps({"response-code": 409, "error-code": 9044}, works(ANN, item(ANN, 12)))
        result, lines = call(rows((ANN, 12, "work", "a")), records)
        assert result.exit_code == 3
        assert [(line["verdict"], line["file"], line["reason"]) for line in lines] == [
            ("broken", "record.ndjson", "line 1: ORCID answered 409 with error 9044 in place of a record")
        ]

    def test_items_read_one_by_one_show_no_section(self):
        records = dumps({"bulk": [{"work": item(ANN, 12)}, {"error": {"response-code": 404}}]})
        result, lines = call(rows((ANN, 12, "work", "a"), (ANN, 13, "work", "b")), records)
        assert (result.exit_code, told(lines)) == (3, [("not-read", "work", "13")])

    def test_a_table_of_items(self):
        put("items.csv", rows((ANN, 12, "work", OURS), (ANN, 13, "work", THEIRS),
                              head="orcid,put-code,type,source-client-id"))  # fmt: skip
        stored = rows((ANN, 12, "work", "a"), (ANN, 14, "work", "b"), (ANN, 15, "funding", "c"), (BEN, 9, "work", "d"))
        result, lines = call(stored, works(EVA), "items.csv", "--view", "member")
        assert told(lines) == [("missing", "work", "14"), ("not-read", "funding", "15"), ("not-read", "work", "9")]
        assert result.exit_code == 1
        _, lines = call(stored, works(EVA), "items.csv", "--view", "member", "--complete")
        assert [verdict for verdict, _, _ in told(lines)] == ["missing"] * 3


class TestForms:
    def test_json_lines_json_and_parquet(self):
        import duckdb

        stored, records = rows((ANN, 12, "work", "a"), (ANN, 13, "work", "b")), works(ANN, item(ANN, 12))
        for name in ("r.ndjson", "r.json", "r.parquet"):
            put("stored.csv", stored)
            put("record.ndjson", dumps(records))
            done = CliRunner().invoke(main, ["reconcile", "record.ndjson", "--stored", "stored.csv", "--out", name])
            assert done.exit_code == 1, done.output
        lines = [json.loads(line) for line in Path("r.ndjson").read_text("utf-8").splitlines()]
        [line] = lines
        assert (line["verdict"], line["put_code"], line["row"]) == ("missing", "13", 2)
        assert json.loads(Path("r.json").read_text("utf-8")) == lines
        assert duckdb.sql("select verdict, put_code from 'r.parquet'").fetchall() == [("missing", "13")]

    def test_standard_output_takes_the_items_and_standard_error_the_summary(self):
        put("stored.csv", rows((ANN, 13, "work", "b")))
        put("record.ndjson", dumps(works(ANN, item(ANN, 12))))
        done = CliRunner().invoke(main, ["reconcile", "record.ndjson", "--stored", "stored.csv", "--format", "ndjson"])
        assert json.loads(done.stdout)["verdict"] == "missing"
        assert "1 stored row of 1 person against 1 item on the 1 record" in done.stderr
