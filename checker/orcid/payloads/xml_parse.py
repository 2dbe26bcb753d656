"""From bytes to an XML tree, safely: no document type, no entities, no network, bounded size and depth."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

from lxml import etree

from checker.orcid.payloads.model import Clause, Fault, Layer

LARGEST: Final = 32 * 1024 * 1024
"""Bytes of a payload that is read. A limit of ours, not of ORCID's: a hundred works with long author lists fit in."""

MOST_TAGS: Final = 1_000_000
"""Tags and attributes of a payload that is read: a tree takes far more memory than its text. Ours, too."""

_SOURCE: Final = "XML 1.0"

EMPTY: Final = Clause("empty", Layer.SCHEMA, "Send the item in the body.", "ORCID Member API 3.0")
TOO_LARGE: Final = Clause(
    "too-large", Layer.SCHEMA, "Send the items one by one, or in several bulks.", "A limit of this tool"
)
TOO_DEEP: Final = Clause("too-deep", Layer.SCHEMA, "Send the elements of the item alone.", "A limit of this tool")
MALFORMED: Final = Clause("xml-malformed", Layer.SCHEMA, "Write the payload with an XML library.", _SOURCE)
ENCODING: Final = Clause(
    "xml-encoding", Layer.SCHEMA, "Write the payload as UTF-8 and declare it as UTF-8, or not at all.", _SOURCE
)
DOCTYPE: Final = Clause(
    "xml-doctype", Layer.SCHEMA, "Leave out the document type; the schemas are known to ORCID.", "ORCID Member API 3.0"
)


def _parser(encoding: str | None) -> etree.XMLParser:
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


_BYTES: Final = _parser(None)
_TEXT: Final = _parser("utf-8")
_DECLARED: Final = re.compile(r"""<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']""")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0?\0", "utf-16-le"),
    (b"\0<\0?", "utf-16-be"),
)
_AT_END: Final = re.compile(r",? line \d+, column \d+$")


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a payload is no XML tree."""

    fault: Fault
    line: int | None
    """From 1."""
    column: int | None
    """From 1."""


class _DoctypeMet(Exception):
    """Ends a look for a document type."""


def parse_xml(body: bytes | str) -> etree._Element | Unread:
    """Return the root of a payload, or why it has none. Text is taken as what the bytes would say, decoded."""
    if len(body) > LARGEST:
        message = f"The payload has {len(body):,} bytes."
        return Unread(Fault(TOO_LARGE, (), message, f"{len(body):,} bytes", f"at most {LARGEST:,} bytes"), None, None)
    if len(body) > MOST_TAGS and _tags(body) > MOST_TAGS:
        message = f"The payload has more than {MOST_TAGS:,} tags and attributes."
        return Unread(Fault(TOO_LARGE, (), message, allowed=f"at most {MOST_TAGS:,}"), None, None)
    if not body.strip():
        return Unread(Fault(EMPTY, (), "The payload is empty."), None, None)
    if isinstance(body, str):
        try:
            data = body.encode()
        except UnicodeEncodeError as error:
            return _lone_surrogate(body, error.start)
        parser = _TEXT
    else:
        data, parser = body, _BYTES
        lie = _lying_encoding(body)
        if lie is not None:
            return Unread(lie, 1, 1)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        return _doctype(body) or _syntax(error)
    except (LookupError, ValueError, etree.LxmlError) as error:
        return Unread(Fault(MALFORMED, (), f"The XML cannot be read: {error}."), None, None)
    if root.getroottree().docinfo.internalDTD is not None:
        return _doctype(body) or Unread(Fault(DOCTYPE, (), "The payload has a document type (DOCTYPE)."), 1, 1)
    return root


def decoded(body: bytes | str) -> str | bytes:
    """Return a readable payload as text, when this can be told; else as it is."""
    if isinstance(body, str):
        return body
    mark = _mark(body)
    encoding = mark or "utf-8"
    if mark is None:
        declared = _DECLARED.match(body[:200].decode("latin-1"))
        encoding = declared[1] if declared else "utf-8"
    try:
        return body.decode(encoding).removeprefix("\ufeff")
    except (UnicodeDecodeError, LookupError):
        return body


def _tags(body: bytes | str) -> int:
    return body.count("<") + body.count("=") if isinstance(body, str) else body.count(b"<") + body.count(b"=")


def _mark(body: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS if body.startswith(mark)), None)


def _lying_encoding(body: bytes) -> Fault | None:
    """Tell an encoding declared in the first line from the one that the first bytes show."""
    shown = _mark(body)
    try:
        head = body[:400].decode(shown or "latin-1", "ignore").lstrip("\ufeff")
    except LookupError:
        return None
    match = _DECLARED.match(head)
    if match is None:
        return None
    declared = match[1].lower().replace("_", "-")
    if shown is None:
        wide = declared.startswith(("utf-16", "utf-32", "ucs-2", "ucs-4", "iso-10646-ucs"))
        found = "a text of one byte per character" if wide else None
    else:
        family = shown[:6].rstrip("-")
        found = None if declared.startswith(family) or declared == family.replace("-", "") else shown.upper()
    if found is None:
        return None
    message = f"The first line declares the encoding {match[1]}, but the payload is {found}."
    return Fault(ENCODING, (), message, match[1], "UTF-8" if shown is None else shown.upper())


def _syntax(error: etree.XMLSyntaxError) -> Unread:
    line, column = error.position
    said = _AT_END.sub("", str(error.msg or "no reason given")).strip().rstrip(".")
    place = (line or None, max(column, 1) if line else None)
    if "xcessive depth" in said:
        return Unread(Fault(TOO_DEEP, (), f"The elements are nested too deep to be read: {said}."), *place)
    code = getattr(error, "code", None)
    if code in (etree.ErrorTypes.ERR_INVALID_ENCODING, etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING):
        return Unread(Fault(ENCODING, (), f"The bytes are not in the encoding that they claim: {said}."), *place)
    return Unread(Fault(MALFORMED, (), f"The XML is not well-formed: {said}."), *place)


def _lone_surrogate(text: str, start: int) -> Unread:
    line = text.count("\n", 0, start) + 1
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    found = f"U+{ord(text[start]):04X}"
    return Unread(Fault(ENCODING, (), f"The payload holds {found}, half of a character.", found), line, column)


def _doctype(body: bytes | str) -> Unread | None:
    """Return where a document type begins, if there is one before the text breaks off."""
    parser = expat.ParserCreate()

    def met(*_: object) -> None:
        raise _DoctypeMet

    parser.StartDoctypeDeclHandler = met
    try:
        parser.Parse(decoded(body), True)
    except _DoctypeMet:
        message = "The payload has a document type (DOCTYPE)."
        return Unread(Fault(DOCTYPE, (), message), parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
    except (expat.ExpatError, ValueError, LookupError):
        return None
    return None
