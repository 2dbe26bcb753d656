"""Reads what ORCID's API gives: records, activities, persons, lists and single items, in JSON and XML.

Of each item only what reconciling needs is kept. Facts on the API, sections 6, 13 and 14.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from .kinds import BIT, SECTIONS

SEPARATOR: Final = "\x1f"
"""Between several identifiers in one cell."""

_ORCID: Final = re.compile(r"(?<!\d)\d{4}-\d{4}-\d{4}-\d{3}[\dXx](?![\dXx])")
_LEAVES: Final = frozenset(
    {"external-ids", "last-modified-date", "history", "preferences", "orcid-identifier", "name", "biography", "emails"}
)
"""Parts without items."""
_LONGEST: Final = 500_000
"""Characters of all identifiers of one item."""


class NoRecord(Exception):
    """A document shows nobody's items; says why."""


@dataclass(slots=True)
class Item:
    """One item of a record."""

    orcid: str
    put_code: str
    kind: str
    source: str
    """Client ID, or iD of the researcher who typed it; empty: not told."""
    origin: str
    """Client ID on whose behalf it was written."""
    modified: str
    """Epoch milliseconds, or a time as XML writes it."""
    ended: str
    """`2024-03-01`, `2024-03`, `2024` or empty."""
    ids: str
    """Values, normalised values and addresses of its external identifiers."""
    selfs: str
    """`type:value` of those that are `self`."""
    visibility: str


@dataclass(slots=True)
class Shown:
    """What a document shows."""

    orcid: str
    sections: int = 0
    """Mask of the sections that it shows whole, also when they are empty."""
    items: list[Item] = field(default_factory=list)


def read(body: bytes, name: str) -> Shown:
    """Return what a document shows.

    Args:
        body: JSON or XML.
        name: of its file, which may tell the iD when the document does not.

    Raises:
        NoRecord: it is broken, an error that ORCID answered, or of nobody that could be told.
    """
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    shown = _xml(body) if start == b"<" else _json(body)
    if not shown.orcid and (match := _ORCID.search(name)):
        shown.orcid = match.group(0).upper()
    if not shown.orcid:
        shown.orcid = next((item.orcid for item in shown.items if item.orcid), "")
    if not shown.orcid:
        raise NoRecord("it does not say whose it is; name the file after the iD")
    if not shown.sections and not shown.items:
        raise NoRecord("it shows no section of a record")
    for item in shown.items:
        item.orcid = item.orcid or shown.orcid
    return shown


# JSON


def _json(body: bytes) -> Shown:
    try:
        root = json.loads(body)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno}: {error.msg})" if isinstance(error, json.JSONDecodeError) else ""
        raise NoRecord(f"it is not readable as JSON{where}") from None
    if not isinstance(root, dict):
        raise NoRecord("it is no JSON object")
    if "response-code" in root:
        raise NoRecord(_refusal(root.get("response-code"), root.get("error-code")))
    if "error_description" in root:
        raise NoRecord("it is an answer about a token, not a record")
    whose = root.get("orcid-identifier")
    path = _string(root.get("path"))
    shown = Shown(_whose(_string(whose.get("path")) if isinstance(whose, dict) else path))
    _cover(shown, path)
    _walk(root, "", shown)
    return shown


def _walk(node: Any, key: str, shown: Shown) -> None:
    if isinstance(node, list):
        for one in node:
            _walk(one, key, shown)
    elif isinstance(node, dict):
        if node.get("put-code") is not None:
            shown.items.append(_item(node, key))
            return
        if key in SECTIONS:
            shown.sections |= BIT[SECTIONS[key]]
            if not shown.orcid:
                shown.orcid = _whose(_string(node.get("path")))
        for name, part in node.items():
            if part and name not in _LEAVES:
                _walk(part, name, shown)
            elif name in SECTIONS and isinstance(part, dict):  # an object without a key is a list without an item
                shown.sections |= BIT[SECTIONS[name]]


def _item(node: dict[str, Any], key: str) -> Item:
    source = node.get("source")
    source = source if isinstance(source, dict) else {}
    path = _string(node.get("path"))
    ids: list[str] = []
    selfs: list[str] = []
    listed = node.get("external-ids")
    every = listed.get("external-id") if isinstance(listed, dict) else None
    if "external-id-value" in node:  # an identifier of the person is its own
        every = [node]
    for one in every if isinstance(every, list) else ():
        if isinstance(one, dict):
            value, normal = _string(one.get("external-id-value")), _value(one.get("external-id-normalized"))
            ids += [value, normal, _value(one.get("external-id-url"))]
            if one.get("external-id-relationship") == "self":
                selfs.append(f"{_string(one.get('external-id-type')).lower()}:{normal or value}")
    return Item(
        _whose(path),
        _string(node["put-code"]),
        _kind(path, key),
        _party(source.get("source-client-id")) or _party(source.get("source-orcid")),
        _party(source.get("assertion-origin-client-id")),
        _value(node.get("last-modified-date")),
        _json_date(node.get("end-date")),
        _joined(ids),
        _joined(selfs),
        _string(node.get("visibility")).lower(),
    )


