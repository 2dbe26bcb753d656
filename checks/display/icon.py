"""Is the picture beside it the iD icon, unaltered?"""

from __future__ import annotations

from checker.api import Display, Evidence, Ruling, rule

from ._over import over


@rule(
    "id-icon-unaltered",
    area="Display",
    clause="Required 3",
    title="The icon is ORCID's, unaltered",
    title_failed="The icon is altered",
    remedy="Download the current icon from ORCID's brand library and do not restyle it.",
    sources=["ORCID iD display guidelines", "ORCID brand guidelines"],
    decider="mixed",
)
def icon_unaltered(displays: list[Display], evidence: Evidence) -> Ruling:
    """A recoloured or stretched icon is not the mark that readers know, and breaks ORCID's trademark rules."""
    return over("id-icon-unaltered", displays, evidence, "Every icon is an official file, shown as it is")


@rule(
    "orcid-logo-not-misused",
    area="Display",
    clause="Display",
    title="The ORCID logo does not stand in for the iD icon",
    title_failed="The ORCID logo stands in for the iD icon",
    remedy="Replace the logo by the iD icon or, for general statements, by the member logo.",
    sources=["ORCID brand guidelines", "ORCID trademark rules, 2018"],
    decider="mixed",
)
def logo(displays: list[Display], evidence: Evidence) -> Ruling:
    """The word mark is ORCID's own name, not a sign for a person's iD."""
    return over("orcid-logo-not-misused", displays, evidence, "No logo stands in the place of the iD icon")


@rule(
    "id-icon-alt",
    area="Display",
    clause="Display",
    title="The icon has a fitting alternative text",
    title_failed="The icon has no fitting alternative text",
    remedy='Set alt="ORCID iD", or alt="" where the link text already names the iD.',
    sources=["ORCID iD display guidelines", "WCAG 2.2 SC 1.1.1"],
    decider="auto",
)
def icon_alt(displays: list[Display], evidence: Evidence) -> Ruling:
    """Who hears the page must not be left with a nameless picture."""
    return over("id-icon-alt", displays, evidence, "Every icon has a fitting alternative text")


@rule(
    "id-icon-size",
    area="Display",
    clause="Display",
    title="The icon is large enough",
    title_failed="The icon has the wrong size",
    remedy="Use 16 px in dense lists, 24 px otherwise; SVG for other sizes.",
    sources=["ORCID iD display guidelines"],
    decider="auto",
)
def icon_size(displays: list[Display], evidence: Evidence) -> Ruling:
    """Under 16 pixels the drawing cannot be recognised."""
    return over("id-icon-size", displays, evidence, "Every icon has 16 pixels or more and fits its text")


@rule(
    "id-icon-before-text",
    area="Display",
    clause="Display",
    title="The icon stands before the iD",
    title_failed="The icon does not stand before the iD",
    remedy="Place the icon directly before the iD.",
    sources=["ORCID iD display guidelines"],
    decider="auto",
)
def icon_before(displays: list[Display], evidence: Evidence) -> Ruling:
    """The samples of the guideline put the icon first; readers look for it there."""
    return over("id-icon-before-text", displays, evidence, "The icon stands before every iD that is written out")


@rule(
    "id-icon-local-hosted",
    area="Display",
    clause="Display",
    title="The icon comes from the portal",
    title_failed="The icon does not load",
    remedy="Host your own copy of the icon.",
    sources=["ORCID brand library"],
    decider="auto",
)
def icon_host(displays: list[Display], evidence: Evidence) -> Ruling:
    """Pictures fetched from ORCID vanish when ORCID moves them, and tell ORCID of every visit."""
    return over("id-icon-local-hosted", displays, evidence, "Every icon comes from the portal and loads")


@rule(
    "id-icon-dark-background",
    area="Display",
    clause="Display",
    title="The icon is seen on a dark background",
    title_failed="The icon is hardly seen on its background",
    remedy="Use the reversed icon on dark backgrounds.",
    sources=["ORCID brand guidelines"],
    decider="auto",
)
def icon_dark(displays: list[Display], evidence: Evidence) -> Ruling:
    """On dark or coloured ground the shape of the icon may vanish."""
    return over("id-icon-dark-background", displays, evidence, "Every icon on a dark background is well seen")
