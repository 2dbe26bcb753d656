"""What the recorder notes, and what it does when the sandbox itself breaks."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest

from checker.sandbox import DEFAULT_CLIENT, WireEntry
from checker.sandbox.wire import kind_of

from .conftest import CALLBACK, ORCID, Visitor, query
from .test_member_api import WORK, changed

ITEM = "/work"

JSON = {"Content-Type": "application/json"}


def test_a_whole_connection_as_the_wire_tells_it(tls_visitor: Visitor) -> None:
    visitor = tls_visitor
    told: list[WireEntry] = []
    visitor.box.on_exchange = told.append
    tokens = visitor.connect()
    visitor.browser.get("/oauth/authorize", params=query())
    visitor.api("GET", "/record")
    visitor.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    form = {"client_id": DEFAULT_CLIENT.id, "client_secret": DEFAULT_CLIENT.secret, "token": tokens["refresh_token"]}
    visitor.server.post("/oauth/revoke", data=form)
    wire = visitor.box.wire
    assert wire == told
    assert [e.number for e in wire] == list(range(1, len(wire) + 1))
    assert [(e.side, e.kind, e.grant, e.status) for e in wire[2:]] == [
        ("server", "token", "authorization_code", 200),
        ("browser", "authorize", "", 302),
        ("server", "api", "", 200),
        ("server", "token", "refresh_token", 200),
        ("server", "revoke", "", 200),
    ]
    exchange, authorize, read, _, revoke = wire[2:]
    assert exchange.orcid == read.orcid == ORCID
    assert DEFAULT_CLIENT.secret in exchange.request_body
    assert tokens["access_token"] in exchange.response_body
    assert read.token == tokens["access_token"]
    assert revoke.token == tokens["refresh_token"]
    assert authorize.query.startswith(f"client_id={DEFAULT_CLIENT.id}&")
    assert authorize.response_headers["location"].startswith(CALLBACK)
    assert read.request_headers["authorization"] == f"Bearer {tokens['access_token']}"
    assert all(e.scheme == "https" and e.certificate == "trusted" for e in wire)
    assert datetime.now(UTC) - wire[0].at < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("headers", "side"),
    [
        ({"User-Agent": "python-requests/2"}, "server"),
        ({"User-Agent": "Mozilla/5.0 (X11)"}, "browser"),
        ({"User-Agent": "Mozilla/5.0 (compatible; Repository/7.6)"}, "server"),
        ({"User-Agent": "odd", "Sec-Fetch-Mode": "cors"}, "browser"),
    ],
)
def test_sides(visitor: Visitor, headers: dict[str, str], side: str) -> None:
    visitor.server.get("/", headers=headers)
    assert visitor.box.wire[-1].side == side


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "page"),
        ("/signin", "page"),
        (f"/{ORCID}", "page"),
        ("/oauth/authorize", "authorize"),
        ("/oauth/token", "token"),
        ("/oauth/revoke", "revoke"),
        ("/oauth/userinfo", "other"),
        (f"/v3.0/{ORCID}/record", "api"),
        (f"/v1.2/{ORCID}/orcid-profile", "api"),
        (f"/v2.0_rc1/{ORCID}/record", "api"),
        (f"/{ORCID}/record", "api"),
        ("/vanity", "other"),
    ],
)
def test_kinds(path: str, kind: str) -> None:
    assert kind_of(path) == kind


def test_a_sign_in_page_with_an_authorization_request_is_one(visitor: Visitor) -> None:
    assert "signin-button" in visitor.browser.get("/signin", params=query()).text
    assert visitor.box.wire[-1].kind == "authorize"


def test_the_wire_may_be_read_while_requests_come_in_from_many_threads(visitor: Visitor) -> None:
    def ask() -> None:
        for _ in range(10):
            visitor.server.get("/userStatus.json")
            assert visitor.box.wire

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [e.number for e in visitor.box.wire] == list(range(1, 61))


def test_levers_may_be_used_from_the_listener(visitor: Visitor) -> None:
    visitor.connect()
    visitor.box.on_exchange = lambda _: visitor.box.revoke_tokens(ORCID, DEFAULT_CLIENT.id)
    assert visitor.api("GET", "/record").status_code == 200
    assert visitor.api("GET", "/record").status_code == 401


def test_our_own_fault_is_a_clean_500_and_noted(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor.connect()
    monkeypatch.setattr("checker.sandbox.record.Registry.record", lambda *_, **__: 1 / 0)
    answer = visitor.api("GET", "/record")
    assert answer.status_code == 500
    assert answer.json()["error"] == "server_error"
    assert "Traceback" not in answer.text
    assert visitor.box.wire[-1].status == 500
    (fault,) = visitor.box.faults
    assert "ZeroDivisionError" in fault.error
    visitor.box._wire._faults.clear()


def test_a_listener_that_breaks_harms_nobody(visitor: Visitor) -> None:
    visitor.box.on_exchange = lambda _: 1 / 0
    assert visitor.server.get("/").status_code == 200
    assert [fault.where for fault in visitor.box.faults] == ["on_exchange"]
    visitor.box._wire._faults.clear()


def test_odd_requests_are_refused_not_stumbled_over(visitor: Visitor) -> None:
    visitor.connect()
    deep = "[" * 100_000
    odd = [
        visitor.api("POST", "/work", content=deep, headers=JSON),
        visitor.api("POST", "/work", content=b"\xff\xfe", headers=JSON),
        visitor.api("POST", "/work", json=[]),
        visitor.api("POST", "/work", json={"title": 5, "type": {}}),
        visitor.api("POST", "/work", json={"put-code": {}}),
        visitor.api("POST", "/work", json={"put-code": 1.5}),
        visitor.api("POST", "/work", json=changed(WORK, title={"title": "\x00"})),
        visitor.api("POST", "/work", content=json.dumps(changed(WORK, title={"title": "\ud800"})), headers=JSON),
        visitor.api("POST", "/work", content=b"x" * 10_000_001, headers=JSON),
        visitor.api("GET", f"{ITEM}/" + "9" * 5000),
        visitor.server.get("/v3.0/"),
        visitor.server.get("/v3.0/", headers=visitor.headers),
        visitor.server.get("/%00%ff"),
        visitor.server.request("OPTIONS", "/oauth/token"),
        visitor.server.post("/oauth/token", content=b"\xff=%ff", headers={"Content-Type": CALLBACK}),
        visitor.server.post("/oauth/token", data={"grant_type": "x"}, headers={"Authorization": "Basic !!!"}),
        visitor.browser.post("/signin/auth.json", content=b"\xff\x00"),
        visitor.browser.get("/oauth/authorize", params=query(state="\r\nX: y", scope="/authenticate\x00")),
    ]
    assert [answer.status_code for answer in odd if answer.status_code >= 500] == []


def test_the_home_page_names_people_clients_and_requests_but_no_secret(visitor: Visitor) -> None:
    visitor.connect()
    page = visitor.browser.get("/").text
    assert DEFAULT_CLIENT.id in page
    assert "josiah@mailinator.com" in page
    assert "POST /oauth/token" in page
    for secret in (DEFAULT_CLIENT.secret, "embedded-password", "code="):
        assert secret not in page


def test_a_call_without_a_version(visitor: Visitor) -> None:
    read = visitor.server.get(f"/{ORCID}/record")
    assert (read.status_code, read.headers["location"]) == (302, f"/v3.0/{ORCID}/record")
    assert visitor.server.post(f"/{ORCID}/work", content=b"<x/>").status_code == 400
    assert visitor.server.get(f"/{ORCID}/").headers["location"] == f"/{ORCID}"
