"""The JSON form of a payload, read as laxly as ORCID reads it.

ORCID maps JSON to its classes first and then judges the XML that these would write. So this module does the mapping,
with the leniency of ORCID's mapper, and tells what the mapper refuses (a part that it does not know, an object where
text is due ...); what the schema refuses is told by :mod:`checker.orcid.payloads.validity` from the content.

Where the classes know less than the schema, or read more, is said in
:mod:`checker.orcid.payloads.json_classes`; everything else follows from
the description. Source: facts on the API, section 13; the classes of orcid-model; Jackson 2.15 in default settings
with ACCEPT_SINGLE_VALUE_AS_ARRAY (OrcidJacksonJaxbJsonProvider).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Final, TypeAlias

from checker.orcid.payloads.description import Schema, follow, schema_of
from checker.orcid.payloads.json_classes import BARE, ENUMS, NEVER_BARE, PASSED_OVER, UNREAD
from checker.orcid.payloads.json_oddities import odd_characters, repeated_keys
from checker.orcid.payloads.json_place import Lines, Route, Routes, Spot, find, line_and_column, pointer
from checker.orcid.payloads.json_sound import is_sound
from checker.orcid.payloads.json_text import (
    MAPPING,
    REPEATED_KEY,
    Document,
    Number,
    parse,
)
from checker.orcid.payloads.kinds import KINDS
from checker.orcid.payloads.model import Answer, At, Clause, Content, Fault, Layer
from checker.orcid.payloads.schema_clauses import UNKNOWN_PART, VALUE_NOT_ALLOWED, WRONG_TYPE
from checker.orcid.payloads.words import choice, named, quoted, sort_of

NULL_IN_LIST: Final = Clause(
    "null-in-list",
    Layer.INPUT,
    "Leave the element out of the list: where ORCID's checks do not expect it, the answer is 500 with error 9008.",
    "ORCID Member API 3.0: lists are gone through without a test for null (ActivityValidator, ExternalIDValidator)",
    Answer(500, 9008),
)
_LONG: Final = range(-(2**63), 2**63)
_INT: Final = range(-(2**31), 2**31)
_TRUTH: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


class _Absent:
    """What a part becomes that is not there, or that could not be read."""


_ABSENT: Final = _Absent()


@dataclass(slots=True)
class _Run:
    """What one reading finds out besides the content."""

    faults: list[Fault] = field(default_factory=list)


_Reader: TypeAlias = Callable[[Any, At, _Run], Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part stands in the document."""

    path: str
    """JSON pointer."""
    line: int | None
    column: int | None
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class JsonReading:
    """A JSON payload, read."""

    kind: str | None
    document: Document
    content: Content = field(default_factory=dict)
    """Without the parts that could not be read."""
    faults: Sequence[Fault] = ()
    """What the parser or the mapper refuses, and advice on how the document is written."""
    sound: bool = False
    """The schema is known to refuse nothing in the content; False: it has to be asked."""

    def places(self, faults: Sequence[Fault]) -> list[Place]:
        """Return the place of each fault, in one pass over the document."""
        document = self.document
        if document.offset is not None:
            line, column = line_and_column(document.text, document.offset)
            return [Place("", line, column, document.offset) for _ in faults]
        if not document.readable:
            return [Place("", None, None) for _ in faults]
        ways = Routes(document.value)
        routes = [ways.of(fault.at) for fault in faults]
        spots = find(document.text, set(routes))
        lines = Lines(document.text)
        return [_place(lines, route, spots.get(route), fault) for route, fault in zip(routes, faults, strict=True)]


def _place(lines: Lines, route: Route, spots: list[Spot] | None, fault: Fault) -> Place:
    if not spots:
        return Place(pointer(route), None, None)
    spot = spots[-1]
    offset = spot.key if fault.clause in (UNKNOWN_PART, REPEATED_KEY) else spot.value
    return Place(pointer(route), *lines.of(offset), offset)


