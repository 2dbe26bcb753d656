"""Faults to order: what ORCID does on a bad day, done to the requests that match.

Documented: 503 over the rate limit, 429 over a daily quota (facts on the API, section 15), 401 for a token that was
revoked or is past its time, pages after consent that reuse the buttons' ids (facts on OAuth, section 5). Our choice:
everything else, such as the words of the answers.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from itertools import count
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .api_errors import ApiError
from .member_api import access_token
from .model import SandboxError
from .people import said
from .rate import RateLimit
from .state import State, Token
from .wire import Dropped, kind_of

Kind = Literal["429", "500", "503", "slow", "dropped", "token-revoked", "token-expired", "interstitial"]

DECISION: Final = "/oauth/custom/authorize.json"
"""Where the consent page sends the person's decision."""

LONGEST: Final = 600.0
"""Seconds that an answer can be held back."""


class Order(BaseModel):
    """One fault, and the requests that it is for."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    fault: Kind
    method: str = ""
    """Of the request, such as `POST`; any when empty."""
    path: Annotated[str, Field(pattern="^(/.*)?$")] = ""
    """What the request's path begins with, such as `/v3.0/`; any when empty."""
    count: Annotated[int, Field(ge=1, strict=True)] | None = 1
    """How many requests it is for; None: all, until it is withdrawn."""
    retry_after: Annotated[int, Field(ge=0, strict=True)] | None = None
    """Seconds in the Retry-After header of a 429, 500 or 503."""
    seconds: Annotated[float, Field(ge=0, le=LONGEST)] = 5.0
    """How long a `slow` answer takes."""
    after: bool = False
    """Let the request take effect before its connection is `dropped`: the item is written, the answer lost."""


@dataclass
class Standing:
    """An order that still stands."""

    number: int
    order: Order
    left: int | None
    done: int = 0


@dataclass
class Orders:
    """The orders that stand, oldest first. Touched in the sandbox's thread alone."""

    standing: list[Standing] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def add(self, order: Order) -> Standing:
        """Take an order."""
        standing = Standing(next(self._numbers), order, order.count)
        self.standing.append(standing)
        return standing

    def withdraw(self, number: int | None = None) -> bool:
        """Withdraw one order, or all; say whether there was one."""
        before = len(self.standing)
        self.standing = [s for s in self.standing if number is not None and s.number != number]
        return len(self.standing) < before

    def use(self, standing: Standing) -> None:
        """Count one request."""
        standing.done += 1
        if standing.left is not None:
            standing.left -= 1
            if not standing.left:
                self.standing.remove(standing)


class Faults:
    """ASGI middleware inside the recorder: the rate limit, then what was ordered, then the application."""

    def __init__(self, app: ASGIApp, state: State, orders: Orders) -> None:
        self._app = app
        self._state = state
        self._orders = orders
        self.rate_limit: RateLimit | None = None
        """Of the Member API; None: no limit."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or spoil it."""
        request = Request(scope)
        if self.rate_limit and kind_of(request.url.path) == "api":
            wait = self.rate_limit.admit(time.monotonic())
            if wait is None:
                await _status(request, "503", None)(scope, receive, send)
                return
            await asyncio.sleep(wait)
        dropped_after = False
        for standing in list(self._orders.standing):
            order = standing.order
            if not self._is_for(request, order):
                continue
            self._orders.use(standing)
            match order.fault:
                case "slow":
                    await asyncio.sleep(order.seconds)
                case "interstitial":
                    scope.setdefault("state", {})["interstitial"] = True
                case "token-revoked" | "token-expired":
                    self._end_token(request, expired=order.fault == "token-expired")
                case "dropped" if order.after:
                    dropped_after = True
                case "dropped":
                    raise Dropped
                case status:
                    await _status(request, status, order.retry_after)(scope, receive, send)
                    return
        await self._app(scope, receive, _nowhere if dropped_after else send)
        if dropped_after:
            raise Dropped

    def _is_for(self, request: Request, order: Order) -> bool:
        path = request.url.path
        if order.method and request.method != order.method.upper():
            return False
        if not path.startswith(order.path):
            return False
        if order.fault == "interstitial":
            return path == DECISION
        return not order.fault.startswith("token-") or self._live_token(request) is not None

    def _live_token(self, request: Request) -> Token | None:
        token = self._state.token(access_token(request))
        return token if token and token.live else None

    def _end_token(self, request: Request, *, expired: bool) -> None:
        token = self._live_token(request)
        if token is None:  # ended while an earlier order held the request back
            return
        if expired:
            self._state.expire(token)
        elif token.orcid:
            self._state.revoke_by_person(token.orcid, token.client_id)
        else:
            token.revoked = True


async def _nowhere(_: Message) -> None:
    """Lose a part of an answer."""


def _status(request: Request, status: str, retry_after: int | None) -> Response:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    if status == "429":
        return PlainTextResponse("Too many requests: the daily quota is used up.\n", 429, headers)
    if status == "503":
        title = "503 Service Temporarily Unavailable"
        return HTMLResponse(
            f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>", 503, headers
        )
    if kind_of(request.url.path) != "api":
        told = {"error": "server_error", "error_description": "A fault that was ordered from the embedded sandbox"}
        return JSONResponse(told, 500, headers)
    error = ApiError(500, 9008, "a fault that was ordered from the embedded sandbox")
    if "json" in request.headers.get("accept", ""):
        return JSONResponse(error.as_json(), 500, headers)
    return Response(error.as_xml(), 500, headers, "application/xml")


def order(data: object) -> Order:
    """Return the order that an object describes.

    Raises:
        SandboxError: a field is missing, unknown or wrong.
    """
    try:
        return Order.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        if first["type"] == "extra_forbidden":
            raise SandboxError(f"{where}: there is no such field; there are {', '.join(Order.model_fields)}") from None
        raise SandboxError(f"{where}: {said(first)}" if where else said(first)) from None
