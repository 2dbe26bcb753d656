"""Items as documents: whole, and as a list shows them; each form is written once and kept.

A list's item is a part of the whole one, in another order (facts on the API, section 13), so it is cut out of what
:mod:`checker.orcid.payloads` writes.
"""

from __future__ import annotations

import copy
from functools import cached_property
from typing import Any

from lxml import etree

from ..orcid.payloads.json_write import tree_of
from ..orcid.payloads.kinds import KINDS
from ..orcid.payloads.write_xml import write_xml
from .api_errors import ApiError
from .documents import META, META_ATTRIBUTES, Section
from .shape import Tree, legal, qualified, standing, write_tree


def _legal(value: Any) -> Any:
    if isinstance(value, str):
        return legal(value)
    if isinstance(value, dict):
        return {key: _legal(inner) for key, inner in value.items()}
    return [_legal(inner) for inner in value] if isinstance(value, list) else value


class _Kept:
    """A document whose forms are written once."""

    def __init__(self) -> None:
        self._json: dict[bool, str] = {}

    @property
    def root(self) -> etree._Element:
        """The root element; not to be changed."""
        raise NotImplementedError

    @property
    def tree(self) -> Tree:
        """The JSON object as plain values."""
        raise NotImplementedError

    @cached_property
    def _standing(self) -> str:
        return standing(self.root)

    def xml(self) -> str:
        """Return the element, for a document around it."""
        return self._standing

    def json(self, *, pretty: bool) -> str:
        """Return the object."""
        if pretty not in self._json:
            self._json[pretty] = write_tree(self.tree, pretty=pretty)
        return self._json[pretty]


class Rendered(_Kept):
    """One item, with everything that the registry adds to it."""

    def __init__(self, kind: str, content: Tree) -> None:
        super().__init__()
        self._kind = kind
        self._content = content

    @cached_property
    def document(self) -> bytes:
        """The XML document."""
        try:
            return write_xml(self._kind, self._content)
        except ValueError:  # JSON brought a control character
            return write_xml(self._kind, _legal(self._content))

    @cached_property
    def root(self) -> etree._Element:
        """The root element; not to be changed."""
        return etree.fromstring(self.document)

    @cached_property
    def tree(self) -> Tree:
        """The JSON object as plain values."""
        return tree_of(self._kind, self._content)


class Summary(_Kept):
    """An item as a list shows it."""

    def __init__(self, section: Section, content: Tree) -> None:
        super().__init__()
        self._section = section
        shown = {*META, *META_ATTRIBUTES, *section.summary} if section.summary else set(content)
        # Written by the rules of the whole item, but without what is cut out anyway.
        self._part = Rendered(section.kind, {name: part for name, part in content.items() if name in shown})
        self._index = content["display-index"]

    @cached_property
    def document(self) -> bytes:
        """The XML document."""
        text: bytes = etree.tostring(
            self.root, encoding="UTF-8", xml_declaration=True, standalone=True, pretty_print=True
        )
        return text

    @cached_property
    def root(self) -> etree._Element:
        """The root element; not to be changed."""
        section, full = self._section, self._part.root
        namespace = KINDS[section.kind].namespace
        root = etree.Element(
            qualified(f"{section.kind}-summary", namespace),
            nsmap={prefix or "": uri for prefix, uri in full.nsmap.items()},
        )
        for name, value in full.attrib.items():
            root.set(name, value)
        children = {etree.QName(child).localname: child for child in full}
        for name in (*META, *(section.summary or (n for n in children if n not in META))):
            if name not in children:
                continue
            child = copy.deepcopy(children[name])
            if new := section.renamed.get(name):
                child.tag = qualified(new, "common" if new == "external-ids" else namespace)
            root.append(child)
        etree.indent(root)
        return root

    @cached_property
    def tree(self) -> Tree:
        """The JSON object as plain values."""
        section, full = self._section, self._part.tree
        names = section.summary or tuple(n for n in full if n not in {*META, *META_ATTRIBUTES})
        parts = {section.renamed.get(name, name): full.get(name) for name in names}
        if "external-ids" in parts and parts["external-ids"] is None:
            parts["external-ids"] = {"external-id": []}  # a list shows every item's identifiers
        head = {name: full.get(name) for name in META}
        tail = {name: full.get(name) for name in ("visibility", "put-code", "path")}
        return head | parts | tail | {"display-index": self._index}


class Refused:
    """An error in the place of an item."""

    def __init__(self, error: ApiError) -> None:
        self._error = error

    def xml(self) -> str:
        """Return the element."""
        return standing(self._error.element())

    def json(self, *, pretty: bool) -> str:
        """Return the object, under its name."""
        return write_tree({"error": self._error.as_json()}, pretty=pretty)


class Named:
    """An item that a list in JSON shows under its name."""

    def __init__(self, name: str, item: Rendered) -> None:
        self._name = name
        self._item = item

    def xml(self) -> str:
        """Return the element."""
        return self._item.xml()

    def json(self, *, pretty: bool) -> str:
        """Return the object, under its name."""
        return write_tree({self._name: self._item.tree}, pretty=pretty)
