"""The recorder: stands around the application, notes every request with its answer, and turns a fault of ours into
a plain 500.

Answers are small, so each is held back until it is noted: who has an answer in hand finds it on the wire.
"""

from __future__ import annotations

import re
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..orcid import ids
from ..orcid.answers import json_object
from .member_api import access_token
from .model import Fault, Kind, Side, WireEntry

LARGEST_BODY: Final = 10_000_000
"""Bytes; more is refused with 413."""

_API: Final = re.compile(r"/v\d+\.\d+(_\w+)?(/|$)|/[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]/.")
"""With a version, or a section behind an iD without one."""

_SIGN_IN: Final = frozenset({"/signin", "/login"})
_PAGES: Final = _SIGN_IN | {"/", "/register", "/signout", "/my-orcid", "/reset-password"}
_KINDS: Final[dict[str, Kind]] = {
    "/oauth/authorize": "authorize",
    "/oauth2/authorize": "authorize",
    "/oauth/token": "token",
    "/oauth/revoke": "revoke",
}


class Dropped(Exception):
    """The connection is to end without an answer, as ordered."""


class Wire:
    """All exchanges so far, or the last so many, and the faults; may be read from any thread."""

    def __init__(self, kept: int | None = None) -> None:
        self.on_exchange: Callable[[WireEntry], object] | None = None
        self._lock = threading.Lock()
        self._numbers = 0
        self._entries: deque[WireEntry] = deque(maxlen=kept)
        self._faults: list[Fault] = []

    @property
    def entries(self) -> list[WireEntry]:
        """Every completed exchange, in order of arrival."""
        with self._lock:
            return sorted(self._entries, key=lambda entry: entry.number)

    def clear(self) -> None:
        """Forget the exchanges; the next one is number 1 again."""
        with self._lock:
            self._entries.clear()
            self._numbers = 0

    @property
    def faults(self) -> list[Fault]:
        """Whatever went wrong inside the sandbox."""
        with self._lock:
            return list(self._faults)

    def next_number(self) -> int:
        """Number an arriving request."""
        with self._lock:
            self._numbers += 1
            return self._numbers

    def add(self, entry: WireEntry) -> None:
        """Note a completed exchange and tell whoever listens."""
        with self._lock:
            self._entries.append(entry)
        if self.on_exchange:
            try:
                self.on_exchange(entry)
            except Exception as error:
                self.fault("on_exchange", error)

    def fault(self, where: str, error: BaseException) -> None:
        """Note a fault of ours."""
        told = "".join(traceback.format_exception(error))
        with self._lock:
            self._faults.append(Fault(datetime.now(UTC), where, f"{type(error).__name__}: {error}", told))


class Recorder:
    """ASGI middleware around the application."""

    def __init__(self, app: ASGIApp, wire: Wire) -> None:
        self._app = app
        self._wire = wire

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        number, at, begun = self._wire.next_number(), datetime.now(UTC), time.perf_counter()
        body = await _read(receive)
        if body is None:
            return
        if len(body) > LARGEST_BODY:
            answer = Response("The request is too large.", 413, media_type="text/plain")
            messages = await _collect(answer, scope, b"")
        else:
            messages = await self._serve(scope, body)
        entry = entry_of(number, at, Request(scope), body, messages, time.perf_counter() - begun)
        self._wire.add(entry)
        if not messages:
            scope["state"]["drop"]()
        for message in messages:
            await send(message)

    async def _serve(self, scope: Scope, body: bytes) -> list[Message]:
        try:
            return await _collect(self._app, scope, body)
        except Dropped:
            return []
        except Exception as error:
            self._wire.fault(f"{scope['method']} {scope['path']}", error)
            told = {
                "error": "server_error",
                "error_description": "The embedded sandbox failed. This is a fault of the sandbox, not of the portal.",
            }
            return await _collect(JSONResponse(told, 500), scope, b"")


async def _read(receive: Receive) -> bytes | None:
    """Return the whole body, cut after the largest that is taken; None when the other side left."""
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        if len(body) <= LARGEST_BODY:
            body += message.get("body", b"")
        if not message.get("more_body"):
            return body


async def _collect(app: ASGIApp, scope: Scope, body: bytes) -> list[Message]:
    messages: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, send)
    return messages


def entry_of(
    number: int, at: datetime, request: Request, body: bytes, messages: list[Message], seconds: float
) -> WireEntry:
    """Return an exchange as the wire keeps it, from the request and the ASGI messages that answered it."""
    sent = body.decode("utf-8", "replace")
    answered = b"".join(m.get("body", b"") for m in messages).decode("utf-8", "replace")
    path = request.url.path
    kind = kind_of(path, request.url.query)
    form = parse_qs(sent) if kind in {"token", "revoke"} else {}
    return WireEntry(
        number=number,
        at=at,
        side=_side(request),
        scheme="https" if request.scope["scheme"] == "https" else "http",
        certificate=request.scope.get("state", {}).get("certificate", "none"),
        method=request.method,
        path=path,
        query=request.url.query,
        request_headers=_headers(request.scope["headers"]),
        request_body=sent,
        status=messages[0]["status"] if messages else 0,
        response_headers=_headers(messages[0].get("headers", []) if messages else []),
        response_body=answered,
        kind=kind,
        grant=form.get("grant_type", [""])[0],
        token=form.get("token", [""])[0] if kind == "revoke" else access_token(request),
        orcid=_orcid_in_answer(answered) if kind == "token" else _orcid_in_path(path),
        seconds=seconds,
    )


def kind_of(path: str, query: str = "") -> Kind:
    """Say what a path is for; a sign-in page that carries an authorization request counts as that."""
    if path in _KINDS:
        return _KINDS[path]
    if path in _SIGN_IN and "client_id=" in query:
        return "authorize"
    if _API.match(path):
        return "api"
    return "page" if path in _PAGES or ids.is_well_formed(path.strip("/")) else "other"


def _side(request: Request) -> Side:
    agent = request.headers.get("user-agent", "")
    # Programs that call themselves Mozilla say `compatible`; no browser of today does.
    named = "Mozilla/" in agent and "(compatible;" not in agent
    return "browser" if named or "sec-fetch-mode" in request.headers else "server"


def _headers(pairs: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in ((n.decode("latin-1").lower(), v.decode("latin-1")) for n, v in pairs):
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _orcid_in_answer(body: str) -> str:
    return str(json_object(body).get("orcid") or "")


def _orcid_in_path(path: str) -> str:
    return next((part for part in path.split("/") if ids.is_well_formed(part)), "")
