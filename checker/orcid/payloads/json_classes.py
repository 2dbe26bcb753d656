"""Where ORCID's classes for JSON know less than its schemas, or read more: what no description of the content says.

Keys are kinds, or names of parts that kinds share (the names under `$defs` in the descriptions).
Source: the annotations and constructors of orcid-model 3.0; Jackson 2.15 with annotations of JAXB.
"""

from __future__ import annotations

from typing import Final

UNREAD: Final[dict[str, frozenset[str]]] = {
    "work": frozenset({"display-index"}),
    "funding": frozenset({"display-index"}),
    "peer-review": frozenset({"display-index"}),
    "external-identifier": frozenset({"external-id-normalized", "external-id-normalized-error"}),
    "group-id": frozenset({"source-orcid", "source-client-id", "source-name"}),
    "external-id": frozenset(
        {"created-date", "last-modified-date", "source", "put-code", "visibility", "path", "display-index"}
    ),
    "external-id-2.1": frozenset(
        {"created-date", "last-modified-date", "source", "put-code", "visibility", "path", "display-index"}
    ),
    "country": frozenset({"visibility"}),
}
"""Parts that XML may carry and that ORCID's JSON does not know, by kind or by name of the shared part."""

PASSED_OVER: Final[dict[str, frozenset[str]]] = {
    "orcid-id": frozenset({"value", "valueAsString"}),
    "client-id": frozenset({"value", "valueAsString"}),
    "credit-name": frozenset({"visibility"}),
    "group-id": frozenset({"source", "created-date", "last-modified-date"}),
    "disambiguated-organization": frozenset({"id", "externalIdentifiers"}),
    "external-id": frozenset({"normalizedUrl", "normalizedUrlError"}),
    "external-id-2.1": frozenset({"normalizedUrl", "normalizedUrlError"}),
    "notification": frozenset({"sourceDescription", "encryptedPutCode", "subject"}),
    "item": frozenset({"actionType", "additionalInfo"}),
}
"""Keys that ORCID takes and does not read, whatever their value."""

BARE: Final[dict[str, str]] = {"orcid-id": "path", "client-id": "path", "authorization-url": "uri"}
"""Objects for which a bare text may stand, with the part that the text is."""

NEVER_BARE: Final = frozenset({"country", "amount", "time"})
"""Objects around a text for which no bare text may stand."""

ENUMS: Final[dict[str, tuple[str, ...]]] = {
    "visibility": ("system", "private", "limited", "registered-only", "public"),
    "notification-type": (
        "custom",
        "institutional-connection",
        "permission",
        "amended",
        "service-anouncement",
        "administrative",
        "tip",
        "find-my-stuff",
    ),
    "item-type": (
        "bio",
        "distinction",
        "education",
        "employment",
        "external-identifier",
        "invited-position",
        "funding",
        "membership",
        "peer-review",
        "qualification",
        "service",
        "work",
        "research-resource",
    ),
}
"""Values that the mapper itself compares, in the order in which it numbers them: a number counts as a value."""
