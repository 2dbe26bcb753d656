"""What docs/payloads.md shows is what the command prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from checker.cli import main
from checker.orcid.payloads import check

PAGE = Path(__file__).resolve().parents[2] / "docs" / "payloads.md"

WORK = """<?xml version="1.0" encoding="UTF-8"?>
<work:work xmlns:work="http://www.orcid.org/ns/work" xmlns:common="http://www.orcid.org/ns/common">
  <work:title><common:title>On cracked pots</common:title></work:title>
  <work:type>journal-article</work:type>
  <common:external-ids>
    <common:external-id>
      <common:external-id-type>DOI</common:external-id-type>
      <common:external-id-value>10.5555/12345678</common:external-id-value>
      <common:external-id-url>https://doi.org/10.5555/12345678</common:external-id-url>
      <common:external-id-relationship>self</common:external-id-relationship>
    </common:external-id>
  </common:external-ids>
</work:work>
"""


def test_the_run_on_the_page_is_a_real_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("work.xml").write_text(WORK, encoding="utf-8")
    printed = CliRunner().invoke(main, ["payload", "work.xml"]).output.splitlines()
    page = PAGE.read_text(encoding="utf-8")
    shown = page[page.index("```\nwork.xml:") :].split("```\n")[1].splitlines()
    assert len(shown) == len(printed)
    for on_page, real in zip(shown, printed, strict=True):
        start = on_page.removesuffix("…")  # a long remedy is cut on the page
        assert real.startswith(start) if start != on_page else real == on_page


def test_the_face_that_the_page_shows_says_the_same() -> None:
    checked = check(WORK, kind="work")
    assert not checked.accepted
    assert "external-id-type-unknown" in checked.explain()


def test_the_options_on_the_page_exist() -> None:
    text = CliRunner().invoke(main, ["payload", "--help"]).output
    page = PAGE.read_text(encoding="utf-8")
    named = set(re.findall(r"--[a-z-]+[a-z]", page))
    assert named
    assert [option for option in sorted(named) if option not in text] == []
