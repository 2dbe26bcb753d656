"""Whatever comes in, a verdict comes out: no exception, no endless work. What was found so is kept here by example."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from checker.gather.payload_files import Payload, Unread, payloads
from checker.orcid.payloads import KINDS, Layer, check
from checker.orcid.payloads.write_xml import write_xml

from .rule_cases import SMALLEST

SHARED = Path(os.environ.get("ORCID_REVIEW_SHARED") or Path(__file__).resolve().parents[3] / "shared")
QUICKLY = settings(
    max_examples=150,
    database=None,
    deadline=3000,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

KIND = st.sampled_from([None, *KINDS])
METHOD = st.sampled_from(["POST", "PUT"])
PUT_CODE = st.sampled_from([None, 0, 7, -1, 2**70])
SOUND = [
    body
    for kind, content in SMALLEST.items()
    for body in (json.dumps(content).encode(), write_xml(kind, content))
    if not (kind == "notification" and body.startswith(b"<"))
]
NAMES = sorted(
    {
        "put-code",
        "visibility",
        "value",
        "external-id",
        "external-ids",
        "country",
        "title",
        "bulk",
        "work",
        "contributor",
    }
    | {"translated-title", "language-code", "year", "month", "day", "source", "source-orcid", "path", "uri", "amount"}
    | {"contributors", "publication-date", "organization", "address", "display-index", "created-date", "hosts", "type"}
    | {"resource-item", "items", "item", "external-id-normalized", "transient", "citation", "", "#text", "@x", "{a}b"}
)
LEAF = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False),
    st.text(max_size=20),
    st.sampled_from(["", " ", "\0", "\ud800", "DOI", "self", "2024", "13", "31", "https://x/%zz", "1e999", "9" * 5000]),
)
TREE = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=3), inner, max_size=5)
    ),
    max_leaves=25,
)


def judged(body: bytes | str, **how: Any) -> None:
    """Judge a body, and look whether the verdict is one."""
    found = check(body, **how)
    layers = {problem.layer for problem in found.problems}
    assert not (found.accepted and found.answer)
    assert found.accepted or found.problems, "a refusal says why"
    assert not (found.accepted and Layer.INPUT in layers)
    for problem in found.problems:
        assert problem.message
        assert problem.remedy
        assert problem.line is None or problem.line >= 1
        assert problem.column is None or problem.column >= 1
    found.explain().encode("utf-8", "surrogatepass")


@given(body=st.binary(max_size=200) | st.text(max_size=100), kind=KIND, method=METHOD, code=PUT_CODE)
@example(body=b"\xff\xfe<\0", kind=None, method="POST", code=None)
@example(body=b"\0\0\0<", kind="work", method="POST", code=None)
@example(body=b'<?xml version="1.0" encoding="base64"?><a/>', kind=None, method="POST", code=None)
@example(body=b'<?xml version="1.0" encoding="idna"?><a/>', kind=None, method="POST", code=None)
@example(body='"\ud800"', kind="keyword", method="PUT", code=7)
@QUICKLY
def test_any_bytes_get_a_verdict(body: bytes | str, kind: str | None, method: str, code: int | None) -> None:
    judged(body, kind=kind, method=method, put_code=code)


@given(tree=TREE, kind=KIND, method=METHOD, code=PUT_CODE)
@QUICKLY
def test_json_of_any_shape_gets_a_verdict(tree: Any, kind: str | None, method: str, code: int | None) -> None:
    judged(json.dumps(tree), kind=kind, method=method, put_code=code)


def put(content: Any, path: list[int], part: Any) -> Any:
    """Return a content with one part, which numbers lead to, in exchange for another."""
    if not path or not isinstance(content, dict | list) or not content:
        return part
    if isinstance(content, list):
        index = path[0] % len(content)
        return [put(one, path[1:], part) if number == index else one for number, one in enumerate(content)]
    key = list(content)[path[0] % len(content)]
    return {**content, key: put(content[key], path[1:], part)}


@given(
    kind=st.sampled_from(list(KINDS)),
    changes=st.lists(st.tuples(st.lists(st.integers(0, 9), min_size=1, max_size=7), TREE), min_size=1, max_size=3),
    method=METHOD,
)
@settings(QUICKLY, max_examples=300)
def test_payloads_with_parts_of_any_shape_get_a_verdict(
    kind: str, changes: list[tuple[list[int], Any]], method: str
) -> None:
    content: Any = SMALLEST[kind]
    for path, part in changes:
        content = put(content, path, part)
    judged(json.dumps(content), kind=kind, method=method)


@given(
    body=st.sampled_from(SOUND),
    cuts=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 30), st.binary(max_size=6)), min_size=1, max_size=3),
    kind=KIND,
    encoding=st.sampled_from([None, None, "utf-16", "utf-16-be", "utf-32", "utf-8-sig", "cp500"]),
)
@settings(QUICKLY, max_examples=400)
def test_broken_payloads_get_a_verdict(
    body: bytes, cuts: list[tuple[int, int, bytes]], kind: str | None, encoding: str | None
) -> None:
    for start, length, put_in in cuts:
        start %= len(body) + 1
        body = body[:start] + put_in + body[start + length :]
    if encoding:
        body = body.decode("utf-8", "replace").encode(encoding, "replace")
    judged(body, kind=kind)


def zipped() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/work.json", SOUND[0])
        archive.writestr("b.ndjson", SOUND[0] + b"\n" + SOUND[2] + b"\n")
        archive.writestr("c.xml", SOUND[1])
    return stream.getvalue()


ARCHIVE = zipped()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@given(
    cuts=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 4), st.binary(max_size=4)), min_size=1, max_size=4),
    name=st.sampled_from(["x.zip", "x.ndjson", "x.json", "x.xml", "x"]),
)
@settings(QUICKLY, max_examples=150)
def test_broken_archives_and_lines_are_read_or_told(
    folder: Path, cuts: list[tuple[int, int, bytes]], name: str
) -> None:
    body = ARCHIVE
    for start, length, put_in in cuts:
        start %= len(body) + 1
        body = body[:start] + put_in + body[start + length :]
    (folder / name).write_bytes(body)
    given_out = list(payloads([str(folder / name)]))
    assert given_out
    for one in given_out:
        assert isinstance(one, Payload | Unread)
        if isinstance(one, Payload):
            judged(one.body, name=one.name or None)
