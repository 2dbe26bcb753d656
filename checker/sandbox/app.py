"""Puts the parts together: one Starlette application for all of ORCID's hosts, and the recorder around it."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from .admin import PREFIX, Admin
from .controls import Controls
from .faults import Faults
from .home import Home
from .institution import Institutions
from .member_api import OLD_VERSIONS, VERSION, MemberApi
from .oauth import OAuth
from .openid import OpenId
from .record import Registry
from .site import Site
from .wire import Recorder, kind_of

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


class _Version(Convertor[str]):
    """A version in a path."""

    regex = "v[0-9]+[.][0-9]+(?:_[0-9A-Za-z]+)?"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


class _Orcid(Convertor[str]):
    """An iD in a path."""

    regex = "[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("orcid", _Orcid())
register_url_convertor("version", _Version())


def build(controls: Controls, base: str, *, admin: bool = False, ca_file: str = "") -> tuple[ASGIApp, Site]:
    """Return the application that answers under `base`, and its pages.

    Args:
        controls: what it shall remember, and the levers on it.
        base: the base URL.
        admin: whether the levers can be pulled, and passwords read, over HTTP from this machine.
        ca_file: path of the authority to trust, for people to read; empty without TLS.
    """
    state, wire = controls.state, controls.wire
    api = MemberApi(state, Registry(state, base), controls.webhooks)
    openid = OpenId(state, base)
    site = Site(state, wire, base, openid)

    async def refuse(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 404 and kind_of(request.url.path) != "api":
            return site.not_found(request)
        told = {"error": "invalid_request", "error_description": f"{request.method} is not served here"}
        return JSONResponse(told, error.status_code, error.headers)

    async def desk(_: Request) -> Response:
        return RedirectResponse(f"{PREFIX}/")

    routes = [
        *([Route("/", desk)] if admin else []),
        *(Route(f"/{version}/{{path:path}}", api.answer, methods=_METHODS) for version in (VERSION, *OLD_VERSIONS)),
        Route("/{version:version}/{path:path}", api.unknown_version, methods=_METHODS),
        Route("/{orcid:orcid}/{path:path}", api.without_version, methods=_METHODS),
        *OAuth(state, openid).routes(),
        *Institutions(state, base).routes(),
        *site.routes(),
    ]
    faults = Faults(Starlette(routes=routes, exception_handlers={HTTPException: refuse}), state, controls.orders)
    controls.faults = faults
    controls.limit(controls.limited)
    recorder = Recorder(faults, wire)
    return (Admin(recorder, controls, Home(controls, base, ca_file), base, ca_file) if admin else recorder), site
