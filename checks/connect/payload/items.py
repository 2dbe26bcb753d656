"""What each kind of item needs besides its organization."""

from __future__ import annotations

import re

from checker.api import Evidence, Outcome, Payload, Ruling, needs_person, rule

from ._checked import AFFILIATIONS, FUNDING, RESOURCES, REVIEWS, WORKS, Seen
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

_LACKING = frozenset({"required-part-missing", "text-empty", "value-not-allowed", "wrong-type"})
_ID_PARTS = ("external-id-type", "external-id-value", "external-id-relationship")

_TYPE_TITLE = Concern(
    what="works, fundings or affiliations",
    expected="a work with type and title, a funding with type, title and organization, an affiliation with"
    " organization; types of ORCID's list",
    kinds=WORKS | FUNDING | AFFILIATIONS,
    breaks=[
        Clauses(
            {
                "funding-type-unknown", "organization-missing", "title-missing", "work-type-missing",
                "work-type-unknown",
            }
        ),
        Clauses(_LACKING, at={"title", "type"}, kinds=WORKS | FUNDING),
        Clauses(_LACKING, at={"organization"}, kinds=FUNDING | AFFILIATIONS),
    ],
)  # fmt: skip


@rule(
    "payload-type-title",
    area="Connect",
    clause="Component 3.3",
    title="Works, fundings and affiliations have their type, title and organization",
    title_failed="An item lacks its type, title or organization, or has a type that ORCID does not know",
    remedy="Send type and title, and map your types to the list of version 3.0.",
    sources=[GUIDE, SCHEMAS, API],
    decider="auto+ev",
)
def payload_type_title(payloads: list[Payload], evidence: Evidence) -> Ruling:
    """Without them nobody can tell what an item on the record is."""
    return decide(_TYPE_TITLE, payloads, evidence)


_SELF_ID = Concern(
    what="works",
    expected="at least one external identifier with the relationship self, of a known type and with a value",
    kinds=WORKS,
    breaks=[
        Clauses({"external-id-missing", "self-id-missing", "version-of-needs-self"}),
        Clauses({"required-part-missing"}, at={"external-ids", "external-id"}),
    ],
    asks=[Clauses({"container-identifier-as-self"})],
    question="A work names the journal or book that it is in as itself. Is the work that journal or book?",
)


@rule(
    "payload-work-self-id",
    area="Connect",
    clause="Component 3.3",
    title="Works carry an identifier of their own",
    title_failed="A work has no identifier of its own",
    remedy="Add the work's DOI or handle with the relationship self; your own number as source-work-id will do.",
    sources=[GUIDE, "ORCID, works tutorial", API],
    decider="auto+ev",
)
def payload_work_self_id(payloads: list[Payload], evidence: Evidence) -> Ruling:
    """By it ORCID groups the copies of one work and refuses to add it twice."""
    return decide(_SELF_ID, payloads, evidence)


_ID_TYPE = Concern(
    what="works, fundings, peer reviews or research resources",
    expected="a type of ORCID's list in lower case, a value, and self, part-of, version-of or funded-by (this last for"
    " grant_number, proposal-id, uri and doi only)",
    kinds=WORKS | FUNDING | REVIEWS | RESOURCES,
    breaks=[
        Clauses(
            {
                "external-id-relationship-missing", "external-id-type-missing", "external-id-type-unknown",
                "external-id-value-missing", "funded-by-type",
            }
        ),
        Clauses({"relationship-unknown"}),
        Clauses(_LACKING, at=_ID_PARTS),
        Clauses({"external-id-missing"}, kinds=RESOURCES),
    ],
)  # fmt: skip


@rule(
    "payload-ext-id-type",
    area="Connect",
    clause="Component 3.3",
    title="External identifiers have a known type, a value and a relationship",
    title_failed="An external identifier has an unknown type, no value or no relationship",
    remedy="Use a type of ORCID's list, spelled as there, and say how the identifier relates to the item.",
    sources=["ORCID, list of identifier types", API],
    decider="auto+ev",
)
def payload_ext_id_type(payloads: list[Payload], evidence: Evidence) -> Ruling:
    """The schema takes any text; ORCID refuses a type that is not in its list, DOI in capital letters among them."""
    return decide(_ID_TYPE, payloads, evidence)


