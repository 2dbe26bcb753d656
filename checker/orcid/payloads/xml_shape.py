"""The shapes of XML payloads, made once from the descriptions: which elements, in which order, with which attributes.

A shape reads an element into content and notes, without judging, whatever is not as the shape says. It is written for
speed: a payload of 60 elements is read some thousand times a second, so nothing is built that a sound payload does
not need; where an oddity is, is worked out afterwards (see :mod:`checker.orcid.payloads.xml_place`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cache
from typing import Any, Final, NamedTuple, TypeAlias, cast

from lxml import etree

from checker.orcid.payloads.description import Schema, follow, schema_of
from checker.orcid.payloads.kinds import KINDS, NAMESPACE
from checker.orcid.payloads.lexical import WHITE, read_integer, read_time, read_true

Element: TypeAlias = etree._Element

XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
_HINTS: Final = frozenset({f"{XSI}schemaLocation", f"{XSI}noNamespaceSchemaLocation"})
_SCHEMA: Final = "http://www.w3.org/2001/XMLSchema"

_CONVERTERS: Final[dict[str, Callable[[str], Any]]] = {
    "integer": read_integer,
    "dateTime": read_time,
    "true": read_true,
}


class Oddity(Enum):
    """How the structure of a payload can differ from what is due."""

    NAMESPACE = auto()
    """An element's name is right, its namespace is not."""
    UNKNOWN = auto()
    """An element that does not belong there."""
    ORDER = auto()
    """An element that comes after one that it has to precede."""
    REPEATED = auto()
    """A second element where one may be."""
    INSIDE_TEXT = auto()
    """An element inside one that holds text alone."""
    ATTRIBUTE = auto()
    """An attribute that does not belong there."""
    STRAY_TEXT = auto()
    """Text between elements."""
    NIL = auto()
    """`xsi:nil`, which no element takes."""
    TYPE = auto()
    """`xsi:type` with a type that is not the declared one."""


class Odd(NamedTuple):
    """One oddity, as it was met."""

    what: Oddity
    element: Element
    """The odd element; of an attribute or a text: the one that holds it."""
    detail: str
    """Of an attribute: its name. Of a text: the text. Of an order: the name of the element that it has to precede."""


MOST: Final = 100
"""Oddities of a document that are kept; whoever has a hundred of them needs no list."""


@dataclass(slots=True)
class Odds:
    """The oddities of a document, the first ones in the order in which they were met."""

    kept: list[Odd] = field(default_factory=list)
    count: int = 0

    def note(self, what: Oddity, element: Element, detail: str = "") -> None:
        """Add an oddity."""
        self.count += 1
        if len(self.kept) < MOST:
            self.kept.append(Odd(what, element, detail))


@dataclass(slots=True)
class Shape:
    """What an element consists of: text or other elements, and attributes."""

    attributes: dict[str, Callable[[str], Any] | None] = field(default_factory=dict)
    """By name; how the value is read, None: as it is."""
    type_name: str | None = None
    """Of the type in ORCID's schemas, in Clark notation."""

    def read(self, element: Element, odds: Odds) -> Any:
        """Return the content of an element, as far as it can be told; note what is not as it should be."""
        raise NotImplementedError

    def read_attributes(self, element: Element, content: dict[str, Any], odds: Odds) -> None:
        """Put the attributes of an element into its content."""
        for name, value in cast("list[tuple[str, str]]", element.items()):
            if name in self.attributes:
                convert = self.attributes[name]
                content[name] = convert(value) if convert else value
            elif name == f"{XSI}nil":
                odds.note(Oddity.NIL, element, name)
            elif name == f"{XSI}type":
                if self.type_name is None or _qualified(value, element) != self.type_name:
                    odds.note(Oddity.TYPE, element, name)
            elif name not in _HINTS:
                odds.note(Oddity.ATTRIBUTE, element, name)