def read_json(body: bytes | str | Document, kind: str | None) -> JsonReading:
    """Read a JSON payload of a kind; None: only parse it. Never raises for what is in the body.

    Raises KeyError when there is no such kind.
    """
    document = body if isinstance(body, Document) else parse(body)
    if not document.readable or kind is None:
        return JsonReading(kind, document, faults=document.faults)
    run = _Run()
    value = document.value
    content: Content = {}
    sound = is_sound(kind, value)
    if sound:
        content = value
    elif value is None:
        message = "The payload is null, which ORCID reads as no payload at all."
        run.faults.append(
            Fault(WRONG_TYPE, (), message, found="null", allowed=f"an object: the {kind}", answer=MAPPING)
        )
    else:
        read = _reader_of(kind)(value, (), run)
        if read is not _ABSENT:
            content = read
    run.faults.extend(repeated_keys(document))
    run.faults.extend(odd_characters(document, content))
    return JsonReading(kind, document, content, (*run.faults, *document.faults), sound)


@cache
def _reader_of(kind: str) -> _Reader:
    schema = schema_of(kind)
    name = "affiliation" if KINDS[kind].family == "affiliation" else kind
    return _Compiler(schema, person=KINDS[kind].family == "person", kind=kind).reader(name, schema, "")


class _Compiler:
    """Turns a description into readers."""

    def __init__(self, schema: Schema, *, person: bool, kind: str) -> None:
        self._schema = schema
        self._person = person
        self._kind = kind
        self._made: dict[str, _Reader] = {}

    def part(self, key: str, part: Schema) -> _Reader:
        """Return the reader of what a key holds."""
        reference = part.get("$ref")
        if reference is None:
            return self.reader(key, part, key)
        name = reference.removeprefix("#/$defs/")
        identity = f"{name} {key}" if name in ("path", "display-index", "visibility", "time") else name
        if identity not in self._made:
            # A part may lead back to itself: stand in until it is made.
            self._made[identity] = lambda value, at, run: self._made[identity](value, at, run)
            self._made[identity] = self.reader(name, follow(part, self._schema), key)
        return self._made[identity]

    def reader(self, name: str, part: Schema, key: str) -> _Reader:
        """Return the reader of a part whose shared name (or key) is given."""
        if key in ENUMS:
            return _enum(key)
        if part.get("type") == "array":
            return self._list(key, part["items"])
        if part.get("type") == "object" or "properties" in part:
            return self._object(name, part, key)
        if part.get("type") == "integer":
            return _whole(_INT if part.get("maximum") == _INT[-1] else _LONG)
        if "const" in part:
            return _truth
        if name == "display-index" and self._person:
            return _index
        return _text

    def _list(self, key: str, items: Schema) -> _Reader:
        read = self.part(key, items) if "$ref" in items else self.reader(key, items, key)

        def reader(value: Any, at: At, run: _Run) -> Any:
            if type(value) is not list:
                one = read(value, (*at, 0), run)
                return _ABSENT if one is _ABSENT else [one]
            elements: list[Any] = []
            for item in value:
                if item is None:
                    message = f"{named(at)} has an element that is null."
                    run.faults.append(Fault(NULL_IN_LIST, at, message, found="null", allowed="an object"))
                    continue
                place = (*at, len(elements))
                element = read(item, place, run)
                # An element that cannot be read keeps its number, so that the places of the others stay right.
                elements.append({} if element is _ABSENT else element)
            return elements

        return reader

    def _object(self, name: str, part: Schema, key: str) -> _Reader:
        properties: Schema = part["properties"]
        if name == "time" and self._kind == "notification":
            return _bare_time
        if name == "time":
            return _object_reader({"value": _stamp}, frozenset(), None, key, None)
        unread = UNREAD.get(name, frozenset())
        passed = PASSED_OVER.get(name, frozenset())
        readers = {key: self.part(key, inner) for key, inner in properties.items() if key not in unread}
        finish = None
        text = "value" in properties and "value" in readers
        bare = BARE.get(name) or ("value" if text and name not in NEVER_BARE and key != "country" else None)
        if name in ("year", "month", "day"):
            return _object_reader(readers, passed, None, key, _value_there, numbers=0 if name == "year" else 2)
        if name == "normalized":
            finish = _always_transient
        elif name == "normalized-error":
            finish = _transient
        elif text and name != "country":  # Of a country without a value, ORCID makes an empty element itself.
            finish = _value_there
        elif name == "element" and self._kind == "bulk":
            return _one_key(readers)
        return _object_reader(readers, passed, bare, key, finish)


