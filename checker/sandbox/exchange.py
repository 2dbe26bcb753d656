"""Token exchange: acting on behalf of another member's client, whose id_token one was handed.

Documented: the requests and answers (facts on OAuth, sections 6, 7 and 9; ORCID's tutorial on token delegation).
Observed in ORCID's last public server: every refusal, that an id_token does after its time too, that a permission
withdrawn by the person still yields a token to delete with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

from . import permissions
from .model import Client
from .oauth_errors import TokenError
from .state import State, Token

GRANT: Final = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN: Final = "urn:ietf:params:oauth:token-type:access_token"
ID_TOKEN: Final = "urn:ietf:params:oauth:token-type:id_token"
FIELDS: Final = ("subject_token", "subject_token_type", "requested_token_type")
"""Fields that a request must have."""

LIFE: Final = 3600
"""Seconds that an exchanged token lives."""

_WRITING: Final = "/activities/update"


class IdTokens(Protocol):
    """Makes and reads id_tokens."""

    def id_token(self, token: Token, nonce: str = "") -> str:
        """Return the id_token that goes with an access token."""

    def claims(self, id_token: str) -> dict[str, Any] | None:
        """Return what an id_token says, or None when it is not ours."""


def exchange(state: State, client: Client, form: Mapping[str, str], id_tokens: IdTokens) -> dict[str, Any]:
    """Answer an exchange of tokens.

    Raises:
        TokenError: the request is refused.
    """
    kinds = form["subject_token_type"], form["requested_token_type"]
    if kinds not in {(ID_TOKEN, ACCESS_TOKEN), (ACCESS_TOKEN, ID_TOKEN)}:
        raise _invalid(f"Invalid IETF token exchange token type(s): {ID_TOKEN} and {ACCESS_TOKEN} are exchanged")
    if not client.token_exchange:
        raise _invalid(f"Client does not have {GRANT} enabled")
    if kinds == (ACCESS_TOKEN, ID_TOKEN):
        return _identity(state, client, form["subject_token"], id_tokens)
    claims = id_tokens.claims(form["subject_token"])
    if claims is None:
        raise _invalid("Invalid id token signature")
    origin = state.clients.get(str(claims["aud"]))
    if origin is None or claims["sub"] not in state.people:
        raise _invalid("The id_token is about somebody who is not here")  # after a reset
    if origin.id == client.id:
        raise _invalid("Attempt to exchange own id_token, use refresh token instead")
    if origin.status != "active":
        raise TokenError(400, "unauthorized_client", f"The client {origin.id} is {origin.status}")
    return _delegate(state, client, origin, str(claims["sub"]), permissions.asked(form.get("scope", "")))


def _identity(state: State, client: Client, value: str, id_tokens: IdTokens) -> dict[str, Any]:
    token = state.token(value)
    if token is None or token.revoked or token.revoked_by_person or token.orcid is None:
        raise _invalid("access_token does not exist or is disabled")
    if token.client_id != client.id:
        raise _invalid("Clients can only exchange their own access_tokens for id_tokens")
    if not token.live:
        raise _invalid("access_token has expired")
    return {
        # The id_token stands where the access token would; so says ORCID's tutorial, and so does the draft of RFC 8693.
        "access_token": id_tokens.id_token(token),
        "token_type": "N_A",
        "expires_in": 86399,
        "issued_token_type": ID_TOKEN,
    }


def _delegate(state: State, client: Client, origin: Client, orcid: str, wanted: tuple[str, ...]) -> dict[str, Any]:
    scopes, withdrawn = _granted(state.tokens_of(orcid, origin.id))
    if not scopes:
        raise _no_scope("The id_token is not associated with a valid scope")
    if wanted:
        included = permissions.effective(scopes)
        scopes = tuple(scope for scope in wanted if scope in included)
        if not scopes:
            raise _no_scope("The requested scope(s) are not available from this id_token")
    token = state.issue_token(client.id, orcid, scopes, life=LIFE, lasting=False, assertion_origin=origin.id)
    token.revoked_by_person = withdrawn
    return {
        "access_token": token.access,
        "token_type": "bearer",
        "expires_in": LIFE - 1,
        "scope": " ".join(scopes),
        "issued_token_type": ACCESS_TOKEN,
        "name": state.people[orcid].public_name,
        "orcid": orcid,
    }


def _granted(tokens: list[Token]) -> tuple[tuple[str, ...], bool]:
    """Return the scopes that a client has of a person, and whether they are there to delete with alone."""
    live = tuple(dict.fromkeys(scope for token in tokens if token.live for scope in token.scopes))
    left = any(t.revoked_by_person and not t.revoked and t.left > 0 and _WRITING in t.scopes for t in tokens)
    return ((_WRITING,), True) if left and _WRITING not in live else (live, False)


def _invalid(description: str) -> TokenError:
    return TokenError(400, "invalid_request", description)


def _no_scope(description: str) -> TokenError:
    return TokenError(401, "invalid_scope", description)
