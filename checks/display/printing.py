"""What becomes of the iD on paper and in exported files."""

from __future__ import annotations

from checker.api import Display, Evidence, Ruling, needs_person, not_applicable, rule

from ._over import over


@rule(
    "id-print-formats",
    area="Display",
    clause="Display",
    title="The iD survives printing and export",
    title_failed="The iD is lost in print or export",
    remedy="Print the full https URI where links cannot be clicked.",
    sources=["Guidelines on the display of ORCID iDs in publications, 2018"],
    decider="mixed",
)
def print_formats(displays: list[Display], evidence: Evidence) -> Ruling:
    """A link cannot be clicked on paper."""
    plain = [display for display in displays if display.page.snapshot.content_type == "text/plain"]
    if plain:
        return over("id-print-formats", plain, evidence, "Plain text carries the full URI")
    if evidence.journey("display"):
        return not_applicable("one page was looked at, not what is printed or exported from it")
    return needs_person("If pages can be printed or exported (PDF, XML), do they carry the full https URI?")