def _object_reader(
    readers: dict[str, _Reader],
    passed: frozenset[str],
    bare: str | None,
    name: str,
    finish: Callable[[Content], None] | None,
    numbers: int | None = None,
) -> _Reader:
    def reader(value: Any, at: At, run: _Run) -> Any:
        if not isinstance(value, dict):
            if bare is not None and type(value) is str:
                content = {bare: value}
                if finish is not None:
                    finish(content)
                return content
            if numbers is not None and (digits := _whole_text(value)) is not None:
                return {"value": digits if numbers == 0 else _padded(digits)}
            run.faults.append(_wrong(at, value, _shape(name, readers)))
            return _ABSENT
        content = {}
        for key, inner in value.items():
            if inner is None and key in readers:
                continue
            read = readers.get(key)
            if read is _text and type(inner) is str:
                content[key] = inner
            elif read is not None:
                part = read(inner, (*at, key), run)
                if part is not _ABSENT:
                    content[key] = part
            elif key not in passed:
                run.faults.append(_unknown(at, key, readers))
        if finish is not None:
            finish(content)
        return content

    return reader


def _one_key(readers: dict[str, _Reader]) -> _Reader:
    plain = _object_reader(readers, frozenset(), None, "bulk", None)

    def reader(value: Any, at: At, run: _Run) -> Any:
        if isinstance(value, dict) and len(value) != 1:
            message = f'{named(at)} has {len(value)} keys; each element has one, as in {{"work": {{…}}}}.'
            run.faults.append(
                Fault(WRONG_TYPE, at, message, found=f"{len(value)} keys", allowed="one key: work", answer=MAPPING)
            )
            return _ABSENT
        if isinstance(value, dict) and None in value.values():
            run.faults.append(_wrong((*at, next(iter(value))), None, "an object"))
            return _ABSENT
        return plain(value, at, run)

    return reader


def _value_there(content: Content) -> None:
    """An object around a text that says nothing is an empty element, and its text is empty."""
    content.setdefault("value", "")


def _always_transient(content: Content) -> None:
    content.setdefault("value", "")
    content["transient"] = True


def _transient(content: Content) -> None:
    content.setdefault("transient", True)


def _text(value: Any, at: At, run: _Run) -> Any:
    if type(value) is str:
        return value
    if isinstance(value, Number):
        return str.__str__(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    run.faults.append(_wrong(at, value, "plain text"))
    return _ABSENT


def _enum(key: str) -> _Reader:
    values = ENUMS[key]

    def reader(value: Any, at: At, run: _Run) -> Any:
        if isinstance(value, str):
            name = value.strip()
            if name in values:
                return name
            if re.fullmatch("0|[1-9][0-9]{0,3}", name) and int(name) < len(values):
                return values[int(name)]
            allowed = choice(name, [value for value in values if value != "system"])
            message = f"{named(at)} is {quoted(value)}, which is none of the values that ORCID knows."
            run.faults.append(Fault(VALUE_NOT_ALLOWED, at, message, found=value, allowed=allowed, answer=MAPPING))
            return _ABSENT
        run.faults.append(_wrong(at, value, "plain text"))
        return _ABSENT

    return reader


def _whole(limits: range) -> _Reader:
    def reader(value: Any, at: At, run: _Run) -> Any:
        number = _coerced(value)
        if number is None or (number is not _ABSENT and number not in limits):
            run.faults.append(_wrong(at, value, f"a whole number of at most {64 if limits is _LONG else 32} bits"))
            return _ABSENT
        return number

    return reader


def _index(value: Any, at: At, run: _Run) -> Any:
    number = _whole(_LONG)(value, at, run)
    return number if number is _ABSENT else str(number)


def _coerced(value: Any) -> Any:
    """Return the whole number that the mapper makes of a value; `_ABSENT`: none is there; None: it refuses."""
    if isinstance(value, Number):
        try:
            return int(value)
        except ValueError:
            return _cut(value)
    if type(value) is str:
        if value in ("", "null"):
            return _ABSENT
        text = value.strip()
        if text == "null":
            return _ABSENT
        return int(text) if re.fullmatch("[+-]?[0-9]{1,30}", text, re.ASCII) else None
    return None


def _cut(value: Number) -> int | None:
    """Return a number with a fraction or an exponent as the mapper cuts it."""
    try:
        number = float(value)
        return int(number) if abs(number) < 2**63 else None
    except (ValueError, OverflowError):
        return None


def _whole_text(value: Any) -> str | None:
    """Return the digits of a year, month or day that is written without its object; None: it is refused."""
    if isinstance(value, Number):
        return str.__str__(value) if re.fullmatch("-?[0-9]{1,10}", value) and int(value) in _INT else None
    if type(value) is str and re.fullmatch(r"[+-]?[0-9]{1,10}", value.strip(), re.ASCII):
        return str(int(value)) if int(value) in _INT else None
    return None


def _padded(digits: str) -> str:
    return digits.rjust(2, "0")


def _truth(value: Any, at: At, run: _Run) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, Number) and re.fullmatch("-?[0-9]+", value):
        return bool(value.strip("-0"))
    if type(value) is str:
        if value == "":
            return _ABSENT
        if value.strip() in _TRUTH:
            return _TRUTH[value.strip()]
    run.faults.append(_wrong(at, value, "true"))
    return _ABSENT


