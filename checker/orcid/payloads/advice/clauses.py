"""What a reviewer would speak about although ORCID takes it: the clauses, each with the place where it is founded."""

from __future__ import annotations

from typing import Final

from ..model import Clause, Layer


def _clause(name: str, remedy: str, source: str) -> Clause:
    return Clause(name, Layer.ADVICE, remedy, source)


# Identifiers.

IDENTIFIER_WITHOUT_URL: Final = _clause(
    "identifier-without-url",
    "Send external-id-url with the address that the identifier leads to.",
    "ORCID works tutorial (external-id-url); prefixes of ORCID's identifier types",
)
IDENTIFIER_UNCLEAN: Final = _clause(
    "identifier-unclean",
    "Send the bare identifier as external-id-value and its address as external-id-url.",
    "ORCID works tutorial (external-id-value is the identifier itself, external-id-url its address)",
)
IDENTIFIER_NOT_OF_TYPE: Final = _clause(
    "identifier-not-of-its-type",
    "Correct the value, or choose the type that it belongs to (for identifiers of your own: source-work-id).",
    "ORCID Member API 3.0: a value without normal form is read back with error 8001 (normalisers of identifier types)",
)
IDENTIFIER_CHECK_DIGIT: Final = _clause(
    "identifier-check-digit",
    "Correct the number: its last character does not follow from the others, so it has a typing error.",
    "ISO 2108 (ISBN), ISO 3297 (ISSN)",
)
IDENTIFIER_URL_MISMATCH: Final = _clause(
    "identifier-url-mismatch",
    "Make external-id-url the address of this very identifier.",
    "ORCID works tutorial (external-id-url is what the identifier resolves to)",
)
CONTAINER_AS_SELF: Final = _clause(
    "container-identifier-as-self",
    "Send the identifier of the journal or book as part-of, and one of the work itself (DOI, source-work-id) as self.",
    "ORCID works tutorial (part-of: what belongs to a larger collection); equal self identifiers are duplicates (9021)",
)
FUNDING_WITHOUT_SELF: Final = _clause(
    "funding-without-self",
    "Send the grant number as self: ORCID then refuses to add the same grant twice.",
    "ORCID funding tutorial (self identifies the funding itself); duplicates compare self identifiers (9021)",
)

# Links.

HTTP_LINK: Final = _clause(
    "http-link",
    "Write the address with https.",
    "ORCID iD display guidelines (https); prefixes of ORCID's identifier types, moved to https",
)
LINK_NOT_ABSOLUTE: Final = _clause(
    "link-not-absolute",
    "Write the whole address, beginning with https://.",
    "ORCID works tutorial (addresses are links for readers); the schema's anyURI takes any text",
)

# Organizations.

SOURCE_FROZEN: Final = _clause(
    "organization-source-frozen",
    "Use the organization's ROR iD, source ROR.",
    "ORCID, working with organization identifiers (ROR recommended; Ringgold frozen since August 2023, GRID old)",
)
FUNDER_ID_BARE: Final = _clause(
    "funder-id-not-address",
    "Write the funder's identifier as the Funder Registry lists it: http://dx.doi.org/10.13039/ and the number.",
    "ORCID Member API 3.0: organizations are looked up by the exact text (OrgManager); funders have their address",
)
LEI_CHECK_DIGITS: Final = _clause(
    "lei-check-digits",
    "Correct the LEI: its last two digits do not follow from the others, so ORCID will not know it.",
    "ISO 17442; ORCID Member API 3.0: an organization that is not in its table is refused (9045)",
)

# Contributors.