def _json_date(date: Any) -> str:
    if not isinstance(date, dict):
        return ""
    return _date(*(_value(date.get(part)) for part in ("year", "month", "day")))


def _party(node: Any) -> str:
    return _string(node.get("path")) if isinstance(node, dict) else ""


def _value(node: Any) -> str:
    return _string(node.get("value") if isinstance(node, dict) else node)


def _string(value: Any) -> str:
    return value.strip() if isinstance(value, str) else str(value) if isinstance(value, int) else ""


# XML


def _xml(body: bytes) -> Shown:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
                             remove_pis=True, huge_tree=False)  # fmt: skip
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise NoRecord(f"it is not readable as XML{f' (line {line})' if line else ''}") from None
    if _local(root) == "error":
        raise NoRecord(_refusal(_at(root, "response-code"), _at(root, "error-code")))
    path = root.get("path") or ""
    shown = Shown(_whose(_at(root, "orcid-identifier", "path") or path))
    _cover(shown, path)
    _climb(root, shown)
    return shown


def _climb(node: Any, shown: Shown) -> None:
    kind = _local(node)
    if node.get("put-code") is not None:
        shown.items.append(_element(node, kind))
        return
    if kind in SECTIONS:
        shown.sections |= BIT[SECTIONS[kind]]
        if not shown.orcid:
            shown.orcid = _whose(node.get("path") or "")
    if kind not in _LEAVES:
        for part in node:
            _climb(part, shown)


def _element(node: Any, kind: str) -> Item:
    path = node.get("path") or ""
    ids: list[str] = []
    selfs: list[str] = []
    every = next((list(part) for part in node if _local(part) == "external-ids"), [])
    if kind == "external-identifier":
        every = [node]
    for one in every:
        value, normal = _at(one, "external-id-value"), _at(one, "external-id-normalized")
        ids += [value, normal, _at(one, "external-id-url")]
        if _at(one, "external-id-relationship") == "self":
            selfs.append(f"{_at(one, 'external-id-type').lower()}:{normal or value}")
    return Item(
        _whose(path),
        node.get("put-code").strip(),
        _kind(path, kind),
        _at(node, "source", "source-client-id", "path") or _at(node, "source", "source-orcid", "path"),
        _at(node, "source", "assertion-origin-client-id", "path"),
        _at(node, "last-modified-date"),
        _date(*(_at(node, "end-date", part) for part in ("year", "month", "day"))),
        _joined(ids),
        _joined(selfs),
        (node.get("visibility") or "").lower(),
    )


def _local(node: Any) -> str:
    tag = node.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _at(node: Any, *names: str) -> str:
    for name in names:
        node = next((part for part in node if _local(part) == name), None)
        if node is None:
            return ""
    return (node.text or "").strip()


# Both


def _cover(shown: Shown, path: str) -> None:
    # A list by itself says what it lists in its path: /0000-0002-1825-0097/works
    section = path.rstrip("/").rpartition("/")[2]
    if section in SECTIONS:
        shown.sections |= BIT[SECTIONS[section]]


def _whose(path: str) -> str:
    match = _ORCID.search(path)
    return match.group(0).upper() if match else ""


def _kind(path: str, key: str) -> str:
    parts = path.strip("/").split("/")
    name = parts[-2] if len(parts) >= 2 else key
    return SECTIONS.get(name, name.removesuffix("-summary"))


def _date(year: str, month: str, day: str) -> str:
    parts = []
    for part, width in ((year, 4), (month, 2), (day, 2)):
        if not part:
            break
        parts.append(part.zfill(width))
    return "-".join(parts)


def _joined(values: list[str]) -> str:
    return SEPARATOR.join(dict.fromkeys(value for value in values if value))[:_LONGEST]


def _refusal(status: Any, code: Any) -> str:
    return f"ORCID answered {_string(status) or '?'} with error {_string(code) or '?'} in place of a record"


def cells(item: Item) -> Iterator[str]:
    """Yield an item's cells in the order of :data:`COLUMNS`."""
    yield from (getattr(item, name) for name in COLUMNS)


COLUMNS: Final = ("orcid", "put_code", "kind", "source", "origin", "modified", "ended", "ids", "selfs", "visibility")