_WRITTEN_TIME: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?(?:\.([0-9]+))?(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?",
    re.ASCII,
)


def _stamp(value: Any, at: At, run: _Run) -> Any:
    """Read a time stamp: milliseconds, or a date as text, which the mapper takes too."""
    if isinstance(value, Number) or type(value) is str:
        text = value.strip()
        if not text:
            return _ABSENT
        if re.fullmatch("-?[0-9]{1,19}", text, re.ASCII) and int(text) in _LONG:
            return int(text)
        if match := _WRITTEN_TIME.fullmatch(text):
            return _milliseconds(match)
    run.faults.append(_wrong(at, value, "milliseconds since 1970, or a date and time such as 2024-03-01T12:00:00Z"))
    return _ABSENT


def _milliseconds(match: re.Match[str]) -> int:
    year, month, day = (int(match[group]) for group in (1, 2, 3))
    hour, minute, second = (int(match[group] or 0) for group in (4, 5, 6))
    # A month or a day beyond the calendar runs on into the next, as it does in ORCID's mapper.
    months = year * 12 + month - 1
    cycles, within = divmod(months // 12 - 1, 400)
    days = date(within + 1, months % 12 + 1, 1).toordinal() + cycles * 146_097 + day - 1 - date(1970, 1, 1).toordinal()
    stamp = ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + int(f"{(match[7] or '')[:3]:0<3}")
    zone = match[8]
    if zone and zone != "Z":
        digits = zone[1:].replace(":", "").ljust(4, "0")
        away = (int(digits[:2]) * 60 + int(digits[2:])) * 60_000
        stamp += away if zone[0] == "-" else -away
    return stamp


def _bare_time(value: Any, at: At, run: _Run) -> Any:
    stamp = _stamp(value, at, run)
    return stamp if stamp is _ABSENT else {"value": stamp}


def _shape(name: str, readers: dict[str, _Reader]) -> str:
    if "value" in readers:
        return f'an object around the value, {{"{name}": {{"value": …}}}}' if name else "an object"
    return (
        f"an object with {', '.join(list(readers)[:4])} …"
        if len(readers) > 4
        else f"an object with {', '.join(readers)}"
    )


def _wrong(at: At, value: Any, due: str) -> Fault:
    found = sort_of(value)
    return Fault(
        WRONG_TYPE, at, f"{named(at)} is {found} where ORCID reads {due}.", found=found, allowed=due, answer=MAPPING
    )


def _unknown(at: At, key: str, readers: dict[str, _Reader]) -> Fault:
    where = named(at) if at else "the payload"
    if key == "resource-items" and "resource-item" in readers:
        message = 'The level "resource-items" is there in XML only; JSON has the list "resource-item" in its place.'
        return Fault(UNKNOWN_PART, (*at, key), message, found=key, allowed="resource-item", answer=MAPPING)
    message = f"ORCID knows no part {quoted(key)} in {where}, and refuses what it does not know."
    return Fault(UNKNOWN_PART, (*at, key), message, found=key, allowed=choice(key, list(readers)), answer=MAPPING)
