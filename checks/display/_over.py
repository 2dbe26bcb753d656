"""Runs one rule over all displays."""

from __future__ import annotations

from checker.api import Display, Evidence, Ruling, blocked, not_applicable

from ._analysis import Analysis
from ._case import case_of
from ._say import Said, rule_over


def over(rule: str, displays: list[Display], evidence: Evidence, right: str) -> Ruling:
    """Return what a rule says of all displays; `right` is the message when every one is right."""
    case = case_of(evidence)
    if not displays:
        return nothing_shown()
    return rule_over([Said(display, Analysis(display, case).says(rule)) for display in displays], right)


def nothing_shown() -> Ruling:
    """No iD meets the eye anywhere: whether one should is for `id-publicly-displayed` to say."""
    return blocked(
        "no iD is shown on any of the pages that were seen after connecting, so how it is shown cannot be judged",
        whose="member",
        todo="show the iD (see id-publicly-displayed), or name the pages that do in [portal] public_pages",
    )


def no_display_to_format() -> Ruling:
    """The one rule that yields to `id-publicly-displayed` when nothing is shown."""
    return not_applicable("no iD is shown; id-publicly-displayed says whether one should be")
