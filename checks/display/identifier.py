"""Is what is written an iD?"""

from __future__ import annotations

from checker.api import Display, Evidence, Ruling, rule

from ._over import over


@rule(
    "id-hyphenated-16",
    area="Display",
    clause="Required 3",
    title="The iD is written as four groups of four with hyphens",
    title_failed="The iD is not written as four groups of four with hyphens",
    remedy="Print the iD as ORCID returned it, in plain ASCII, and keep typographic filters away from it.",
    sources=["ORCID iD display guidelines", "ORCID, structure of the identifier"],
    decider="auto",
)
def hyphenated(displays: list[Display], evidence: Evidence) -> Ruling:
    """Other dashes, digits or spaces look alike, but a copy of them finds nobody."""
    return over(
        "id-hyphenated-16",
        displays,
        evidence,
        "Every iD is written in four groups of four ASCII characters with plain hyphens",
    )


@rule(
    "id-x-uppercase",
    area="Display",
    clause="Required 3",
    title="A final X is upper case",
    title_failed="A final X is written as a small x",
    remedy="Never change the case of an iD, neither in code nor with CSS.",
    sources=["ORCID, structure of the identifier"],
    decider="auto",
)
def x_uppercase(displays: list[Display], evidence: Evidence) -> Ruling:
    """ORCID's own schema refuses a lower-case x."""
    return over("id-x-uppercase", displays, evidence, "Every final X is upper case")


@rule(
    "id-checksum-valid",
    area="Display",
    clause="Required 3",
    title="The iD's check character is right",
    title_failed="The iD's check character is wrong",
    remedy=(
        "Show the iD from the stored token response; check the 16th character (ISO 7064 MOD 11-2) "
        "wherever one is taken over."
    ),
    sources=["ORCID, structure of the identifier (ISO 7064 MOD 11-2)"],
    decider="auto",
)
def checksum(displays: list[Display], evidence: Evidence) -> Ruling:
    """A wrong check character means a typing error: the iD is nobody's."""
    return over("id-checksum-valid", displays, evidence, "The check character of every iD is right")


@rule(
    "id-range-plausible",
    area="Display",
    clause="Display",
    title="The iD lies in a block that ORCID has used",
    title_failed="The iD lies outside ORCID's blocks",
    remedy="Check that this identifier is an ORCID iD, not another ISNI or a test string.",
    sources=["ORCID, structure of the identifier"],
    decider="auto",
)
def range_plausible(displays: list[Display], evidence: Evidence) -> Ruling:
    """ORCID uses blocks of the wider ISNI numbers; a number outside may be another party's."""
    return over("id-range-plausible", displays, evidence, "Every iD lies in a block that ORCID has used")


@rule(
    "id-placeholder-absent",
    area="Display",
    clause="Display",
    title="No sample iD is shown for a real person",
    title_failed="A sample iD is shown for a real person",
    remedy="Remove demo data before production.",
    sources=["ORCID documentation, sample iDs"],
    decider="auto",
)
def placeholder(displays: list[Display], evidence: Evidence) -> Ruling:
    """iDs printed in documentation belong to fictional people."""
    return over("id-placeholder-absent", displays, evidence, "No iD shown is a documentation sample")
