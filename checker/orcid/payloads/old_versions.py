"""Payloads of API versions before 3.0: which version it is, what shows it, and what changed since.

2.0, 2.1 and 3.0 share their namespaces, so the namespace of the root tells version 1.2 alone. What tells the others is
a part in a namespace where 3.0 no longer has it, a value as only the JSON of 2.x spelled it, or the schema that the
payload itself names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from . import lists
from .kinds import KINDS, NAMESPACE
from .model import At, Clause, Fault, Layer

_GUIDE: Final = "ORCID record 3.0 guide, changes from version 2.1"

OLD_VERSION: Final = Clause(
    "old-version",
    Layer.SCHEMA,
    "Write the payload for version 3.0 and send it to an address with /v3.0/; convert all kinds at once.",
    _GUIDE,
)
OLD_SCHEMA_NAMED: Final = Clause(
    "old-schema-named",
    Layer.ADVICE,
    "Name the schema of 3.0 or leave xsi:schemaLocation out: ORCID judges by its own, and people are misled.",
    "ORCID Member API 3.0: the schema that a payload names is not used",
)
OLD_SPELLING: Final = Clause(
    "old-spelling",
    Layer.ADVICE,
    "Write the values of lists in lower case with hyphens, as version 3.0 does.",
    _GUIDE,
)

_MESSAGE_NAMESPACE: Final = "{http://www.orcid.org/ns/orcid}"
_SCHEMA_LOCATION: Final = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
_NAMED_VERSION: Final = re.compile(r"[-_](1\.[0-9][0-9._rc]*|2\.[01](?:_rc[0-9]+)?|3\.0_rc[0-9]+)(?:\.xsd|/)")

_MESSAGE_CHANGES: Final = (
    "each item is sent alone, to the address of its own section, instead of one orcid-message around all",
    "each kind has its own root element and namespace",
    "names are short: work-title became title, work-external-identifiers became external-ids",
    "identifiers say how they belong to the item (external-id-relationship)",
    "an item is changed with PUT and its put-code",
)
_CHANGES: Final[Mapping[str, tuple[str, ...]]] = {
    "work": (
        "url moved to the namespace common",
        "at least one identifier must be self",
        "dissertation became dissertation-thesis",
    ),
    "funding": (
        "url and organization moved to the namespace common",
        "the organization must have an identifier",
    ),
    "affiliation": (
        "department-name, role-title and organization moved to the namespace common",
        "the organization must have an identifier",
        "url and external-ids came in addition",
    ),
    "peer-review": ("subject-type takes grants, awards and proposals too",),
}
_JSON_CHANGES: Final = ("JSON writes the values of lists in lower case with hyphens, as XML does",)

_MOVED: Final[Mapping[str, frozenset[str]]] = {
    "work": frozenset({"url"}),
    "funding": frozenset({"url", "organization"}),
    "education": frozenset({"department-name", "role-title", "organization"}),
    "employment": frozenset({"department-name", "role-title", "organization"}),
}
"""Parts that 3.0 has in the namespace common and 2.x had in that of the item."""

_MESSAGE_KEYS: Final = frozenset(
    {
        "affiliation-type",
        "funding-external-identifiers",
        "funding-list",
        "funding-title",
        "message-version",
        "orcid-activities",
        "orcid-bio",
        "orcid-message",
        "orcid-profile",
        "orcid-work",
        "orcid-works",
        "work-citation",
        "work-contributors",
        "work-external-identifiers",
        "work-title",
        "work-type",
    }
)
"""Names that the JSON of 1.2 alone has."""
_SHOUTED: Final = re.compile(r"[A-Z]+(?:_[A-Z]+)*")
_LISTS: Final[Mapping[str, frozenset[str]]] = {
    # `dissertation` is the one value of 2.x that 3.0 has not.
    "type": lists.WORK_TYPES | lists.FUNDING_TYPES | {"dissertation"},
    "external-id-relationship": lists.RELATIONSHIPS,
    "citation-type": lists.CITATION_TYPES,
}
_DEEPEST: Final = 6
"""Levels of a payload that are searched for old spellings; the values of lists lie no deeper."""


class Element(Protocol):
    """What is asked of an XML element; lxml's fits."""

    tag: Any

    def get(self, key: str, /) -> str | None:
        """Return the value of an attribute."""

    def __iter__(self) -> Iterator[Any]: ...


