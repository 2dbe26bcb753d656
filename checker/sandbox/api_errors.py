"""Errors of the Member API in ORCID's shape, as XML and JSON (facts on the API, section 12: documented)."""

from __future__ import annotations

from typing import Final

from lxml import etree

from .shape import NAMESPACE

MORE_INFO: Final = "https://members.orcid.org/api/resources/troubleshooting"

_HINTS: Final = {
    9001: "The request cannot be served in this form.",
    9006: "An argument is wrong.",
    9008: "The server failed.",
    9010: "Only the client that added an item may change or remove it.",
    9012: "The XML does not fit ORCID's schema.",
    9013: "The item is private.",
    9016: "The record or the item was not found.",
    9017: "The access token belongs to another record.",
    9019: "The put-code in the body must be the one in the address.",
    9021: "The item is on the record already; change it with PUT.",
    9022: "The title is missing.",
    9023: "An external identifier is missing or wrong.",
    9024: "A new item must not have a put-code.",
    9034: "The put-code in the address is not a number.",
    9035: "The visibility is the person's to change.",
    9038: "The access token does not have the scope for this.",
    9045: "The organization's identifier is missing or not known.",
    9046: "The organization is missing.",
    9047: "The JSON does not fit ORCID's schema.",
    9049: "The date is not valid.",
    9051: "A value is not in ORCID's list.",
}


class ApiError(Exception):
    """A refusal of the Member API.

    Args:
        status: HTTP status.
        code: ORCID's error code.
        detail: what was found, for the developer.
    """

    def __init__(self, status: int, code: int, detail: str) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail

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

    def as_xml(self) -> bytes:
        """Return the same as an XML document."""
        namespace = NAMESPACE + "error"
        root = etree.Element(f"{{{namespace}}}error", nsmap={"error": namespace})
        for name, value in self.as_json().items():
            # XML has no place for control characters, and a message may quote what was sent.
            text = "".join(c for c in str(value) if c.isprintable() or c in "\n\t")
            etree.SubElement(root, f"{{{namespace}}}{name}").text = text
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True, pretty_print=True)
