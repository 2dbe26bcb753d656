"""The pages a person sees: sign-in, consent, refusals, the public record, the home page; and their few endpoints.

Documented or observed: the element ids (facts on OAuth, section 14). Our choice: the look, the words, that pages are
made on the server and small, and that a redirect without a page is a 302 (ORCID's own is a page with a script).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from . import authorization, permissions, sign_up
from .authorization import AuthorizationRequest, Refused, SentBack
from .cors import open_route
from .documents import SECTIONS
from .exchange import IdTokens
from .forms import fields, first_of
from .looks import HEADERS, Looks
from .state import Session, State
from .wire import Wire
from .words import translator

COOKIE: Final = "orcid-sandbox-session"

_CALLBACK: Final = re.compile(r"[A-Za-z_$][\w$.]{0,100}", re.ASCII)
_LAST: Final = 25


class Site:
    """The pages."""

    def __init__(self, state: State, wire: Wire, base: str, id_tokens: IdTokens) -> None:
        self._state = state
        self._wire = wire
        self._base = base
        self._id_tokens = id_tokens
        self._looks = Looks()
        self.interstitial = False
        """Show a page between consent and the way back, once per session."""

    def routes(self) -> list[Route]:
        """Return the routes of the pages; the last one is the record, for anything that no other route takes."""
        return [
            Route("/", self.home),
            Route("/oauth/authorize", self.authorize),
            Route("/oauth2/authorize", self.authorize),
            Route("/signin", self.sign_in_page),
            Route("/login", self.sign_in_page),
            Route("/signin/auth.json", self.sign_in, methods=["POST"]),
            Route("/oauth/custom/authorize.json", self.decide, methods=["POST"]),
            Route("/signout", self.sign_out),
            open_route("/userStatus.json", self.user_status),
            Route("/my-orcid", self.my_orcid),
            Route("/register", self.register_page),
            Route("/registerConfirm.json", self.register, methods=["POST"]),
            Route("/reset-password", self.reset_password),
            Route("/{orcid}", self.record),
        ]

    # Authorization

    async def authorize(self, request: Request) -> Response:
        """Show what the request calls for: a refusal, the sign-in form, consent, or nothing but the way back."""
        query = _query(request)
        session = self._session(request)
        try:
            asked = authorization.read(self._state, query)
            authorization.check_silent(self._state, session, asked)
        except SentBack as back:
            return _redirect(back.url)
        except Refused as refused:
            return self._page("authorize.html", query, **_refusal(refused))
        if session is None and query.get("show_login") == "false":
            return _redirect(f"/register?{request.url.query}")
        if session is None or asked.wants_sign_in(self._state, session):
            return self._sign_in_form(query)
        url, part = self._next(session, asked)
        return _redirect(url) if url else self._page("authorize.html", query, **part)

    async def sign_in_page(self, request: Request) -> Response:
        """Show the sign-in form; with the query of an authorization request, go on with that."""
        query = _query(request)
        if query.get("client_id"):
            return await self.authorize(request)
        if session := self._session(request):
            return _redirect(f"/{session.orcid}")
        return self._sign_in_form(query)

    async def sign_in(self, request: Request) -> Response:
        """Check login and password that the sign-in page sends, and tell it what to show or where to go."""
        form = await fields(request)
        key = self._state.sign_in(form.get("username", ""), form.get("password", ""))
        if key is None:
            alert = "The e-mail address or iD and the password do not belong together."
            return JSONResponse({"alert": translator(_asked(form).get("lang", ""))(alert)})
        return self._signed_in(request, key, _asked(form))

    def _signed_in(self, request: Request, key: str, query: Mapping[str, str]) -> Response:
        session = self._state.session(key)
        assert session is not None
        answer = JSONResponse(self._after_sign_in(session, query))
        over_tls = request.url.scheme == "https"
        # A portal asks /userStatus.json from its own site; over https the cookie may go along.
        answer.set_cookie(COOKIE, key, httponly=True, secure=over_tls, samesite="none" if over_tls else "lax")
        return answer

    def _after_sign_in(self, session: Session, query: Mapping[str, str]) -> dict[str, str]:
        if not query.get("client_id"):
            return {"redirect": f"/{session.orcid}"}
        try:
            asked = authorization.read(self._state, query)
        except SentBack as back:
            return {"redirect": back.url}
        except Refused as refused:
            return self._part(query, _refusal(refused))
        url, part = self._next(session, asked)
        return {"redirect": url} if url else self._part(query, part)

    def _next(self, session: Session, asked: AuthorizationRequest) -> tuple[str, dict[str, Any]]:
        """Return where the browser goes without being asked, or what the consent page shows."""
        if authorization.passes(self._state, session, asked):
            return authorization.allow(self._state, session, asked, self._id_tokens), {}
        lines = {scope: permissions.describe(scope) for scope in asked.scopes}
        # As at ORCID, scopes with the same description share one line.
        shown = {text or scope: (scope, text) for scope, text in reversed(lines.items())}
        return "", {
            "title": f"Authorize access {asked.client.name} - ORCID",
            "part": "consent.html",
            "client": asked.client,
            "person": self._state.people[session.orcid],
            "scopes": list(reversed(shown.values())),
        }

    async def decide(self, request: Request) -> Response:
        """Take the person's decision from the consent page."""
        form = await fields(request)
        query = _asked(form)
        session = self._session(request)
        if session is None:
            return JSONResponse(self._part(query, _sign_in_part("")))
        try:
            asked = authorization.read(self._state, query)
        except SentBack as back:
            return JSONResponse({"redirect": back.url})
        except Refused as refused:
            return JSONResponse(self._part(query, _refusal(refused)))
        if form.get("approved") == "true":
            url = authorization.allow(self._state, session, asked, self._id_tokens)
        else:
            url = authorization.deny(asked)
        ordered = request.scope.get("state", {}).get("interstitial", False)
        if ordered or (self.interstitial and not session.interstitial_seen):
            session.interstitial_seen = True
            return JSONResponse(self._part(query, {"title": "ORCID", "part": "interstitial.html", "next": url}))
        return JSONResponse({"redirect": url})

    def _sign_in_form(self, query: Mapping[str, str]) -> Response:
        return self._page("authorize.html", query, **_sign_in_part(query.get("email") or query.get("orcid") or ""))

    # Registration

    async def register_page(self, request: Request) -> Response:
        """Show the registration form, filled in with what a portal knows of the person."""
        query = _query(request)
        if query.get("client_id"):
            if self._session(request):
                return _redirect(f"/oauth/authorize?{request.url.query}")
            try:
                authorization.read(self._state, query)
            except SentBack as back:
                return _redirect(back.url)
            except Refused as refused:
                return self._page("authorize.html", query, **_refusal(refused))
        given = {name: query.get(name, "") for name in ("email", "given_names", "family_names")}
        return self._page("authorize.html", query, title="Register - ORCID", part="register.html", **given)

    async def register(self, request: Request) -> Response:
        """Take a filled-in registration form: a new person, signed in, goes on with what led here."""
        form = await fields(request)
        try:
            person = sign_up.read(form, self._state.people.values())
        except sign_up.Incomplete as incomplete:
            return JSONResponse({"errors": incomplete.errors})
        self._state.add_person(person)
        return self._signed_in(request, self._state.open_session(person.orcid), _asked(form))

    # Session

    def _session(self, request: Request) -> Session | None:
        return self._state.session(request.cookies.get(COOKIE))

    async def sign_out(self, request: Request) -> Response:
        """End the session and show the sign-in form again, for the same authorization request if there was one."""
        self._state.sign_out(request.cookies.get(COOKIE))
        query = urlencode(request.query_params.multi_items())
        answer = _redirect(f"/signin?{query}" if query else "/signin")
        answer.delete_cookie(COOKIE)
        return answer

    async def user_status(self, request: Request) -> Response:
        """Tell, as JSON or JSONP, whether the browser is signed in; `logUserOut=true` signs it out first."""
        if request.query_params.get("logUserOut") == "true":
            self._state.sign_out(request.cookies.get(COOKIE))
        status = {"loggedIn": self._session(request) is not None}
        callback = request.query_params.get("callback", "")
        if not callback:
            return JSONResponse(status, headers={"Cache-Control": "no-store"})
        if not _CALLBACK.fullmatch(callback):
            return JSONResponse({"error": "invalid_request", "error_description": "callback is not a name"}, 400)
        script = f"/**/{callback}({json.dumps(status)});"
        return Response(script, headers={"Cache-Control": "no-store"}, media_type="application/javascript")

    async def my_orcid(self, request: Request) -> Response:
        """Send a person to their own record."""
        session = self._session(request)
        return _redirect(f"/{session.orcid}" if session else "/signin")

    # Other pages

    async def home(self, _: Request) -> Response:
        """Show who may sign in, which applications there are, and the last requests."""
        return self._page(
            "home.html",
            {},
            title="Embedded ORCID sandbox",
            base=self._base,
            clients=self._state.clients.values(),
            people=self._state.people.values(),
            entries=self._wire.entries[: -_LAST - 1 : -1],
        )

    async def record(self, request: Request) -> Response:
        """Show the public part of a researcher's record."""
        person = self._state.people.get(request.path_params["orcid"])
        if person is None:
            return self.not_found(request)
        sections = []
        for section in SECTIONS.values():
            items = [i for i in self._state.items(person.orcid, section.kind) if i.visibility == "public"]
            if items:
                heading = section.listed.replace("-", " ").capitalize()
                sections.append((heading, [(_headline(i.content), self._source(i.client_id)) for i in items]))
        return self._page(
            "record.html",
            {},
            title=f"{person.public_name or 'Name withheld'} ({person.orcid}) - ORCID",
            person=person,
            uri=f"{self._base}/{person.orcid}",
            sections=sections,
        )

    def _source(self, client_id: str) -> str:
        client = self._state.clients.get(client_id)
        return client.name if client else client_id

    async def reset_password(self, _: Request) -> Response:
        """Say that no password can be set anew here."""
        text = "The embedded sandbox sets no passwords anew: its home page, or whoever started it, knows them."
        return self._page("message.html", {}, title="Forgot your password? - ORCID", text=text)

    def not_found(self, request: Request) -> Response:
        """Say that there is no such page."""
        text = f"The embedded sandbox has no page {request.url.path}."
        return self._looks.page("message.html", 404, title="Page not found - ORCID", text=text)

    def _page(self, template: str, query: Mapping[str, str], /, **values: Any) -> Response:
        return self._looks.page(template, lang=query.get("lang", ""), **values)

    def _part(self, query: Mapping[str, str], values: dict[str, Any]) -> dict[str, str]:
        return {"title": values["title"], "html": self._looks.part(values["part"], query.get("lang", ""), values)}


