"""What the Member API refuses beyond its schema, each with its status, its code and what helps."""

from __future__ import annotations

from typing import Final

from .. import lists
from ..model import Answer, Clause, Layer

_CLAUSES: dict[str, Clause] = {}


def _clause(name: str, status: int, code: int, remedy: str, source: str) -> Clause:
    clause = Clause(name, Layer.RULE, remedy, f"ORCID Member API 3.0: {source}", Answer(status, code))
    if _CLAUSES.setdefault(name, clause) is not clause:
        raise ValueError(f"two clauses are called {name}")
    return clause


def _listed(values: frozenset[str] | set[str]) -> str:
    return ", ".join(sorted(values))


# Values of closed lists, refused while a payload is read. JSON answers 9047 in place of 9051.

WORK_TYPE_UNKNOWN: Final = _clause(
    "work-type-unknown",
    400,
    9051,
    f"Use one of ORCID's work types: {_listed(lists.WORK_TYPES)}.",
    "list of work types (WorkType)",
)
RELATIONSHIP_UNKNOWN: Final = _clause(
    "relationship-unknown",
    400,
    9051,
    "Use self, part-of, version-of or funded-by, in lower case and with a hyphen.",
    "list of relationships (Relationship)",
)
LANGUAGE_UNKNOWN: Final = _clause(
    "language-unknown",
    400,
    9051,
    "Use a language code as Java once wrote it (iw, in and ji for Hebrew, Indonesian and Yiddish; zh_CN or zh_TW): "
    f"{_listed(lists.LANGUAGES)}.",
    "list of languages (LanguageCode)",
)
COUNTRY_UNKNOWN: Final = _clause(
    "country-unknown",
    400,
    9051,
    "Use the two capital letters of ISO 3166-1, for instance GB, GR or XK.",
    "list of countries (Iso3166Country)",
)
CURRENCY_UNKNOWN: Final = _clause(
    "currency-unknown",
    400,
    9051,
    "Use the three capital letters of ISO 4217, for instance EUR; codes of withdrawn currencies are taken as well.",
    "currency codes are those of Java's Currency (Amount)",
)
CITATION_TYPE_UNKNOWN: Final = _clause(
    "citation-type-unknown",
    400,
    9051,
    "Use bibtex, ris or one of the formatted- types; formatted-unspecified fits any text.",
    "list of citation types (CitationType)",
)
FUNDING_TYPE_UNKNOWN: Final = _clause(
    "funding-type-unknown",
    400,
    9051,
    "Use grant, contract, award or salary-award; your own name of the type goes into organization-defined-type.",
    "list of funding types (FundingType)",
)
SEQUENCE_UNKNOWN: Final = _clause(
    "contributor-sequence-unknown",
    400,
    9051,
    "Use first for the first contributor and additional for all others, or leave contributor-sequence out.",
    "list of sequences (SequenceType)",
)
REVIEW_ROLE_UNKNOWN: Final = _clause(
    "review-role-unknown",
    400,
    9051,
    "Use reviewer, editor, member, chair or organizer.",
    "list of reviewer roles (Role)",
)
REVIEW_TYPE_UNKNOWN: Final = _clause(
    "review-type-unknown", 400, 9051, "Use review or evaluation.", "list of review types (PeerReviewType)"
)
SUBJECT_TYPE_UNKNOWN: Final = _clause(
    "subject-type-unknown",
    400,
    9051,
    f"Use the type of what was reviewed: {_listed(lists.SUBJECT_TYPES)}.",
    "list of subject types (PeerReviewSubjectType)",
)
RESOURCE_TYPE_UNKNOWN: Final = _clause(
    "resource-type-unknown",
    400,
    9051,
    "Use infrastructures, collections, equipment or services.",
    "list of resource types (ResourceType)",
)

# Put-codes, what is stored, and who wrote it.

