"""Reviews of the library sample, whole or with one flaw, each on a port and in a folder of its own."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from checker.content import ROOT
from checker.evidence.model import Evidence
from checker.gather.errors import GatherError
from checker.gather.run import gather
from checker.judge.content import load_profile, load_rules
from checker.judge.judge import judge
from checker.plan import Plan, load
from checker.review.model import Answer, Outcome, Review

PORTALS = ROOT / "fixtures" / "portals"

PROFILE = "collect-and-connect"
"""The profile with the most rules: an example must fail no other rule of it either."""


@dataclass(frozen=True)
class Example:
    """A flaw as the matrix needs it."""

    name: str
    rule: str
    implies: tuple[str, ...]
    declares: tuple[str, ...] | None
    person_says_no: tuple[str, ...]
    style: str = ""
    """How a portal that writes does it; empty: the library."""

    @property
    def flaw(self) -> str:
        """Its name at the portal."""
        return self.name.rpartition("/")[2]


@cache
def examples() -> dict[str, Example]:
    """Return the library's flaws by name, and those of the portals that write by style and name."""
    found = {
        name: Example(name, flaw.rule, flaw.implies, flaw.declares, flaw.person_says_no)
        for name, flaw in _flaws("library", "flaws").items()
    }
    for flaw in _flaws("writers", "writer_flaws").values():
        for style in flaw.styles:
            name = f"{style}/{flaw.name}"
            found[name] = Example(name, flaw.rule, flaw.implies, None, (), style)
    return found


def _flaws(portal: str, module: str) -> Mapping[str, Any]:
    """Import the flaws of a portal: they live in a program of their own and import like one."""
    sys.path[:0] = [str(PORTALS / portal), str(PORTALS)]
    try:
        flaws: Mapping[str, Any] = import_module(module).FLAWS
    finally:
        del sys.path[:2]
    return flaws


def review_sample(name: str = "", change: Callable[[Plan], Plan] = lambda plan: plan) -> tuple[Review, Evidence]:
    """Review the library, or the example that is named, and return the review and its evidence."""
    example = examples()[name] if name else None
    with tempfile.TemporaryDirectory(prefix="orcid-review-matrix-") as folder:
        plan = change(_plan(Path(folder), "writers" if example and example.style else "library", example))
        try:
            evidence = gather(plan, out=Path(folder) / "out")
        except GatherError as error:
            if error.evidence is None:
                raise
            evidence = error.evidence
    return judge(evidence, load_profile(plan.profile), load_rules()), evidence


def plan_text(folder: Path, portal: str) -> Path:
    """Copy the sample portals into a folder, give one free ports, and return its plan's file."""
    copied = shutil.copytree(PORTALS, folder / "portals", ignore=shutil.ignore_patterns("*.db", "__pycache__"))
    file = copied / portal / "review.toml"
    text = file.read_text("utf-8")
    for port in ("8443", "8444", "8445", "8446", "8447", "8448"):
        text = text.replace(port, str(_free_port()) if port in text else port)
    file.write_text(text, "utf-8")
    return file


def _plan(folder: Path, portal: str, example: Example | None) -> Plan:
    file = plan_text(folder, portal)
    if example:
        text = file.read_text("utf-8").replace("portal.py --port", f"portal.py --flaw {example.flaw} --port")
        file.write_text(text, "utf-8")
    style = {"STYLE": example.style} if example else {}
    plan = load(file, os.environ | style).model_copy(update={"profile": PROFILE})
    if example and example.declares is not None:
        plan = plan.model_copy(update={"orcid": plan.orcid.model_copy(update={"scopes": list(example.declares)})})
    if example and example.person_says_no:
        no = Answer(answer="no", by="Reviewer of the sample", on=date(2026, 11, 20))
        plan = plan.model_copy(update={"answers": plan.answers | dict.fromkeys(example.person_says_no, no)})
    return plan


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def failing(review: Review) -> set[str]:
    """Return the ids of the rules that failed."""
    return {finding.check for finding in review.findings if finding.outcome is Outcome.FAILED}
