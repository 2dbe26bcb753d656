"""A small language for the documents that hold items, and how they are written as XML and as JSON.

A document in neutral form is a tree of plain dicts and lists under the local names of the XML: a text is a `str` (or,
when it has attributes, a dict with `value` and the attributes), a repeated element a list, a time stamp a `datetime`,
a missing part a missing key, an item whatever can write itself (:class:`Written`). From one :class:`Group` that
describes it both formats follow by ORCID's own rules:

- XML: qualified elements in the order of the fields; absent parts are left out.
- JSON: the same local names; absent parts are `null`, empty lists `[]`; some texts are wrapped as `{"value": ...}`.

Items themselves, and what is sent, are read and written by :mod:`checker.orcid.payloads`.
"""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol, TypeAlias

from lxml import etree

from ..orcid.payloads.kinds import KINDS, NAMESPACE

Tree: TypeAlias = dict[str, Any]


class Written(Protocol):
    """A part of a document that was written before."""

    def xml(self) -> str:
        """Return the element; its prefixes are those of :data:`PREFIXES` and are not declared."""

    def json(self, *, pretty: bool) -> str:
        """Return the object."""


PREFIXES: Final = {
    name: NAMESPACE + name
    for name in sorted(
        {kind.namespace for kind in KINDS.values()}
        | {"activities", "client", "common", "email", "error", "expanded-search", "history", "person"}
        | {"personal-details", "preferences", "record", "search"}
    )
}
"""Each namespace under its short name."""


@dataclass(frozen=True)
class Text:
    """An element with text."""

    name: str
    ns: str = "common"
    wrap: bool = False
    """JSON writes it as `{"value": ...}`."""
    attributes: tuple[str, ...] = ()
    flag: bool = False
    """`true` or `false`; a JSON boolean."""
    number: bool = False
    """A JSON number."""


@dataclass(frozen=True)
class Stamp:
    """A moment."""

    name: str
    ns: str = "common"


@dataclass(frozen=True)
class Repeat:
    """An element that may occur many times."""

    of: Group | Text
    wrapper: str = ""
    """JSON puts each element as `{name: element}` into a list of this name, instead of a list under its own name."""

    @property
    def name(self) -> str:
        """Local name of the element."""
        return self.of.name

    @property
    def ns(self) -> str:
        """Namespace of the element."""
        return self.of.ns


@dataclass(frozen=True)
class Group:
    """An element with elements in it, in this order."""

    name: str
    fields: tuple[Field, ...]
    ns: str = "common"
    attributes: tuple[str, ...] = ()


Field: TypeAlias = Text | Stamp | Repeat | Group

_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DECLARATION: Final = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"