PUT_CODE_ON_POST: Final = _clause(
    "put-code-on-post",
    400,
    9024,
    "Leave put-code out of what you POST; to change an item that is there, PUT it to the address that ends in it.",
    "a new item must not have a put-code (ActivityValidator, PersonValidator)",
)
PUT_CODE_ON_NOTIFICATION: Final = _clause(
    "put-code-on-notification",
    400,
    9006,
    "Leave put-code out; ORCID gives the notification one.",
    "a new notification must not have a put-code (NotificationManagerImpl)",
)
PUT_CODE_MISSING: Final = _clause(
    "put-code-missing",
    400,
    9019,
    "Send the put-code of the address inside the payload as well.",
    "put-codes of address and payload must be the same (MemberV3ApiServiceDelegatorImpl)",
)
PUT_CODE_MISMATCH: Final = _clause(
    "put-code-mismatch",
    400,
    9019,
    "Send to the address that ends in the put-code of the payload.",
    "put-codes of address and payload must be the same (MemberV3ApiServiceDelegatorImpl)",
)
ITEM_NOT_FOUND: Final = _clause(
    "item-not-found",
    404,
    9016,
    "Use a put-code that is on this record; if the person has deleted the item, do not write it again unasked.",
    "an unknown put-code is not found (item managers)",
)
GROUP_NOT_FOUND: Final = _clause(
    "group-not-found",
    400,
    9026,
    "Use the put-code of a group that exists.",
    "an unknown group is refused with its own code (GroupIdRecordManagerImpl)",
)
WRONG_SOURCE: Final = _clause(
    "wrong-source",
    403,
    9010,
    "Change only what your own client wrote, with the same assertion origin; add an item of your own instead.",
    "only its source may change an item (OrcidSecurityManagerImpl)",
)
UNCHANGED_WRONG_SOURCE: Final = _clause(
    "wrong-source-unchanged",
    403,
    9014,
    "Change only what your own client wrote; there was nothing to change here.",
    "an unchanged work of another source is refused with its own code (WorkManagerImpl)",
)
VISIBILITY_CHANGED: Final = _clause(
    "visibility-changed",
    403,
    9035,
    "Leave visibility out, or send it as you read it: only the person may change it.",
    "a client must not change the visibility of an item (ActivityValidator, PersonValidator)",
)
DUPLICATE_ACTIVITY: Final = _clause(
    "duplicate-activity",
    409,
    9021,
    "Change the item that is there with PUT and its put-code, or leave it.",
    "one source may write an identifier that is self only once (ActivityValidator)",
)
DUPLICATE_ELEMENT: Final = _clause(
    "duplicate-element",
    409,
    9030,
    "It is on the record already: there is nothing to do.",
    "one source may write a personal detail only once (person item managers)",
)
DUPLICATE_GROUP: Final = _clause(
    "duplicate-group",
    409,
    9025,
    "Read the group that exists (by its group-id) and use it.",
    "group ids are unique, whatever their source (GroupIdRecordManagerImpl)",
)
TOO_MANY_WORKS: Final = _clause(
    "too-many-works",
    409,
    9048,
    "A record holds at most 10,000 works: none can be added.",
    "limit of works on a record (WorkManagerImpl)",
)
BULK_TOO_LARGE: Final = _clause(
    "bulk-too-large",
    400,
    9006,
    "Send at most 100 works in one request.",
    "limit of works in one request (WorkManagerImpl)",
)

# Titles, dates, identifiers, contributors.