@dataclass(slots=True)
class Text(Shape):
    """An element that holds text alone."""

    key: str | None = None
    """Where the text goes, when the content is an object; None: the content is the text."""
    convert: Callable[[str], Any] | None = None
    default: str | None = None
    """What an empty element stands for."""

    def read(self, element: Element, odds: Odds) -> Any:
        """Return the text of an element, as its description asks for it."""
        text = element.text or ""
        if len(element):
            for child in element:
                odds.note(Oddity.INSIDE_TEXT, child)
        elif not text and self.default is not None:
            text = self.default
        value = self.convert(text) if self.convert else text
        if self.key is None:
            if element.keys():
                self.read_attributes(element, {}, odds)
            return value
        content = {self.key: value}
        if element.keys():
            self.read_attributes(element, content, odds)
        return content


@dataclass(slots=True)
class Part:
    """An element's place inside another."""

    key: str
    """Where its content goes."""
    tag: str
    """In Clark notation."""
    shape: Shape
    rank: int
    """Order among its siblings."""
    many: bool = False
    wraps: bool = False
    """The element stands around a list and has no place in the content itself."""
    plain: Text | None = None
    """The shape, if it is a text that is taken as it is written."""

    def __post_init__(self) -> None:
        shape = self.shape
        if isinstance(shape, Text) and shape.convert is None and shape.default is None and not self.many:
            self.plain = shape


@dataclass(slots=True)
class Parts(Shape):
    """An element that holds elements."""

    by_tag: dict[str, Part] = field(default_factory=dict)
    by_local: dict[str, Part] = field(default_factory=dict)
    by_key: dict[str, Part] = field(default_factory=dict)
    lists: tuple[str, ...] = ()
    """Keys that are there even when no element is."""
    choice: str | None = None
    """Key of the one list that takes elements of several names, in any order."""
    unjudged: bool = False
    """Whether ORCID reads it without its schema: then it drops what is in a wrong namespace, and keeps what is last."""

    def part_of(self, tag: str) -> Part | None:
        """Return the part that an element is, by its name alone if its namespace is wrong."""
        part = self.by_tag.get(tag)
        return part if part is not None or self.unjudged else self.by_local.get(local(tag))

    def read(self, element: Element, odds: Odds) -> Any:
        """Return the content of an element, part by part."""
        content: dict[str, Any] = {}
        by_tag = self.by_tag
        last = -1
        text = element.text
        if text is not None and text.strip(WHITE):
            odds.note(Oddity.STRAY_TEXT, element, text)
        for child in element:
            part = by_tag.get(child.tag)
            if part is None or (part.rank <= last and (part.rank < last or not part.many)):
                part = self._odd(child, part, content, last, odds)
            if part is not None:
                if part.rank > last:
                    last = part.rank
                # Most elements hold a text and nothing else: read here, which saves a call each.
                plain = part.plain
                if plain is not None and not len(child) and not child.keys():
                    inner = child.text or ""
                    content[part.key] = inner if plain.key is None else {plain.key: inner}
                    text = child.tail
                    if text is not None and text.strip(WHITE):
                        odds.note(Oddity.STRAY_TEXT, element, text)
                    continue
                value = part.shape.read(child, odds)
                if part.many:
                    if self.choice is not None:
                        content.setdefault(self.choice, []).append({part.key: value})
                    else:
                        content.setdefault(part.key, []).append(value)
                elif part.wraps:
                    content.update(value)
                else:
                    content[part.key] = value
            text = child.tail
            if text is not None and text.strip(WHITE):
                odds.note(Oddity.STRAY_TEXT, element, text)
        for key in self.lists:
            if key not in content:
                content[key] = []
        if element.keys():
            self.read_attributes(element, content, odds)
        return content

    def _odd(self, child: Element, part: Part | None, content: dict[str, Any], last: int, odds: Odds) -> Part | None:
        """Note what is odd about a child; return the part that it is to be read as, if any."""
        if part is None:
            part = self.by_local.get(local(child.tag))
            if part is None:
                odds.note(Oddity.UNKNOWN, child)
                return None
            odds.note(Oddity.NAMESPACE, child, part.tag)
            if self.unjudged:
                return None
        if not part.many and part.key in content:
            odds.note(Oddity.REPEATED, child)
            return part if self.unjudged else None
        if part.rank < last:
            after = next(other for other in self.by_tag.values() if other.rank == last)
            odds.note(Oddity.ORDER, child, after.tag)
        return part


