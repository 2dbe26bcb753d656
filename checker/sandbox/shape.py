"""A small language for ORCID's documents, and the four ways between them: XML in and out, JSON in and out.

A document in neutral form is a tree of plain dicts and lists under the local names of the XML: a text is a `str` (or,
when it has attributes, a dict with `value` and the attributes), a repeated element a list, a time stamp a `datetime`,
a missing part a missing key. From one :class:`Group` that describes it both formats follow by ORCID's own rules:

- XML: qualified elements in the order of the fields; absent parts are left out.
- JSON: the same local names; absent parts are `null`, empty lists `[]`; some texts are wrapped as `{"value": ...}`.
  On input one object will do where a list is due, and a bare string where a wrapped one is due.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from lxml import etree

Tree: TypeAlias = dict[str, Any]

NAMESPACE: Final = "http://www.orcid.org/ns/"


class Malformed(Exception):
    """The body is not well-formed XML or JSON."""


class Unfit(Exception):
    """The body is well-formed but does not have the document's shape; the message says where."""


@dataclass(frozen=True)
class Text:
    """An element with text."""

    name: str
    ns: str = "common"
    wrap: bool = False
    """JSON writes it as `{"value": ...}`."""
    attributes: tuple[str, ...] = ()
    required: bool = False
    limit: int = 0
    """Most characters; 0: no limit."""
    filled: bool = False
    """Not empty and not only white space."""
    read_only: bool = False
    flag: bool = False
    """`true` or `false`; a JSON boolean."""


@dataclass(frozen=True)
class Stamp:
    """A moment; never read."""

    name: str
    ns: str = "common"
    read_only: bool = True
    required: bool = False


@dataclass(frozen=True)
class Repeat:
    """An element that may occur many times."""

    of: Group
    wrapper: str = ""
    """JSON puts each element as `{name: element}` into a list of this name, instead of a list under its own name."""
    required: bool = False
    read_only: bool = False

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
    required: bool = False
    read_only: bool = False


Field: TypeAlias = Text | Stamp | Repeat | Group

_NUMBERS: Final = frozenset({"put-code"})
_LARGEST_NUMBER: Final = 2**63 - 1

_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def whole_number(text: str) -> int | None:
    """Return the number that a put-code's digits stand for; None when it is none, or larger than ORCID's can be."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_LARGEST_NUMBER))):
        return None
    return number if (number := int(text)) <= _LARGEST_NUMBER else None


def _attribute(name: str, value: Any) -> Any:
    if name not in _NUMBERS:
        return _legal(name, str(value))
    number = whole_number(str(value))
    if number is None:
        raise Unfit(f"{name} is {value!r}; it must be a whole number")
    return number


def _legal(name: str, value: str) -> str:
    if bad := _NOT_IN_XML.search(value):
        raise Unfit(f"{name} holds the character {bad.group()!r}, which has no place in XML")
    return value


def _checked(field: Text, value: str) -> str:
    value = _legal(field.name, value).strip()
    if field.filled and not value:
        raise Unfit(f"{field.name} is empty")
    if field.limit and len(value) > field.limit:
        raise Unfit(f"{field.name} has {len(value)} characters; at most {field.limit} are allowed")
    if field.flag and value not in {"true", "false"}:
        raise Unfit(f"{field.name} is {value!r}; it must be true or false")
    return value


def _demand(group: Group, tree: Tree) -> Tree:
    for field in group.fields:
        if field.required and field.name not in tree:
            raise Unfit(f"{group.name} has no {field.name}")
    return tree


# XML in


def parse_xml(body: bytes) -> etree._Element:
    """Parse XML without entities, external parts or network.

    Raises:
        Malformed: it is not well-formed, or it declares a document type.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise Malformed(str(error)) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Malformed("the document declares a document type, which is not taken")
    return root


def read_xml(group: Group, element: etree._Element) -> Tree:
    """Read an element of this shape.

    Raises:
        Unfit: an element is unknown, out of order, or missing.
    """
    if element.tag != _qualified(group):
        raise Unfit(f"the element is {element.tag}; {_qualified(group)} is expected")
    tree: Tree = {n: _attribute(n, element.get(n)) for n in group.attributes if element.get(n) is not None}
    position = 0
    for child in element:
        found = [i for i, f in enumerate(group.fields) if i >= position and child.tag == _qualified(f)]
        if not found:
            raise Unfit(f"{group.name} may not have {etree.QName(child).localname} ({child.tag}) at this place")
        field = group.fields[found[0]]
        position = found[0] if isinstance(field, Repeat) else found[0] + 1
        if field.read_only:
            continue
        match field:
            case Text():
                tree[field.name] = _text_of(field, child)
            case Repeat():
                tree.setdefault(field.name, []).append(read_xml(field.of, child))
            case Group():
                tree[field.name] = read_xml(field, child)
    for field in group.fields:
        if isinstance(field, Repeat) and not field.read_only:
            tree.setdefault(field.name, [])
    return _demand(group, tree)


