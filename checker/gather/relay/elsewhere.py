"""Passes plain-http requests to hosts that are not ORCID's on, in both directions as they come; nothing is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

import httpx
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from .headers import end_to_end, value_of

_PATIENCE: Final = httpx.Timeout(None, connect=20.0)
"""How long an answer may take is between the two ends."""


class Elsewhere:
    """ASGI application whose requests name their whole address."""

    def __init__(self) -> None:
        self._client = httpx.AsyncClient(timeout=_PATIENCE)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        target = scope["raw_path"].decode("latin-1")
        host = value_of(scope["headers"], b"host")
        query = scope["query_string"].decode("latin-1")
        headers = end_to_end(scope["headers"])
        has_body = any(name in {b"content-length", b"transfer-encoding"} for name, _ in scope["headers"])
        try:
            request = httpx.Request(
                scope["method"],
                f"http://{host}{target}" + (f"?{query}" if query else ""),
                headers=headers,
                content=_body(receive) if has_body else None,
                extensions={"timeout": _PATIENCE.as_dict()},
            )
            answer = await self._client.send(request, stream=True)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            told = f"orcid-review relay: {host} cannot be reached ({error or type(error).__name__})\n"
            await PlainTextResponse(told, 502)(scope, receive, send)
            return
        try:
            raw = end_to_end(answer.headers.raw)
            await send({"type": "http.response.start", "status": answer.status_code, "headers": raw})
            async for part in answer.aiter_raw():
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body"})
        except httpx.HTTPError:  # broken off there, so broken off here
            scope["state"]["drop"]()
        finally:
            await answer.aclose()
            self._client.cookies.clear()


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        yield message.get("body", b"")
        more = message.get("more_body", False)
