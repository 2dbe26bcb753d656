"""From bytes to an XML tree, safely: no document type, no entities, no network, bounded size and depth."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final, Literal
from xml.parsers import expat

from lxml import etree

from checker.orcid.payloads.kinds import NAMESPACE
from checker.orcid.payloads.model import Clause, Fault, Layer
from checker.orcid.payloads.schema_clauses import EMPTY_BODY, TOO_DEEP

LARGEST: Final = 32 * 1024 * 1024
"""Bytes of a payload that is read. A limit of ours, not of ORCID's: a hundred works with long author lists fit in."""

MOST_TAGS: Final = 1_000_000
"""Tags and attributes of a payload that is read: a tree takes far more memory than its text. Ours, too."""

_SOURCE: Final = "XML 1.0"

TOO_LARGE: Final = Clause(
    "too-large", Layer.INPUT, "Send the items one by one, or in several bulks.", "A limit of this tool"
)
MALFORMED: Final = Clause("xml-malformed", Layer.SCHEMA, "Write the payload with an XML library.", _SOURCE)
ENCODING: Final = Clause(
    "xml-encoding", Layer.SCHEMA, "Write the payload as UTF-8 and declare it as UTF-8, or not at all.", _SOURCE
)
DOCTYPE: Final = Clause(
    "xml-doctype",
    Layer.ADVICE,
    "Leave out the document type: it says nothing, and other programs refuse whatever has one.",
    "OWASP, XML External Entity Prevention",
)
DECLARATIONS: Final = Clause(
    "xml-declarations",
    Layer.INPUT,
    "Leave out the document type and write what its entities stand for; the schemas are known to ORCID.",
    "A limit of this tool: nothing that a document declares is carried out",
)
NOT_JUDGED: Final = Clause(
    "xml-not-judged", Layer.INPUT, "Write the payload as XML 1.0 in UTF-8.", "A limit of this tool"
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
_RARE: Final = (b"<\0\0\0", b"\0\0\0<", b"\x4c\x6f\xa7\x94")
_KNOWN: Final = re.compile(
    r"utf-(?:8|16|16be|16le)|(?:us-)?ascii|us|iso-8859-(?:[1-9]|13|15)|iso_8859-1|latin[1-5]|l[1-5]"
    r"|windows-(?:125[0-8]|936)|shift_jis|ms_kanji|euc-(?:jp|kr)|iso-2022-(?:jp|kr|cn)|gb2312|gbk|gb18030|big5|koi8-r"
    r"|tis-620|cp(?:367|819|850|862|866|936)|ibm(?:367|819|850|862|866)|iso-10646-ucs-[24]",
    re.IGNORECASE,
)
"""Names of encodings that both Xerces, which ORCID reads XML with, and we know."""
_UNKNOWN: Final = re.compile(
    r"utf_?(?:8|16|32)|utf-32(?:[bl]e)?|utf-8-(?:sig|bom)|utf8mb4|utf-?7|ucs-[24]|unicode|ansi|cp-?125[0-8]|latin-1"
    r"|iso_?8859[-_]?(?:1[0-6]|[2-9])|iso_?8859_?1|iso8859-1|iso-8859-(?:1[0146])|us_ascii|sjis|shift-jis|euc_?jp|gb-2312"
    r"|macintosh|mac-?roman|windows-874|koi8-u",
    re.IGNORECASE,
)
"""Names that are met, and that Xerces does not know."""
_VERSION: Final = re.compile(r"""<\?xml\s+version\s*=\s*["']([^"'<>]*)["']""")
_UNDECLARED: Final = re.compile("Namespace prefix ([a-z-]+) .*is not defined")
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
        return Unread(Fault(EMPTY_BODY, (), "The payload is empty."), None, None)
    if isinstance(body, str):
        try:
            data = body.encode()
        except UnicodeEncodeError as error:
            return _lone_surrogate(body, error.start)
        parser = _TEXT
        wrong = _odd_declaration(body[:400].lstrip("\ufeff"))
    else:
        data, parser = body, _BYTES
        wrong = _lying_encoding(body)
    if wrong is not None:
        return Unread(wrong, 1, 1)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        found = _declarations(body)
        return (found if isinstance(found, Unread) else None) or _later_version(body) or _syntax(error, body)
    except (LookupError, ValueError, etree.LxmlError) as error:
        return Unread(Fault(MALFORMED, (), f"The XML cannot be read: {error}."), None, None)
    if has_doctype(root):
        found = _declarations(body)
        if found is not None:
            return root if found is True else found
        return Unread(Fault(DECLARATIONS, (), "The payload has a document type that cannot be read."), 1, 1)
    return root


def has_doctype(root: etree._Element) -> bool:
    """Say whether a payload has a document type."""
    return root.getroottree().docinfo.internalDTD is not None


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
    if shown is not None and shown.startswith("utf-32"):
        return Fault(ENCODING, (), "The payload is UTF-32, which ORCID cannot read.", "UTF-32", "UTF-8")
    if body.startswith(_RARE):
        return Fault(NOT_JUDGED, (), "The payload is in UCS-4 without a byte-order mark, or in EBCDIC.", None, "UTF-8")
    head = body[:400].decode(shown or "latin-1", "ignore").lstrip("\ufeff")
    match = _DECLARED.match(head)
    if match is None:
        return _odd_declaration(head)
    declared = match[1].lower().replace("_", "-")
    if shown is None:
        wide = declared.startswith(("utf-16", "utf-32", "ucs-2", "ucs-4", "iso-10646-ucs"))
        found = "a text of one byte per character" if wide else None
    elif declared.startswith("utf-16") and shown.startswith("utf-16"):
        found = None if shown.replace("-", "").startswith(declared.replace("-", "")) else shown.upper()
    else:
        found = None if declared == shown else shown.upper()
    if found is None:
        return _odd_declaration(head)
    message = f"The first line declares the encoding {match[1]}, but the payload is {found}."
    if shown == "utf-8" and not declared.startswith(("utf", "ucs", "iso-10646")):
        # ORCID believes the declaration, and reads wrong letters in place of those beyond ASCII.
        return Fault(NOT_JUDGED, (), message, match[1], "UTF-8")
    return Fault(ENCODING, (), message, match[1], "UTF-8" if shown is None else shown.upper())


def _odd_declaration(head: str) -> Fault | None:
    """Tell a first line that names what ORCID's parser does not know."""
    version = _VERSION.match(head)
    if version is not None and version[1] not in ("1.0", "1.1"):
        message = f"The first line says version {version[1]!r} of XML; there is 1.0, and 1.1."
        return Fault(MALFORMED, (), message, version[1], "1.0")
    match = _DECLARED.match(head)
    if match is None or _KNOWN.fullmatch(match[1]):
        return None
    if _UNKNOWN.fullmatch(match[1]):
        message = f"The first line declares the encoding {match[1]}, a name that ORCID's parser does not know."
        return Fault(ENCODING, (), message, match[1], "UTF-8")
    message = f"Whether ORCID's parser knows the encoding {match[1]}, which the first line declares, cannot be told."
    return Fault(NOT_JUDGED, (), message, match[1], "UTF-8")


def _syntax(error: etree.XMLSyntaxError, body: bytes | str) -> Unread:
    line, column = error.position
    said = _AT_END.sub("", str(error.msg or "no reason given")).strip().rstrip(".")
    place = (line or None, max(column, 1) if line else None)
    if "xcessive depth" in said:
        return Unread(Fault(TOO_DEEP, (), f"The elements are nested too deep to be read: {said}."), *place)
    code = getattr(error, "code", None)
    if code in (etree.ErrorTypes.ERR_INVALID_ENCODING, etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING):
        message = f"The bytes are not in the encoding that they claim: {said}."
        declared = _DECLARED.match(body[:400].decode("latin-1")) if isinstance(body, bytes) else None
        # Where one byte is one letter, ORCID's parser takes bytes that stand for none.
        strict = declared is None or declared[1].lower().startswith(("utf", "us-ascii", "ascii"))
        return Unread(Fault(ENCODING if strict else NOT_JUDGED, (), message), *place)
    prefix = _UNDECLARED.search(said)
    allowed = f'a declaration such as xmlns:{prefix[1]}="{NAMESPACE}{prefix[1]}"' if prefix else None
    return Unread(Fault(MALFORMED, (), f"The XML is not well-formed: {said}.", allowed=allowed), *place)


def _lone_surrogate(text: str, start: int) -> Unread:
    line = text.count("\n", 0, start) + 1
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    found = f"U+{ord(text[start]):04X}"
    return Unread(Fault(ENCODING, (), f"The payload holds {found}, half of a character.", found), line, column)


def _later_version(body: bytes | str) -> Unread | None:
    """Return that XML 1.1, which allows more than we read, is not judged."""
    head = body[:400] if isinstance(body, str) else body[:400].decode(_mark(body) or "latin-1", "ignore")
    version = _VERSION.match(head.lstrip("\ufeff"))
    if version is None or version[1] != "1.1":
        return None
    return Unread(Fault(NOT_JUDGED, (), "The payload is XML 1.1, and cannot be read as XML 1.0.", "1.1", "1.0"), 1, 1)


def _declarations(body: bytes | str) -> Unread | Literal[True] | None:
    """Return where a document type begins that declares or names something; True: it does not; None: there is none."""
    parser = expat.ParserCreate()
    declares = True

    def met(_name: str, system: str | None, public: str | None, inside: int) -> None:
        nonlocal declares
        declares = system is not None or public is not None or bool(inside)
        raise _DoctypeMet

    parser.StartDoctypeDeclHandler = met
    try:
        parser.Parse(decoded(body), True)
    except _DoctypeMet:
        if not declares:
            return True
        message = "The payload has a document type (DOCTYPE) with declarations of its own, which are not carried out."
        return Unread(Fault(DECLARATIONS, (), message), parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
    except (expat.ExpatError, ValueError, LookupError):
        return None
    return None