TITLE_MISSING: Final = _clause(
    "title-missing", 400, 9022, "Give it a title that is not empty.", "an item needs a title (ActivityValidator)"
)
TRANSLATED_TITLE_EMPTY: Final = _clause(
    "translated-title-empty",
    400,
    9020,
    "Write the translated title or leave translated-title out.",
    "a translated title with a language needs a text (ActivityValidator)",
)
TRANSLATED_TITLE_LANGUAGE: Final = _clause(
    "translated-title-language",
    400,
    9037,
    f"Say the language of the translated title in language-code, one of: {_listed(lists.LANGUAGES)}.",
    "a translated title needs a language that ORCID knows (ActivityValidator)",
)
WORK_TYPE_MISSING: Final = _clause(
    "work-type-missing",
    400,
    9037,
    f"Give the work one of ORCID's work types: {_listed(lists.WORK_TYPES)}.",
    "a work needs a type (ActivityValidator)",
)
COUNTRY_EMPTY: Final = _clause(
    "country-empty",
    400,
    9037,
    "Write the two letters of the country or leave country out.",
    "a country must not be empty (ActivityValidator)",
)
DATE_IMPOSSIBLE: Final = _clause(
    "date-impossible",
    400,
    9049,
    "Write a date of the calendar: a year of four digits, month and day of two, a day only with a month.",
    "dates are read as year, year-month or year-month-day (ActivityValidator)",
)
DATE_DIGITS: Final = _clause(
    "date-digits",
    400,
    9020,
    "Write the year with four digits, month and day with two.",
    "parts of a publication date have four, two and two characters (ActivityValidator)",
)
DATE_NOT_A_NUMBER: Final = _clause(
    "date-not-a-number",
    400,
    9037,
    "Write year, month and day into parts of their own.",
    "parts of a publication date are numbers (ActivityValidator)",
)
DATE_EMPTY: Final = _clause(
    "date-empty",
    500,
    9008,
    "Write at least the year or leave the date out: an empty date breaks ORCID's check.",
    "an empty date is read without a test for it (ActivityValidator)",
)
START_DATE_MISSING: Final = _clause(
    "start-date-missing",
    400,
    9050,
    "Add the start date or leave the end date out.",
    "an end date needs a start date (ActivityValidator)",
)
START_AFTER_END: Final = _clause(
    "start-after-end",
    400,
    9055,
    "Let the end date be on or after the start date, both equally exact: a missing month or day counts as zero.",
    "the start of an affiliation must not be after its end (ActivityValidator)",
)
CITATION_TYPE_MISSING: Final = _clause(
    "citation-type-missing",
    400,
    9037,
    "Say the type of the citation; formatted-unspecified fits any text.",
    "a citation needs a type (ActivityValidator)",
)
CITATION_EMPTY: Final = _clause(
    "citation-empty",
    400,
    9020,
    "Write the citation into citation-value or leave citation out.",
    "a citation needs a text (ActivityValidator)",
)
EXTERNAL_ID_MISSING: Final = _clause(
    "external-id-missing",
    400,
    9023,
    "Add an external identifier; source-work-id, grant_number or uri will do where there is no other.",
    "an item needs an external identifier (ActivityValidator)",
)
SELF_ID_MISSING: Final = _clause(
    "self-id-missing",
    400,
    9023,
    "Add an identifier of the work itself with the relationship self; your own number as source-work-id will do.",
    "a work needs one identifier that is self (ExternalIDValidator)",
)
VERSION_OF_NEEDS_SELF: Final = _clause(
    "version-of-needs-self",
    400,
    9023,
    "Add an identifier of the item itself with the relationship self beside the one that is version-of.",
    "version-of needs one identifier that is self (ExternalIDValidator)",
)
EXTERNAL_ID_TYPE_MISSING: Final = _clause(
    "external-id-type-missing",
    400,
    9023,
    "Say the type of the identifier in external-id-type, for instance doi.",
    "an identifier needs a type (ExternalIDValidator)",
)
EXTERNAL_ID_TYPE_UNKNOWN: Final = _clause(
    "external-id-type-unknown",
    400,
    9023,
    "Use a type of ORCID's list, in lower case; other-id takes anything else. "
    f"The list, as of {lists.EXTERNAL_ID_TYPES_AS_OF} (ORCID may know more since): {_listed(lists.EXTERNAL_ID_TYPES)}.",
    "types of identifiers are a closed list, compared exactly (ExternalIDValidator)",
)
EXTERNAL_ID_VALUE_MISSING: Final = _clause(
    "external-id-value-missing",
    400,
    9023,
    "Write the identifier into external-id-value or leave the whole external-id out.",
    "an identifier needs a value (ExternalIDValidator)",
)
EXTERNAL_ID_RELATIONSHIP_MISSING: Final = _clause(
    "external-id-relationship-missing",
    400,
    9023,
    "Say in external-id-relationship how the identifier relates to the item: self if it names the item itself.",
    "an identifier needs a relationship (ExternalIDValidator)",
)
FUNDED_BY_TYPE: Final = _clause(
    "funded-by-type",
    400,
    9020,
    "Use grant_number, proposal-id, uri or doi for what a work was funded by, or another relationship.",
    "funded-by is for four types of identifiers (ExternalIdentifierFundedByHelper)",
)
CONTRIBUTOR_URI: Final = _clause(
    "contributor-orcid-uri",
    400,
    9020,
    "Write the contributor's iD in full as https://orcid.org/ and the sixteen characters.",
    "the URI of a contributor's iD has a fixed form; its check character is not tested (OrcidStringUtils)",
)
CONTRIBUTOR_PATH: Final = _clause(
    "contributor-orcid-path",
    400,
    9020,
    "Write the contributor's iD as four groups of four characters with hyphens.",
    "the path of a contributor's iD has a fixed form; its check character is not tested (OrcidStringUtils)",
)
CONTRIBUTOR_NAME_EMPTY: Final = _clause(
    "contributor-name-empty",
    400,
    9020,
    "Write the contributor's name or leave credit-name out.",
    "a credit name must not be empty (ActivityValidator)",
)
CONTRIBUTOR_EMAIL_EMPTY: Final = _clause(
    "contributor-email-empty",
    400,
    9020,
    "Leave contributor-email out.",
    "a contributor's e-mail address must not be empty (ActivityValidator)",
)
CONTRIBUTOR_ROLE_UNKNOWN: Final = _clause(
    "contributor-role-unknown",
    400,
    9058,
    "Use a role of ORCID's own list for this kind of item, or the URI of a CRediT role: "
    f"{_listed(lists.CREDIT_ROLES)}.",
    "roles of contributors are a closed list; ORCID's text says 404 (ContributorRoleConverter)",
)

