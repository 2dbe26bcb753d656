"""What tests of whole runs share: a command started as a user would, in a folder of its own, on free ports."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.matrix.portals import PORTALS, plan_text


@dataclass
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str
    folder: Path

    @property
    def review(self) -> dict[str, Any]:
        return json.loads((self.folder / "review.json").read_text("utf-8"))

    @property
    def evidence(self) -> dict[str, Any]:
        return json.loads((self.folder / "evidence" / "evidence.json").read_text("utf-8"))

    def journey(self, name: str) -> dict[str, Any]:
        return next(j for j in self.evidence["journeys"] if j["name"] == name)

    def outcomes(self) -> dict[str, str]:
        return {f["check"]: f["outcome"] for f in self.review["findings"]}

    def failed(self) -> set[str]:
        return {check for check, outcome in self.outcomes().items() if outcome == "failed"}


class Command:
    """Runs `orcid-review`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = folder / "out"

    def __call__(self, *args: str, env: dict[str, str] | None = None, timeout: float = 180) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "checker", *args],
            capture_output=True,
            text=True,
            timeout=timeout,
            env={**os.environ, **(env or {})},
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr, self.out)

    def run(self, plan: Path, *args: str, env: dict[str, str] | None = None) -> Done:
        return self("run", str(plan), "--out", str(self.out), *args, env=env)

    def start(self, plan: Path, *args: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "checker", "run", str(plan), "--out", str(self.out), *args],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


@pytest.fixture
def command(tmp_path) -> Command:
    return Command(tmp_path)


@pytest.fixture
def sample(tmp_path):
    """Copy a sample portal beside a plan on free ports; return the plan's file."""

    def copy(name: str) -> Path:
        return plan_text(tmp_path, name)

    assert PORTALS.is_dir()
    return copy


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children_of(mark: str) -> list[int]:
    """Return the processes whose command line holds a mark."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if mark in line and int(folder.name) != os.getpid():
            found.append(int(folder.name))
    return found


__all__ = ["Command", "Done", "children_of"]
