"""Tell the JSON that ORCID reads just as it is written, and that its schema takes: most payloads are such.

Reading them part by part would change nothing, so one question to the quick validator is enough. It is asked by the
description of the kind, without whatever its JSON has otherwise than the content: numbers, time stamps, `transient`,
parts that ORCID's JSON does not know. A payload that has one of these is read part by part.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

import jsonschema_rs

from checker.orcid.payloads.description import Schema, follow, schema_of
from checker.orcid.payloads.json_classes import ENUMS, UNREAD
from checker.orcid.payloads.kinds import KINDS
from checker.orcid.payloads.lexical import FORMATS

_CONVERTED: Final = frozenset(
    {"created-date", "display-index", "external-id-normalized", "external-id-normalized-error", "last-modified-date"}
)
"""Parts that reading may change although the schema takes them."""


def is_sound(kind: str, value: object) -> bool:
    """Return whether a document is its own content, and the schema of its kind refuses nothing in it.

    False says nothing: the document has to be read. Raises KeyError when there is no such kind.
    """
    if type(value) is not dict or "put-code" in value:  # Numbers are kept as they are written, and so no validator's.
        return False
    try:
        return _validator(kind)(value)
    except ValueError:  # A number, or half of a surrogate pair: the validator takes none.
        return False


@cache
def _validator(kind: str) -> Callable[[Any], bool]:
    checks: Any = FORMATS
    return jsonschema_rs.Draft202012Validator(sound_schema(kind), formats=checks, validate_formats=True).is_valid


def sound_schema(kind: str) -> Schema:
    """Return the description that sound documents of a kind are valid by."""
    schema = schema_of(kind)
    name = "affiliation" if KINDS[kind].family == "affiliation" else kind
    parts = {key: _narrowed(key, part, schema) for key, part in schema["$defs"].items()}
    return {**_narrowed(name, schema, schema), "$defs": parts}


def _narrowed(name: str, part: Schema, schema: Schema) -> Schema:
    """Return a part's description without what reading may change. The name is its shared one, else its key."""
    if "items" in part:
        return {**part, "items": _narrowed("", part["items"], schema)}
    if "properties" not in part:
        return part
    unread = UNREAD.get(name, frozenset()) | _CONVERTED
    properties = {
        key: _values(key, inner, schema)
        for key, inner in part["properties"].items()
        if key not in unread and not _is_converted(follow(inner, schema))
    }
    # Reading puts an empty text where an object around a text has none.
    due = [*part.get("required", ()), *(["value"] if "value" in part["properties"] else ())]
    return {**part, "properties": properties, "required": list(dict.fromkeys(due)), "additionalProperties": False}


def _values(key: str, part: Schema, schema: Schema) -> Schema:
    if key in ENUMS:
        values = follow(part, schema).get("enum", ())
        return {"enum": [value for value in values if value in ENUMS[key]]}
    return part if "$ref" in part else _narrowed(key, part, schema)


def _is_converted(part: Schema) -> bool:
    return part.get("type") == "integer" or "const" in part
