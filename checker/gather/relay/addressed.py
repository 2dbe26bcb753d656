"""Finds out whom a request is for: ORCID by name, ORCID as a base URL, or somebody else by way of a proxy."""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ...sandbox.loopback import names_loopback
from .headers import value_of, without
from .places import place_of

_ABSOLUTE: Final = (b"http://", b"https://")


class Addressed:
    """ASGI middleware in front of both.

    Args:
        orcid: answers for ORCID; gets every request with a plain path and the host that it named.
        elsewhere: passes the rest on.
    """

    def __init__(self, orcid: ASGIApp, elsewhere: ASGIApp) -> None:
        self._orcid = orcid
        self._elsewhere = elsewhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        by_proxy = scope["raw_path"].lower().startswith(_ABSOLUTE)
        if by_proxy:
            scope = _with_plain_path(scope)
        authority = value_of(scope["headers"], b"host")
        if place_of(authority) != "elsewhere":
            await self._orcid(scope, receive, send)
        elif by_proxy and scope["scheme"] == "http":
            await self._elsewhere(scope, receive, send)
        elif names_loopback(authority) and scope["raw_path"].startswith(b"/"):
            await self._orcid(scope, receive, send)
        else:
            told = f"orcid-review relay: nothing is served for {authority or 'a request without a host'}\n"
            await PlainTextResponse(told, 421)(scope, receive, send)


def _with_plain_path(scope: Scope) -> Scope:
    """Rewrite `GET http://host/path`, the form for a proxy, as `GET /path` with that host (RFC 9112, section 3.2.2)."""
    scheme, _, rest = scope["raw_path"].partition(b"://")
    authority, slash, path = rest.partition(b"/")
    raw_path = slash + path or b"/"
    named = authority.rpartition(b"@")[2]
    return {
        **scope,
        "scheme": scheme.decode("latin-1").lower(),
        "raw_path": raw_path,
        "path": unquote(raw_path.decode("latin-1")),
        "headers": [(b"host", named), *without(list(scope["headers"]), b"host")],
    }
