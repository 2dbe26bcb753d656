"""The organizations in payloads: where they are, and how they are identified."""

from __future__ import annotations

from checker.api import Evidence, Payload, Ruling, needs_person, rule

from ._checked import AFFILIATIONS, FUNDING, RESOURCES, REVIEWS
from ._rule import (
    API,
    GUIDE,
    SCHEMAS,
    Clauses,
    Concern,
    broken,
    concerned,
    conclude,
    decide,
    none_of,
    open_ones,
    places,
)

_WHERE = ("organization", "convening-organization", "host", "hosts")
_LACKING = frozenset({"required-part-missing", "text-empty"})
_REFERENCE = "ORCID, working with organization identifiers"

_FIELDS = Concern(
    what="affiliations, fundings, peer reviews or research resources",
    expected="name, city and two-letter country for an employment or education; for other affiliations a name and, with"
    " a city or region, a country; else name and address by the schema",
    kinds=AFFILIATIONS | FUNDING | REVIEWS | RESOURCES,
    breaks=[
        Clauses({"city-or-country-missing", "country-missing-for-place", "organization-missing"}),
        Clauses({"required-part-missing"}, at={"organization", "convening-organization"}),
        Clauses(
            {*_LACKING, "country-unknown", "value-not-allowed"},
            at={"name", "address", "city", "country"},
            inside=_WHERE,
        ),
    ],
    codes=frozenset({9046, 9060, 9061}),
)


@rule(
    "payload-org-fields",
    area="Connect",
    clause="Component 3.3",
    title="Organizations have the name and the place that their item needs",
    title_failed="An organization lacks its name or its place",
    remedy="Send name, city and country of the organization.",
    sources=[GUIDE, "ORCID, affiliations tutorial", API],
    decider="auto+ev",
)
def payload_org_fields(payloads: list[Payload], evidence: Evidence) -> Ruling:
    """ORCID refuses an employment without city and country, although its schema asks for neither."""
    return decide(_FIELDS, payloads, evidence)


_ID = Concern(
    what="affiliations, fundings or research resources",
    expected="disambiguated-organization with identifier and source; for the affiliations beside employment and"
    " education that or an external identifier",
    kinds=AFFILIATIONS | FUNDING | RESOURCES,
    breaks=[
        Clauses(
            {
                "organization-id-missing", "organization-id-unknown", "organization-or-external-id-missing",
                "organization-source-unknown",
            }
        ),
        Clauses(
            {"required-part-missing"},
            at={"disambiguated-organization", "disambiguated-organization-identifier", "disambiguation-source"},
        ),
        Clauses(_LACKING, at={"disambiguated-organization-identifier", "disambiguation-source"}),
    ],
    codes=frozenset({9045, 9062}),
)  # fmt: skip


@rule(
    "payload-org-id",
    area="Connect",
    clause="Component 3.3",
    title="Organizations carry an identifier that ORCID knows",
    title_failed="An organization has no identifier that ORCID knows",
    remedy="Add the organization's ROR iD as disambiguated-organization, source ROR.",
    sources=["ORCID, affiliations and funding tutorials", _REFERENCE, API],
    decider="auto+ev",
)
def payload_org_id(payloads: list[Payload], evidence: Evidence) -> Ruling:
    """An identifier joins the item to the organization; a name alone joins it to nothing."""
    mine = concerned(_ID, payloads)
    if ruling := none_of(_ID, payloads, evidence, mine):
        return ruling
    found = broken(_ID, mine)
    refused = [one for one in found if one.problem is None]
    if refused and len(refused) == len(found) and evidence.run.environment == "embedded":
        return needs_person(
            "The identifier is well-formed, and the table of the embedded sandbox has no such organization. Does ORCID"
            " know it? (Write it to the sandbox of ORCID, or ask its support.)",
            expected=_ID.expected,
            observed=places([one.seen for one in refused]),
            at=[one.spot for one in refused[:3]],
        )
    ruling = conclude(_ID, mine, found, evidence)
    if found or open_ones(_ID, mine):
        return ruling
    # Whether an identifier is in ORCID's table, only an answer tells.
    unasked = [one for one in mine if not one.taken and not one.checked.answer]
    if unasked and not any(one.taken for one in mine):
        return needs_person(
            "The identifiers are well-formed; nothing of this was taken by ORCID in this review. Does ORCID know these"
            " organizations?",
            expected=_ID.expected,
            observed=places(unasked),
            at=[one.spot() for one in unasked[:3]],
        )
    return ruling


_FORMAT = Concern(
    what="affiliations, fundings, peer reviews or research resources",
    expected="ROR as https://ror.org/ and nine characters, funders as http://dx.doi.org/10.13039/ and a number, LEI"
    " with 20 characters, check digits right",
    kinds=AFFILIATIONS | FUNDING | REVIEWS | RESOURCES,
    breaks=[Clauses({"lei-check-digits", "organization-id-impossible"})],
    asks=[Clauses({"funder-id-not-address"})],
    question="The funder's identifier is its DOI alone. Does ORCID take it in this form?",
)


@rule(
    "payload-org-id-format",
    area="Connect",
    clause="Component 3.3",
    title="Organizations' identifiers are whole and right",
    title_failed="An organization's identifier is malformed",
    remedy="Use the complete address of the ROR iD, https://ror.org/ and nine characters.",
    sources=["ROR, Funder Registry, ISO 17442: forms of their identifiers", API],
    decider="auto+ev",
)
def payload_org_id_format(payloads: list[Payload], evidence: Evidence) -> Ruling:
    """ORCID compares identifiers letter by letter: a ROR iD without its address is unknown."""
    return decide(_FORMAT, payloads, evidence)


_CURRENT = Concern(
    what="affiliations, fundings, peer reviews or research resources",
    expected="a ROR iD, or a Funder Registry iD of a funder, or an LEI",
    kinds=_FORMAT.kinds,
    breaks=[Clauses({"organization-source-unknown"})],
    asks=[Clauses({"organization-source-frozen"})],
    question="New items name organizations by a registry that has ended. Is there a reason not to send the ROR iD?",
)


@rule(
    "payload-org-id-current",
    area="Connect",
    clause="Component 3.3",
    title="Organizations are identified by a registry that is kept up",
    title_failed="Organizations are identified by a registry that ORCID does not use",
    remedy="Send ROR iDs, source ROR, in new items.",
    sources=[_REFERENCE, "ORCID, end of the use of Ringgold identifiers", SCHEMAS],
    decider="auto+ev",
)
def payload_org_id_current(payloads: list[Payload], evidence: Evidence) -> Ruling:
    """Ringgold's list is frozen since August 2023 and GRID has ended: a newer organization is in neither."""
    return decide(_CURRENT, payloads, evidence)
