"""The token and revoke endpoints without HTTP: form fields in, answer or :class:`TokenError` out.

Documented (facts on OAuth, sections 6 to 9): grants, keys of the answer, most errors. Observed: error words of
the last public server. Our choice: a code lives ten minutes, and one that was refused for another reason than reuse
may be tried again.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote_plus

from . import permissions
from .model import Client
from .state import TOKEN_LIFE, Code, State, Token

Form = Mapping[str, str]
IdTokens = Callable[[Code, Token], str]


class TokenError(Exception):
    """A refusal in OAuth's shape."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status, self.error, self.description = status, error, description

    def as_json(self) -> dict[str, str]:
        """Return the two keys of the answer."""
        return {"error": self.error, "error_description": self.description}


def answer(state: State, form: Form, authorization: str, id_tokens: IdTokens) -> dict[str, Any]:
    """Answer a token request.

    Args:
        state: what the sandbox knows.
        form: decoded form fields.
        authorization: the Authorization header or an empty string.
        id_tokens: makes the id_token of an exchanged code.

    Raises:
        TokenError: the request is refused.
    """
    grant = form.get("grant_type", "")
    if not grant:
        raise TokenError(400, "unsupported_grant_type", "grant_type is missing")
    client = authenticate(state, form, authorization)
    match grant:
        case "authorization_code":
            return _exchange(state, client, form, id_tokens)
        case "refresh_token":
            return _refresh(state, client, form)
        case "client_credentials":
            return _client_credentials(state, client, form)
        case _:
            raise TokenError(400, "unsupported_grant_type", f"Unsupported grant type: {grant}")


def authenticate(state: State, form: Form, authorization: str) -> Client:
    """Return the client that the credentials belong to; with Basic credentials those in the body do not count.

    Raises:
        TokenError: 401.
    """
    basic = _basic(authorization)
    client_id, secret = basic or (form.get("client_id", ""), form.get("client_secret", ""))
    for name, value in (("client_id", client_id), ("client_secret", secret)):
        if not value:
            raise TokenError(401, "invalid_request", f"{name} is required")
    for known_id, known_secret in ((client_id, secret), (unquote_plus(client_id), unquote_plus(secret))):
        client = state.clients.get(known_id)
        if client and secrets.compare_digest(client.secret.encode(), known_secret.encode()):
            return client
    raise TokenError(401, "invalid_client", "Client authentication failed")


def _basic(authorization: str) -> tuple[str, str] | None:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise TokenError(401, "invalid_client", "Client authentication failed") from None
    return name, secret


def _exchange(state: State, client: Client, form: Form, id_tokens: IdTokens) -> dict[str, Any]:
    value = form.get("code", "")
    if not value:
        raise TokenError(400, "invalid_request", "code is required")
    code = state.code(value)
    if code is None:
        raise TokenError(400, "invalid_grant", f"Invalid authorization code: {value}")
    if code.client_id != client.id:
        raise TokenError(400, "invalid_grant", "Client ID mismatch")
    if code.token:
        code.token.revoked = True
        raise TokenError(400, "invalid_grant", f"Reused authorization code: {value}")
    if state.is_late(code):
        raise TokenError(400, "invalid_request", "Authorization code has expired")
    if form.get("redirect_uri", "") != code.redirect_uri:
        raise TokenError(400, "invalid_grant", "Redirect URI mismatch.")
    code.token = state.issue_token(client.id, code.orcid, code.scopes)
    found = _body(state, code.token)
    return found | {"id_token": id_tokens(code, code.token)} if "openid" in code.scopes else found


def _refresh(state: State, client: Client, form: Form) -> dict[str, Any]:
    value = form.get("refresh_token", "")
    if not value:
        raise TokenError(401, "invalid_request", "refresh_token is required")
    old = state.token_of_refresh(value)
    if old is None or old.client_id != client.id or not old.live:
        raise TokenError(400, "invalid_grant", f"Invalid refresh token: {value}")
    wanted = permissions.asked(form.get("scope", "")) or old.scopes
    if beyond := set(wanted) - permissions.effective(old.scopes):
        raise TokenError(400, "invalid_scope", f"Invalid scope: {' '.join(sorted(beyond))}")
    old.revoked = True
    return _body(state, state.issue_token(client.id, old.orcid, tuple(wanted)))


def _client_credentials(state: State, client: Client, form: Form) -> dict[str, Any]:
    scopes = permissions.asked(form.get("scope", ""))
    if not scopes:
        raise TokenError(400, "invalid_scope", "Invalid scope: none was asked for")
    for scope in scopes:
        if not permissions.of_client(client, scope):
            raise TokenError(400 if permissions.is_known(scope) else 401, "invalid_scope", f"Invalid scope: {scope}")
    return _body(state, state.issue_token(client.id, None, scopes))


def _body(state: State, token: Token) -> dict[str, Any]:
    body: dict[str, Any] = {
        "access_token": token.access,
        "token_type": "bearer",
        "refresh_token": token.refresh,
        "expires_in": TOKEN_LIFE,
        "scope": " ".join(token.scopes),
    }
    if token.orcid is None:
        return body | {"orcid": None}
    return body | {"name": state.people[token.orcid].public_name, "orcid": token.orcid}


def revoke(state: State, form: Form, authorization: str) -> None:
    """End a token of the client, given as access or refresh token; unknown and foreign ones are passed over.

    Raises:
        TokenError: the client is not known, or no token is named.
    """
    client = authenticate(state, form, authorization)
    value = form.get("token", "")
    if not value:
        raise TokenError(400, "invalid_request", "Please provide the token to be revoked")
    token = state.token(value) or state.token_of_refresh(value)
    if token and token.client_id == client.id:
        token.revoked = True
