"""The authorization endpoint without its pages: is the request in order, and where does the browser go next?

Documented (facts on OAuth, sections 3 to 5 and 15): error page instead of a redirect for a bad client or redirect
URI; scope errors as a fragment without description and state; the answer to a denial. Our choice where ORCID's
present server is closed: the words on the error page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from . import permissions, redirects
from .model import Client
from .state import Session, State


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
    prompt: frozenset[str]
    """Only acts when `openid` is asked for."""

    @property
    def silent_only(self) -> bool:
        """Whether no page may be shown (`prompt=none`)."""
        return "none" in self.prompt

    @property
    def fresh_sign_in(self) -> bool:
        """Whether the person must sign in again (`prompt=login`)."""
        return "login" in self.prompt


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
    for name, what in (("scope", "the desired scopes"), ("response_type", "a response type")):
        if not query.get(name):
            raise Refused("invalid_request", f"Missing parameter: {name}. Please specify {what}")
    redirect_uri = query.get("redirect_uri", "")
    if not redirect_uri:
        raise Refused("invalid_request", "Missing parameter: redirect_uri. Please specify a redirect URL")
    if not redirects.matches(client, redirect_uri):
        raise Refused("invalid_grant", "Redirect URI doesn't match your registered redirect URIs.")
    if query["response_type"] != "code":
        raise SentBack(redirects.with_fragment(redirect_uri, "error=unsupported_response_type"))
    scopes = permissions.asked(query["scope"])
    if not scopes or not all(permissions.of_person(client, scope) for scope in scopes):
        raise SentBack(redirects.with_fragment(redirect_uri, "error=invalid_scope"))
    prompt = frozenset(query.get("prompt", "").split()) if "openid" in scopes else frozenset()
    return AuthorizationRequest(client, redirect_uri, scopes, query.get("state"), query.get("nonce", ""), prompt)


def check_silent(state: State, session: Session | None, request: AuthorizationRequest) -> None:
    """Turn a `prompt=none` request back that cannot pass without a page.

    Raises:
        SentBack: nobody is signed in, or consent is missing.
    """
    if not request.silent_only:
        return
    if session is None:
        raise SentBack(redirects.with_fragment(request.redirect_uri, "login_required"))
    if not state.agreed(session.orcid, request.client.id, request.scopes):
        raise SentBack(redirects.with_fragment(request.redirect_uri, "error=interaction_required"))


def allow(state: State, session: Session, request: AuthorizationRequest) -> str:
    """Return where the browser goes after the person allowed, now or before."""
    code = state.issue_code(session, request.client.id, request.redirect_uri, request.scopes, request.nonce)
    return redirects.with_query(request.redirect_uri, _with_state({"code": code.value}, request))


def deny(request: AuthorizationRequest) -> str:
    """Return where the browser goes after the person denied."""
    answer = {"error": "access_denied", "error_description": "User denied access"}
    return redirects.with_query(request.redirect_uri, _with_state(answer, request))


def _with_state(answer: dict[str, str], request: AuthorizationRequest) -> dict[str, str]:
    return answer if request.state is None else answer | {"state": request.state}
