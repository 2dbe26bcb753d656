"""A relay in front of an embedded sandbox, a client that has it for a proxy, and upstreams that misbehave."""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

import httpx
import pytest

from checker.gather.relay import Relay, Upstream
from checker.sandbox import DEFAULT_CLIENT, DEFAULT_PERSON, Sandbox

SITE = "https://sandbox.orcid.org"
API = "https://api.sandbox.orcid.org/v3.0"
ORCID = DEFAULT_PERSON.orcid
CREDENTIALS = {"client_id": DEFAULT_CLIENT.id, "client_secret": DEFAULT_CLIENT.secret}


def until(seen: Callable[[], object]) -> None:
    """Wait for what another thread is about to do."""
    deadline = time.monotonic() + 5
    while not seen():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


@dataclass
class Scene:
    """A relay and what stands behind it."""

    relay: Relay
    troubles: list[str]
    box: Sandbox | None = None

    @property
    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.relay.ca_file))

    def by_proxy(self, verify: ssl.SSLContext | None = None) -> httpx.Client:
        return httpx.Client(proxy=self.relay.proxy, verify=verify or self.trust, trust_env=False)

    def by_base(self) -> httpx.Client:
        return httpx.Client(base_url=self.relay.base, verify=self.trust, trust_env=False)

    def seen(self) -> list[tuple[str, str, str, int]]:
        return [(e.scheme, e.request_headers["host"], e.path, e.status) for e in self.relay.wire]


@pytest.fixture
def scene() -> Iterator[Scene]:
    troubles: list[str] = []
    with (
        Sandbox(public=SITE) as box,
        Relay(Upstream(box.base, box.plain_base, box.ca_file), on_trouble=troubles.append) as relay,
    ):
        yield Scene(relay, troubles, box)
        assert box.faults == []


@contextmanager
def relay_to(origin: str, patience: float = 5.0) -> Iterator[Scene]:
    troubles: list[str] = []
    with Relay(Upstream(origin), patience=patience, on_trouble=troubles.append) as relay:
        yield Scene(relay, troubles)


@dataclass
class Canned:
    """A server that answers every connection with the same bytes, and remembers what it was sent."""

    answer: bytes
    holds: bool
    heard: list[bytes] = field(default_factory=list)
    origin: str = ""

    def serve(self, listener: socket.socket, over: threading.Event) -> None:
        while not over.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(connection, over), daemon=True).start()

    def _one(self, connection: socket.socket, over: threading.Event) -> None:
        with closing(connection):
            self.heard.append(_request(connection))
            connection.sendall(self.answer)
            if self.holds:
                over.wait(20)


def _request(connection: socket.socket) -> bytes:
    heard = connection.recv(65_536)
    length = re.search(rb"content-length: (\d+)", heard, re.IGNORECASE)
    whole = heard.find(b"\r\n\r\n") + 4 + int(length[1] if length else 0)
    while len(heard) < whole:
        heard += connection.recv(65_536)
    return heard


@contextmanager
def canned(answer: bytes, *, holds: bool = False) -> Iterator[Canned]:
    """Serve canned bytes.

    Args:
        answer: sent on every connection.
        holds: keep the connection open after it.
    """
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    server = Canned(answer, holds, origin=f"http://127.0.0.1:{listener.getsockname()[1]}")
    thread = threading.Thread(target=server.serve, args=(listener, over), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def token(http: httpx.Client, **changes: str) -> str:
    form = {"grant_type": "client_credentials", "scope": "/read-public"} | CREDENTIALS | changes
    answer = http.post(f"{SITE}/oauth/token", data=form)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])
