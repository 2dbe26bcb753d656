"""Puts the parts together: one Starlette application for all of ORCID's hosts, and the recorder around it."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .member_api import OLD_VERSIONS, VERSION, MemberApi
from .oauth import OAuth
from .openid import OpenId
from .record import Registry
from .site import Site
from .state import State
from .wire import Recorder, Wire, kind_of

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


class _Orcid(Convertor[str]):
    """An iD in a path."""

    regex = "[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("orcid", _Orcid())


def build(state: State, wire: Wire, base: str) -> tuple[Recorder, Site]:
    """Return the application that answers under `base`, and its pages."""
    api = MemberApi(state, Registry(state, base))
    site = Site(state, wire, base)

    async def refuse(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 404 and kind_of(request.url.path) != "api":
            return site.not_found(request)
        told = {"error": "invalid_request", "error_description": f"{request.method} is not served here"}
        return JSONResponse(told, error.status_code, error.headers)

    routes = [
        *(Route(f"/{version}/{{path:path}}", api.answer, methods=_METHODS) for version in (VERSION, *OLD_VERSIONS)),
        Route("/{orcid:orcid}/{path:path}", api.without_version, methods=_METHODS),
        *OAuth(state, OpenId(state, base)).routes(),
        *site.routes(),
    ]
    return Recorder(Starlette(routes=routes, exception_handlers={HTTPException: refuse}), wire), site
