"""The admin endpoints: people, clients, the wire, the clock, reset; and whom they refuse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from checker.orcid import ids
from checker.sandbox import DEFAULT_CLIENT, DEFAULT_PERSON, Sandbox
from checker.sandbox.admin import refusal

from .conftest import Visitor, query, visitor_of


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox(tls=False, admin=True, clients=(DEFAULT_CLIENT,)) as box:
        yield box


@pytest.fixture
def visitor(box: Sandbox) -> Iterator[Visitor]:
    yield from visitor_of(box)


@pytest.fixture
def admin(box: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{box.base}/_sandbox") as client:
        yield client


def test_a_review_has_no_such_endpoints() -> None:
    with Sandbox(tls=False) as plain:
        for path in ("/_sandbox/", "/_sandbox/people", "/_sandbox/wire"):
            assert httpx.get(plain.base + path, follow_redirects=True).status_code == 404
        assert httpx.post(f"{plain.base}/_sandbox/reset").status_code == 404
        assert len(plain.wire) == 5  # the first one is sent on to the address without a slash


def test_status(box: Sandbox, admin: httpx.Client) -> None:
    told = admin.get("/status").json()
    assert told["base"] == box.base
    assert told["ca_file"] is None
    assert (told["people"], told["requests"], told["faults"], told["rate_limit"]) == (1, 0, 0, False)


def test_the_wire_does_not_show_them(box: Sandbox, admin: httpx.Client) -> None:
    admin.get("/people")
    admin.get("/")
    assert box.wire == []


def test_reset_goes_back_to_the_start(visitor: Visitor, box: Sandbox, admin: httpx.Client) -> None:
    visitor.connect()
    admin.post("/people", json={"login": "second@mailinator.com", "password": "pass", "given_names": "Second"})
    admin.post("/clients", json={"name": "Further"})
    admin.put("/clock", json={"offset": 60})
    admin.post("/faults", json={"fault": "500", "count": None})
    assert admin.post("/reset").status_code == 204
    assert admin.get("/status").json()["clock"]["offset"] == 0
    assert [p["orcid"] for p in admin.get("/people").json()["people"]] == [DEFAULT_PERSON.orcid]
    assert len(admin.get("/clients").json()["clients"]) == len(box.clients) == 1
    assert admin.get("/faults").json() == {"faults": []}
    assert box.wire == []
    assert visitor.api("GET", "/record").status_code == 401
    assert box.wire[0].number == 1
    assert visitor.browser.get("/userStatus.json").json() == {"loggedIn": False}


def test_a_person_with_only_what_is_needed_can_sign_in(visitor: Visitor, admin: httpx.Client) -> None:
    made = admin.post("/people", json={"login": "new@mailinator.com", "password": "pass", "given_names": "New"})
    assert made.status_code == 201
    person = made.json()
    assert ids.is_valid(person["orcid"])
    assert ids.in_known_range(person["orcid"])
    form = {"username": "new@mailinator.com", "password": "pass"}
    assert visitor.browser.post("/signin/auth.json", data=form).json() == {"redirect": f"/{person['orcid']}"}
    assert visitor.browser.get(f"/{person['orcid']}").status_code == 200


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ([], "expected an object with orcid, login, password"),
        ({"password": "p"}, "login: is missing"),
        ({"login": " ", "password": "p"}, "login: expected text, got none"),
        ({"login": "a@b.c", "password": 5}, "password: input should be a valid string, got 5"),
        ({"login": "a@b.c", "password": "p", "pasword": 1}, "pasword: there is no such field; did you mean password?"),
        ({"login": "a@b.c", "password": "p", "orcid": "0000-0002-1825-0098"}, "orcid: expected a bare iD"),
        ({"login": "a@b.c", "password": "p", "orcid": DEFAULT_PERSON.orcid}, "orcid: 0000-0002-1825-0097 is taken"),
        ({"login": DEFAULT_PERSON.login.upper(), "password": "p"}, "is taken by 0000-0002-1825-0097"),
        ({"login": "a@b.c", "password": "p", "default_visibility": "secret"}, "default_visibility: input should be"),
    ],
)
def test_a_person_that_is_none(admin: httpx.Client, data: Any, told: str) -> None:
    answer = admin.post("/people", json=data)
    assert answer.status_code == 400
    assert told in answer.json()["error"]
    assert len(admin.get("/people").json()["people"]) == 1


def test_a_client_is_made_whole_and_works(visitor: Visitor, admin: httpx.Client) -> None:
    made = admin.post("/clients", json={"name": "Further", "redirect_uris": ["https://portal.test/back"]}).json()
    assert len(made["id"]) == 20
    assert made["any_loopback_redirect"] is False
    asked = query(client_id=made["id"])
    assert "error-message" in visitor.browser.get("/oauth/authorize", params=asked).text
    asked["redirect_uri"] = "https://portal.test/back"
    assert "signin-button" in visitor.browser.get("/oauth/authorize", params=asked).text
    answer = visitor.server.post(
        "/oauth/token",
        data={
            "client_id": made["id"],
            "client_secret": made["secret"],
            "grant_type": "client_credentials",
            "scope": "/read-public",
        },
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"id": DEFAULT_CLIENT.id}, f"id: {DEFAULT_CLIENT.id} is registered already"),
        ({"redirect_uris": ["portal.test/back"]}, "redirect_uris[0]: expected an address such as"),
        ({"redirect_uris": "https://portal.test"}, "redirect_uris: input should be"),
        ({"connect_uri": "nowhere"}, "connect_uri: expected an address such as"),
        ({"scopes": ["/fly"]}, "scopes: expected some of"),
        ({"secret": ""}, "secret: expected text, got none"),
    ],
)
def test_a_client_that_is_none(admin: httpx.Client, data: Any, told: str) -> None:
    answer = admin.post("/clients", json=data)
    assert answer.status_code == 400
    assert told in answer.json()["error"]


# The wire


def test_the_wire_as_har(visitor: Visitor, admin: httpx.Client) -> None:
    visitor.connect()
    visitor.api("GET", "/record")
    log = admin.get("/wire").json()["log"]
    assert log["version"] == "1.2"
    assert set(log["creator"]) == {"name", "version"}
    assert [e["_number"] for e in log["entries"]] == [1, 2, 3, 4]
    token, record = log["entries"][2:]
    assert token["request"]["method"] == "POST"
    assert token["request"]["postData"]["mimeType"] == "application/x-www-form-urlencoded"
    assert f"client_secret={DEFAULT_CLIENT.secret}" in token["request"]["postData"]["text"]
    assert json.loads(token["response"]["content"]["text"])["orcid"] == DEFAULT_PERSON.orcid
    assert record["request"]["url"] == f"{visitor.box.base}/v3.0/{DEFAULT_PERSON.orcid}/record"
    assert record["response"]["status"] == 200
    assert record["response"]["statusText"] == "OK"
    assert record["time"] > 0
    for entry in log["entries"]:  # what HAR 1.2 asks of each
        assert {"startedDateTime", "time", "request", "response", "cache", "timings"} <= set(entry)
        needed = {"method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"}
        assert needed <= set(entry["request"])
        needed = {"status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL", "headersSize"}
        assert needed <= set(entry["response"])
        assert {"send", "wait", "receive"} <= set(entry["timings"])
    assert [e["_number"] for e in admin.get("/wire", params={"after": 3}).json()["log"]["entries"]] == [4]
    assert admin.get("/wire", params={"after": "x"}).status_code == 400
    assert admin.delete("/wire").status_code == 204
    assert admin.get("/wire").json()["log"]["entries"] == []


def test_the_wire_keeps_the_last_so_many() -> None:
    with Sandbox(tls=False, kept=3) as short, httpx.Client(base_url=short.base) as browser:
        for _ in range(5):
            browser.get("/userStatus.json")
        assert [entry.number for entry in short.wire] == [3, 4, 5]


# The clock


def test_a_code_and_a_token_expire_by_the_clock(visitor: Visitor, box: Sandbox, admin: httpx.Client) -> None:
    code = visitor.code()
    assert admin.put("/clock", json={"offset": 3600}).json()["offset"] == 3600
    assert "expired" in visitor.exchange(code=code).json()["error_description"]
    visitor.connect()
    assert visitor.api("GET", "/record").status_code == 200
    admin.put("/clock", json={"offset": 631_138_518 + 7200})
    assert visitor.api("GET", "/record").status_code == 401
    admin.put("/clock", json={"offset": 0})
    assert visitor.api("GET", "/record").status_code == 200


def test_a_moment_can_be_given(admin: httpx.Client) -> None:
    told = admin.put("/clock", json={"now": "2040-01-31T12:00:00Z"}).json()
    assert told["now"].startswith("2040-01-31T12:00:0")
    assert admin.get("/clock").json()["offset"] == told["offset"]


@pytest.mark.parametrize(
    "data",
    [{}, [], {"offset": "1"}, {"offset": True}, {"offset": 1e300}, {"offset": 10**40}, {"now": "soon"}, {"now": 5},
     {"offset": 1, "now": "2040-01-31T12:00:00Z"}],
)  # fmt: skip
def test_a_clock_that_cannot_be(admin: httpx.Client, data: Any) -> None:
    answer = admin.put("/clock", json=data)
    assert answer.status_code == 400
    assert "expected" in answer.json()["error"]
    assert admin.get("/clock").json()["offset"] == 0


# Whom they refuse


@pytest.mark.parametrize(
    "host", ["evil.test", "evil.test:8765", "192.168.1.5", "localhost.evil.test", "", "[::1", "2130706433"]
)
def test_a_foreign_name_that_points_here(admin: httpx.Client, host: str) -> None:
    answer = admin.get("/people", headers={"Host": host})
    assert answer.status_code in {400, 403}
    assert DEFAULT_PERSON.password not in answer.text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:1", "[::1]:8765", "orcid.localhost"])
def test_names_of_this_machine(admin: httpx.Client, host: str) -> None:
    assert admin.get("/people", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"X-Forwarded-For": "203.0.113.7"},
        {"Forwarded": "for=203.0.113.7"},
    ],
)
def test_pages_of_others_and_proxies(box: Sandbox, admin: httpx.Client, headers: dict[str, str]) -> None:
    for method, path in (("GET", "/people"), ("POST", "/reset")):
        answer = admin.request(method, path, headers=headers)
        assert answer.status_code == 403, answer.text
    assert admin.post("/reset", headers={"Origin": box.base, "Sec-Fetch-Site": "same-origin"}).status_code == 204


def test_a_person_may_follow_a_link_to_the_page(admin: httpx.Client) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert admin.get("/", headers=headers).status_code == 200
    assert admin.post("/reset", headers=headers).status_code == 403


@pytest.mark.parametrize("peer", [("192.168.1.5", 1), None])
def test_a_peer_elsewhere(peer: Any) -> None:
    scope = {"type": "http", "method": "GET", "path": "/_sandbox/", "query_string": b"", "scheme": "http"}
    scope |= {"client": peer, "headers": [(b"host", b"localhost")], "server": ("localhost", 80)}
    assert "only this machine" in refusal(Request(scope))
    assert refusal(Request(scope | {"client": ("::1", 1)})) == ""


# Bad input


def test_bodies_that_are_none(admin: httpx.Client) -> None:
    assert admin.post("/people", content=b"{}").status_code == 415
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert admin.post("/people", content=b"{}", headers=form).status_code == 415
    as_json = {"Content-Type": "application/json"}
    for body in (b"", b"{", b"\xff", b"[" * 100_000, b'{"offset": NaN}', b'{"offset": "\\ud800"}', b"1" * 5000):
        for path in ("/people", "/clients", "/faults"):
            answer = admin.post(path, content=body, headers=as_json)
            assert answer.status_code == 400, body[:20]
            assert answer.json()["error"]
            assert len(answer.text) < 1000
    assert admin.post("/people", content=b" " * 1_000_001, headers=as_json).status_code == 413


def test_places_and_methods_that_are_none(admin: httpx.Client) -> None:
    assert admin.get("/nothing").status_code == 404
    assert "lists what there is" in admin.get("/nothing").json()["error"]
    answer = admin.get("/reset")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert admin.delete("/faults/7").json() == {"error": "no fault 7 is on order"}
    assert httpx.get(str(admin.base_url).rstrip("/")).status_code == 200


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["orcid", "login", "password", "id", "secret", "redirect_uris", "scopes", "institution", "connect_uri", "now",
         "offset", "fault", "path", "count", "seconds", "on"]) | st.text(), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(["people", "clients", "faults", "clock", "rate-limit", "reset", "wire", "faults/1"]),
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"]),
    data=_JSON,
)
def test_whatever_is_sent(admin: httpx.Client, box: Sandbox, path: str, method: str, data: Any) -> None:
    body = json.dumps(data).encode()
    answer = admin.request(method, f"/{path}", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code < 500
    assert "Traceback" not in answer.text
    assert box.faults == []
