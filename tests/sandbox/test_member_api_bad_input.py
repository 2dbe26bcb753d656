"""Whatever is sent to the Member API: an answer that ORCID could give, and a record that can still be read."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from checker.orcid.payloads import Record, check
from checker.orcid.payloads.write_xml import write_xml
from checker.sandbox import DEFAULT_CLIENT, DEFAULT_PERSON, Sandbox
from checker.sandbox.documents import SECTIONS

from .conftest import ORCID
from .items import GROUP, ITEMS, NOTIFICATION, WORK

PATHS = {kind: f"/{ORCID}/{SECTIONS[kind].path}" for kind in ITEMS}
BODIES: dict[str, tuple[str, Any]] = {kind: (PATHS[kind], item) for kind, item in ITEMS.items()} | {
    "bulk": (f"/{ORCID}/works", {"bulk": [{"work": WORK}, {"work": WORK}]}),
    "group-id": ("/group-id-record", GROUP),
    "notification": (f"/{ORCID}/notification-permission", NOTIFICATION),
}
NULL_IN_LIST = b"is null"
SETTINGS = settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))

texts = st.one_of(
    st.sampled_from(
        ["", " ", "self", "part-of", "version-of", "doi", "issn:0378-5955", "2020", "31", "\0", "\ud800", "]]>"]
    ),
    st.text(max_size=12),
)
leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["value", "title", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with Sandbox(tls=False, kept=10) as box:
        scopes = ("/read-limited", "/activities/update", "/person/update", "/group-id-record/update", "/webhook")
        scopes += ("/premium-notification",)
        token = box._state.issue_token(DEFAULT_CLIENT.id, ORCID, scopes)
        with httpx.Client(base_url=box.base, headers={"Authorization": f"Bearer {token.access}"}) as http:
            yield http
        assert box.faults == []


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a tree, the root too."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for key, part in inner for place in places(part, (*at, key)))]


def replaced(tree: Any, at: tuple[Any, ...], new: Any) -> Any:
    if not at:
        return new
    found = copy.deepcopy(tree)
    part = found
    for key in at[:-1]:
        part = part[key]
    part[at[-1]] = new
    return found


def sound(answer: httpx.Response) -> None:
    """An answer as ORCID gives it: a success, or an error in its shape that is no failure of the server."""
    if answer.status_code == 500:  # ORCID's own validators fail on a null in a list
        assert answer.json()["error-code"] == 9008
        assert NULL_IN_LIST in answer.content
    elif answer.status_code >= 400:
        assert 9001 <= answer.json()["error-code"] <= 9062
        assert answer.json()["response-code"] == answer.status_code


def agrees(kind: str, body: bytes, media: str, answer: httpx.Response) -> None:
    """The sandbox says what the package says; the record is empty, so that nothing is a duplicate."""
    if kind in {"bulk", "group-id", "peer-review"}:  # a bulk is taken in part, groups stay from one example to the next
        return
    checked = check(body, kind=kind, media_type=media, record=Record(stored=[], source=DEFAULT_CLIENT.id, works=0))
    if not checked.accepted and checked.answer is None:  # the package does not say what ORCID would answer
        sound(answer)
        return
    found = (answer.status_code, answer.json()["error-code"]) if answer.content else (answer.status_code, 0)
    assert found == ((checked.answer.status, checked.answer.code) if checked.answer else (201, 0)), checked.explain()


def readable(http: httpx.Client, location: str = "") -> None:
    for path in (f"/v3.0/{ORCID}/record", *([location] if location else [])):
        for accept in ("application/json", "application/orcid+json", "application/xml"):
            answer = http.get(path, headers={"Accept": accept})
            assert answer.status_code == 200
            _ = etree.fromstring(answer.content) if accept.endswith("xml") else answer.json()
    for path in (f"/{ORCID}", f"/v2.0/{ORCID}/record", f"/v3.0/{ORCID}/activities"):
        assert http.get(path).status_code == 200


def clean(http: httpx.Client, answer: httpx.Response) -> None:
    """Read what was stored, and remove it."""
    places = [answer.headers["location"]] if "location" in answer.headers else []
    if not places:  # a bulk
        works = (part["work"] for part in answer.json()["bulk"] if "work" in part)
        places = [f"/v3.0{work['path']}" for work in works]
    for place in places:
        readable(http, place)
        assert http.delete(place).status_code in {200, 204}


@SETTINGS
@given(st.data())
def test_json(http: httpx.Client, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(BODIES)))
    path, item = BODIES[kind]
    for _ in range(data.draw(st.integers(1, 2))):
        item = replaced(item, data.draw(st.sampled_from(places(item))), data.draw(values))
    body = json.dumps(item).encode("utf-8", "surrogatepass")
    answer = http.post(
        f"/v3.0{path}", content=body, headers={"Content-Type": "application/json", "Accept": "application/json"}
    )
    sound(answer)
    agrees(kind, body, "application/json", answer)
    if answer.status_code < 300:
        clean(http, answer)


@SETTINGS
@given(st.data())
def test_xml(http: httpx.Client, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(BODIES)))
    path, item = BODIES[kind]
    root = etree.fromstring(write_xml(kind, item))
    elements = list(root.iter())
    for _ in range(data.draw(st.integers(1, 3))):
        element = data.draw(st.sampled_from(elements))
        parent = element.getparent()
        match data.draw(st.sampled_from(["drop", "twice", "text", "move", "attribute"])):
            case "drop" if parent is not None and element in parent:
                parent.remove(element)
            case "twice" if parent is not None and element in parent:
                parent.append(copy.deepcopy(element))
            case "text":
                element.text = data.draw(st.sampled_from(["", " ", "x", "self", "9" * 30, "é" * 1200, "2020-02-31"]))
            case "move" if parent is not None and element in parent:
                parent.insert(0, element)
            case _:
                element.set(data.draw(st.sampled_from(["put-code", "visibility", "path", "x"])), data.draw(
                    st.sampled_from(["1", "private", "x", ""])))  # fmt: skip
    answer = http.post(
        f"/v3.0{path}",
        content=etree.tostring(root),
        headers={"Content-Type": "application/xml", "Accept": "application/json"},
    )
    sound(answer)
    agrees(kind, etree.tostring(root), "application/xml", answer)
    if answer.status_code < 300:
        clean(http, answer)


@SETTINGS
@given(
    st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]),
    st.lists(
        st.one_of(
            st.sampled_from([ORCID, "0000-0000-0000-0000", "works", "keywords", "summary", "1", "1,2", "webhook"]),
            st.sampled_from(["search", "client", "group-id-record", "notification-permission"]),
            st.sampled_from([section.path for section in SECTIONS.values()]),
            st.text(max_size=8),
        ),
        max_size=4,
    ),
    st.sampled_from(["v3.0", "v2.0", "v2.1", "v1.2", "v7.7", ""]),
    st.binary(max_size=20),
    st.sampled_from(["", "application/json", "application/xml", "*/*", "text/html", "a;q=x", ";;,"]),
    st.dictionaries(st.sampled_from(["q", "rows", "start", "page", "page-size", "name", "group-id", "fl"]), texts),
)  # fmt: skip
def test_addresses(
    http: httpx.Client, method: str, parts: list[str], version: str, body: bytes, media: str, query: dict[str, str]
) -> None:
    path = "/".join(["", *([version] if version else []), *(quote(part, safe="", errors="replace") for part in parts)])
    clean = {name: text.encode("utf-8", "replace").decode() for name, text in query.items()}
    answer = http.request(
        method, path or "/", content=body, params=clean, headers={"Content-Type": media, "Accept": media}
    )
    assert answer.status_code < 500
    readable(http)


@pytest.mark.parametrize("kind", sorted(BODIES))
@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"1", b'""', b"{", b"\xff\xfe", b"<", b"<a/>", b"\0"])
@pytest.mark.parametrize("media", ["application/json", "application/xml"])
def test_nonsense_is_refused(http: httpx.Client, kind: str, body: bytes, media: str) -> None:
    answer = http.post(
        f"/v3.0{BODIES[kind][0]}", content=body, headers={"Content-Type": media, "Accept": "application/json"}
    )
    assert (answer.status_code, answer.json()["response-code"]) == (400, 400)


def test_the_person_is_who_they_were(http: httpx.Client) -> None:
    assert http.get(f"/v3.0/{ORCID}/person", headers={"Accept": "application/json"}).json()["name"]["path"] == (
        DEFAULT_PERSON.orcid
    )
