"""Every endpoint of the table of routes, asked nonsense: an answer, no fault of ours, no way out of this machine."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.orcid.payloads.write_xml import write_xml
from checker.sandbox import DEFAULT_CLIENT, DEFAULT_PERSON, DELEGATE_CLIENT, Person, Sandbox
from checker.sandbox.documents import SECTIONS

from .conftest import CALLBACK, ORCID
from .items import ITEMS
from .routes import Endpoint, endpoints

ENDPOINTS = endpoints()
OFTEN = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
LOCKED = Person("0000-0001-2345-6789", "locked@mailinator.com", "a-password", status="locked")
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
TRACE = re.compile(r"Traceback \(most recent|File \"[^\"]+\", line \d+|\.py\b.{0,20}line \d+")
NULL_IN_LIST = "is null"
"""ORCID's own validators fail on a null in a list; the sandbox says so with ORCID's status."""

# Nothing of this process may look elsewhere while the tests run, whoever tried it.
_watching: list[list[str]] = []


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if not _watching:
        return
    host: object = None
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if isinstance(name, str) and name not in HERE:
        _watching[-1].append(f"{event} {name}")


sys.addaudithook(_watch)


@pytest.fixture(scope="module", autouse=True)
def nothing_leaves() -> Iterator[None]:
    tried: list[str] = []
    _watching.append(tried)
    yield
    _watching.pop()
    assert tried == []


@dataclass
class Scene:
    box: Sandbox
    http: httpx.Client
    tokens: list[str] = field(default_factory=list)

    def ask(self, asked: Asked) -> httpx.Response:
        path = asked.path.replace("‹token›", self.tokens[asked.token % len(self.tokens)])
        headers = [(b"Accept-Encoding", b"identity"), *asked.headers]
        if asked.token >= 0:
            headers.append((b"Authorization", b"Bearer " + self.tokens[asked.token % len(self.tokens)].encode()))
        return self.http.request(asked.method, path, content=asked.body, headers=headers)


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with (
        Sandbox(tls=False, people=(DEFAULT_PERSON, LOCKED), admin=True, kept=10) as box,
        httpx.Client(base_url=box.base, timeout=30) as http,
    ):
        scene = Scene(box, http)
        grant(scene)
        yield scene
        assert box.faults == []


def grant(scene: Scene) -> None:
    state = scene.box._state
    all_scopes = ("/read-limited", "/activities/update", "/person/update", "openid")
    machine = ("/read-public", "/webhook", "/group-id-record/update", "/group-id-record/read", "/premium-notification")
    issued = scene.box._in_loop(
        lambda: [
            state.issue_token(DEFAULT_CLIENT.id, ORCID, all_scopes),
            state.issue_token(DEFAULT_CLIENT.id, None, machine),
            state.issue_token(DELEGATE_CLIENT.id, LOCKED.orcid, ("/authenticate",)),
        ]
    )
    scene.tokens[:] = [token.access for token in issued]


# What is asked

ODD = ["", " ", "\x00", "²", "%00", "..", ".", "//", "\\", "{}", "é", "\ud800", "'", "<script>", "9" * 40, "-1", "1.5",
       "%"]  # fmt: skip
IDS = [ORCID, LOCKED.orcid, "0000-0002-1694-233X", "0000-0000-0000-0000"]
WORDS = [
    *sorted({s.path for s in SECTIONS.values()} | {s.listed for s in SECTIONS.values()}),
    "record", "person", "personal-details", "biography", "email", "activities", "summary", "notification-permission",
    "group-id-record", "search", "expanded-search", "csv-search", "client", "status", "apiStatus", "webhook",
    "orcid-bio", "orcid-profile", DEFAULT_CLIENT.id, "1", "600000", "1,2,3", "1,x", *IDS,
]  # fmt: skip
NAMES = [
    "client_id", "response_type", "scope", "redirect_uri", "state", "nonce", "prompt", "max_age", "show_login", "lang",
    "email", "orcid", "grant_type", "client_secret", "code", "refresh_token", "token", "access_token", "subject_token",
    "username", "password", "approved", "oauth", "callback", "q", "start", "rows", "page", "page-size", "name",
    "group-id", "fl", "entityID", "target", "return", "SAMLDS", "after", "logUserOut", "institution", "eppn", "link",
    "next",
]  # fmt: skip
VALUES = [
    DEFAULT_CLIENT.id, DEFAULT_CLIENT.secret, CALLBACK, "code", "token", "id_token token", "openid", "/read-limited",
    "authorization_code", "client_credentials", "refresh_token", "none", "login", "true", "false", "0", "100",
    "https://evil.invalid/", "//evil.invalid", "http://localhost\\@evil.invalid/", "javascript:x", "http://[::1", "*:*",
    f"orcid:{ORCID}", "a AND (b", "https://idp.university.test/shibboleth", *ODD,
]  # fmt: skip
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW", "get"]
MEDIA = ["application/json", "application/xml", "application/vnd.orcid+xml", "application/vnd.orcid+json", "text/plain",
         "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "", "x", "*/*",
         "application/json; charset=utf-16", ";;;", "application/*;q=x, text/html"]  # fmt: skip
NOT_A_HEADER = re.compile(r"[^\x20-\x7e\x80-\xff]")

texts = st.sampled_from(VALUES) | st.text(max_size=12)
words = st.sampled_from(WORDS) | st.sampled_from(ODD) | st.text(max_size=8)
fields = st.dictionaries(st.sampled_from(NAMES), texts, max_size=6)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | texts
trees = st.recursive(
    leaves, lambda t: st.lists(t, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | texts, t, max_size=4),
    max_leaves=8,
)  # fmt: skip
sound = [json.dumps(item).encode() for item in ITEMS.values()] + [write_xml(kind, item) for kind, item in ITEMS.items()]


def encoded(text: str) -> str:
    return quote(text, safe="", errors="surrogatepass")


def form(values: dict[str, str]) -> str:
    return urlencode(values, errors="surrogatepass")


bodies = st.one_of(
    st.none(),
    st.binary(max_size=80),
    fields.map(lambda f: form(f).encode()),
    fields.map(lambda f: form({"oauth": "?" + form(f), "approved": "true"}).encode()),
    trees.map(lambda tree: json.dumps(tree).encode("utf-8", "surrogatepass")),
    st.sampled_from(sound),
    st.sampled_from(sound).flatmap(lambda body: st.integers(0, len(body)).map(lambda n: body[:n])),
    st.just(b"[" * 5000),
    st.just(b'<!DOCTYPE a [<!ENTITY b SYSTEM "http://evil.invalid/">]><a>&b;</a>'),
)
header_texts = texts.map(lambda text: NOT_A_HEADER.sub("", text).strip().encode("latin-1"))
headers = st.lists(
    st.tuples(
        st.sampled_from([b"Accept", b"Content-Type"]), st.sampled_from(MEDIA).map(str.encode)
    ) | st.tuples(
        st.sampled_from([b"Cookie", b"Origin", b"Referer", b"X-Forwarded-Host", b"X-Forwarded-Proto", b"Forwarded",
                         b"User-Agent", b"Accept-Language", b"If-Match", b"Range", b"Authorization"]),
        header_texts | header_texts.map(lambda text: b"orcid-sandbox-session=" + text) | st.just(b"Basic Og=="),
    ),
    max_size=4,
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes | None
    token: int
    """Which token to send; negative: none."""


def paths(endpoint: Endpoint) -> st.SearchStrategy[str]:
    parts: list[st.SearchStrategy[str]] = []
    for part in re.split(r"(\{[^}]+\})", endpoint.path):
        name, _, kind = part.strip("{}").partition(":")
        if not part.startswith("{"):
            parts.append(st.just(part))
        elif kind == "path":
            rest = st.lists(words.map(encoded), min_size=0, max_size=4).map("/".join)
            hook = texts.map(lambda uri: f"webhook/{encoded(uri)}")
            item = st.tuples(st.sampled_from(IDS), words.map(encoded), words.map(encoded)).map("/".join)
            one = st.tuples(st.sampled_from(IDS), words.map(encoded)).map("/".join)
            parts.append(rest | item | one | (hook if "orcid" in endpoint.path else one))
        elif kind == "version":
            parts.append(st.sampled_from(["v3.0", "v2.0", "v9.9", "v1.2_rc7", "v0.0"]))
        elif kind == "int":
            parts.append(st.integers(0, 10**30).map(str))
        elif name == "orcid":
            # Of the two routes with an iD one takes nothing else.
            parts.append(st.sampled_from(IDS) if kind == "orcid" else st.sampled_from(IDS) | words.map(encoded))
        else:
            raise AssertionError(f"{endpoint.path}: this test must learn what {part} is")
    query = (
        st.just("") | fields.map(lambda f: "?" + form(f)) | st.just("?access_token=‹token›") | st.just("?%ff=%fe&&=")
    )
    return st.tuples(*parts, query).map("".join)


def requests(endpoint: Endpoint) -> st.SearchStrategy[Asked]:
    methods = st.sampled_from(sorted(endpoint.methods)) | st.sampled_from(METHODS)
    return st.builds(Asked, methods, paths(endpoint), headers.map(tuple), bodies, st.integers(-1, 2))


def check(answer: httpx.Response) -> None:
    if answer.status_code >= 500:
        assert answer.status_code == 500, answer.text
        assert answer.json()["error-code"] == 9008, answer.text
        assert NULL_IN_LIST in answer.text, answer.text
    assert not TRACE.search(answer.text), answer.text
    for where in (answer.headers.get("location", ""), redirect(answer)):
        assert not where.startswith("//"), where
        host = urlsplit(where).hostname
        assert host is None or host in HERE, where


def redirect(answer: httpx.Response) -> str:
    """Where a page's script would send the browser."""
    if not answer.headers.get("content-type", "").startswith("application/json"):
        return ""
    with contextlib.suppress(ValueError):
        body = answer.json()
        return str(body.get("redirect") or "") if isinstance(body, dict) else ""
    return ""


