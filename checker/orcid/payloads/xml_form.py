"""A payload written in XML, read into content; what its structure breaks is told, and the rest is read all the same.

What a description says about the content (what is required, how long, of which form) is judged by
:mod:`checker.orcid.payloads.validity`; here is what the content cannot show: order, repetition, namespaces, names that
do not belong there, stray text. Together they refuse what ORCID's XML schemas 3.0 refuse.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from checker.orcid.payloads.kinds import KINDS, NAMESPACE
from checker.orcid.payloads.lexical import WHITE
from checker.orcid.payloads.model import At, Clause, Content, Fault, Layer
from checker.orcid.payloads.write_xml import write_xml
from checker.orcid.payloads.xml_parse import DOCTYPE, Unread, has_doctype, parse_xml
from checker.orcid.payloads.xml_place import ATTRIBUTE, SHORT, STRAY, XmlLocator, XmlPlace, at_of
from checker.orcid.payloads.xml_shape import Element, Odd, Oddity, Odds, Part, Parts, Shape, local, shape_of

__all__ = ["XmlReading", "read_xml", "write_xml"]

_SOURCE: Final = "ORCID's XML schemas 3.0"
_SHOWN: Final = 80
"""Characters of a value that a message repeats."""


def _clause(name: str, remedy: str, source: str = _SOURCE) -> Clause:
    return Clause(name, Layer.SCHEMA, remedy, source)


ROOT: Final = _clause("xml-root", "Send the root element that the address takes, in its namespace.")
CLAUSES: Final = {
    Oddity.NAMESPACE: _clause("xml-namespace", "Write the element in the namespace that is due."),
    Oddity.UNKNOWN: _clause("xml-unknown-element", "Leave the element out, or write the name that is due."),
    Oddity.ORDER: _clause("xml-order", "Write the elements in the order of the schema."),
    Oddity.REPEATED: _clause("xml-repeated", "Keep one of the elements."),
    Oddity.INSIDE_TEXT: _clause("xml-element-in-text", "Write the text alone, without markup."),
    Oddity.ATTRIBUTE: _clause("xml-unknown-attribute", "Leave the attribute out, or write the name that is due."),
    Oddity.STRAY_TEXT: _clause("xml-stray-text", "Put the text into the element that it belongs to, or leave it out."),
    Oddity.NIL: _clause("xml-nil", "Leave the element out instead of marking it as empty."),
    Oddity.TYPE: _clause("xml-type", "Leave xsi:type out."),
}
"""What the structure of a payload can break."""


@dataclass(slots=True)
class XmlReading:
    """What came out of an XML payload."""

    kind: str | None
    """The kind that was asked for, else that of the root element; None: the root is that of no kind."""
    content: Content | None
    """As much as could be read; None: the payload is no XML, or its root is not that of the kind."""
    faults: list[Fault]
    """What the structure breaks, in the order of the document; the first hundred."""
    root: str | None = None
    """Name of the root element in Clark notation; None: no XML."""
    locator: XmlLocator | None = None
    """None: no XML, or no content."""
    position: tuple[int | None, int | None] = (None, None)
    """Line and column, from 1, of the fault that made reading impossible."""
    element: Element | None = None
    """The root element itself; None: no XML."""

    def place(self, at: At) -> XmlPlace:
        """Return the place of a part of the content, or of a fault."""
        if self.locator is None:
            return XmlPlace("/", *self.position)
        return self.locator.place(at)


def read_xml(body: bytes | str, kind: str | None = None) -> XmlReading:
    """Read a payload; text stands for what bytes would say, decoded. Never raises.

    The kind, if given, is a name of :data:`~checker.orcid.payloads.kinds.KINDS`; else the root element tells it.
    """
    root = parse_xml(body)
    if isinstance(root, Unread):
        return XmlReading(kind, None, [root.fault], position=(root.line, root.column))
    found = _kinds_by_tag().get(root.tag)
    if kind is None:
        kind = found or _kind_by_name(root.tag)
    if kind is None:
        shown = ", ".join(sorted(_kinds_by_tag().values()))
        fault = Fault(ROOT, (), f"No payload of the Member API 3.0 has the root {_named(root.tag)}.", root.tag, shown)
        return XmlReading(None, None, [fault], root.tag, position=_start(body, root), element=root)
    due = KINDS[kind]
    faults: list[Fault] = []
    if found != kind:
        message = f"The root is {_named(root.tag)}; {_named(due.tag)} is due."
        faults.append(Fault(ROOT, (), message, _named(root.tag), _declared(due.tag)))
        if local(root.tag) != due.element:
            return XmlReading(kind, None, faults, root.tag, position=_start(body, root), element=root)
    shape = shape_of(kind)
    odds = Odds()
    content = shape.read(root, odds)
    if odds.count:
        faults += [_fault(odd, root, shape) for odd in odds.kept]
    if has_doctype(root):
        faults.append(Fault(DOCTYPE, (), "The payload has a document type (DOCTYPE)."))
    return XmlReading(kind, content, faults, root.tag, XmlLocator(body, root, shape), element=root)


@cache
def _kinds_by_tag() -> dict[str, str]:
    return {kind.tag: name for name, kind in KINDS.items()}


def _kind_by_name(tag: str) -> str | None:
    """Return the kind whose root has this name in another namespace, or in none."""
    return next((name for name, kind in KINDS.items() if kind.element == local(tag)), None)


def _start(body: bytes | str, root: Element) -> tuple[int | None, int | None]:
    place = XmlLocator(body, root, Parts()).place(())
    return place.line, place.column


def _fault(odd: Odd, root: Element, shape: Parts) -> Fault:
    """Say in words what is odd, and where."""
    element = odd.element
    at = at_of(root, shape, element)
    clause = CLAUSES[odd.what]
    name = _named(element.tag)
    match odd.what:
        case Oddity.NAMESPACE:
            due = _named(odd.detail)
            return Fault(clause, at, f"{name} is in the wrong namespace; {due} is due.", name, _declared(odd.detail))
        case Oddity.UNKNOWN:
            names = _names_in(_shape_at(root, shape, element.getparent()))
            return Fault(clause, at, f"{name} does not belong here.", name, _nearest(element.tag, names))
        case Oddity.ORDER:
            message = f"{name} comes too late; it has to come before {_named(odd.detail)}."
            return Fault(clause, at, message, name, f"before {_named(odd.detail)}")
        case Oddity.REPEATED:
            return Fault(clause, at, f"{name} is there more than once.", name, "one")
        case Oddity.INSIDE_TEXT:
            return Fault(clause, at, f"{name} stands inside an element that holds text alone.", name, "text")
        case Oddity.STRAY_TEXT:
            text = odd.detail.strip(WHITE)
            shown = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
            return Fault(clause, (*at, STRAY), f"The text “{shown}” stands between the elements of {name}.", shown)
        case Oddity.ATTRIBUTE:
            names = sorted(_shape_at(root, shape, element).attributes)
            shown = odd.detail if not odd.detail.startswith("{") else _named(odd.detail)
            message = f"{name} takes no attribute {shown}."
            allowed = _nearest(odd.detail, names) or "no attribute"
            return Fault(clause, (*at, ATTRIBUTE + odd.detail), message, shown, allowed)
        case Oddity.NIL | Oddity.TYPE:
            attribute = "xsi:" + local(odd.detail)
            value = element.get(odd.detail)
            message = f"{name} does not take {attribute}=“{value}”."
            return Fault(clause, (*at, ATTRIBUTE + odd.detail), message, value)


def _shape_at(root: Element, shape: Shape, element: Element | None) -> Shape:
    """Return the shape that an element is read by."""
    if element is None or element is root:
        return shape
    above = _shape_at(root, shape, element.getparent())
    part = above.part_of(element.tag) if isinstance(above, Parts) else None
    return part.shape if part is not None else Parts()


def _names_in(shape: Shape) -> list[str]:
    if not isinstance(shape, Parts):
        return []
    parts: list[Part] = sorted(shape.by_tag.values(), key=lambda part: part.rank)
    return [_named(part.tag) for part in parts]


def _nearest(name: str, names: list[str]) -> str:
    """List names, the one that a slip of the pen would explain first."""
    by_local = {local(known.rpartition(":")[2]): known for known in reversed(names)}
    import difflib  # Only for a name that is wrong.

    close = difflib.get_close_matches(local(name).replace("_", "-").lower(), by_local, 1, 0.75)
    first = [by_local[one] for one in close]
    return ", ".join(first + [known for known in names if known not in first])


def _declared(tag: str) -> str:
    """Return a name with the declaration that it needs."""
    namespace, _, _ = tag[1:].rpartition("}")
    return f'{_named(tag)}, with xmlns:{namespace.removeprefix(NAMESPACE)}="{namespace}"'


def _named(tag: str) -> str:
    """Return a name as a person would write it: with its usual prefix, else with its namespace."""
    namespace, _, local = tag.rpartition("}")
    short = namespace.removeprefix("{" + NAMESPACE)
    if SHORT.fullmatch(short):
        return f"{short}:{local}"
    if not namespace.strip("{"):
        return local if namespace else f"{local} (no namespace)"
    return f"{local} (namespace {namespace[1:]})"
