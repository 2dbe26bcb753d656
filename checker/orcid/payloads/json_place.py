"""Where in a JSON document a part stands: JSON pointer, line and column.

Positions are looked for only when there is something to say about them, in one pass over the text.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from checker.orcid.payloads.model import At

Route: TypeAlias = tuple[str | int, ...]
"""Keys and indexes from the root of the document as it was written, which may be laxer than the content."""

TOKEN: Final = re.compile(r'[ \t\r\n]*+(?:([{}\[\]:,])|("(?:[^"\\]++|\\.)*+")|([^\s"{}\[\]:,]++))', re.DOTALL)
"""Groups: punctuation, text with its quotes, anything else (numbers, `true`, garbage)."""


_LINE_END: Final = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Spot:
    """Offsets in the text, from 0, of one part."""

    key: int
    """Of the key that names it; for an element of a list: of the element."""
    value: int


class Lines:
    """Where the lines of a text start, to tell many places at little cost."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def of(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset, both counted from 1; columns count characters."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Return line and column of an offset, both counted from 1; columns count characters."""
    return Lines(text[:offset]).of(offset)


def pointer(route: Route) -> str:
    """Return the JSON pointer (RFC 6901) of a route; empty: the document."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in route)


class Routes:
    """The ways to parts of the content in the document that it was read from.

    A document may leave out a list around one element and the object around a text, and may have `null` in a list.
    """

    def __init__(self, document: Any) -> None:
        self._document = document
        self._numbers: dict[int, list[int]] = {}

    def of(self, at: At) -> Route:
        """Return the way to a part, as far as the document goes."""
        route: list[str | int] = []
        here = self._document
        for step in at:
            if isinstance(here, dict) and isinstance(step, str):
                if step not in here:
                    break
                route.append(step)
                here = here[step]
            elif isinstance(here, list) and isinstance(step, int):
                numbers = self._numbers_of(here)
                if step >= len(numbers):
                    break
                route.append(numbers[step])
                here = here[numbers[step]]
            elif isinstance(step, int) and isinstance(here, dict):
                continue  # One object where a list is due: it is its own first element.
            else:
                break
        return tuple(route)

    def _numbers_of(self, items: list[Any]) -> list[int]:
        """Return the numbers of the elements that are not `null`: the content has only those."""
        known = self._numbers.get(id(items))
        if known is None:
            known = [index for index, item in enumerate(items) if item is not None]
            self._numbers[id(items)] = known
        return known


_Trie: TypeAlias = dict[str | int, "_Trie"]


def find(text: str, wanted: Collection[Route]) -> dict[Route, list[Spot]]:
    """Return where the wanted parts stand, each place of a key that is there more than once, in the order of the text.

    The text has to be well-formed JSON. What is not on the way to a wanted part is passed over at the parser's speed.
    """
    trie: _Trie = {}
    for route in wanted:
        branch = trie
        for step in route:
            branch = branch.setdefault(step, {})
    found: dict[Route, list[Spot]] = {}
    start = _after_space(text, 0)
    if () in wanted:
        found[()] = [Spot(start, start)]
    try:
        if trie:
            _descend(text, start, (), trie, wanted, found)
    except RecursionError:
        pass  # Nested too deeply for the stack that is left: such a part is told without its place.
    return found


_SPACE: Final = re.compile(r"[ \t\r\n]*+")
_READ: Final = json.JSONDecoder(parse_int=str, parse_float=str).raw_decode


def _after_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _descend(
    text: str, start: int, route: Route, trie: _Trie, wanted: Collection[Route], found: dict[Route, list[Spot]]
) -> int:
    """Note the wanted parts of the value that starts here; return where it ends."""
    opening = text[start]
    if opening not in "{[":
        return _READ(text, start)[1]
    position = _after_space(text, start + 1)
    if text[position] in "}]":
        return position + 1
    index = 0
    while True:
        key_at = position
        step: str | int = index
        if opening == "{":
            step, position = _READ(text, position)
            position = _after_space(text, _after_space(text, position) + 1)
        branch = trie.get(step)
        if branch is None:
            position = _READ(text, position)[1]
        else:
            inner = (*route, step)
            if inner in wanted:
                found.setdefault(inner, []).append(Spot(key_at, position))
            position = _descend(text, position, inner, branch, wanted, found)
        position = _after_space(text, position)
        if text[position] != ",":
            return position + 1
        position = _after_space(text, position + 1)
        index += 1


def depth_at(text: str, offset: int) -> tuple[int, bool]:
    """Return how many objects and lists are open at an offset, and whether it is inside a text that is a value.

    The text need not be JSON beyond the offset. A text that starts at the offset counts when it has no end.
    """
    depth, position, value_due = 0, 0, False
    while match := TOKEN.match(text, position):
        start = match.start(match.lastindex or 0)
        if match[2] is not None and start < offset < match.end():
            return depth, value_due
        if start >= offset:
            return depth, False
        if match[1] is not None:
            depth += (match[1] in "{[") - (match[1] in "}]")
        value_due = match[1] == ":"
        position = match.end()
    return depth, value_due and text[_after_space(text, position) :][:1] == '"'