def of(path: str) -> Endpoint:
    return next(endpoint for endpoint in ENDPOINTS if endpoint.path == path)


def test_the_table_is_whole() -> None:
    paths = {endpoint.path for endpoint in ENDPOINTS}
    assert {"/oauth/token", "/oauth/authorize", "/v3.0/{path:path}", "/v2.0/{path:path}", "/_sandbox/status"} <= paths
    assert len(paths) > 35


@pytest.mark.parametrize("path", [e.path for e in ENDPOINTS if not e.levers])
def test_what_portals_and_browsers_reach(scene: Scene, path: str) -> None:
    @OFTEN
    @given(requests(of(path)))
    def ask(asked: Asked) -> None:
        check(scene.ask(asked))

    ask()
    if not all(scene.box._in_loop(lambda: [scene.box._state.token(token) for token in scene.tokens])):
        grant(scene)


@pytest.mark.parametrize("path", [e.path for e in ENDPOINTS if e.levers])
def test_the_levers(scene: Scene, path: str) -> None:
    @OFTEN
    @given(requests(of(path)))
    def ask(asked: Asked) -> None:
        try:
            check(scene.ask(asked))
        finally:
            scene.box.reset()

    ask()
    grant(scene)
    assert scene.http.get("/_sandbox/status").status_code == 200