def _text_of(field: Text, element: etree._Element) -> Any:
    if len(element):
        raise Unfit(f"{field.name} may hold text only")
    value = _checked(field, element.text or "")
    attributes = {n: str(element.get(n)) for n in field.attributes if element.get(n) is not None}
    return {"value": value, **attributes} if field.attributes else value


def _qualified(field: Field) -> str:
    return f"{{{NAMESPACE}{field.ns}}}{field.name}"


# JSON in


def parse_json(body: bytes) -> Any:
    """Parse JSON.

    Raises:
        Malformed: it is not JSON.
    """
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed(str(error)) from error


def read_json(group: Group, value: Any) -> Tree:
    """Read an object of this shape.

    Raises:
        Unfit: a property is unknown, of the wrong kind, or missing.
    """
    if not isinstance(value, dict):
        raise Unfit(f"{group.name} must be an object")
    fields = {(f.wrapper or f.name) if isinstance(f, Repeat) else f.name: f for f in group.fields}
    tree: Tree = {}
    for key, part in value.items():
        if key in group.attributes:
            if part is not None:
                tree[key] = _attribute(key, part)
            continue
        field = fields.get(key)
        if field is None:
            raise Unfit(f"{group.name} has an unknown property {key!r}")
        if part is None or field.read_only:
            continue
        match field:
            case Text():
                text = _text_in(field, part)
                if text is not None:
                    tree[field.name] = text
            case Repeat():
                parts = part if isinstance(part, list) else [part]
                tree[field.name] = [read_json(field.of, one) for one in parts]
            case Group():
                tree[field.name] = read_json(field, part)
    for field in group.fields:
        if isinstance(field, Repeat) and not field.read_only:
            tree.setdefault(field.name, [])
    return _demand(group, tree)


def _text_in(field: Text, part: Any) -> Any:
    attributes: dict[str, str] = {}
    if isinstance(part, dict) and (field.wrap or field.attributes):
        unknown = set(part) - {"value", *field.attributes, "visibility"}
        if unknown:
            raise Unfit(f"{field.name} has an unknown property {sorted(unknown)[0]!r}")
        attributes = {n: _legal(n, str(part[n])) for n in field.attributes if part.get(n) is not None}
        part = part.get("value")
        if part is None and not attributes:
            return None
        part = "" if part is None else part
    if isinstance(part, bool):
        part = "true" if part else "false"
    if not isinstance(part, str | int | float):
        raise Unfit(f"{field.name} must be text")
    value = _checked(field, str(part))
    return {"value": value, **attributes} if field.attributes else value


# XML out


def to_xml(group: Group, tree: Tree) -> bytes:
    """Write a tree as an XML document."""
    prefixes = {"common": NAMESPACE + "common"} | {ns: NAMESPACE + ns for ns in sorted(_namespaces(group))}
    root = etree.Element(_qualified(group), nsmap=prefixes)
    _fill(root, group, tree)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True, pretty_print=True)


def _namespaces(group: Group) -> set[str]:
    found = {group.ns}
    for field in group.fields:
        inner = field.of if isinstance(field, Repeat) else field
        found |= _namespaces(inner) if isinstance(inner, Group) else {inner.ns}
    return found


def _fill(element: etree._Element, group: Group, tree: Tree) -> None:
    for name in group.attributes:
        if tree.get(name) is not None:
            element.set(name, str(tree[name]))
    for field in group.fields:
        value = tree.get(field.name)
        if value is None:
            continue
        for one in value if isinstance(field, Repeat) else [value]:
            child = etree.SubElement(element, _qualified(field))
            match field:
                case Repeat():
                    _fill(child, field.of, one)
                case Group():
                    _fill(child, field, one)
                case Stamp():
                    child.text = _iso(one)
                case Text() if field.attributes:
                    child.text = one["value"]
                    for name in field.attributes:
                        if one.get(name) is not None:
                            child.set(name, str(one[name]).lower() if one[name] is True else str(one[name]))
                case Text():
                    child.text = str(one)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# JSON out


def to_json(group: Group, tree: Tree) -> Tree:
    """Write a tree as a JSON object, absent parts as null."""
    found: Tree = {}
    for field in group.fields:
        value = tree.get(field.name)
        match field:
            case Repeat() if field.wrapper:
                found[field.wrapper] = [{field.name: to_json(field.of, one)} for one in value or []]
            case Repeat():
                found[field.name] = [to_json(field.of, one) for one in value or []]
            case _ if value is None:
                found[field.name] = None
            case Group():
                found[field.name] = to_json(field, value)
            case Stamp():
                found[field.name] = {"value": int(value.timestamp() * 1000)}
            case Text() if field.attributes:
                found[field.name] = {n: value.get(n) for n in ("value", *field.attributes)}
            case Text() if field.flag:
                found[field.name] = value == "true"
            case Text():
                found[field.name] = {"value": value} if field.wrap else value
    return found | {name: tree.get(name) for name in group.attributes}
