"""The matrix leaves no core rule out, of the areas that are done."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from checker.content import ROOT
from checker.judge.content import load_profile, load_rules

from .changes import CHANGES
from .portals import PROFILE, examples

SHARED = Path(os.environ.get("ORCID_REVIEW_SHARED", ROOT.parent / "shared"))
CORE = SHARED / "facts" / "core-rules.tsv"
DONE = {"Store", "Connect", "Synchronize"}


def broken() -> set[str]:
    return {example.rule for example in examples().values()} | {rule for rule, _, _ in CHANGES.values()}


def test_examples_break_rules_that_exist():
    named = {rule for example in examples().values() for rule in (example.rule, *example.implies)}
    assert named | broken() <= set(load_rules())


@pytest.mark.skipif(not CORE.is_file(), reason="the list of core rules lies beside the checkout and is not there")
def test_every_core_rule_of_the_areas_that_are_done_is_judged_and_broken():
    with CORE.open(encoding="utf-8", newline="") as lines:
        core = {row["id"] for row in csv.DictReader(lines, delimiter="\t") if row["area"].partition(":")[0] in DONE}
    assert len(core) > 60
    assert core - set(load_profile(PROFILE).levels) == set()
    assert core - broken() == set()
