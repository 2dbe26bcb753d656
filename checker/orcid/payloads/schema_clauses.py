"""What the schema of a kind can refuse in the content of a payload, whatever its form."""

from __future__ import annotations

from typing import Final

from checker.orcid.payloads.model import Clause, Layer

_SOURCE: Final = "ORCID's schemas 3.0 (record_3.0, common_3.0, group-id-3.0, notification_3.0)"


def _clause(name: str, remedy: str) -> Clause:
    return Clause(name, Layer.SCHEMA, remedy, _SOURCE)


EMPTY_BODY: Final = _clause("empty-body", "Send the item as the body of the request.")
TOO_DEEP: Final = _clause("too-deep", "Send one item, in the shape that the API asks for.")
REQUIRED: Final = _clause("required-part-missing", "Add the part; ORCID refuses the item without it.")
UNKNOWN_PART: Final = _clause("unknown-part", "Take the part out, or give it the name that the API knows.")
WRONG_TYPE: Final = _clause("wrong-type", "Give the part the shape that ORCID gives it in its own answers.")
VALUE_NOT_ALLOWED: Final = _clause("value-not-allowed", "Use one of the values that are allowed, in the same spelling.")
TOO_LONG: Final = _clause("text-too-long", "Shorten the text before it is sent; ORCID does not cut it.")
EMPTY_TEXT: Final = _clause("text-empty", "Leave the part out when there is nothing to say, or give it a text.")
BAD_DATE_PART: Final = _clause("bad-date-part", "Write years with four digits, months and days with two: 2024, 03, 09.")
DAY_ALONE: Final = _clause("day-without-month", "Add the month, or leave the day out.")
BAD_TIME: Final = _clause("bad-time", "Leave the part out: ORCID sets it; else write a date and time with its zone.")
BAD_NUMBER: Final = _clause("bad-number", "Write a whole number, as ORCID gave it out.")
BAD_ID: Final = _clause("bad-orcid-id", "Write the whole address of the iD, https://orcid.org/0000-0002-1825-0097.")
BAD_CLIENT: Final = _clause("bad-client-id", "Leave the source out: ORCID sets it to the client that writes.")
BAD_EMAIL: Final = _clause("bad-email", "Send a working e-mail address, or leave the part out.")
BAD_GROUP: Final = _clause("bad-group-id", "Write the id of the group as ORCID gave it out, with its prefix.")
BAD_FORM: Final = _clause("bad-pattern", "Write the value in the form that the schema asks for.")
TOO_FEW: Final = _clause("list-too-short", "Add an element to the list.")
TOO_MANY: Final = _clause("list-too-long", "Send fewer elements.")
ONE_OF_TWO: Final = _clause("one-of-two", "Send one of the two parts.")
URL_NOT_A_URI: Final = Clause(
    "url-not-a-uri",
    Layer.RULE,
    "Write the address as it stands in a browser's address bar; in its parts, escape %, [ and ] as %25, %5B and %5D.",
    "ORCID Member API 3.0: xs:anyURI as Xerces 2.12, which ORCID validates with, reads it",
)
"""Found where the schema is judged and answered as the schema is, but other validators take what this one refuses."""
