"""What a payload of each kind consists of: one JSON Schema (2020-12) for the content tree, and how XML carries it.

The files beside this module describe the *content* (see :mod:`checker.orcid.payloads.model`), that is, the JSON that
ORCID's API writes, without absent parts. The order of `properties` is the order that XML asks for. The keyword `xml`,
which JSON Schema lets pass, says how XML carries a part:

- `ns`: short name of the namespace of the part's own element; else the one that its parent gives to its children.
- `children`: short name of the namespace of the elements inside.
- `attribute`: the part is an attribute, in no namespace.
- `text`: the part is the text of the element, so that the object around it stands for the element.
- `type`: how the text is written: `integer`, `dateTime` (content: milliseconds since 1970), `true`. Else as it is.
- `wrapper`: an element around all elements of a list; a list has none otherwise.
- `choice`: a list of objects with one key each, which is the name of the element.
- `name`: the name of the type in ORCID's schemas, which `xsi:type` may repeat.

`description` says in plain words what is allowed, where a pattern or a format would not. `format` names an entry of
:data:`checker.orcid.payloads.lexical.FORMATS`. `default` is what an empty element stands for.

Source: the facts of ORCID's XML schemas 3.0 (facts on the API, section 6) and of its JSON (section 13).
"""

from __future__ import annotations

import json
from functools import cache
from pkgutil import get_data
from typing import Any, Final, TypeAlias

from checker.orcid.payloads.kinds import KINDS

Schema: TypeAlias = dict[str, Any]

_COMMON: Final = "common"


@cache
def schema_of(kind: str) -> Schema:
    """Return the description of a kind with everything it refers to inside `$defs`. Shared: not to be changed.

    Raises KeyError when there is no such kind.
    """
    family = KINDS[kind].family
    bundle = _Bundle()
    schema = bundle.take("affiliation" if family == "affiliation" else kind)
    return {**schema, "title": kind, "$defs": bundle.parts}


def follow(part: Schema, schema: Schema) -> Schema:
    """Return what a part of a bundled description says, its `$ref` followed, its own `xml` joined to the target's."""
    reference = part.get("$ref")
    if reference is None:
        return part
    target = follow(schema["$defs"][reference.removeprefix("#/$defs/")], schema)
    xml = {**target.get("xml", {}), **part.get("xml", {})}
    return {**target, "xml": xml} if xml else target


@cache
def _file(name: str) -> Schema:
    # Not by importlib.resources: that takes longer to load than all descriptions.
    schema: Schema = json.loads(get_data(__name__, f"description/{name}.json") or b"")
    return schema


class _Bundle:
    """Collects the parts that a description refers to, under one roof."""

    def __init__(self) -> None:
        self.parts: dict[str, Schema] = {}
        self._homes: dict[str, str] = {}

    def take(self, name: str) -> Schema:
        """Return a file's own description, its references turned inwards."""
        schema = {key: value for key, value in _file(name).items() if key != "$defs"}
        inward: Schema = self._inward(schema, name)
        return inward

    def _inward(self, node: Any, home: str) -> Any:
        if isinstance(node, list):
            return [self._inward(item, home) for item in node]
        if not isinstance(node, dict):
            return node
        return {
            key: self._refer(value, home) if key == "$ref" else self._inward(value, home) for key, value in node.items()
        }

    def _refer(self, reference: str, home: str) -> str:
        file, _, part = reference.partition("#/$defs/")
        source = file.removesuffix(".json") or home
        name = part or source
        if self._homes.setdefault(name, source) != source:
            raise ValueError(f"two descriptions have a part named {name}: {source} and {self._homes[name]}")
        if name not in self.parts:
            self.parts[name] = {}  # A part may lead back to itself.
            self.parts[name] = self._inward(_file(source)["$defs"][part], source) if part else self.take(source)
        return f"#/$defs/{name}"
