"""Institutional sign-in and Institutional Connect: the connection that starts at ORCID.

A person chooses their institution, signs in there (here at a stand-in that takes any name), comes back, and links the
account to their iD once. When the institution's client does not know them yet, a message asks them to connect: a link
to the authorization page that carries no `state`, because no portal began it.

Documented: the order of the steps, the persistent identifier (ORCID's Institutional Connect page and its tutorial on
institutional sign-in). Observed in ORCID's public code: the paths, the form of the link, that the link is not shown to
who is connected, that an account without persistent identifier is refused. Our choice: the pages, the stand-in, that
the message is shown right after the sign-in.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from .forms import fields
from .looks import HEADERS, Looks
from .model import Client, Person
from .site import COOKIE
from .state import State

STAND_IN: Final = "https://idp.embedded-sandbox.invalid/idp"
"""entityID of the institution that is always there."""

_NAMES: Final = {STAND_IN: "Institution of the embedded sandbox"}
_ARRIVAL: Final = "orcid-sandbox-institution"


@dataclass(frozen=True)
class Arrival:
    """A browser that comes from its institution."""

    entity: str
    identifier: str
    """Persistent; empty when the institution released none."""


class Institutions:
    """The pages."""

    def __init__(self, state: State, base: str) -> None:
        self._state = state
        self._base = base
        self._arrivals: dict[str, Arrival] = {}
        self._looks = Looks()

    def routes(self) -> list[Route]:
        """Return the routes of the pages."""
        return [
            Route("/institutional-signin", self.choose),
            Route("/Shibboleth.sso/DiscoFeed", self.feed),
            Route("/Shibboleth.sso/Login", self.leave),
            Route("/stand-in-idp", self.stand_in, methods=["GET", "POST"]),
            Route("/shibboleth/signin", self.arrive),
            Route("/institutional-linking", self.link, methods=["GET", "POST"]),
            Route("/inbox", self.inbox),
        ]

    def names(self) -> dict[str, str]:
        """Return the institutions that can be chosen: entityID and the name that people know."""
        named = {c.institution for c in self._state.clients.values() if c.institution}
        return _NAMES | {entity: _name(entity) for entity in sorted(named - _NAMES.keys())}

    # At ORCID, on the way out

    async def choose(self, request: Request) -> Response:
        """Let a person choose their institution."""
        query = request.url.query
        choices = [
            (name, f"/Shibboleth.sso/Login?{urlencode({'entityID': entity, 'oauth': query})}")
            for entity, name in self.names().items()
        ]
        return self._page("institution_choose.html", title="Access through your institution - ORCID", choices=choices)

    async def feed(self, _: Request) -> Response:
        """List the institutions, in the shape of a discovery feed."""
        names = self.names().items()
        return JSONResponse([{"entityID": e, "DisplayNames": [{"value": n, "lang": "en"}]} for e, n in names])

    async def leave(self, request: Request) -> Response:
        """Send a browser to its institution."""
        entity = request.query_params.get("entityID", "")
        if entity not in self.names():
            return self._message(f"ORCID does not know the institution {entity or '(none named)'}.", 404)
        return _to(f"/stand-in-idp?{urlencode({'entityID': entity, 'oauth': request.query_params.get('oauth', '')})}")

    # At the institution

    async def stand_in(self, request: Request) -> Response:
        """Play the institution's sign-in page: it takes every user name, with any password."""
        given = await fields(request)
        entity, name = given.get("entityID", ""), given.get("username", "").strip()
        if entity not in self.names():
            return self._message(f"There is no institution {entity or '(none named)'}.", 404)
        if request.method == "GET" or not name:
            return self._page(
                "institution_login.html",
                title=f"Sign in at {self.names()[entity]}",
                institution=self.names()[entity],
                entity=entity,
                oauth=given.get("oauth", ""),
            )
        key = secrets.token_urlsafe(24)
        self._arrivals[key] = Arrival(entity, name.casefold() if given.get("release") != "nothing" else "")
        answer = _to(f"/shibboleth/signin?{urlencode({'oauth': given.get('oauth', '')})}")
        answer.set_cookie(_ARRIVAL, key, httponly=True, samesite="lax")
        return answer

    # At ORCID, on the way back

    async def arrive(self, request: Request) -> Response:
        """Take a browser back: signed in when its account is linked, else on to the linking page."""
        arrival = self._arrival(request)
        if arrival is None:
            return _to("/institutional-signin")
        if not arrival.identifier:
            return self._message(
                f"{self.names().get(arrival.entity, arrival.entity)} told ORCID no persistent identifier of your"
                " account (a NameID, eduPersonUniqueID or eduPersonTargetedID), so ORCID cannot tell who you are.",
                403,
            )
        oauth = request.query_params.get("oauth", "")
        orcid = self._state.institution_accounts.get((arrival.entity, arrival.identifier))
        if orcid is None:
            return _to(f"/institutional-linking?{urlencode({'oauth': oauth})}")
        return self._enter(request, orcid, self._state.open_session(orcid), oauth)

    async def link(self, request: Request) -> Response:
        """Let a person sign in with their iD once, to link the institution's account to it."""
        arrival = self._arrival(request)
        if arrival is None or not arrival.identifier:
            return _to("/institutional-signin")
        form = await fields(request)
        oauth, alert = form.get("oauth", ""), ""
        if request.method == "POST":
            key = self._state.sign_in(form.get("username", ""), form.get("password", ""))
            session = self._state.session(key)
            if key and session:
                self._state.institution_accounts[arrival.entity, arrival.identifier] = session.orcid
                return self._enter(request, session.orcid, key, oauth)
            alert = "The e-mail address or iD and the password do not belong together."
        institution = self.names().get(arrival.entity, arrival.entity)
        return self._page(
            "institution_link.html",
            title="Link your accounts - ORCID",
            institution=institution,
            identifier=arrival.identifier,
            oauth=oauth,
            alert=alert,
        )

    def _enter(self, request: Request, orcid: str, key: str, oauth: str) -> Response:
        """Go on as the signed-in person: to the authorization that began it, to the messages, or to the record."""
        self._arrivals.pop(request.cookies.get(_ARRIVAL, ""), None)
        if "client_id=" in oauth:
            answer = _to(f"/oauth/authorize?{urlencode(parse_qsl(oauth, keep_blank_values=True))}")
        else:
            answer = _to("/inbox" if self.prompts(orcid) else "/my-orcid")
        over_tls = request.url.scheme == "https"
        answer.set_cookie(COOKIE, key, httponly=True, secure=over_tls, samesite="none" if over_tls else "lax")
        answer.delete_cookie(_ARRIVAL)
        return answer

    # The prompt to connect

    def prompts(self, orcid: str) -> list[tuple[Client, str]]:
        """Return the clients that ask the person to connect, each with the address that begins it."""
        linked = {entity for (entity, _), owner in self._state.institution_accounts.items() if owner == orcid}
        return [
            (client, url)
            for client in self._state.clients.values()
            if client.institution in linked and not self._state.knows(client.id, orcid) and (url := self.url(client))
        ]

    def url(self, client: Client) -> str:
        """Return the address behind the message of a client; empty when it has no redirect URI for this."""
        redirect = client.connect_uri or next(iter(client.redirect_uris), "")
        if not redirect:
            return ""
        query = {
            "response_type": "code",
            "client_id": client.id,
            "scope": " ".join(client.connect_scopes),
            "redirect_uri": redirect,
        }
        return f"{self._base}/oauth/authorize?{urlencode(query)}"

    async def inbox(self, request: Request) -> Response:
        """Show a signed-in person the messages that ask them to connect."""
        session = self._state.session(request.cookies.get(COOKIE))
        if session is None:
            return _to("/signin")
        person: Person = self._state.people[session.orcid]
        asking = [(client, self.names()[client.institution], url) for client, url in self.prompts(session.orcid)]
        return self._page("inbox.html", title="Inbox - ORCID", person=person, asking=asking)

    def _arrival(self, request: Request) -> Arrival | None:
        return self._arrivals.get(request.cookies.get(_ARRIVAL, ""))

    def _message(self, text: str, status: int) -> Response:
        return self._page("message.html", status, title="Access through your institution - ORCID", text=text)

    def _page(self, template: str, status: int = 200, /, **values: Any) -> Response:
        return self._looks.page(template, status, **values)


def _name(entity: str) -> str:
    try:
        return urlsplit(entity).hostname or entity
    except ValueError:  # an entityID need not be an address
        return entity


def _to(path: str) -> Response:
    return RedirectResponse(path, 303, HEADERS)