_FUNDING = Concern(
    what="fundings",
    expected="type, title, funder with identifier, one external identifier at least; amount as a plain number together"
    " with a currency of ISO 4217",
    kinds=FUNDING,
    breaks=[
        Clauses(
            {
                "amount-empty", "amount-not-a-number", "amount-not-finite", "currency-missing", "currency-unknown",
                "external-id-missing", "funding-type-unknown", "organization-id-missing", "organization-missing",
                "title-missing",
            }
        ),
        Clauses(_LACKING, at={"type", "title", "organization", "disambiguated-organization", "external-ids"}),
        Clauses({*_LACKING, "bad-pattern", "text-too-long"}, at={"amount", "currency-code"}),
    ],
    codes=frozenset({9054}),
)  # fmt: skip


@rule(
    "payload-funding-fields",
    area="Connect",
    clause="Component 3.3",
    title="Fundings are complete",
    title_failed="A funding lacks a part, or its amount is no plain number with a currency",
    remedy="Complete the fields; send the grant number as self, the amount in digits with its currency.",
    sources=[GUIDE, "ORCID, funding tutorial and workflow", API],
    decider="auto+ev",
)
def payload_funding_fields(payloads: list[Payload], evidence: Evidence) -> Ruling:
    """A funding is found and told from others by its funder and its number."""
    return decide(_FUNDING, payloads, evidence)


_GROUP = Concern(
    what="peer reviews",
    expected="issn:, orcid-generated:, ringgold:, fundref: or publons: and a group that exists",
    kinds=REVIEWS,
    breaks=[
        Clauses({"bad-group-id", "group-id-malformed", "issn-invalid", "review-group-unknown"}),
        Clauses({*_LACKING, "bad-pattern"}, at={"review-group-id"}),
    ],
    codes=frozenset({9026, 9053}),
)
_OWN_GROUP = re.compile(r"""review-group-id(?:"\s*:\s*"|[^>]*>)\s*(?!issn:)""", re.IGNORECASE)


@rule(
    "payload-peer-review-group",
    area="Connect",
    clause="Component 3.3",
    title="Peer reviews name a group that exists",
    title_failed="A peer review names no group that can exist",
    remedy="Use the journal's issn: group, which ORCID makes by itself, or create the group first.",
    sources=["ORCID, peer review tutorial", API],
    decider="auto+ev",
)
def payload_peer_review_group(payloads: list[Payload], evidence: Evidence) -> Ruling:
    """A review belongs to a journal, a funder or a publisher: the group says which."""
    mine = concerned(_GROUP, payloads)
    if ruling := none_of(_GROUP, payloads, evidence, mine):
        return ruling
    found = broken(_GROUP, mine)
    open_ = [one for one in mine if not one.taken and _OWN_GROUP.search(one.text)]
    if open_ and not found and not open_ones(_GROUP, mine):
        return needs_person(
            "Reviews name groups that only ORCID can know, and none of them was taken in this review. Do the groups"
            " exist?",
            expected=_GROUP.expected,
            observed=places(open_),
            at=[one.spot() for one in open_[:3]],
        )
    return conclude(_GROUP, mine, found, evidence)


_REVIEW = Concern(
    what="peer reviews",
    expected="reviewer role, review type, completion date, group, convening organization, at least one review"
    " identifier",
    kinds=REVIEWS,
    breaks=[
        Clauses(
            {
                "external-id-missing", "organization-missing", "review-role-unknown", "review-type-missing",
                "review-type-unknown",
            }
        ),
        Clauses(
            _LACKING,
            at={
                "convening-organization", "review-completion-date", "review-group-id", "review-identifiers",
                "review-type", "reviewer-role",
            },
        ),
        Clauses({"required-part-missing"}, at={"external-id"}, inside={"review-identifiers"}),
        Clauses({"date-empty"}, inside={"review-completion-date"}),
    ],
)  # fmt: skip


@rule(
    "payload-peer-review-fields",
    area="Connect",
    clause="Component 3.3",
    title="Peer reviews are complete",
    title_failed="A peer review lacks a part",
    remedy="Send reviewer role, review type, completion date, group, convening organization and a review identifier.",
    sources=["ORCID, peer review tutorial", SCHEMAS, API],
    decider="auto+ev",
)
def payload_peer_review_fields(payloads: list[Payload], evidence: Evidence) -> Ruling:
    """What was reviewed may stay hidden; who asked for the review, in which role and when, may not."""
    return decide(_REVIEW, payloads, evidence)


