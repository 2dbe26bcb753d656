"""What is written can be read again, holds no secret, and bad bundles are refused in plain words."""

import json
import zipfile

import pytest

from checker.evidence import bundle
from checker.evidence.vault import Vault
from tests import builders

CANARY = "canary-7f3a9b1c-secret"


@pytest.fixture
def written(tmp_path):
    vault = Vault()
    vault.learn("access-token", CANARY)
    page = builders.page(text=f"token {CANARY}")
    evidence = builders.evidence(builders.journey(pages=[page]), wire=[builders.exchange(response_body=CANARY)])
    clean = bundle.write(tmp_path / "evidence", evidence, {page.id: (f"<p>{CANARY}</p>", b"\x89PNG")}, vault)
    return tmp_path / "evidence", clean


def test_what_was_written_is_read_again(written):
    folder, clean = written
    assert bundle.load(folder) == (clean, folder)
    assert bundle.load(folder.parent) == (clean, folder)


def test_no_file_holds_the_secret_and_the_tag_stands_in_its_place(written):
    folder, clean = written
    for file in folder.rglob("*"):
        if file.is_file():
            assert CANARY.encode() not in file.read_bytes()
    assert clean.journeys[0].pages[0].text == "token ‹access-token:1›"
    assert clean.secrets == {"‹access-token:1›": "access-token"}
    assert (folder / "pages" / "connect-01.html").read_text("utf-8") == "<p>‹access-token:1›</p>"


def test_a_zip_is_read(written, tmp_path):
    folder, clean = written
    archive = tmp_path / "evidence.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for file in folder.rglob("*"):
            zipped.write(file, file.relative_to(folder))
    loaded, where = bundle.load(archive)
    assert loaded == clean
    assert (where / "pages" / "connect-01.png").is_file()


def test_a_zip_that_climbs_out_is_refused(tmp_path):
    archive = tmp_path / "bad.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("../outside.txt", "x")
    with pytest.raises(bundle.BundleError, match="climbs out of the archive"):
        bundle.load(archive)
    assert not (tmp_path.parent / "outside.txt").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "no evidence.json"),
        ("{", "not readable JSON"),
        ("[]", "format None"),
        (json.dumps({"format": "orcid-review/evidence/9"}), "this version reads 'orcid-review/evidence/1'"),
        (json.dumps({"format": "orcid-review/evidence/1"}), "does not hold to the format: at run"),
    ],
)
def test_a_bad_bundle_is_refused_in_plain_words(tmp_path, content, said):
    if content is not None:
        (tmp_path / "evidence.json").write_text(content)
    with pytest.raises(bundle.BundleError, match=said):
        bundle.load(tmp_path)


def test_a_missing_bundle(tmp_path):
    with pytest.raises(bundle.BundleError, match="no such folder"):
        bundle.load(tmp_path / "nowhere")
