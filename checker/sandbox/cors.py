"""Lets scripts of any site read the few answers that ORCID lets them read (observed in ORCID's public code)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Endpoint = Callable[[Request], Awaitable[Response]]


def open_route(path: str, endpoint: Endpoint, *methods: str) -> Route:
    """Return a route whose answers any site's scripts may read, cookies included."""

    async def answer(request: Request) -> Response:
        origin = request.headers.get("origin")
        if request.method == "OPTIONS":
            response = Response()
            if "access-control-request-method" in request.headers:
                response.headers["Access-Control-Allow-Methods"] = "GET, POST, PUT, DELETE"
                response.headers["Access-Control-Allow-Headers"] = "X-Requested-With,Content-Type,Accept,Authorization"
        else:
            response = await endpoint(request)
        if origin is not None:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Credentials"] = "true"
        return response

    return Route(path, answer, methods=[*(methods or ("GET",)), "OPTIONS"])
