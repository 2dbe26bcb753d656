"""Where a part of the content is in the XML: XPath, line, column; and the other way round.

An :data:`~checker.orcid.payloads.model.At` follows the content. For what the content has no place for, it ends in a
step of its own: an element that does not belong there in Clark notation (`{http://example.org}x`, then an index if
there are several), an attribute likewise with `@` before it, text between elements as `#text`, and the second of what
may be there once as its key and the index 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final
from xml.parsers import expat

from checker.orcid.payloads.kinds import NAMESPACE
from checker.orcid.payloads.model import At
from checker.orcid.payloads.xml_parse import decoded
from checker.orcid.payloads.xml_shape import XSI, Element, Part, Parts, Shape

STRAY: Final = "#text"
ATTRIBUTE: Final = "@"
SHORT: Final = re.compile("[a-z][a-z-]*")
"""Short names of ORCID's namespaces, which are their usual prefixes."""

_XML: Final = "{http://www.w3.org/XML/1998/namespace}"


@dataclass(frozen=True, slots=True)
class XmlPlace:
    """A place in an XML payload."""

    path: str
    """XPath with the conventional prefixes (`work:`, `common:`)."""
    line: int | None
    """From 1."""
    column: int | None
    """From 1."""


class XmlLocator:
    """Finds places in one payload. The text is gone through again at the first question, so ask only about faults."""

    def __init__(self, body: bytes | str, root: Element, shape: Parts) -> None:
        self._body = body
        self._root = root
        self._shape = shape
        self._positions: dict[Element, tuple[int, int]] | None = None

    def place(self, at: At) -> XmlPlace:
        """Return the place of a part; of one that is not there: of the nearest part around it that is."""
        element, attribute = find(self._root, self._shape, at)
        if self._positions is None:
            self._positions = dict(zip(self._root.iter(), _starts(self._body), strict=False))
        line, column = self._positions.get(element, (None, None))
        path = path_of(element)
        return XmlPlace(f"{path}/@{_shown(attribute)}" if attribute else path, line, column)


def find(root: Element, shape: Shape, at: At) -> tuple[Element, str | None]:
    """Return the element that holds a part of the content, and the name of the attribute if it is one."""
    element = root
    steps = list(at)
    while steps:
        step = steps.pop(0)
        if not isinstance(step, str) or step == STRAY:
            break
        if step.startswith(ATTRIBUTE):
            return element, step.removeprefix(ATTRIBUTE)
        if step in shape.attributes and step in element.keys():  # noqa: SIM118 - an element is no mapping
            return element, step
        if not isinstance(shape, Parts):
            break
        chosen = step == shape.choice
        found = _chosen(element, shape, steps) if chosen else _stepped(element, shape, step, steps)
        if found is None:
            break
        element, part = found
        if part is None:
            break
        shape = part.shape
    return element, None


def _chosen(element: Element, shape: Parts, steps: list[str | int]) -> tuple[Element, Part | None] | None:
    """Follow the steps into a list of several kinds of element: an index, then the name."""
    if not steps or not isinstance(steps[0], int):
        return None
    chosen = ((child, part) for child, part in _children(element, shape) if part is not None)
    index = int(steps.pop(0))
    if steps:
        steps.pop(0)
    return next(islice(chosen, index, None), None)


def _stepped(element: Element, shape: Parts, step: str, steps: list[str | int]) -> tuple[Element, Part | None] | None:
    """Follow one step, with the index after it where there is one."""
    part = shape.by_key.get(step)
    if part is not None and part.wraps:
        around = next((child for child, its in _children(element, shape) if its is part), None)
        if around is None or not isinstance(part.shape, Parts) or not steps:
            return None if around is None else (around, None)
        return _stepped(around, part.shape, step, steps) or (around, None)
    index = 0
    if steps and isinstance(steps[0], int):
        index = int(steps.pop(0))
    elif part is not None and part.many:
        return None
    if part is None:
        same = (child for child in element if child.tag == step)
    else:
        same = (child for child, its in _children(element, shape) if its is part)
    # Lazily: the faults that are told come first, and a hopeless payload has hundreds of thousands of children.
    child = next(islice(same, index, None), None)
    return None if child is None else (child, part)


def at_of(root: Element, shape: Shape, element: Element) -> At:
    """Return where the content of an element is, or would be."""
    at: list[str | int] = []
    chain = [element, *element.iterancestors()]
    chain.reverse()
    for child in chain[chain.index(root) + 1 :]:
        part = shape.part_of(child.tag) if isinstance(shape, Parts) else None
        if part is None or not isinstance(shape, Parts):
            number = _number(child)
            return (*at, str(child.tag), *([] if number is None else [number]))
        if shape.choice is not None:
            at += [shape.choice, sum(shape.part_of(other.tag) is not None for other in _before(child)), part.key]
        elif not part.wraps:
            index = sum(shape.part_of(other.tag) is part for other in _before(child))
            at += [part.key, index] if part.many or index else [part.key]
        shape = part.shape
    return tuple(at)


def path_of(element: Element) -> str:
    """Return an XPath that leads to an element, with a number wherever it has siblings of its name."""
    steps: list[str] = []
    node: Element | None = element
    while node is not None:
        number = _number(node)
        steps.append(_shown(node.tag) if number is None else f"{_shown(node.tag)}[{number + 1}]")
        node = node.getparent()
    return "/" + "/".join(reversed(steps))


def _before(element: Element) -> Iterator[Element]:
    return element.itersiblings(preceding=True)


def _number(element: Element) -> int | None:
    """Return how many siblings of its name stand before an element; None: it is the only one of its name."""
    before = sum(1 for _ in element.itersiblings(element.tag, preceding=True))
    return before if before or next(element.itersiblings(element.tag), None) is not None else None


def _children(element: Element, shape: Parts) -> Iterator[tuple[Element, Part | None]]:
    return ((child, shape.part_of(child.tag)) for child in element)


def _shown(tag: str) -> str:
    """Return a name with the prefix that is usual for its namespace."""
    namespace, _, local = tag.rpartition("}")
    if not namespace.strip("{"):
        return local
    short = namespace.removeprefix("{" + NAMESPACE)
    if SHORT.fullmatch(short):
        return f"{short}:{local}"
    prefix = {XSI: "xsi", _XML: "xml"}.get(namespace + "}")
    return f"{prefix}:{local}" if prefix else f"*[namespace-uri()='{namespace[1:]}' and local-name()='{local}']"


def _starts(body: bytes | str) -> Sequence[tuple[int, int]]:
    """Return line and column of every start tag, in document order; columns count characters."""
    starts: list[tuple[int, int]] = []
    parser = expat.ParserCreate()

    def met(*_: object) -> None:
        starts.append((parser.CurrentLineNumber, parser.CurrentColumnNumber + 1))

    parser.StartElementHandler = met
    try:
        parser.Parse(decoded(body), True)
    except (expat.ExpatError, ValueError, LookupError):
        return []
    return starts