# Funding.

CURRENCY_MISSING: Final = _clause(
    "currency-missing",
    400,
    9020,
    "Say the currency in currency-code.",
    "an amount needs a currency (ActivityValidator)",
)
AMOUNT_EMPTY: Final = _clause(
    "amount-empty",
    400,
    9020,
    "Write the amount or leave the element out.",
    "a currency needs an amount (ActivityValidator)",
)
AMOUNT_NOT_A_NUMBER: Final = _clause(
    "amount-not-a-number",
    400,
    9054,
    "Write digits with at most one decimal point, no separators of thousands and no currency sign.",
    "an amount is read as a Java double (ActivityValidator)",
)
AMOUNT_NOT_FINITE: Final = _clause(
    "amount-not-finite",
    400,
    9006,
    "Write the amount in digits or leave it out.",
    "an amount that is read as a number must have a decimal form (MapperFacadeFactory)",
)

# Organizations.

ORGANIZATION_MISSING: Final = _clause(
    "organization-missing",
    400,
    9046,
    "Add the organization with name, city, country and an identifier.",
    "an item needs an organization (ActivityValidator)",
)
ORGANIZATION_ID_MISSING: Final = _clause(
    "organization-id-missing",
    400,
    9045,
    "Add disambiguated-organization with the organization's ROR iD, written as https://ror.org/…",
    "the organization needs an identifier (ActivityValidator)",
)
ORGANIZATION_SOURCE_UNKNOWN: Final = _clause(
    "organization-source-unknown",
    400,
    9045,
    "Write the source in capital letters: ROR, GRID, RINGGOLD, FUNDREF or LEI.",
    "organizations are looked up by identifier and source (OrgManagerImpl)",
)
ORGANIZATION_ID_IMPOSSIBLE: Final = _clause(
    "organization-id-impossible",
    400,
    9045,
    "Copy the identifier from its registry, in the form in which ORCID stores it.",
    "organizations are looked up by identifier and source, compared exactly (OrgManagerImpl)",
)
ORGANIZATION_ID_UNKNOWN: Final = _clause(
    "organization-id-unknown",
    400,
    9045,
    "Use an identifier that the registry knows; the ROR iD of the organization is the best choice.",
    "organizations are looked up by identifier and source (OrgManagerImpl)",
)
CITY_OR_COUNTRY_MISSING: Final = _clause(
    "city-or-country-missing",
    400,
    9060,
    "Add city and country of the organization; employments and educations need both.",
    "employments and educations need city and country (ActivityValidator)",
)
COUNTRY_MISSING_FOR_PLACE: Final = _clause(
    "country-missing-for-place",
    400,
    9061,
    "Add the country, or leave city and region out.",
    "a city or region needs a country (ActivityValidator)",
)
ORGANIZATION_OR_EXTERNAL_ID_MISSING: Final = _clause(
    "organization-or-external-id-missing",
    400,
    9062,
    "Add the organization's identifier, or an external identifier of the affiliation.",
    "the affiliation needs an organization's identifier or an external one (ActivityValidator)",
)

