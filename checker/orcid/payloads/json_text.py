"""Turn the bytes of a JSON payload into plain values, as far as ORCID's own parser does, and say what stops it.

ORCID reads JSON with Jackson 2.15 in its default settings: UTF-8, UTF-16 and UTF-32 with or without a byte-order mark,
no comments, no `NaN`; the last of several equal keys wins; what follows the document is not looked at. Where the
parser stops inside an object or a list of the payload, the failure reaches ORCID as one of mapping (9047); only at the
outermost level is it told as malformed JSON (9001).
"""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from checker.orcid.payloads.json_place import TOKEN, depth_at, line_and_column
from checker.orcid.payloads.model import Answer, Clause, Fault, Layer
from checker.orcid.payloads.schema_clauses import EMPTY_BODY, TOO_DEEP

MALFORMED: Final = Answer(400, 9001)
MAPPING: Final = Answer(400, 9047)

_JACKSON: Final = "Jackson 2.15, with which ORCID reads JSON (OrcidJacksonJaxbJsonProvider)"


def _clause(name: str, remedy: str, layer: Layer = Layer.SCHEMA, answer: Answer | None = MAPPING) -> Clause:
    return Clause(name, layer, remedy, f"ORCID Member API 3.0: {_JACKSON}", answer)


MALFORMED_JSON: Final = _clause(
    "malformed-json", "Write the document with a JSON library instead of joining text.", answer=MALFORMED
)
NOT_A_NUMBER: Final = _clause(
    "not-a-number", "Leave the part out, or send null: JSON has no NaN and no Infinity.", answer=MALFORMED
)
BAD_ENCODING: Final = _clause("bad-encoding", "Send the document in UTF-8.", answer=MALFORMED)
OVERLONG: Final = Clause(
    "overlong-utf-8",
    Layer.INPUT,
    "Send the document in UTF-8.",
    "ORCID Member API 3.0: Jackson 2.15 reads some byte sequences that are no UTF-8",
)
REPEATED_KEY: Final = _clause(
    "repeated-key", "Send each key once: ORCID takes the last one, other programs may not.", Layer.ADVICE, None
)
TEXT_AFTER: Final = _clause(
    "text-after-document",
    "Send one document only: ORCID reads the first and passes over the rest.",
    Layer.ADVICE,
    None,
)


class Number(str):
    """A number as the document writes it: ORCID keeps its digits where text is due."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON text that was read, or what stops that."""

    text: str = ""
    value: Any = None
    """Plain values, numbers as :class:`Number`; None also when there is a fault."""
    faults: tuple[Fault, ...] = ()
    """At most one, of a document that cannot be read; else advice."""
    readable: bool = False
    offset: int | None = None
    """In the text, of the fault that stops reading."""
    end: int = 0
    """In the text, where the document ends; what follows it is not looked at."""


class _ConstantError(ValueError):
    """`NaN`, `Infinity` or `-Infinity`."""


def _refuse(name: str) -> NoReturn:
    raise _ConstantError(name)


_DECODER: Final = json.JSONDecoder(parse_int=Number, parse_float=Number, parse_constant=_refuse, strict=True)


def parse(body: bytes | str) -> Document:
    """Read a body. Never raises: what is wrong is in the faults."""
    if isinstance(body, str):
        text = body.removeprefix("\ufeff")
    else:
        decoded = _decode(body)
        if isinstance(decoded, Document):
            return decoded
        text = decoded
    start = len(text) - len(text.lstrip(" \t\r\n"))
    if start == len(text):
        return Document(text, faults=(Fault(EMPTY_BODY, (), "The payload is empty.", found="nothing", answer=MAPPING),))
    try:
        value, end = _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        return _malformed(text, error)
    except _ConstantError as error:
        return _constant(text, str(error))
    except RecursionError:
        message = "Objects or lists are nested far deeper than in any payload of ORCID's API."
        return Document(text, faults=(Fault(TOO_DEEP, (), message, answer=MAPPING),), offset=start)
    rest = text[end : end + 200].strip(" \t\r\n") if end < len(text) else ""
    faults: tuple[Fault, ...] = ()
    if rest:
        line, column = line_and_column(text, end + len(text[end:]) - len(text[end:].lstrip(" \t\r\n")))
        message = f"After the end of the document there is more text (line {line}, column {column}): {_shown(rest)}."
        faults = (Fault(TEXT_AFTER, (), message, found=_shown(rest)),)
    return Document(text, value, faults, readable=True, end=end)