CONTRIBUTOR_EMPTY: Final = _clause(
    "contributor-empty",
    "Send the contributor's name in credit-name, or leave the contributor out.",
    "ORCID works tutorial (contributors are named by credit-name, iD or both)",
)
CONTRIBUTORS_TRUNCATED: Final = _clause(
    "contributors-truncated",
    "Send every contributor under a name of their own; ORCID stores them all.",
    "ORCID Member API 3.0: the API stores all contributors, the pages show the first 50 (WorkManager)",
)
CONTRIBUTORS_BEYOND_SHOWN: Final = _clause(
    "contributors-beyond-shown",
    "See that the person whose record it is comes among the first 50, which are those that ORCID's pages show.",
    "ORCID Member API 3.0: the API stores all contributors, the pages show the first 50 (WorkManager)",
)
CONTRIBUTOR_ID_CHECKSUM: Final = _clause(
    "contributor-id-check-character",
    "Correct the iD, or leave it out: its last character does not follow from the others. Never send a typed iD.",
    "ORCID, structure of the identifier (ISO 7064 MOD 11-2); the API does not test it",
)
CONTRIBUTOR_ID_HOST: Final = _clause(
    "contributor-id-host",
    "Write the iD as https://orcid.org/ (in the sandbox https://sandbox.orcid.org/) and the sixteen characters.",
    "ORCID, structure of the identifier (the iD is an address at orcid.org); the schema takes other hosts",
)
CONTRIBUTOR_IDS_MIXED: Final = _clause(
    "contributor-ids-mixed",
    "Send iDs of one registry: the sandbox knows no iD of production and production none of the sandbox.",
    "ORCID, sandbox documentation (sandbox and production are separate registries)",
)
CONTRIBUTOR_ID_CONTRADICTS: Final = _clause(
    "contributor-id-contradicts",
    "Let uri and path name the same iD, or send one of them.",
    "ORCID common-3.0: uri and path are two forms of one iD",
)

# Dates.

END_BEFORE_START: Final = _clause(
    "end-before-start",
    "Correct the dates: the API tests their order on affiliations only.",
    "ORCID Member API 3.0: no test of the order on fundings and research resources (ActivityValidator)",
)
END_WITHOUT_START: Final = _clause(
    "end-without-start",
    "Send the start date too.",
    "ORCID record 3.0 guide (an end date asks for a start date); the API lets it pass on affiliations",
)
START_MISSING: Final = _clause(
    "start-date-recommended",
    "Send the start date if you know it.",
    "ORCID affiliations tutorial and employment workflow",
)
ROLE_MISSING: Final = _clause(
    "role-title-recommended",
    "Send the position or the degree as role-title if you know it.",
    "ORCID affiliations tutorial and employment workflow",
)
DATE_FAR_AHEAD: Final = _clause(
    "date-far-ahead",
    "Correct the year, or leave the date out until it is known.",
    "Reasoned: nobody knows more than ten years ahead when something is published or begins; the schema ends in 2100",
)

# Texts.

MARKUP: Final = _clause(
    "markup-in-text",
    "Take the markup out and decode entities before sending: ORCID shows the text as it is.",
    "Field practice: ORCID shows titles and names as plain text",
)
UNFILLED: Final = _clause(
    "unfilled-template",
    "Fill the place in, or leave the part out when there is no value.",
    "Reasoned: a template's placeholder is no value",
)
PLACEHOLDER: Final = _clause(
    "placeholder-text",
    "Send the real text, or leave the part out when there is none.",
    "Reasoned: test data and a program's empty values do not belong on a person's record",
)

# Works.

TYPE_UNDEFINED: Final = _clause(
    "work-type-undefined",
    "Map your type to the nearest of ORCID's work types; other if none is near.",
    "ORCID work types",
)
TYPES_ALL_OTHER: Final = _clause(
    "work-types-all-other",
    "Map your types to the nearest of ORCID's work types, each to its own.",
    "ORCID work types",
)
TYPE_ALIAS: Final = _clause(
    "work-type-alias",
    "Send the name of ORCID's list, which is also what you read back.",
    "ORCID Member API 3.0: other names that the list of work types takes (WorkType)",
)
CITATION_NOT_OF_TYPE: Final = _clause(
    "citation-not-of-its-type",
    "Send BibTeX or RIS when citation-type says so, else formatted-unspecified.",
    "ORCID citation types; BibTeX and RIS formats",
)

# Sending.

VISIBILITY_ON_POST: Final = _clause(
    "visibility-on-post",
    "Leave visibility out when adding an item: the person's own setting decides.",
    "ORCID visibility settings; the API ignores it on records that have an owner (WorkManager)",
)
READ_ONLY_PART: Final = _clause(
    "read-only-part",
    "Leave it out when adding an item: ORCID sets it.",
    "ORCID Member API 3.0: source, dates and path are set by the registry; what is sent is dropped",
)