@cache
def shape_of(kind: str) -> Parts:
    """Return the shape of a kind's root element. Raises KeyError when there is no such kind."""
    schema = schema_of(kind)
    shape = _shape(schema, schema, KINDS[kind].namespace)
    assert isinstance(shape, Parts)
    if kind == "bulk":
        _leave_unjudged(shape)
    return shape


def _leave_unjudged(shape: Parts) -> None:
    shape.unjudged = True
    for part in shape.by_tag.values():
        if isinstance(part.shape, Parts) and not part.shape.unjudged:
            _leave_unjudged(part.shape)


def _shape(node: Schema, schema: Schema, namespace: str) -> Shape:
    """Make the shape of an element; the namespace is that of its children, unless its description says otherwise."""
    xml = node.get("xml", {})
    name = _type_name(xml.get("name"))
    properties = {key: follow(part, schema) for key, part in node.get("properties", {}).items()}
    attributes = {
        key: _CONVERTERS.get(part["xml"].get("type", ""))
        for key, part in properties.items()
        if part.get("xml", {}).get("attribute")
    }
    for key, part in properties.items():
        if part.get("xml", {}).get("text"):
            convert = _CONVERTERS.get(part["xml"].get("type", ""))
            return Text(attributes, name, key, convert, part.get("default"))
    if node.get("type") != "object":
        return Text(attributes, name, None, _CONVERTERS.get(xml.get("type", "")), node.get("default"))
    shape = Parts(attributes, name)
    home = xml.get("children", namespace)
    for rank, (key, part) in enumerate(properties.items()):
        if key not in attributes:
            _add(shape, key, part, rank, schema, home)
    return shape


def _add(shape: Parts, key: str, part: Schema, rank: int, schema: Schema, home: str) -> None:
    """Add a property of an object to the shape of its element."""
    xml = part.get("xml", {})
    namespace = xml.get("ns", home)
    if part.get("type") != "array":
        _put(shape, Part(key, _tag(namespace, key), _shape(part, schema, namespace), rank))
        return
    item = follow(part["items"], schema)
    if xml.get("choice"):
        shape.choice = key
        shape.lists += (key,)
        for name, option in item["properties"].items():
            option = follow(option, schema)
            own = option["xml"]["ns"]
            _put(shape, Part(name, _tag(own, name), _shape(option, schema, own), rank, many=True))
        return
    inner = Part(key, _tag(namespace, key), _shape(item, schema, namespace), rank, many=True)
    if "wrapper" in xml:
        around = Parts(lists=(key,))
        _put(around, inner)
        _put(shape, Part(key, _tag(namespace, xml["wrapper"]), around, rank, wraps=True))
        return
    shape.lists += (key,)
    _put(shape, inner)


def _put(shape: Parts, part: Part) -> None:
    shape.by_tag[part.tag] = shape.by_local[local(part.tag)] = shape.by_key[part.key] = part


def _tag(namespace: str, name: str) -> str:
    return f"{{{NAMESPACE}{namespace}}}{name}"


def local(tag: str) -> str:
    """Return a name without its namespace."""
    return tag.rpartition("}")[2]


def _type_name(name: str | None) -> str | None:
    """Return `common:title` or `xs:string` in Clark notation."""
    if name is None:
        return None
    prefix, _, local = name.partition(":")
    return f"{{{_SCHEMA}}}{local}" if prefix == "xs" else _tag(prefix, local)


def _qualified(name: str, element: Element) -> str | None:
    """Return a prefixed name that an attribute holds in Clark notation; None: its prefix is not declared."""
    prefix, colon, local = name.strip(WHITE).rpartition(":")
    namespace = element.nsmap.get(prefix or None)
    if namespace is None:
        return None if colon else local
    return f"{{{namespace}}}{local}"