def _decode(body: bytes) -> str | Document:
    encoding = json.detect_encoding(body)
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding.startswith("utf-8"):
            # Jackson lets surrogates pass that are written in three bytes each.
            try:
                text = body.decode("utf-8", "surrogatepass").removeprefix("\ufeff")
                return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
            except UnicodeDecodeError:
                pass
        elif encoding.startswith("utf-16"):
            return body.decode(encoding, "replace")  # So does Java's reader of UTF-16.
        good = body[: error.start].decode(encoding, "replace").removeprefix("\ufeff")
        byte = body[error.start : error.start + 1].hex().upper()
        name = "UTF-8" if encoding.startswith("utf-8") else encoding.upper()
        line, column = line_and_column(good, len(good))
        hint = _guess(body)
        message = f"The document is not {name}: byte {byte} in line {line}, column {column}, cannot be read{hint}."
        overlong = name == "UTF-8" and _OVERLONG.match(body, error.start)
        clause = OVERLONG if overlong else BAD_ENCODING
        answer = None if overlong else _answer(good, len(good))
        fault = Fault(clause, (), message, found=f"byte {byte}", allowed=name, answer=answer)
        return Document(good, faults=(fault,), offset=len(good))


_OVERLONG: Final = re.compile(rb"[\xc0\xc1][\x80-\xbf]|\xe0[\x80-\x9f][\x80-\xbf]|[\xf0-\xf7][\x80-\xbf]{3}")
"""What is no UTF-8, but is read all the same."""


def _guess(body: bytes) -> str:
    if body.startswith((codecs.BOM_UTF8, b"PK", b"\x1f\x8b")):
        return " (it looks like a compressed file)" if not body.startswith(codecs.BOM_UTF8) else ""
    return " (it may be Windows-1252 or ISO-8859-1)"


def _answer(text: str, offset: int) -> Answer:
    """Return ORCID's answer to a fault at a place.

    Its parser reads keys by itself, but the text of a value only when the part is filled in.
    """
    depth, within_value = depth_at(text, offset)
    return MAPPING if depth > 1 or (depth == 1 and within_value) else MALFORMED


_SAID: Final = {
    "Expecting value": "a value is missing",
    "Expecting ',' delimiter": "a comma is missing, or a quotation mark is not escaped",
    "Expecting ':' delimiter": "the colon after a key is missing",
    "Expecting property name enclosed in double quotes": "a key in double quotes is due",
    "Illegal trailing comma before end of object": "there is a comma before the closing brace",
    "Illegal trailing comma before end of array": "there is a comma before the closing bracket",
    "Unterminated string starting at": "a text that starts here has no closing quotation mark",
    "Invalid control character at": "a line break or another control character stands in a text unescaped",
    "Invalid \\escape": "a backslash is followed by a character that it cannot escape",
    "Invalid \\uXXXX escape": "\\u is not followed by four hexadecimal digits",
}


def _malformed(text: str, error: json.JSONDecodeError) -> Document:
    offset = min(error.pos, len(text))
    line, column = line_and_column(text, offset)
    shown = _shown(text[offset : offset + 30])
    said = _SAID.get(error.msg) or next(
        (said for start, said in _SAID.items() if error.msg.startswith(start)), error.msg
    )
    hint = _hint(text, offset)
    if not shown:
        said, shown = "it ends before it is complete", "the end of the document"
    message = f"The document is not JSON: in line {line}, column {column}, {hint or said}."
    answer = _answer(text, offset)
    return Document(text, faults=(Fault(MALFORMED_JSON, (), message, found=shown, answer=answer),), offset=offset)


def _hint(text: str, offset: int) -> str:
    here = text[offset : offset + 12]
    before = text[:offset].rstrip()[-1:]
    if here.startswith(("{{", "{%", "${")) or (here.startswith("{") and before == "{"):
        return "there is a placeholder of a template; fill it in first"
    if here.startswith("'"):
        return "there is a single quotation mark where JSON wants a double one"
    if here.startswith(("//", "/*", "#")):
        return "there is a comment; JSON has none"
    if here[:1] in ("}", "]") and before == ",":
        return "there is a comma before the closing bracket"
    if re.match(r"(?:True|False|None|undefined)\b", here):
        return f"there is {re.match('[A-Za-z]+', here)[0]}, which JSON writes as true, false or null"  # type: ignore[index]
    if here.startswith("<"):
        return "there is markup: this may be XML or a page of HTML"
    return ""


def _constant(text: str, name: str) -> Document:
    position, offset = 0, 0
    while match := TOKEN.match(text, position):
        if match[3] is not None and match[3].startswith(name):
            offset = match.start(3)
            break
        position = match.end()
    line, column = line_and_column(text, offset)
    message = f"{name} in line {line}, column {column}, is no number that JSON knows."
    fault = Fault(NOT_A_NUMBER, (), message, found=name, allowed="a number, or null", answer=_answer(text, offset))
    return Document(text, faults=(fault,), offset=offset)


def _shown(text: str) -> str:
    first = text.strip().partition("\n")[0]
    return first if len(first) <= 30 else first[:29] + "…"
