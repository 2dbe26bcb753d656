"""What a JSON document may have that ORCID takes or fails on without a word: repeated keys, unprintable characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from checker.orcid.payloads.json_place import Lines, Route, find
from checker.orcid.payloads.json_text import REPEATED_KEY, Document, Repeated
from checker.orcid.payloads.model import Answer, At, Clause, Content, Fault, Layer
from checker.orcid.payloads.words import named

NUL_IN_TEXT: Final = Clause(
    "null-character",
    Layer.RULE,
    "Take the character out of the text.",
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
_SUSPECT: Final = re.compile(r"\\(?:u00[01]|[uU][dD][89a-fA-F]|u[fF]{3}[eEfF]|[bf])|[\ud800-\udfff\ufffe\uffff]")


def repeated_keys(document: Document) -> Iterator[Fault]:
    """Yield a fault for each key that an object has more than once."""
    if not document.repeated:
        return
    routes = dict(_routes_of_repeated(document.value, ()))
    spots = find(document.text, set(routes))
    lines = Lines(document.text)
    for route, at in routes.items():
        places = [lines.of(spot.key) for spot in spots.get(route, ())]
        told = " and ".join(f"line {line}, column {column}" for line, column in places[:3])
        message = f"The key {route[-1]} is there {len(places)} times ({told}); ORCID takes the last one."
        yield Fault(REPEATED_KEY, at, message, found=str(route[-1]), allowed="each key once")


def _routes_of_repeated(value: Any, route: Route) -> Iterator[tuple[Route, At]]:
    if isinstance(value, dict):
        if isinstance(value, Repeated):
            for name in value.names:
                yield (*route, name), (*route, name)
        for key, part in value.items():
            yield from _routes_of_repeated(part, (*route, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _routes_of_repeated(part, (*route, index))


def odd_characters(document: Document, content: Content) -> Iterator[Fault]:
    """Yield a fault for each text with a character that XML cannot carry."""
    if _SUSPECT.search(document.text):
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