def _refusal(refused: Refused) -> dict[str, Any]:
    return {"title": "Error - ORCID", "part": "refused.html", "refused": refused}


def _sign_in_part(login: str) -> dict[str, Any]:
    return {"title": "Sign in - ORCID", "part": "sign_in.html", "login": login}


def _headline(content: Mapping[str, Any]) -> str:
    """Return the one line that stands for an item, of whatever kind."""
    about = content.get("proposal", content)
    if title := (about.get("title") or {}).get("title"):
        return str(title.get("value", ""))
    organization = content.get("organization") or content.get("convening-organization") or {}
    known_as = " ".join(str(content[n]) for n in ("external-id-type", "external-id-value") if n in content)
    url, country = ((content.get(n) or {}).get("value") for n in ("url", "country"))
    own = (content.get("role-title") or content.get("review-group-id"), organization.get("name"))
    first = (content.get("content"), known_as, content.get("url-name"), country)
    return ", ".join(str(part) for part in (*own, *first) if part) or str(url or "")


def _redirect(url: str) -> Response:
    # The URL goes out as the client wrote it: RedirectResponse would quote parts of it anew.
    answer = RedirectResponse("/", 302, HEADERS)
    answer.headers["location"] = _ascii(url)
    return answer


def _ascii(url: str) -> str:
    """Percent-encode what may not stand in a header: everything but visible ASCII."""
    return "".join(c if "!" <= c <= "~" else "".join(f"%{b:02X}" for b in c.encode()) for c in url)


def _query(request: Request) -> dict[str, str]:
    return first_of(request.url.query)


def _asked(form: Mapping[str, str]) -> dict[str, str]:
    """Return the authorization request that a page stood for."""
    return first_of(form.get("oauth", "").removeprefix("?"))