@pytest.mark.parametrize("lever", [e.path for e in ENDPOINTS if e.levers])
@pytest.mark.parametrize(
    "header", [("Host", "evil.invalid"), ("Origin", "https://evil.invalid"), ("X-Forwarded-For", "192.0.2.1")]
)
def test_the_levers_are_for_this_machine(scene: Scene, lever: str, header: tuple[str, str]) -> None:
    path = re.sub(r"\{[^}]+\}", "1", lever)
    methods = of(lever).methods - {"HEAD"}
    for method in sorted(methods):
        answer = scene.http.request(method, path, headers=dict([header]))
        assert answer.status_code in {400, 403, 421}, f"{method} {path}"
        assert DEFAULT_PERSON.password not in answer.text


ELSEWHERE = ["https://evil.invalid/hook", "http://192.0.2.1/", "http://localhost@evil.invalid/",
             "http://localhost\\@evil.invalid/", "http://[::ffff:c000:201]/", "http://hook.localhost/",
             "http://localhost.evil.invalid/", "http://0.0.0.0/", "http://2130706433/",
             "http://ⓛocalhost/"]  # fmt: skip


@pytest.mark.parametrize("uri", ELSEWHERE)
def test_webhooks_to_other_machines_are_not_called(scene: Scene, uri: str) -> None:
    """The fixture of the module sees whether a name was looked up or a connection was tried."""
    scene.box.reset()
    grant(scene)
    scene.http.put(f"/{ORCID}/webhook/{encoded(uri)}", headers={"Authorization": f"Bearer {scene.tokens[1]}"})
    sent = scene.http.post(
        f"/v3.0/{ORCID}/keywords", json={"content": "sandboxes"}, headers={"Authorization": f"Bearer {scene.tokens[0]}"}
    )
    assert sent.status_code == 201
    told = scene.box.webhook_deliveries
    assert [(delivery.uri, delivery.tries) for delivery in told] in ([], [(uri, 0)])


NO_REQUESTS = [
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET  HTTP/9.9\r\n\r\n",
    b"POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    b"\x16\x03\x01\x00\x05hello",
    b"GET http://evil.invalid/ HTTP/1.1\r\nHost: evil.invalid\r\n\r\n",
    b"CONNECT evil.invalid:443 HTTP/1.1\r\nHost: evil.invalid\r\n\r\n",
    b"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
]


@OFTEN
@given(st.binary(max_size=200) | st.sampled_from(NO_REQUESTS))
def test_what_is_no_request(scene: Scene, sent: bytes) -> None:
    told = b""
    with (
        socket.create_connection(("127.0.0.1", scene.box.port), timeout=5) as connection,
        contextlib.suppress(OSError),  # the sandbox may have closed it already
    ):
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        while part := connection.recv(65536):
            told += part
    assert b"Traceback" not in told
    assert b" 500 " not in told.partition(b"\r\n")[0]
    assert scene.http.get("/oauth/jwks").status_code == 200
