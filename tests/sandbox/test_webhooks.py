"""Webhooks reach this machine, and nothing beyond it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import quote

import pytest

from checker.sandbox import DEFAULT_CLIENT, Sandbox
from checker.sandbox.webhooks import Delivery

from .conftest import ORCID, OTHER, Visitor, until
from .items import WORK, with_id


@contextmanager
def listening(*statuses: int, location: str = "") -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """A callback that answers with these statuses, the last one again and again, and what it was told."""
    told: list[tuple[str, bytes]] = []
    left = list(statuses)

    class Callback(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append((self.path, self.rfile.read(int(self.headers.get("Content-Length") or 0))))
            self.send_response(left.pop(0) if len(left) > 1 else left[0])
            self.send_header("Content-Length", "0")
            if location:
                self.send_header("Location", location)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Callback)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/changed?for=me", told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def portal(visitor: Visitor) -> Visitor:
    visitor.connect()
    visitor.box._controls.webhooks._pauses = (0.0, 0.0, 0.0)
    return visitor


def register(portal: Visitor, uri: str, orcid: str = ORCID, method: str = "PUT") -> int:
    token = portal.token(grant_type="client_credentials", scope="/webhook").json()["access_token"]
    path = f"/{orcid}/webhook/{quote(uri, safe='')}"
    answer = portal.server.request(method, path, headers={"Authorization": f"Bearer {token}"})
    if answer.status_code == 201:
        assert answer.headers["location"] == portal.box.base + path
    return answer.status_code


def deliveries(box: Sandbox) -> list[Delivery]:
    return box.webhook_deliveries


def test_an_address_can_be_told_to_order_and_waited_for(portal: Visitor) -> None:
    with listening(500, 500, 204) as (uri, told):
        assert portal.box.webhooks(ORCID) == []
        register(portal, uri)
        assert portal.box.webhooks(ORCID) == [uri]
        portal.box.tell_webhook(ORCID, uri)
        assert portal.box.wait_for_webhooks()
        assert [(d.tries, d.status) for d in deliveries(portal.box)] == [(3, 204)]
        assert len(told) == 3
        register(portal, uri, method="DELETE")
        portal.box.tell_webhook(ORCID, uri)
        assert portal.box.wait_for_webhooks()
        assert len(told) == 4


def test_every_change_is_told_with_an_empty_body(portal: Visitor) -> None:
    with listening(204) as (uri, told):
        assert register(portal, uri) == 201
        place = portal.api("POST", "/work", json=WORK).headers["location"]
        until(lambda: len(deliveries(portal.box)) == 1)
        assert told == [("/changed?for=me", b"")]
        body = portal.api("GET", place.partition(ORCID)[2]).json() | {"type": "book"}
        assert portal.api("PUT", place.partition(ORCID)[2], json=body).status_code == 200
        until(lambda: len(deliveries(portal.box)) == 2)
        portal.api("DELETE", place.partition(ORCID)[2])
        until(lambda: len(deliveries(portal.box)) == 3)
        assert [(d.orcid, d.uri, d.tries, d.status, d.delivered) for d in deliveries(portal.box)] == [
            (ORCID, uri, 1, 204, True)
        ] * 3
        assert register(portal, uri, method="DELETE") == 204
        portal.api("POST", "/work", json=WORK)
        assert len(deliveries(portal.box)) == 3
        assert portal.box._controls.webhooks._tasks == {}


def test_reading_and_refused_requests_tell_nobody(portal: Visitor) -> None:
    register(portal, "http://127.0.0.1:9/never")
    portal.api("GET", "/record")
    portal.api("POST", "/work", json={"type": "book"})
    assert portal.box._controls.webhooks._tasks == {}
    assert deliveries(portal.box) == []


def test_another_record_is_not_told_of(portal: Visitor) -> None:
    register(portal, "http://127.0.0.1:9/never", OTHER.orcid)
    portal.api("POST", "/work", json=WORK)
    assert portal.box._controls.webhooks._tasks == {}


def test_it_is_tried_again(portal: Visitor) -> None:
    with listening(500, 503, 200) as (uri, told):
        register(portal, uri)
        portal.api("POST", "/work", json=WORK)
        until(lambda: deliveries(portal.box))
        assert len(told) == 3
    assert [(d.tries, d.status, d.delivered) for d in deliveries(portal.box)] == [(3, 200, True)]


def test_it_is_given_up(portal: Visitor) -> None:
    with listening(404) as (uri, told):
        register(portal, uri)
        portal.api("POST", "/work", json=WORK)
        until(lambda: deliveries(portal.box))
        assert len(told) == 3
    assert [(d.tries, d.status, d.delivered) for d in deliveries(portal.box)] == [(3, 404, False)]


def test_nobody_listens(portal: Visitor) -> None:
    with listening(200) as (uri, _):
        pass
    register(portal, uri)
    portal.api("POST", "/work", json=WORK)
    until(lambda: deliveries(portal.box))
    [only] = deliveries(portal.box)
    assert (only.tries, only.status) == (3, 0)
    assert "ConnectError" in only.error


@pytest.mark.parametrize(
    "uri",
    [
        "https://portal.test/hook",
        "http://192.0.2.1/hook",
        "http://127.0.0.1.portal.test/",
        "http://127.0.0.1@portal.test/",
    ],
)
def test_nothing_leaves_this_machine(portal: Visitor, uri: str) -> None:
    assert register(portal, uri) == 201
    portal.api("POST", "/work", json=WORK)
    [only] = deliveries(portal.box)
    assert (only.tries, only.delivered) == (0, False)
    assert "this machine" in only.error


def test_a_redirect_is_not_followed(portal: Visitor) -> None:
    with listening(302, location="http://192.0.2.1/") as (uri, _):
        register(portal, uri)
        portal.api("POST", "/work", json=WORK)
        until(lambda: deliveries(portal.box))
    assert [(d.status, d.delivered) for d in deliveries(portal.box)] == [(302, False)]


def test_changes_while_one_is_told_are_told_by_one_more(portal: Visitor) -> None:
    state = portal.box._state
    with listening(200) as (uri, told):
        register(portal, uri)

        def burst() -> None:
            for number in range(20):
                state.add(ORCID, "work", DEFAULT_CLIENT.id, with_id(WORK, f"10.5555/{number}"))

        portal.box._in_loop(burst)
        until(lambda: len(deliveries(portal.box)) == 2 and not portal.box._controls.webhooks._tasks)
        assert len(told) == 2


def test_stopping_ends_what_is_under_way(portal: Visitor) -> None:
    portal.box._controls.webhooks._pauses = (3600.0,)
    register(portal, "http://127.0.0.1:9/never")
    portal.api("POST", "/work", json=WORK)
    assert portal.box._controls.webhooks._tasks
    portal.box.stop()
    assert portal.box._controls.webhooks._tasks == {}
