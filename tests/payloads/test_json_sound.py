"""A document that is called sound is its own content, and the schema takes it; so reading it may be left out."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from checker.orcid.payloads import check
from checker.orcid.payloads.json_form import _reader_of, _Run
from checker.orcid.payloads.json_sound import is_sound
from checker.orcid.payloads.json_text import parse
from checker.orcid.payloads.kinds import KINDS
from checker.orcid.payloads.validity import is_valid_by_reference

from .json_payloads import SMALL, WORK, body, samples
from .test_json_form import kind_of

ODD: list[Any] = [
    None,
    "",
    " ",
    "0",
    "public",
    "PUBLIC",
    " self ",
    "a text",
    True,
    False,
    1,
    2.5,
    [],
    {},
    {"value": ""},
]
"""What is put in the place of each part; numbers as a document has them."""


def holds(kind: str, sent: object) -> bool:
    """Hold a document against reading it part by part; return whether it is sound."""
    value = parse(json.dumps(sent)).value
    if not is_sound(kind, value):
        return False
    run = _Run()
    assert _reader_of(kind)(copy.deepcopy(value), (), run) == value
    assert not run.faults
    assert is_valid_by_reference(kind, value)
    return True


def changed_everywhere(value: Any) -> Iterator[Any]:
    """Yield a value with each of its parts exchanged for each of the odd ones, left out, or with one added."""
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        inner = value[key]
        for odd in ODD:
            value[key] = odd
            yield value
        if isinstance(inner, dict | list):
            value[key] = inner
            yield from changed_everywhere(inner)
            if isinstance(inner, list):
                value[key] = [*inner, None]
                yield value
                value[key] = inner[0] if inner else {}
                yield value
        if isinstance(value, dict):
            del value[key]
            yield value
        value[key] = inner


def with_all_parts(part: dict[str, Any], value: Any, schema: dict[str, Any]) -> Iterator[None]:
    """Add to each object, one after the other, each part that its description knows, and keys that it does not."""
    while "$ref" in part:
        part = schema["$defs"][part["$ref"].removeprefix("#/$defs/")]
    if isinstance(value, list):
        for item in value:
            yield from with_all_parts(part.get("items", {}), item, schema)
    if not isinstance(value, dict):
        return
    properties = part.get("properties", {})
    for key in [*properties, "visibility", "path", "source", "value", "transient", "id", "unheard-of"]:
        if key in value:
            yield from with_all_parts(properties.get(key, {}), value[key], schema)
            continue
        for odd in (*ODD, {"value": "2020"}, {"value": "transient", "transient": True}):
            value[key] = odd
            yield
        del value[key]


@pytest.mark.parametrize("kind", KINDS)
def test_small_payloads_are_sound(kind: str) -> None:
    assert holds(kind, SMALL[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_sound_needs_no_reading(kind: str) -> None:
    found = [holds(kind, sent) for sent in changed_everywhere(copy.deepcopy(SMALL[kind]))]
    assert len(found) > len(ODD)
    assert not all(found)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_sound_needs_no_reading_whatever_parts_it_has(kind: str) -> None:
    from checker.orcid.payloads.description import schema_of

    sent = copy.deepcopy(SMALL[kind])
    found = [holds(kind, sent) for _ in with_all_parts(schema_of(kind), sent, schema_of(kind))]
    assert not all(found)
    assert sent == SMALL[kind]


def test_official_samples_without_numbers_are_sound() -> None:
    some = 0
    for path in samples("record_3.0/write_samples/*.json"):
        some += holds(kind_of(path.name), json.loads(path.read_bytes()))
    assert some


@pytest.mark.parametrize(
    "sent",
    [
        WORK | {"put-code": 5},
        WORK | {"display-index": "1"},
        WORK | {"journal-title": "bare"},
        WORK | {"journal-title": {}},
        WORK | {"journal-title": None},
        WORK | {"created-date": {"value": 5}},
        WORK | {"title": {"title": {"value": 5}}},
        WORK | {"title": {"title": {"value": "\ud800"}}},
        WORK | {"title": {"title": {"value": ""}}},
        [WORK],
        "work",
        None,
    ],
    ids=repr,
)
def test_what_has_to_be_read_is_not_called_sound(sent: object) -> None:
    assert not is_sound("work", parse(json.dumps(sent)).value)


# Repeated keys are looked for only where the text has more keys than the objects.
REPEATED: list[tuple[str, bytes, list[str]]] = [
    ("plain", b'{"content": "one", "content": "two"}', ["/content"]),
    ("blanks before the colon", b'{"content" \n: "one", "content"\t: "two"}', ["/content"]),
    ("three times", b'{"content": "1", "content": "2", "content": "3"}', ["/content"]),
    ("escaped", b'{"content": "one", "c\\u006fntent": "two"}', ["/content"]),
    ("what looks like a key", b'{"content": "say \\": and \\" : "}', []),
    ("a text of colons", b'{"content": ":"}', []),
    ("both", b'{"content": "\\":", "content": "\\":"}', ["/content"]),
    ("after the document", b'{"content": "one"} {"content": "one", "content": "two"}', []),
    ("none", b'{"content": "one"}', []),
]


@pytest.mark.parametrize(("sent", "places"), [row[1:] for row in REPEATED], ids=[row[0] for row in REPEATED])
def test_repeated_keys_are_found_and_nothing_else(sent: bytes, places: list[str]) -> None:
    found = check(sent, kind="keyword")
    assert [one.path for one in found.problems if one.name == "repeated-key"] == places
    assert found.accepted


def test_repeated_keys_deep_inside_end_no_run() -> None:
    deep = b'{"a":' * 900 + b'{"b": 1, "b": 2}' + b"}" * 900
    assert check(deep, kind="keyword").accepted is False
    assert check(body(WORK)[:-1] + b', "type": "book"}', kind="work").problems[0].name == "repeated-key"