def legal(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return _NOT_IN_XML.sub("", text)


def qualified(name: str, ns: str) -> str:
    """Return an element's name as lxml writes it."""
    return f"{{{NAMESPACE}{ns}}}{name}"


class _Places:
    """Marks for parts that were written before, set into the document when all else is written."""

    def __init__(self) -> None:
        self.mark = f"part-{uuid.uuid4().hex}-"
        self.parts: list[Written] = []

    def keep(self, part: Written) -> str:
        self.parts.append(part)
        return f"{self.mark}{len(self.parts) - 1}."


# XML


def to_xml(group: Group, tree: Tree) -> bytes:
    """Write a tree as an XML document."""
    places = _Places()
    root = etree.Element(qualified(group.name, group.ns), nsmap=_prefixes(group))
    _fill(root, group, tree, places)
    text = etree.tostring(root, encoding="unicode", pretty_print=True)
    if places.parts:
        text = re.sub(rf"<!--{places.mark}(\d+)\.-->", lambda match: places.parts[int(match[1])].xml(), text)
    return (_DECLARATION + text).encode()


def standing(root: etree._Element) -> str:
    """Write an element without a declaration of the document or of its prefixes, for :class:`Written`."""
    text = etree.tostring(root, encoding="unicode")
    head, bracket, rest = text.partition(">")
    return re.sub(r' xmlns:[a-z0-9-]+="[^"]*"', "", head) + bracket + rest


def _prefixes(group: Group) -> dict[str, str]:
    names = _namespaces(group)
    # What was written before may use any.
    return PREFIXES if "" in names else {"common": PREFIXES["common"]} | {n: PREFIXES[n] for n in sorted(names)}


def _namespaces(group: Group) -> set[str]:
    found = {group.ns} if group.fields or group.attributes else {""}
    for field in group.fields:
        inner = field.of if isinstance(field, Repeat) else field
        found |= _namespaces(inner) if isinstance(inner, Group) else {inner.ns}
    return found


def _fill(element: etree._Element, group: Group, tree: Tree, places: _Places) -> None:
    for name in group.attributes:
        if tree.get(name) is not None:
            element.set(name, _plain(tree[name]))
    for field in group.fields:
        value = tree.get(field.name)
        if value is None:
            continue
        shape = field.of if isinstance(field, Repeat) else field
        for one in value if isinstance(field, Repeat) else [value]:
            if hasattr(one, "xml"):
                element.append(etree.Comment(places.keep(one)))
                continue
            child = etree.SubElement(element, qualified(field.name, field.ns))
            match shape:
                case Group():
                    _fill(child, shape, one, places)
                case Stamp():
                    child.text = _iso(one)
                case Text() if shape.attributes:
                    child.text = legal(one["value"])
                    for name in shape.attributes:
                        if one.get(name) is not None:
                            child.set(name, _plain(one[name]))
                case _:
                    child.text = _plain(one)


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else legal(str(value))


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# JSON


def milliseconds(moment: datetime) -> int:
    """Return a moment as ORCID's JSON has it: milliseconds since 1970."""
    return int(moment.timestamp() * 1000)


def write_tree(tree: Any, *, pretty: bool) -> str:
    """Write plain values as JSON."""
    if pretty:
        return json.dumps(tree, ensure_ascii=False, indent=2)
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":"))


def to_json(group: Group, tree: Tree, *, pretty: bool) -> bytes:
    """Write a tree as a JSON document."""
    places = _Places()
    text = write_tree(_object(group, tree, places), pretty=pretty)
    if places.parts:

        def part(match: re.Match[str]) -> str:
            written = places.parts[int(match[1])].json(pretty=pretty)
            if not pretty:
                return written
            start = text.rfind("\n", 0, match.start()) + 1
            indent = len(text[start : match.start()]) - len(text[start : match.start()].lstrip(" "))
            return written.replace("\n", "\n" + " " * indent)  # JSON has no line breaks inside texts

        text = re.sub(rf'"{places.mark}(\d+)\."', part, text)
    return text.encode("utf-8", "replace")


def _object(group: Group, tree: Tree, places: _Places) -> Tree:
    def one_of(shape: Group | Text, one: Any) -> Any:
        if hasattr(one, "json"):
            return places.keep(one)
        return _object(shape, one, places) if isinstance(shape, Group) else one

    found: Tree = {}
    for field in group.fields:
        value = tree.get(field.name)
        match field:
            case Repeat() if field.wrapper:
                found.setdefault(field.wrapper, []).extend({field.name: one_of(field.of, one)} for one in value or [])
            case Repeat():
                found[field.name] = [one_of(field.of, one) for one in value or []]
            case _ if value is None:
                found[field.name] = None
            case Group():
                found[field.name] = one_of(field, value)
            case Stamp():
                found[field.name] = {"value": milliseconds(value)}
            case Text() if field.attributes:
                found[field.name] = {n: value.get(n) for n in ("value", *field.attributes)}
            case Text() if field.flag:
                found[field.name] = value in {True, "true"}
            case Text() if field.number:
                found[field.name] = int(value)
            case Text():
                found[field.name] = {"value": value} if field.wrap else value
    return found | {name: tree.get(name) for name in group.attributes}
