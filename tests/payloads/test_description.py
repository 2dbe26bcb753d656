"""The descriptions of the kinds: complete, sound as schemas, and in step with the XML that they tell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from checker.orcid.payloads.description import follow, schema_of
from checker.orcid.payloads.kinds import KINDS
from checker.orcid.payloads.lexical import FORMATS
from checker.orcid.payloads.xml_shape import Part, Parts, shape_of


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from _nodes(value)
    elif isinstance(node, list):
        for value in node:
            yield from _nodes(value)


@pytest.mark.parametrize("kind", KINDS)
def test_is_a_sound_schema_that_needs_nothing_else(kind: str) -> None:
    schema = schema_of(kind)
    Draft202012Validator.check_schema(schema)
    for node in _nodes(schema):
        if isinstance(node.get("$ref"), str):
            assert node["$ref"].removeprefix("#/$defs/") in schema["$defs"]
        if "format" in node and isinstance(node["format"], str):
            assert node["format"] in {*FORMATS, "any-uri"}


@pytest.mark.parametrize("kind", KINDS)
def test_uses_only_words_of_the_keyword_xml_that_mean_something(kind: str) -> None:
    words = {"ns", "children", "attribute", "text", "type", "wrapper", "choice", "name"}
    for node in _nodes(schema_of(kind)):
        assert set(node.get("xml", {})) <= words
        assert node.get("xml", {}).get("type", "integer") in {"integer", "dateTime", "true"}


@pytest.mark.parametrize("kind", KINDS)
def test_closes_every_object_and_requires_only_what_it_has(kind: str) -> None:
    for node in _nodes(schema_of(kind)):
        if node.get("type") == "object":
            assert node["additionalProperties"] is False
            assert set(node.get("required", ())) <= set(node["properties"])


def test_has_no_file_that_no_kind_uses() -> None:
    names = {"affiliation" if kind.family == "affiliation" else kind.name for kind in KINDS.values()} | {"common"}
    folder = files("checker.orcid.payloads") / "description"
    assert {entry.name for entry in folder.iterdir()} == {f"{name}.json" for name in names}


def test_has_no_common_part_that_no_kind_uses() -> None:
    common = json.loads((files("checker.orcid.payloads") / "description" / "common.json").read_text("utf-8"))
    used = {name for kind in KINDS for name in schema_of(kind)["$defs"]}
    assert set(common["$defs"]) <= used


def test_is_made_once() -> None:
    assert schema_of("work") is schema_of("work")


def test_refuses_a_kind_that_there_is_not() -> None:
    with pytest.raises(KeyError):
        schema_of("poem")


def test_joins_what_a_part_and_its_target_say_about_xml() -> None:
    schema = schema_of("work")
    part = follow(schema["properties"]["created-date"], schema)
    assert part["xml"]["ns"] == "common"
    assert part["type"] == "object"


def _parts(shape: Parts) -> Iterator[Part]:
    for part in shape.by_tag.values():
        yield part
        if isinstance(part.shape, Parts):
            yield from _parts(part.shape)


@pytest.mark.parametrize("kind", KINDS)
def test_gives_every_element_a_namespace_of_orcid(kind: str) -> None:
    short = {"common", "error", KINDS[kind].namespace} | ({"work"} if kind == "bulk" else set())
    for part in _parts(shape_of(kind)):
        assert part.tag.split("}")[0].removeprefix("{http://www.orcid.org/ns/") in short
