"""The kinds of payload that the Member API 3.0 takes (facts on the API, sections 2 and 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

NAMESPACE: Final = "http://www.orcid.org/ns/"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of payload."""

    name: str
    element: str
    """Local name of the XML root."""
    namespace: str
    """Short name: the part after `http://www.orcid.org/ns/`."""
    path: str
    """Where it is sent, after the iD; of a group, after the version."""
    family: str
    """What its rules are: those of a work, bulk, affiliation, funding, peer-review, research-resource, person, group or
    notification."""

    @property
    def tag(self) -> str:
        """Qualified name of the XML root, as lxml writes it."""
        return f"{{{NAMESPACE}{self.namespace}}}{self.element}"


def _same(name: str, family: str, path: str = "") -> Kind:
    return Kind(name, name, name, path or name, family)


KINDS: Final = {
    kind.name: kind
    for kind in (
        _same("work", "work"),
        _same("bulk", "bulk", "works"),
        *(
            _same(name, "affiliation")
            for name in (
                "employment",
                "education",
                "qualification",
                "invited-position",
                "distinction",
                "membership",
                "service",
            )
        ),
        _same("funding", "funding"),
        _same("peer-review", "peer-review"),
        _same("research-resource", "research-resource"),
        _same("other-name", "person", "other-names"),
        _same("keyword", "person", "keywords"),
        _same("address", "person"),
        _same("researcher-url", "person", "researcher-urls"),
        _same("external-identifier", "person", "external-identifiers"),
        Kind("group-id", "group-id-record", "group-id", "group-id-record", "group"),
        Kind("notification", "notification", "notification", "notification-permission", "notification"),
    )
}
