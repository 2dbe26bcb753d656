"""Content written as XML, the way ORCID writes it: prefixed, indented, in the order of the schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from lxml import etree

from checker.orcid.payloads.kinds import KINDS, NAMESPACE
from checker.orcid.payloads.lexical import read_integer, read_time, read_true, write_time
from checker.orcid.payloads.model import Content
from checker.orcid.payloads.xml_shape import Element, Part, Parts, Shape, Text, shape_of

_WRITERS: Final[dict[Callable[[str], Any], Callable[[Any], str]]] = {
    read_integer: str,
    read_time: lambda value: write_time(value) if isinstance(value, int) else str(value),
    read_true: lambda value: "true" if value is True else str(value),
}


def write_xml(kind: str, content: Content) -> bytes:
    """Return content of a kind as an XML document in UTF-8.

    Parts that the kind does not have are left out; of a list, empty ones too, because XML cannot tell them from absent
    ones. Raises KeyError when there is no such kind, ValueError for text that XML cannot hold (control characters).
    """
    root = etree.Element(KINDS[kind].tag, nsmap=_prefixes(kind))
    _write(root, shape_of(kind), content)
    text: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True, pretty_print=True)
    return text


def _write(element: Element, shape: Shape, content: Any) -> None:
    holder: Mapping[str, Any] = content if isinstance(content, Mapping) else {}
    for name, convert in shape.attributes.items():
        if name in holder:
            element.set(name, _text(holder[name], convert))
    if isinstance(shape, Text):
        value = holder.get(shape.key, "") if shape.key is not None else content
        element.text = _text(value, shape.convert)
    elif isinstance(shape, Parts) and shape.choice is not None:
        for item in holder.get(shape.choice, ()):
            for key, value in item.items():
                _add(element, shape.by_key[key], value)
    elif isinstance(shape, Parts):
        for part in sorted(shape.by_key.values(), key=lambda part: part.rank):
            if part.key not in holder:
                continue
            value = holder[part.key]
            if part.wraps:
                _add(element, part, {part.key: value})
            elif part.many:
                for item in value:
                    _add(element, part, item)
            else:
                _add(element, part, value)


def _add(element: Element, part: Part, value: Any) -> None:
    _write(etree.SubElement(element, part.tag), part.shape, value)


def _text(value: Any, convert: Callable[[str], Any] | None) -> str:
    return _WRITERS[convert](value) if convert is not None else str(value)


@cache
def _prefixes(kind: str) -> dict[str, str]:
    names = _namespaces(shape_of(kind)) | {NAMESPACE + KINDS[kind].namespace}
    return {name.removeprefix(NAMESPACE): name for name in sorted(names)}


def _namespaces(shape: Shape) -> set[str]:
    """Return the namespaces of all elements that a shape may hold."""
    found: set[str] = set()
    if isinstance(shape, Parts):
        for part in shape.by_tag.values():
            found.add(part.tag[1:].partition("}")[0])
            found |= _namespaces(part.shape)
    return found
