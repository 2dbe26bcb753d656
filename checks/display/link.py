"""Where does it lead?"""

from __future__ import annotations

from checker.api import Display, Evidence, Ruling, rule

from ._over import over


@rule(
    "id-link-target-record",
    area="Display",
    clause="Required 3",
    title="The link leads to the record",
    title_failed="The link does not lead to the record",
    remedy="Link https://orcid.org/<iD>, and nothing else, wherever the iD or its icon is shown.",
    sources=["ORCID iD display guidelines", "ORCID brand guidelines"],
    decider="auto",
)
def link_target(displays: list[Display], evidence: Evidence) -> Ruling:
    """An iD that cannot be followed to its record cannot be checked by the reader."""
    return over("id-link-target-record", displays, evidence, "Every link leads to a record")


@rule(
    "id-link-https",
    area="Display",
    clause="Required 3",
    title="Link and visible URI have https",
    title_failed="Link or visible URI lack https",
    remedy="Write https:// in link and text, and migrate stored http URIs.",
    sources=["ORCID iD display guidelines", "ORCID, structure of the identifier"],
    decider="auto",
)
def link_https(displays: list[Display], evidence: Evidence) -> Ruling:
    """The identifier is an https URI; http is another string and can be tampered with on the way."""
    return over("id-link-https", displays, evidence, "Every link and every visible URI has https")


@rule(
    "id-link-host-exact",
    area="Display",
    clause="Required 3",
    title="The host is exactly ORCID's",
    title_failed="The host is not exactly ORCID's",
    remedy="Use the bare host orcid.org (sandbox.orcid.org in the sandbox): no www, no API host, no port.",
    sources=["ORCID, structure of the identifier", "ORCID iD display guidelines"],
    decider="auto",
)
def link_host(displays: list[Display], evidence: Evidence) -> Ruling:
    """A host that merely contains ORCID's name may be anybody's."""
    return over("id-link-host-exact", displays, evidence, "Every host is exactly ORCID's")


@rule(
    "id-env-base-matches",
    area="Display",
    clause="Required 3",
    title="The base address is that of the environment",
    title_failed="The base address is that of another environment",
    remedy="Build the base of displayed iDs from the same setting as the OAuth host.",
    sources=["ORCID iD display guidelines", "IQSS/dataverse #4358"],
    decider="auto",
)
def env_base(displays: list[Display], evidence: Evidence) -> Ruling:
    """The same digits are another person, or nobody, in the other environment."""
    return over("id-env-base-matches", displays, evidence, "Every iD has the base of this run's environment")


@rule(
    "id-text-matches-link",
    area="Display",
    clause="Required 3",
    title="Text and link show the same iD",
    title_failed="Text and link show different iDs",
    remedy="Render text, label and link from one stored value.",
    sources=["ORCID iD display guidelines"],
    decider="auto",
)
def text_matches(displays: list[Display], evidence: Evidence) -> Ruling:
    """A reader who sees one iD and lands on another person's record is misled."""
    return over("id-text-matches-link", displays, evidence, "Text and link of every display hold the same iD")


@rule(
    "id-single-record-link",
    area="Display",
    clause="Required 3",
    title="Each icon belongs to exactly one record",
    title_failed="An icon belongs to more than one record",
    remedy="Repeat the icon for each person; use the member logo for general statements.",
    sources=["ORCID brand guidelines", "ORCID iD display guidelines"],
    decider="auto",
)
def single_record(displays: list[Display], evidence: Evidence) -> Ruling:
    """The icon means one person's iD."""
    return over("id-single-record-link", displays, evidence, "Each icon and iD lead to exactly one record")


@rule(
    "id-href-clean",
    area="Display",
    clause="Display",
    title="The link is the bare identifier",
    title_failed="Something is added to the link",
    remedy="Use exactly https://orcid.org/<iD>, so that the link equals the identifier.",
    sources=["ORCID iD display guidelines"],
    decider="auto",
)
def href_clean(displays: list[Display], evidence: Evidence) -> Ruling:
    """A link that is copied should be the identifier itself."""
    return over("id-href-clean", displays, evidence, "Every link is the bare identifier")


@rule(
    "id-link-accessible-name",
    area="Display",
    clause="Display",
    title="The link's name tells that it is an ORCID record",
    title_failed="The link's name does not tell that it is an ORCID record",
    remedy='Give the link a name such as "ORCID record of Ana Ruiz".',
    sources=["ORCID iD display guidelines", "WCAG 2.2 SC 2.4.4, 2.5.3, 4.1.2"],
    decider="auto",
)
def link_name(displays: list[Display], evidence: Evidence) -> Ruling:
    """Who hears the page needs to know where a link leads."""
    return over(
        "id-link-accessible-name", displays, evidence, "Every link's name tells that it leads to an ORCID record"
    )


@rule(
    "id-link-target-behaviour",
    area="Display",
    clause="Display",
    title="The link opens in the same tab, or safely in a new one",
    title_failed="The link opens a new tab that can be turned against the page",
    remedy='Open the record in the same tab, or in a new one with rel="noopener" and a hint.',
    sources=["WCAG 2.2 G201"],
    decider="auto",
)
def link_behaviour(displays: list[Display], evidence: Evidence) -> Ruling:
    """A new tab without warning confuses; one with an opener can be turned against the page."""
    return over(
        "id-link-target-behaviour",
        displays,
        evidence,
        "Every link opens in the same tab, or in a new one without an opener",
    )
