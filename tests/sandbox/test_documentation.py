"""docs/sandbox.md: each behaviour has one of three words and a source, and every endpoint is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .routes import endpoints

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "sandbox.md"
STATUSES = {"documented", "observed", "our choice"}


def rows() -> list[list[str]]:
    """Every row of a table whose columns end with status and source."""
    found: list[list[str]] = []
    inside = False
    for line in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if cells[-2:] == ["status", "source"]:
            inside = True
        elif not cells:
            inside = False
        elif inside and set(line) - set("|-"):
            found.append(cells)
    return found


def test_there_are_tables() -> None:
    assert len(rows()) > 90


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0][:60])
def test_status_and_source(row: list[str]) -> None:
    *behaviour, status, source = row
    assert len(behaviour) in {1, 2}
    assert all(behaviour)
    assert status in STATUSES
    assert source


def addresses() -> set[str]:
    """What stands in backticks in the first table, with the levers written out."""
    text = PAGE.read_text("utf-8").partition("## Where to send what")[2].partition("## Sign-in")[0]
    found: set[str] = set()
    for line in text.splitlines():
        told = re.findall(r"`([^`]+)`", line.partition(" | ")[0] if line.startswith("|") else line)
        levers = any(address.startswith("/_sandbox") for address in told)
        found |= {address if address.startswith("/") else f"/_sandbox/{address}" for address in told if levers}
        found |= {address for address in told if not levers}
    return found


def without_kinds(path: str) -> str:
    return re.sub(r"\{(\w+):\w+\}", r"{\1}", path)


def test_every_endpoint_is_there_and_no_other() -> None:
    served = {without_kinds(endpoint.path) for endpoint in endpoints()}
    told = {address for address in addresses() if address.startswith("/")}
    assert served - told == set()
    assert told - served == set()


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", PAGE.read_text("utf-8")):
        if not target.startswith("http"):
            assert (PAGE.parent / target).exists(), target