@dataclass(frozen=True, slots=True)
class OldVersion:
    """A version that a payload was written for."""

    version: str
    """`1.2`, `2.0`, `2.1`, `2.0 or 2.1`, a release candidate such as `3.0_rc1`; as the payload says it, if it does."""
    sign: str
    """What shows it, half a sentence."""
    changed: tuple[str, ...]
    """What is otherwise in 3.0, half a sentence each."""
    clause_if_taken: Clause | None = None
    """The advice to give when ORCID takes the payload all the same."""
    at: At = ()
    """Place of what shows it."""

    def fault(self, refused: bool) -> Fault | None:
        """Return what is to be told of it: `old-version` when 3.0 refuses the payload, else an advice, if there is one.

        Args:
            refused: The schema or a rule of 3.0 refuses the payload.
        """
        clause = OLD_VERSION if refused else self.clause_if_taken
        if clause is None:
            return None
        changes = f" Since then: {'; '.join(self.changed)}." if refused and self.changed else ""
        message = f"This was written for version {self.version}: {self.sign}.{changes}"
        return Fault(clause, self.at, message, self.version, "3.0")


def of_xml(root: str, element: Element | None = None) -> OldVersion | None:
    """Return the version that an XML payload was written for, if it is an old one.

    Args:
        root: Name of the root element in Clark notation.
        element: The root element itself, if there is one: its children and attributes say more.
    """
    if root.startswith(_MESSAGE_NAMESPACE):
        sign = "its namespace is that of orcid-message"
        return OldVersion(_message_version(element) or "1.2", sign, _MESSAGE_CHANGES)
    namespace, _, local = root.rpartition("}")
    short = namespace.removeprefix("{" + NAMESPACE)
    if element is None or short == namespace:
        return None
    named = _named_version(element, namespace[1:])
    changed = _changed("work" if local == "bulk" else local)
    for item in element if local == "bulk" else (element,):
        if moved := _moved(item):
            return OldVersion(named if named and named < "3" else "2.0 or 2.1", moved, changed)
    if named is None:
        return None
    if named.startswith("3"):
        changed = ()
    return OldVersion(named, "it names the schema of that version", changed, OLD_SCHEMA_NAMED)


def _moved(item: Element) -> str | None:
    """Return which part of an item is in a namespace where 3.0 no longer has it."""
    if not isinstance(item.tag, str):
        return None
    namespace, _, local = item.tag.rpartition("}")
    moved = _MOVED.get(local)
    if not moved or namespace != f"{{{NAMESPACE}{local}":
        return None
    for child in item:
        if isinstance(child.tag, str):
            where, _, name = child.tag.rpartition("}")
            if where == namespace and name in moved:
                return f"{name} is in the namespace {local}, in 3.0 it is in common"
    return None


def _message_version(element: Element | None) -> str | None:
    for child in element if element is not None else ():
        if child.tag == f"{_MESSAGE_NAMESPACE}message-version":
            text = (child.text or "").strip()
            return text if re.fullmatch(r"[0-9][0-9a-z._]{0,15}", text) else None
    return None


def _named_version(element: Element, namespace: str) -> str | None:
    """Return the version of the schema that a payload names for its root's namespace, if it is an old one."""
    words = (element.get(_SCHEMA_LOCATION) or "").split()
    for name, location in zip(words[::2], words[1::2], strict=False):
        if name == namespace and (found := _NAMED_VERSION.search(location)):
            return found[1].rstrip("._")
    return None


def _changed(local: str) -> tuple[str, ...]:
    kind = KINDS.get(local)
    return _CHANGES.get(kind.family, ()) if kind else ()


def of_json(value: object) -> OldVersion | None:
    """Return the version that a JSON payload was written for, if it is an old one.

    Args:
        value: What a JSON parser made of the payload.
    """
    if not isinstance(value, dict):
        return None
    if found := _MESSAGE_KEYS.intersection(value):
        name = min(found)
        return OldVersion("1.2", f"only that version has {name}", _MESSAGE_CHANGES, at=(name,))
    first: tuple[At, str] | None = None
    for at, text in _listed(value, (), 0):
        if not _SHOUTED.fullmatch(text):
            return None  # Who writes one value as 3.0 does has made a slip in the other.
        first = first or (at, text)
    if first is None:
        return None
    at, text = first
    sign = f"{at[-1]} is {text!r}, as its JSON spelled it"
    return OldVersion("2.0 or 2.1", sign, _JSON_CHANGES, OLD_SPELLING, at)


def _listed(value: Any, at: At, depth: int) -> Iterator[tuple[At, str]]:
    """Yield places and texts of the values that come from lists, in whichever spelling."""
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        for name, part in value.items():
            if isinstance(part, str):
                allowed = _LISTS.get(name)
                if allowed and part.lower().replace("_", "-") in allowed:
                    yield (*at, name), part
            elif isinstance(part, dict | list):
                yield from _listed(part, (*at, name), depth + 1)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _listed(part, (*at, index), depth + 1)
