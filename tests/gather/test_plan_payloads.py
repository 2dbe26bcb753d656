"""The files of a plan's `[payloads]`, as evidence: whole, without secrets, without a word of the machine."""

from __future__ import annotations

import base64
import zipfile

import pytest

from checker.evidence.vault import Vault
from checker.gather import plan_payloads
from checker.gather.plan_payloads import look_at_files
from checker.plan import load

PLAN = """
[portal]
name = "Example"
url = "https://portal.example.edu/"
[orcid]
client_id = "APP-0000000000000001"
client_secret = "embedded-secret"
[payloads]
files = {files}
"""


@pytest.fixture
def look(tmp_path):
    folder = tmp_path / "plan"
    (folder / "samples").mkdir(parents=True)

    def looked(*files, vault=None):
        file = folder / "review.toml"
        file.write_text(PLAN.format(files=list(files)), "utf-8")
        return look_at_files(load(file, {}), vault or Vault())

    looked.folder = folder
    return looked


def test_every_file_archive_and_line_is_taken_and_named_from_the_plan(look):
    samples = look.folder / "samples"
    (samples / "work.xml").write_text("<work/>", "utf-8")
    (samples / "many.ndjson").write_text('{"a": 1}\n{"b": 2}\n', "utf-8")
    with zipfile.ZipFile(samples / "more.zip", "w") as archive:
        archive.writestr("in/keyword.json", '{"content": "Töpfe"}')
    found = look("samples/*")
    assert [(f.file, f.line, f.body) for f in found] == [
        ("samples/many.ndjson", 1, '{"a": 1}'),
        ("samples/many.ndjson", 2, '{"b": 2}'),
        ("samples/more.zip!in/keyword.json", None, '{"content": "Töpfe"}'),
        ("samples/work.xml", None, "<work/>"),
    ]
    assert not any(f.block for f in found)


def test_a_file_outside_of_the_plans_folder_says_nothing_of_the_machine(look):
    outside = look.folder.parent / "work.xml"
    outside.write_text("<work/>", "utf-8")
    assert [f.file for f in look(str(outside))] == ["work.xml"]
    assert [f.file for f in look("../work.xml")] == ["work.xml"]


def test_what_is_not_there_is_said_without_a_path_of_the_machine(look):
    (found,) = look("samples/*.xml")
    assert found.block
    assert found.block.whose == "member"
    assert str(look.folder) not in found.model_dump_json()
    assert look() == []


@pytest.mark.parametrize(
    "body",
    [
        "<?xml version='1.0' encoding='ISO-8859-1'?><a>ö</a>".encode("latin-1"),
        "<?xml version='1.0' encoding='UTF-16'?><a>ö</a>".encode("utf-16"),
        '{"content": "ö"}'.encode("utf-16-le"),
        b"\xef\xbb\xbf<a/>",
        b'{"content": "\xff"}',
        b"<?xml version='1.0' encoding='EBCDIC-CP-BE'?><a/>",
    ],
)
def test_other_encodings_are_kept_byte_by_byte(look, body):
    (look.folder / "a.xml").write_bytes(body)
    (found,) = look("a.xml")
    assert base64.b64decode(found.base64) == body
    assert found.body == ""


def test_bytes_that_hold_a_secret_are_left_out(look):
    vault = Vault()
    vault.learn("client-secret", "very-secret-indeed")
    for encoding in ("utf-16", "latin-1"):
        text = f"<?xml version='1.0' encoding='{encoding}'?><a>very-secret-indeed</a>"
        (look.folder / "a.xml").write_bytes(text.encode(encoding))
        (found,) = look("a.xml", vault=vault)
        assert found.block
        assert found.base64 == ""


def test_more_than_a_review_takes_is_said(look, monkeypatch):
    monkeypatch.setattr(plan_payloads, "MOST", 3)
    (look.folder / "a.ndjson").write_text('{"a": 1}\n' * 10, "utf-8")
    found = look("a.ndjson")
    assert len(found) == 4
    assert not found[2].block
    assert found[3].block
    assert "more than a review takes" in found[3].block.message
