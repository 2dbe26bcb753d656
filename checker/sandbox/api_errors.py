"""Errors of the Member API in ORCID's shape, as XML and JSON (facts on the API, section 12: documented)."""

from __future__ import annotations

from typing import Final

from lxml import etree

from .shape import legal, qualified

MORE_INFO: Final = "https://members.orcid.org/api/resources/troubleshooting"

_HINTS: Final = {
    9001: "The request cannot be served in this form.",
    9004: "The notification was sent by another client.",
    9006: "An argument is wrong.",
    9007: "The record was merged into another one.",
    9008: "The server failed.",
    9009: "The person has read the notification.",
    9010: "Only the client that added an item may change or remove it.",
    9011: "There is no such record.",
    9012: "The XML does not fit ORCID's schema, or the request is not understood.",
    9013: "The item is private.",
    9014: "Another client's item is not yours to change.",
    9016: "The record or the item was not found.",
    9017: "The access token belongs to another record.",
    9018: "The record is locked.",
    9019: "The put-code in the body must be the one in the address.",
    9021: "The item is on the record already; change it with PUT.",
    9022: "The title is missing.",
    9023: "An external identifier is missing or wrong.",
    9024: "A new item must not have a put-code.",
    9025: "The group exists already.",
    9026: "There is no such group.",
    9027: "There is no such client.",
    9028: "There is no such webhook.",
    9029: "There is no such notification.",
    9030: "The record has this already; change it with PUT.",
    9032: "The person does not take notifications.",
    9034: "The put-code is not valid.",
    9035: "The visibility is the person's to change.",
    9036: "Nobody has claimed the record yet.",
    9037: "A value is not in ORCID's list.",
    9038: "The access token does not have the scope for this.",
    9040: "What is in use cannot be removed.",
    9041: "There is no biography.",
    9042: "Too many put-codes were asked for.",
    9043: "The search starts too far on.",
    9044: "The record was deactivated.",
    9045: "The organization's identifier is missing or not known.",
    9046: "The organization is missing.",
    9047: "The JSON does not fit ORCID's schema.",
    9048: "The record has no room for more works.",
    9049: "The date is not valid.",
    9051: "A value is not in ORCID's list.",
}


class ApiError(Exception):
    """A refusal of the Member API.

    Args:
        status: HTTP status.
        code: ORCID's error code.
        detail: what was found, for the developer.
        headers: of the answer.
    """

    def __init__(self, status: int, code: int, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.headers = status, code, detail, headers or {}

    def as_json(self) -> dict[str, str | int]:
        """Return the five keys of ORCID's error object."""
        hint = _HINTS.get(self.code, "The item is not valid.")
        return {
            "response-code": self.status,
            "developer-message": f"{hint} Full validation error: {self.detail}",
            "user-message": hint,
            "error-code": self.code,
            "more-info": MORE_INFO,
        }

    def element(self) -> etree._Element:
        """Return the same as an XML element."""
        root = etree.Element(qualified("error", "error"), nsmap={"error": qualified("", "error")[1:-1]})
        for name, value in self.as_json().items():
            etree.SubElement(root, qualified(name, "error")).text = legal(str(value))
        return root

    def as_xml(self) -> bytes:
        """Return the same as an XML document."""
        text: bytes = etree.tostring(
            self.element(), xml_declaration=True, encoding="UTF-8", standalone=True, pretty_print=True
        )
        return text
