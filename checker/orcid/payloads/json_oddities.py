"""What a JSON document may have that ORCID takes or fails on without a word: repeated keys, unprintable characters."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from checker.orcid.payloads.json_place import Lines, Route, find
from checker.orcid.payloads.json_text import REPEATED_KEY, Document
from checker.orcid.payloads.model import Answer, At, Clause, Content, Fault, Layer
from checker.orcid.payloads.words import named

NUL_IN_TEXT: Final = Clause(
    "null-character",
    Layer.INPUT,
    "Take the character out of the text: ORCID may answer 500 with error 9008.",
    "ORCID-Source: texts are stored in PostgreSQL, which takes no null character",
    Answer(500, 9008),
)
CONTROL_CHARACTER: Final = Clause(
    "control-character",
    Layer.ADVICE,
    "Take the character out of the text: XML cannot carry it, so readers of the record would get broken XML.",
    "XML 1.0, section 2.2",
)
LONE_SURROGATE: Final = Clause(
    "lone-surrogate",
    Layer.ADVICE,
    "Write the character whole: half of a surrogate pair is no character and is lost on the way.",
    "RFC 8259, section 8.2; The Unicode Standard, D75",
)

_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPED: Final = re.compile(r"\\(?:u00[01]|[uU][dD][89a-fA-F]|u[fF]{3}[eEfF]|[bf])")
_SUSPECT: Final = re.compile("[\ud800-\udfff\ufffe\uffff]")


class _Repeated(dict[str, Any]):
    """An object in which keys are repeated; holds the last value of each."""

    __slots__ = ("names",)
    names: tuple[str, ...]


def repeated_keys(document: Document) -> Iterator[Fault]:
    """Yield a fault for each key that an object has more than once."""
    # What looks like a key is counted: at least each key of the document, so that if no more are there than the
    # objects have, none is there twice. This is cheaper than looking at each object while it is read.
    if len(_KEY.findall(document.text, 0, document.end)) == _keys_in(document.value):
        return
    routes = _routes_of_repeated(_read_again(document))
    if not routes:
        return
    spots = find(document.text, set(routes))
    lines = Lines(document.text)
    for route in routes:
        places = [lines.of(spot.key) for spot in spots.get(route, ())]
        told = " and ".join(f"line {line}, column {column}" for line, column in places[:3])
        message = f"The key {route[-1]} is there {len(places)} times ({told}); ORCID takes the last one."
        yield Fault(REPEATED_KEY, route, message, found=str(route[-1]), allowed="each key once")


_KEY: Final = re.compile('"[ \\t\\n\\r]*:')


def _keys_in(value: Any) -> int:
    """Return how many keys all objects of a document have together."""
    count = 0
    waiting = [value]
    for node in waiting:  # which grows on the way
        if type(node) is dict:
            count += len(node)
            waiting += node.values()
        elif type(node) is list:
            waiting += node
    return count


def _read_again(document: Document) -> Any:
    """Return the values of a readable document, its objects with repeated keys as :class:`_Repeated`."""

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) == len(pairs):
            return members
        again = _Repeated(members)
        counts = Counter(key for key, _ in pairs)
        again.names = tuple(key for key, count in counts.items() if count > 1)
        return again

    try:
        return json.loads(document.text[: document.end], object_pairs_hook=members, parse_int=str, parse_float=str)
    except RecursionError:  # Barely shallow enough to be read without the hook.
        return None


def _routes_of_repeated(value: Any) -> list[Route]:
    routes: list[Route] = []
    waiting: list[tuple[Route, Any]] = [((), value)]
    while waiting:
        route, node = waiting.pop()
        if isinstance(node, _Repeated):
            routes += [(*route, name) for name in node.names]
        if isinstance(node, dict):
            waiting += [((*route, key), part) for key, part in node.items() if isinstance(part, dict | list)]
        elif isinstance(node, list):
            waiting += [((*route, index), part) for index, part in enumerate(node) if isinstance(part, dict | list)]
    return routes


def odd_characters(document: Document, content: Content) -> Iterator[Fault]:
    """Yield a fault for each text with a character that XML cannot carry."""
    text = document.text
    if ("\\" in text and _ESCAPED.search(text)) or (not text.isascii() and _SUSPECT.search(text)):
        yield from _odd(content, ())


_STORED_AS_JSON: Final = frozenset({"external-ids", "contributors", "review-identifiers"})
"""Parts that ORCID stores as JSON, in which a null character is escaped."""


def _odd(value: Any, at: At) -> Iterator[Fault]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _odd(part, (*at, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _odd(part, (*at, index))
    elif isinstance(value, str) and (odd := _NOT_XML.search(value)):
        code = f"U+{ord(odd[0]):04X}"
        if odd[0] == "\0" and not _STORED_AS_JSON.intersection(at):
            yield Fault(NUL_IN_TEXT, at, f"{named(at)} has a null character in it, which ORCID cannot store.", code)
        elif "\ud800" <= odd[0] <= "\udfff":
            yield Fault(LONE_SURROGATE, at, f"{named(at)} has half of a surrogate pair in it ({code}).", code)
        else:
            yield Fault(CONTROL_CHARACTER, at, f"{named(at)} has the control character {code} in it.", code)
