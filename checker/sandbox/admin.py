"""The admin endpoints under `/_sandbox/`: a JSON interface to the levers, beside the page for people.

They hand out passwords and secrets and can change everything, so they answer this machine alone: a peer on a loopback
address, a Host header that names this machine (a foreign name that was made to point here is refused), no proxy in
between, and no page of another origin. They are no part of ORCID, so the wire does not show them.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from . import faults
from .controls import Controls
from .faults import Standing
from .home import Home
from .loopback import is_loopback, names_loopback
from .model import Client, Person, SandboxError

PREFIX: Final = "/_sandbox"

LARGEST_BODY: Final = 1_000_000
"""Bytes; more is refused with 413."""

_LONGEST: Final = 500
"""Letters of an error, which may quote what was sent."""

_HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

Answer = Callable[[Request], Awaitable[Response]]


class Admin:
    """Answers what is asked under the prefix; hands everything else on."""

    def __init__(self, inner: ASGIApp, controls: Controls, home: Home, base: str, ca_file: str) -> None:
        self._inner = inner
        self._controls = controls
        self._base = base
        self._ca_file = ca_file
        self._app = Starlette(
            routes=[
                Route(f"{PREFIX}/", home.page, methods=["GET"]),
                Route(PREFIX, home.page, methods=["GET"]),
                self._route("status", GET=self._status),
                self._route("reset", POST=self._reset),
                self._route("people", GET=self._people, POST=self._add_person),
                self._route("clients", GET=self._clients, POST=self._add_client),
                self._route("wire", GET=self._wire, DELETE=self._clear_wire),
                self._route("clock", GET=self._clock, PUT=self._set_clock),
                self._route("rate-limit", GET=self._rate_limit, PUT=self._set_rate_limit),
                self._route("faults", GET=self._faults, POST=self._order, DELETE=self._withdraw_all),
                self._route("faults/{number:int}", DELETE=self._withdraw),
            ],
            exception_handlers={HTTPException: _refused},
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        path = scope.get("path", "")
        if scope["type"] != "http" or not (path == PREFIX or path.startswith(f"{PREFIX}/")):
            await self._inner(scope, receive, send)
            return
        if reason := refusal(Request(scope)):
            await _error(403, reason)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _route(self, path: str, **answers: Answer) -> Route:
        async def answer(request: Request) -> Response:
            try:
                return await answers["GET" if request.method == "HEAD" else request.method](request)
            except SandboxError as error:
                return _error(400, str(error))
            except ClientDisconnect:  # nobody is left to be told
                return Response(status_code=400)
            except HTTPException:
                raise
            except Exception as error:
                self._controls.wire.fault(f"{request.method} {request.url.path}", error)
                return _error(500, "the embedded sandbox failed: this is a fault of the sandbox")

        return Route(f"{PREFIX}/{path}", answer, methods=list(answers))

    # What there is

    async def _status(self, _: Request) -> Response:
        controls = self._controls
        return _json(
            {
                "base": self._base,
                "ca_file": self._ca_file or None,
                "clock": self._time(),
                "people": len(controls.state.people),
                "clients": len(controls.state.clients),
                "requests": len(controls.wire.entries),
                "faults": len(controls.orders.standing),
                "rate_limit": controls.limited,
            }
        )

    async def _reset(self, _: Request) -> Response:
        self._controls.reset()
        return Response(status_code=204)

    async def _people(self, _: Request) -> Response:
        return _json({"people": [_person(p) for p in self._controls.state.people.values()]})

    async def _add_person(self, request: Request) -> Response:
        return _json(_person(self._controls.add_person(await _body(request))), 201)

    async def _clients(self, _: Request) -> Response:
        return _json({"clients": [_client(c) for c in self._controls.state.clients.values()]})

    async def _add_client(self, request: Request) -> Response:
        return _json(_client(self._controls.add_client(await _body(request))), 201)

    async def _wire(self, request: Request) -> Response:
        after = request.query_params.get("after", "0")
        if not (after.isascii() and after.isdigit()):
            raise SandboxError(f"after: expected the number of a request, got {after!r}")
        return _json(self._controls.har(request.headers.get("host", ""), int(after[:18])))

    async def _clear_wire(self, _: Request) -> Response:
        self._controls.wire.clear()
        return Response(status_code=204)

    # The clock

    def _time(self) -> dict[str, Any]:
        clock = self._controls.clock
        return {"now": clock().isoformat(timespec="seconds"), "offset": clock.offset}

    async def _clock(self, _: Request) -> Response:
        return _json(self._time())

    async def _set_clock(self, request: Request) -> Response:
        body = await _body(request)
        match body:
            case {"offset": int() | float() as offset, **rest} if not rest and not isinstance(offset, bool):
                pass
            case {"now": str() as text, **rest} if not rest:
                try:
                    moment = datetime.fromisoformat(text)
                except ValueError:
                    raise SandboxError(f"now: expected a time such as 2030-01-31T12:00:00Z, got {text!r}") from None
                if moment.tzinfo is None:
                    moment = moment.replace(tzinfo=UTC)
                offset = (moment - datetime.now(UTC)).total_seconds()
            case _:
                raise SandboxError(f'expected {{"offset": seconds}} or {{"now": "2030-01-31T12:00:00Z"}}, got {body!r}')
        try:
            self._controls.clock.set(offset)
        except ValueError as error:
            raise SandboxError(f"offset: {error}") from None
        return _json(self._time())

    # Faults

    async def _rate_limit(self, _: Request) -> Response:
        return _json({"on": self._controls.limited})

    async def _set_rate_limit(self, request: Request) -> Response:
        match await _body(request):
            case {"on": bool() as on, **rest} if not rest:
                self._controls.limit(on)
            case other:
                raise SandboxError(f'expected {{"on": true}} or {{"on": false}}, got {other!r}')
        return await self._rate_limit(request)

    async def _faults(self, _: Request) -> Response:
        return _json({"faults": [_standing(s) for s in self._controls.orders.standing]})

    async def _order(self, request: Request) -> Response:
        return _json(_standing(self._controls.orders.add(faults.order(await _body(request)))), 201)

    async def _withdraw_all(self, _: Request) -> Response:
        self._controls.orders.withdraw()
        return Response(status_code=204)

    async def _withdraw(self, request: Request) -> Response:
        number = request.path_params["number"]
        if not self._controls.orders.withdraw(number):
            raise HTTPException(404, f"no fault {number} is on order")
        return Response(status_code=204)


def refusal(request: Request) -> str:
    """Say why a request may not use the admin endpoints, or nothing when it may."""
    peer = request.client.host if request.client else ""
    if not is_loopback(peer):
        return f"only this machine may ask here, not {peer or 'an unknown peer'}"
    host = request.headers.get("host", "")
    if not names_loopback(host):
        return f"the Host header must name this machine (localhost, 127.0.0.1 or [::1]), not {host!r}"
    for name in ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"):
        if name in request.headers:
            return f"no proxy may stand in between; the request has a header {name}"
    origin = request.headers.get("origin")
    if origin is not None and origin != f"{request.url.scheme}://{host}":
        return f"pages of another origin may not ask here; this one is of {origin!r}"
    visit = request.method == "GET" and request.headers.get("sec-fetch-mode") == "navigate"
    if not visit and request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
        return "pages of another site may not ask here"
    return ""


async def _body(request: Request) -> object:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, "expected a body of type application/json")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY:
            raise HTTPException(413, f"expected at most {LARGEST_BODY} bytes")
    try:
        found: object = json.loads(body, parse_constant=_no_number)
        json.dumps(found, ensure_ascii=False).encode()  # half a character cannot be sent on
    except (ValueError, RecursionError) as error:
        raise SandboxError(f"expected JSON: {error}") from None
    return found


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _person(person: Person) -> dict[str, Any]:
    return asdict(person) | {"display_name": person.display_name}


def _client(client: Client) -> dict[str, Any]:
    return asdict(client) | {"scopes": sorted(client.scopes)}


def _standing(standing: Standing) -> dict[str, Any]:
    return {"number": standing.number, "left": standing.left, "done": standing.done} | standing.order.model_dump()


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return JSONResponse(body, status, _HEADERS)


def _error(status: int, told: str) -> Response:
    return JSONResponse({"error": told if len(told) <= _LONGEST else f"{told[:_LONGEST]} …"}, status, _HEADERS)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    told = error.detail
    if error.status_code == 404 and told == "Not Found":
        told = f"there is no {request.url.path}; {PREFIX}/ lists what there is"
    elif error.status_code == 405:
        told = f"{request.method} is not served at {request.url.path}"
    answer = _error(error.status_code, told)
    answer.headers.update(error.headers or {})
    return answer
