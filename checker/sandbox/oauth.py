"""HTTP of the token, revoke and OpenID Connect endpoints."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import tokens
from .cors import open_route
from .forms import FORM, fields, is_form
from .oauth_errors import TokenError
from .openid import OpenId
from .state import State

_NOT_STORED: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_FORWARDED: Final = {"OAUTH_AUTHORIZATION_CODE_EXCHANGE": "ON"}
"""ORCID marks with it what its authorization server answered."""


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
            open_route("/oauth/userinfo", self.userinfo, "GET", "POST"),
            open_route("/oauth/jwks", self.jwks),
            open_route("/.well-known/openid-configuration", self.discovery),
        ]

    async def token(self, request: Request) -> Response:
        """Answer a token request."""
        if not is_form(request):
            return _wrong_type()
        form = await fields(request)
        try:
            body = tokens.answer(self._state, form, request.headers.get("authorization", ""), self._openid)
        except TokenError as error:
            return _refused(error)
        return JSONResponse(body, headers=_NOT_STORED | _FORWARDED)

    async def revoke(self, request: Request) -> Response:
        """End a token; the answer is empty."""
        if not is_form(request):
            return _wrong_type()
        form = await fields(request)
        try:
            tokens.revoke(self._state, form, request.headers.get("authorization", ""))
        except TokenError as error:
            return _refused(error)
        return Response(status_code=200)

    async def userinfo(self, request: Request) -> Response:
        """Tell who the access token belongs to."""
        candidates = [_bearer(request)]
        if request.method == "POST":
            candidates.insert(0, (await fields(request)).get("access_token", ""))
        for value in candidates:
            if value and (body := self._openid.userinfo(value)):
                return JSONResponse(body)
        # The hyphen in the key is ORCID's.
        return JSONResponse({"error": "access_denied", "error-description": "access_token is invalid"}, 403)

    async def jwks(self, _: Request) -> Response:
        """Publish the signing key."""
        return JSONResponse(self._openid.keys())

    async def discovery(self, _: Request) -> Response:
        """Publish what the server can do."""
        return JSONResponse(self._openid.discovery())


def _bearer(request: Request) -> str:
    """Return the Authorization header without the word in front; ORCID's userinfo does not ask which word it is."""
    return request.headers.get("authorization", "").replace("Bearer", "").replace("bearer", "").strip()


def _refused(error: TokenError) -> Response:
    headers = _NOT_STORED | _FORWARDED if error.forwarded else _NOT_STORED
    return JSONResponse(error.as_json(), error.status, headers)


def _wrong_type() -> Response:
    return Response(
        "<!doctype html><title>415</title><h1>415 Unsupported Media Type</h1>",
        415,
        {"Accept": FORM},
        "text/html",
    )
