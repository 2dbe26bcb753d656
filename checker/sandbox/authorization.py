"""The authorization endpoint without its pages: is the request in order, and where does the browser go next?

Documented (facts on OAuth, sections 3 to 5, 12 and 15): error page instead of a redirect for a bad client or redirect
URI; scope errors as a fragment without description and state; the answer to a denial; the implicit grant. Observed in
ORCID's public code: how `prompt` and `max_age` act. Our choice where ORCID's present server is closed: the words on the
error page, and that the form of the errors can be switched (:data:`.model.ErrorForm`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from . import permissions, redirects
from .exchange import IdTokens
from .model import Client
from .state import Session, State

IMPLICIT_LIFE: Final = 600
"""Seconds that a token of the implicit grant lives."""

_NEEDED: Final = (("scope", "the desired scopes"), ("response_type", "a response type"))


class Refused(Exception):
    """The request ends on an error page at ORCID; the browser is not sent back."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error, self.description = error, description


class SentBack(Exception):
    """The request ends at the redirect URI with an error."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


@dataclass(frozen=True)
class AuthorizationRequest:
    """A request in order."""

    client: Client
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str | None
    nonce: str
    prompt: str
    max_age: timedelta | None
    implicit: bool
    """Whether the answer is a token in the fragment and not a code."""

    @property
    def by_openid(self) -> bool:
        """Whether `openid` is asked for."""
        return "openid" in self.scopes

    @property
    def always_asks(self) -> bool:
        """Whether the consent page must be shown though the person agreed before (`prompt=confirm`)."""
        return self.by_openid and self.prompt == "confirm"

    def wants_sign_in(self, state: State, session: Session) -> bool:
        """Say whether a signed-in person must sign in again (`prompt=login`, `max_age`)."""
        if not self.by_openid:
            return False
        too_old = self.max_age is not None and state.now() > session.signed_in + self.max_age
        return too_old or self.prompt == "login"


def read(state: State, query: Mapping[str, str]) -> AuthorizationRequest:
    """Read and check an authorization request.

    Raises:
        Refused: the error page must be shown.
        SentBack: the browser goes back with an error at once.
    """
    if not query.get("client_id"):
        raise Refused("invalid_request", "Missing parameter: client_id is missing")
    client = state.clients.get(query["client_id"])
    if client is None:
        raise Refused("invalid_client", "Client not found")
    for name, what in _NEEDED:
        if not query.get(name):
            raise Refused("invalid_request", f"Missing parameter: {name}. Please specify {what}")
    redirect_uri = query.get("redirect_uri", "")
    if not redirect_uri:
        raise Refused("invalid_request", "Missing parameter: redirect_uri. Please specify a redirect URL")
    if client.status != "active":
        raise Refused(f"client_{client.status}", f"The client is {client.status}")
    if not redirects.matches(client, redirect_uri):
        raise Refused("invalid_grant", "Redirect URI doesn't match your registered redirect URIs.")

    scopes = permissions.asked(query["scope"])
    responses = frozenset(query["response_type"].split())
    implicit = bool(responses) and responses <= {"token", "id_token"}
    asked = AuthorizationRequest(
        client,
        redirect_uri,
        scopes,
        query.get("state"),
        query.get("nonce", ""),
        query.get("prompt", ""),
        _seconds(query.get("max_age", "")),
        implicit,
    )
    if not (implicit or responses == {"code"}) or (responses == {"id_token"} and not asked.by_openid):
        raise _told(state, asked, "unsupported_response_type", "Unsupported response type.")
    for scope in scopes:
        if not permissions.of_person(client, scope) or (implicit and not permissions.of_browser(scope)):
            raise _told(state, asked, "invalid_scope", f"Invalid scope: {scope}")
    if not scopes:
        raise _told(state, asked, "invalid_scope", f"Invalid scope: {query['scope']}")
    if implicit and asked.by_openid and "id_token" in responses and "nonce" not in query:
        raise Refused("invalid_request", "Implicit id_token requests must have nonce")
    return asked


def _seconds(text: str) -> timedelta | None:
    """Read `max_age`; what is no number is passed over."""
    return timedelta(seconds=int(text[:9])) if text.isascii() and text.isdigit() else None


def _told(state: State, asked: AuthorizationRequest, error: str, description: str) -> Refused | SentBack:
    """Return the end of a request with an error that the client hears of, unless only the person does."""
    match state.error_form:
        case "page":
            return Refused(error, description)
        case "query":
            answer = _with_state({"error": error, "error_description": description}, asked)
            return SentBack(redirects.with_query(asked.redirect_uri, answer))
        case _:
            return SentBack(redirects.with_fragment(asked.redirect_uri, f"error={error}"))


def check_silent(state: State, session: Session | None, asked: AuthorizationRequest) -> None:
    """Turn a `prompt=none` request back that cannot pass without a page.

    Raises:
        SentBack: nobody is signed in, or consent is missing.
    """
    if asked.prompt != "none":
        return
    if session is None:
        if state.error_form in {"fragment", "page"}:
            # ORCID's page leaves the name of the parameter out, and does so also without `openid`.
            raise SentBack(redirects.with_fragment(asked.redirect_uri, "login_required"))
        raise _told(state, asked, "login_required", "Nobody is signed in")
    if asked.by_openid and not state.agreed(session.orcid, asked.client.id, asked.scopes):
        if state.error_form == "page":
            raise SentBack(redirects.with_fragment(asked.redirect_uri, "error=interaction_required"))
        raise _told(state, asked, "interaction_required", "The person has not agreed to this")


def passes(state: State, session: Session, asked: AuthorizationRequest) -> bool:
    """Say whether the request needs no consent page, because the person agreed before."""
    return not asked.always_asks and state.agreed(session.orcid, asked.client.id, asked.scopes)


def allow(state: State, session: Session, asked: AuthorizationRequest, id_tokens: IdTokens) -> str:
    """Return where the browser goes after the person allowed, now or before."""
    if not asked.implicit:
        code = state.issue_code(session, asked.client.id, asked.redirect_uri, asked.scopes, asked.nonce)
        return redirects.with_query(asked.redirect_uri, _with_state({"code": code.value}, asked))
    token = state.issue_token(
        asked.client.id, session.orcid, asked.scopes, life=IMPLICIT_LIFE, lasting=False, auth_time=session.signed_in
    )
    answer = {
        "access_token": token.access,
        "token_type": "bearer",
        "expires_in": str(IMPLICIT_LIFE - 1),
        "tokenVersion": "1",
        "persistent": "false",
    }
    if asked.by_openid:
        answer["id_token"] = id_tokens.id_token(token, asked.nonce)
    return redirects.with_fragment(asked.redirect_uri, redirects.encoded(_with_state(answer, asked)))


def deny(asked: AuthorizationRequest) -> str:
    """Return where the browser goes after the person denied."""
    answer = {"error": "access_denied", "error_description": "User denied access"}
    return redirects.with_query(asked.redirect_uri, _with_state(answer, asked))


def _with_state(answer: dict[str, str], asked: AuthorizationRequest) -> dict[str, str]:
    return answer if asked.state is None else answer | {"state": asked.state}