# Peer reviews and groups.

REVIEW_TYPE_MISSING: Final = _clause(
    "review-type-missing", 400, 9037, "Use review or evaluation.", "a review needs a type (ActivityValidator)"
)
REVIEW_GROUP_UNKNOWN: Final = _clause(
    "review-group-unknown",
    400,
    9020,
    "Create the group first at /group-id-record, or use one that exists; issn: groups are made when a review is added.",
    "the group of a review must exist (PeerReviewManagerImpl)",
)
ISSN_INVALID: Final = _clause(
    "issn-invalid",
    400,
    9053,
    "Write a registered ISSN as issn: and 1234-5678.",
    "an issn: group is made from the registered data of its ISSN (GroupIdRecordManagerImpl)",
)
ISSN_GROUP_IS_MADE: Final = _clause(
    "issn-group-is-made",
    409,
    9025,
    "Do not create issn: groups: ORCID makes them by itself from the registered data. Read the group back and use it.",
    "an issn: group exists after the request, which is answered as a duplicate (MemberV3ApiServiceDelegatorImpl)",
)
GROUP_ID_MALFORMED: Final = _clause(
    "group-id-malformed",
    400,
    9020,
    "Begin with ringgold:, issn:, orcid-generated:, fundref: or publons:, then at least two characters without spaces.",
    "group ids have a fixed form (ActivityValidator)",
)

# Personal details.

KEYWORD_EMPTY: Final = _clause(
    "keyword-empty", 400, 9020, "Write the keyword into content.", "a keyword needs a text (PersonValidator)"
)
ADDRESS_COUNTRY_MISSING: Final = _clause(
    "address-country-missing",
    400,
    9020,
    "Write the two letters of the country.",
    "an address needs a country (PersonValidator)",
)
RESEARCHER_URL_MISSING: Final = _clause(
    "researcher-url-missing", 400, 9020, "Write the address of the page into url.", "a url is needed (PersonValidator)"
)
RESEARCHER_URL_TOO_LONG: Final = _clause(
    "researcher-url-too-long", 400, 9020, "Use a shorter address.", "limit of url (PersonValidator)"
)
URL_NAME_TOO_LONG: Final = _clause(
    "url-name-too-long", 400, 9020, "Use a shorter name.", "limit of url-name (PersonValidator)"
)
PERSON_ID_TYPE: Final = _clause(
    "person-id-type",
    400,
    9020,
    "Name the kind of identifier in external-id-type, in at most 255 characters.",
    "a person's identifier needs a type (PersonValidator)",
)
PERSON_ID_VALUE: Final = _clause(
    "person-id-value",
    400,
    9020,
    "Write the identifier into external-id-value, in at most 255 characters.",
    "a person's identifier needs a value (PersonValidator)",
)
PERSON_ID_RELATIONSHIP: Final = _clause(
    "person-id-relationship",
    400,
    9020,
    "Write self: the identifier names the person.",
    "a person's identifier must be self (PersonValidator)",
)
PERSON_ID_URL: Final = _clause(
    "person-id-url",
    400,
    9020,
    "Write the address of the person's page at the other service into external-id-url, at most 2,000 characters.",
    "a person's identifier needs a url (PersonValidator)",
)

# Notifications.

AUTHORIZATION_URL_BAD: Final = _clause(
    "authorization-url-bad",
    400,
    9020,
    "Escape spaces and other characters that a URI must not have, for instance as %20.",
    "the authorization url must be a URI (NotificationValidationManagerImpl)",
)

CLAUSES: Final = dict(_CLAUSES)
"""All clauses of this layer, by name."""
