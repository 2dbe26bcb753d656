"""Does it tell whether its owner authenticated it?"""

from __future__ import annotations

from checker.api import Display, Evidence, Ruling, rule

from ._over import over


@rule(
    "id-icon-variant-matches-status",
    area="Display",
    clause="Required 3",
    title="The icon tells whether the iD was authenticated",
    title_failed="The icon tells the wrong status of the iD",
    remedy="Choose the icon from the stored authenticated flag, never by default.",
    sources=["ORCID iD display guidelines"],
    decider="auto+ev",
)
def icon_variant(displays: list[Display], evidence: Evidence) -> Ruling:
    """The solid icon is a promise: the owner of this iD signed in."""
    return over("id-icon-variant-matches-status", displays, evidence, "Every icon fits the status of its iD")


@rule(
    "id-unauthenticated-labelled",
    area="Display",
    clause="Required 3",
    title="Unauthenticated iDs are marked",
    title_failed="An unauthenticated iD is not marked",
    remedy='Add "(unauthenticated)" after the iD until its owner connects.',
    sources=["ORCID iD display guidelines", "ORCID, collecting and sharing ORCID iDs"],
    decider="auto+ev",
)
def labelled(displays: list[Display], evidence: Evidence) -> Ruling:
    """A typed or imported iD may be anybody's; the reader must be told."""
    return over("id-unauthenticated-labelled", displays, evidence, "Every unauthenticated iD is marked")