_PERSON_ID = Concern(
    what="personal identifiers",
    expected="type and value of 1 to 255 characters, an address of at most 2,000, the relationship self",
    kinds=frozenset({"external-identifier"}),
    breaks=[
        Clauses({"person-id-relationship", "person-id-type", "person-id-url", "person-id-value"}),
        Clauses({"relationship-unknown"}),
        Clauses({*_LACKING, "text-too-long"}, at={*_ID_PARTS, "external-id-url"}),
    ],
)


@rule(
    "payload-person-ext-id",
    area="Connect",
    clause="Component 3.3",
    title="Personal identifiers are complete",
    title_failed="A personal identifier lacks a part",
    remedy="Send type, value, address and the relationship self.",
    sources=["ORCID, personal identifiers tutorial", API],
    decider="auto+ev",
)
def payload_person_ext_id(payloads: list[Payload], evidence: Evidence) -> Ruling:
    """The schema asks for type and value alone; ORCID asks for all four."""
    return decide(_PERSON_ID, payloads, evidence)


_DATES = Concern(
    what="items with dates",
    expected="years from 1900 to 2100 with four digits, months and days with two, days of the calendar, no day without"
    " a month; the start not after the end; of fundings and research resources no end without a start",
    mentions=re.compile(r"(?:start|end|publication|completion)-date"),
    breaks=[
        Clauses(
            {
                "bad-date-part", "date-digits", "date-empty", "date-impossible", "date-not-a-number",
                "day-without-month", "end-before-start", "start-after-end", "start-date-missing",
            }
        ),
        Clauses(_LACKING, at={"year", "month", "day"}),
    ],
    codes=frozenset({9049, 9050, 9055}),
    asks=[Clauses({"date-far-ahead"})],
    question="A date lies more than ten years ahead. Is it planned so?",
)  # fmt: skip


@rule(
    "payload-dates",
    area="Connect",
    clause="Component 3.3",
    title="Dates are whole, of the calendar and in order",
    title_failed="A date is malformed, impossible or out of order",
    remedy="Write 2024, 03, 09 into year, month and day; leave out what you do not know, the day first.",
    sources=["ORCID, common schema 3.0: fuzzy dates", API],
    decider="auto+ev",
)
def payload_dates(payloads: list[Payload], evidence: Evidence) -> Ruling:
    """The schema takes the 31st of February; ORCID refuses it on some items and stores it on others."""
    return decide(_DATES, payloads, evidence)


_NORMAL = Concern(
    what="items with external identifiers",
    expected="values as their type writes them (a DOI from 10. on), addresses with http or https",
    mentions=re.compile(r"external-id-value"),
    breaks=[
        Clauses({"identifier-check-digit", "identifier-not-of-its-type", "identifier-unclean"}),
        Clauses({"link-not-absolute"}, at={"external-id-url"}),
    ],
    asks=[Clauses({"identifier-url-mismatch"})],
    question="The address of an identifier seems to be another one's. Does it lead to the item?",
)
_ID_URL = re.compile(
    r"""external-id-url(?:[^>"]*>|"\s*:\s*(?:\{[^}]*?"value"\s*:\s*)?")\s*([^<"\s]+)""",
)


@rule(
    "payload-ext-id-normalised",
    area="Connect",
    clause="Component 3.3",
    title="External identifiers are clean and their addresses lead to the item",
    title_failed="An external identifier is not of its type, not clean, or its address is none",
    remedy="Send the bare identifier, and its whole address as external-id-url.",
    sources=["ORCID, works tutorial"],
    decider="auto+ev",
)
def payload_ext_id_normalised(payloads: list[Payload], evidence: Evidence) -> Ruling:
    """ORCID groups by the clean value; a value of another type than its own is found by nobody."""
    mine = concerned(_NORMAL, payloads)
    if ruling := none_of(_NORMAL, payloads, evidence, mine):
        return ruling
    ruling = conclude(_NORMAL, mine, broken(_NORMAL, mine), evidence)
    addresses = [address for one in mine for address in _addresses(one)]
    if ruling.outcome is not Outcome.PASSED or not addresses:
        return ruling
    told = list(dict.fromkeys(addresses))
    return needs_person(
        "The identifiers are as their types write them; their addresses were not opened. Does each lead to the item?",
        expected=_NORMAL.expected,
        observed=", ".join(told[:10]) + (f" and {len(told) - 10} more" if len(told) > 10 else ""),
    )


def _addresses(one: Seen) -> list[str]:
    return [match.replace("\\/", "/") for match in _ID_URL.findall(one.text)]
