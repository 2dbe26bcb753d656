"""Is it one of the three formats: full, compact, inline?"""

from __future__ import annotations

from checker.api import Display, Evidence, Ruling, rule

from ._over import no_display_to_format, over


@rule(
    "id-display-format-valid",
    area="Display",
    clause="Required 3",
    title="The iD is shown in one of the three formats",
    title_failed="The iD is not shown in one of the three formats",
    remedy=(
        "Show icon and iD as one link: icon + https URI where space allows, icon + hyphenated iD in "
        "lists, linked icon beside a name in author lists. Copy the markup from ORCID's display "
        "guideline."
    ),
    sources=[
        "LYRASIS guide, Required 3",
        "ORCID iD display guidelines",
        "Guidelines on the display of ORCID iDs in publications, 2018",
    ],
    decider="auto",
)
def display_format(displays: list[Display], evidence: Evidence) -> Ruling:
    """Readers know an iD by three formats: full (icon, URI), compact (icon, digits), inline (icon at a name)."""
    if not displays:
        return no_display_to_format()
    return over("id-display-format-valid", displays, evidence, "Every iD is shown as full, compact or inline format")


@rule(
    "id-icon-present",
    area="Display",
    clause="Required 3",
    title="The iD icon stands beside the iD",
    title_failed="The iD icon is missing beside the iD",
    remedy="Put the official iD icon in front of the iD.",
    sources=["ORCID iD display guidelines", "Collect and Connect slides, Display"],
    decider="auto",
)
def icon_present(displays: list[Display], evidence: Evidence) -> Ruling:
    """The icon is what tells a reader that the number beside it is an ORCID iD."""
    return over("id-icon-present", displays, evidence, "The iD icon stands beside every iD")


@rule(
    "id-not-truncated",
    area="Display",
    clause="Required 3",
    title="The iD is shown whole",
    title_failed="The iD is cut short",
    remedy="Show the icon at the name where there is no room; never shorten the iD.",
    sources=["ORCID iD display guidelines"],
    decider="auto",
)
def not_truncated(displays: list[Display], evidence: Evidence) -> Ruling:
    """A part of an iD identifies nobody and cannot be copied."""
    return over("id-not-truncated", displays, evidence, "Every iD that is written out can be read whole")
