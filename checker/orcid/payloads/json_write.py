"""Write a content as ORCID's API answers it in JSON, or as a portal may send it."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from checker.orcid.payloads.description import Schema, follow, schema_of
from checker.orcid.payloads.json_classes import UNREAD
from checker.orcid.payloads.kinds import KINDS
from checker.orcid.payloads.model import Content


def write_json(kind: str, content: Content, *, absent_as_null: bool = True, pretty: bool = False) -> bytes:
    """Return the JSON of a content, as ORCID answers it: absent parts are `null`, absent lists `[]`.

    With `absent_as_null` false, absent parts are left out, which is what a portal may send. Pretty: as ORCID answers
    for its own media types; else compact, as for `application/json`.
    Raises KeyError when there is no such kind.
    """
    tree = tree_of(kind, content, absent_as_null=absent_as_null)
    if pretty:
        return json.dumps(tree, ensure_ascii=False, indent=2).encode("utf-8", "replace")
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def tree_of(kind: str, content: Content, *, absent_as_null: bool = True) -> Content:
    """Return what :func:`write_json` writes, as plain values."""
    schema = schema_of(kind)
    name = "affiliation" if KINDS[kind].family == "affiliation" else kind
    writer = _Writer(schema, kind, absent_as_null)
    tree: Content = writer.object(name, schema, content)
    return tree


_FIRST: Final = ("created-date", "last-modified-date", "source", "put-code", "path")


class _Writer:
    """Writes a content by its description."""

    def __init__(self, schema: Schema, kind: str, absent_as_null: bool) -> None:
        self._schema = schema
        self._kind = kind
        self._nulls = absent_as_null

    def object(self, name: str, part: Schema, content: Any) -> Any:
        """Write an object that is there."""
        unread = UNREAD.get(name, frozenset())
        if self._kind == "bulk" and name == "element":
            return {key: self._value(key, part["properties"][key], value) for key, value in content.items()}
        keys = [key for key in part["properties"] if key not in unread]
        if name == self._kind or name == "affiliation":
            keys.sort(key=lambda key: _FIRST.index(key) if key in _FIRST else len(_FIRST))
        written = {}
        for key in keys:
            inner = part["properties"][key]
            if key in content:
                written[key] = self._value(key, inner, content[key])
            elif self._nulls:
                written[key] = [] if follow(inner, self._schema).get("type") == "array" else None
        return written

    def _value(self, key: str, part: Schema, value: Any) -> Any:
        name = part.get("$ref", key).removeprefix("#/$defs/")
        part = follow(part, self._schema)
        if isinstance(value, list):
            return [self._value(key, part["items"], item) for item in value]
        if isinstance(value, dict):
            if name == "time" and self._kind == "notification":
                return value.get("value")
            return self.object(name, part, value)
        if name == "display-index" and KINDS[self._kind].family == "person" and _LONG_TEXT.fullmatch(value):
            return int(value)
        return value


_LONG_TEXT: Final = re.compile("-?[0-9]{1,18}", re.ASCII)
