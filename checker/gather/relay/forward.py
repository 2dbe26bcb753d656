"""Answers what was asked of ORCID: passed on and handed back whole, or refused.

Stands inside the sandbox's recorder, which holds each answer back until it is noted. ORCID's answers are small; so is
an upstream that stalls in mid-answer told of with one clear message rather than with half an answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import httpx
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from ...orcid.hosts import SANDBOX
from ...sandbox.wire import Dropped, kind_of
from .headers import end_to_end, value_of, without
from .places import Place, place_of
from .upstream import Upstream

LARGEST: Final = 64 * 2**20
"""Bytes of an answer; a larger one is refused with 502."""

_PAGES: Final = frozenset({"authorize", "page"})
_BODILESS: Final = frozenset({204, 304})


class Forwarder:
    """ASGI application: one request to ORCID.

    Args:
        upstream: where it goes.
        client: what asks there.
        patience: seconds for the whole answer.
        on_trouble: told in one sentence what could not be passed on.
    """

    def __init__(
        self, upstream: Upstream, client: httpx.AsyncClient, patience: float, on_trouble: Callable[[str], object]
    ) -> None:
        self._upstream = upstream
        self._client = client
        self._patience = patience
        self._on_trouble = on_trouble

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = Request(scope, receive)
        authority = value_of(scope["headers"], b"host")
        place = place_of(authority)
        answer = self._own_answer(request, place, authority) or await self._ask(request, place, authority)
        await answer(scope, receive, send)

    def _own_answer(self, request: Request, place: Place, authority: str) -> Response | None:
        if place == "production":
            return self._refuse(
                403,
                f"{authority} is ORCID's production registry, which a review never touches; the request was not passed"
                " on. Set the portal's ORCID to the sandbox, sandbox.orcid.org.",
            )
        by_path = place == "elsewhere" and self._upstream.is_real
        if by_path and kind_of(request.url.path, request.url.query) in _PAGES:
            # ORCID's pages are an application of their own that works under their own address alone.
            return RedirectResponse(f"{SANDBOX.site}{_target(request)}", 302)
        return None

    async def _ask(self, request: Request, place: Place, authority: str) -> Response:
        origin = self._upstream.origin_for(place, request.url.scheme, authority, request.url.path)
        host = authority if place == "sandbox" else origin.partition("://")[2]
        try:
            async with asyncio.timeout(self._patience):
                sent = self._request(request, origin, host, await request.body())
                return _relayed(request, *await self._answer(sent), host)
        except (TimeoutError, httpx.TimeoutException):
            return self._refuse(
                504, f"{host} did not answer {request.method} {request.url.path} within {self._patience:g} seconds"
            )
        except httpx.ConnectError as error:
            return self._refuse(502, f"{host} cannot be reached ({error or 'no connection'})")
        except _TooLarge:
            return self._refuse(502, f"{host} answered with more than {LARGEST // 2**20} MiB")
        except httpx.HTTPError as error:
            # Whoever asked ORCID itself would have seen its connection end, too.
            self._on_trouble(f"{host} broke off its answer to {request.method} {request.url.path} ({error})")
            raise Dropped from error

    def _request(self, request: Request, origin: str, host: str, body: bytes) -> httpx.Request:
        headers = without(end_to_end(request.scope["headers"]), b"host", b"content-length", b"accept-encoding")
        # What can be read here: the record would otherwise hold noise.
        coding = b"gzip, deflate" if request.headers.get("accept-encoding") else b"identity"
        return httpx.Request(
            request.method,
            origin + _target(request),
            headers=[(b"host", host.encode()), *headers, (b"accept-encoding", coding)],
            content=body or None,
            extensions={"timeout": self._client.timeout.as_dict()},
        )

    async def _answer(self, sent: httpx.Request) -> tuple[httpx.Response, bytes]:
        answer = await self._client.send(sent, stream=True)
        try:
            body = bytearray()
            async for part in answer.aiter_bytes():
                body += part
                if len(body) > LARGEST:
                    raise _TooLarge
            return answer, bytes(body)
        finally:
            await answer.aclose()
            # The browser keeps ORCID's cookies; the relay carries them and has none.
            self._client.cookies.clear()

    def _refuse(self, status: int, message: str) -> Response:
        self._on_trouble(message)
        return PlainTextResponse(f"orcid-review relay: {message}\n", status)


class _TooLarge(Exception):
    pass


def _target(request: Request) -> str:
    path = request.scope["raw_path"].decode("latin-1")
    return f"{path}?{request.url.query}" if request.scope["query_string"] else path


def _relayed(request: Request, answer: httpx.Response, body: bytes, host: str) -> Response:
    headers = without(end_to_end(answer.headers.raw), b"content-encoding")
    whole = request.method == "HEAD" or answer.status_code in _BODILESS
    if not whole:
        headers = [*without(headers, b"content-length"), (b"content-length", str(len(body)).encode())]
    relayed = Response(status_code=answer.status_code)
    relayed.raw_headers = [(name, _at(host, value) if name == b"location" else value) for name, value in headers]
    relayed.body = b"" if whole else body
    return relayed


def _at(host: str, location: bytes) -> bytes:
    """An embedded sandbox has one base URL; what the API has made is at the API's host, as at ORCID."""
    site = SANDBOX.site.encode()
    if host != site.partition(b"://")[2].decode() and place_of(host) == "sandbox" and location.startswith(site + b"/v"):
        return b"https://" + host.encode() + location.removeprefix(site)
    return location
