"""HTTP of the token, revoke and OpenID Connect endpoints."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import tokens
from .member_api import access_token
from .openid import OpenId
from .state import State

_FORM = "application/x-www-form-urlencoded"
_NOT_STORED = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class OAuth:
    """The endpoints that a portal's server talks to."""

    def __init__(self, state: State, openid: OpenId) -> None:
        self._state = state
        self._openid = openid

    def routes(self) -> list[Route]:
        """Return the routes of the endpoints."""
        return [
            Route("/oauth/token", self.token, methods=["POST"]),
            Route("/oauth/revoke", self.revoke, methods=["POST"]),
            Route("/oauth/userinfo", self.userinfo, methods=["GET", "POST"]),
            Route("/oauth/jwks", self.jwks),
            Route("/.well-known/openid-configuration", self.discovery),
        ]

    async def token(self, request: Request) -> Response:
        """Answer a token request."""
        form = await _form(request)
        if form is None:
            return _wrong_type()
        try:
            body = tokens.answer(self._state, form, request.headers.get("authorization", ""), self._openid.id_token)
        except tokens.TokenError as error:
            return JSONResponse(error.as_json(), error.status, _NOT_STORED)
        return JSONResponse(body, headers=_NOT_STORED | {"OAUTH_AUTHORIZATION_CODE_EXCHANGE": "ON"})

    async def revoke(self, request: Request) -> Response:
        """End a token; the answer is empty."""
        form = await _form(request)
        if form is None:
            return _wrong_type()
        try:
            tokens.revoke(self._state, form, request.headers.get("authorization", ""))
        except tokens.TokenError as error:
            return JSONResponse(error.as_json(), error.status, _NOT_STORED)
        return Response(status_code=200)

    async def userinfo(self, request: Request) -> Response:
        """Tell who the access token belongs to."""
        value = access_token(request) or (await _form(request) or {}).get("access_token", "")
        body = self._openid.userinfo(value)
        if body is None:
            # The hyphen in the key is ORCID's.
            return JSONResponse({"error": "access_denied", "error-description": "access_token is invalid"}, 403)
        return JSONResponse(body)

    async def jwks(self, _: Request) -> Response:
        """Publish the signing key."""
        return JSONResponse(self._openid.keys())

    async def discovery(self, _: Request) -> Response:
        """Publish what the server can do."""
        return JSONResponse(self._openid.discovery())


async def _form(request: Request) -> dict[str, str] | None:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        return None
    body = (await request.body()).decode("utf-8", "replace")
    return dict(parse_qsl(body, keep_blank_values=True))


def _wrong_type() -> Response:
    return Response(
        "<!doctype html><title>415</title><h1>415 Unsupported Media Type</h1>",
        415,
        {"Accept": _FORM},
        "text/html",
    )
