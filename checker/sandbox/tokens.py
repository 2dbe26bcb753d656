"""The token and revoke endpoints without HTTP: form fields in, answer or :class:`TokenError` out.

Documented (facts on OAuth, sections 6 to 9): grants, keys of the answer, most errors. Observed: what ORCID's proxy
refuses by itself and what it leaves out (`scope` of a code, `revoke_old` and `expires_in` of a refresh); error words of
the last public server. Our choice: a code lives ten minutes, and one that was refused for another reason than reuse may
be tried again.
"""

from __future__ import annotations

import base64
import math
import secrets
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote_plus

from . import exchange, permissions
from .exchange import IdTokens
from .model import Client
from .oauth_errors import TokenError, missing
from .state import State, Token

Form = Mapping[str, str]

_REQUIRED: Final[dict[str, tuple[str, ...]]] = {"refresh_token": ("refresh_token",), exchange.GRANT: exchange.FIELDS}


def answer(state: State, form: Form, authorization: str, id_tokens: IdTokens) -> dict[str, Any]:
    """Answer a token request.

    Args:
        state: what the sandbox knows.
        form: decoded form fields.
        authorization: the Authorization header or an empty string.
        id_tokens: makes and reads id_tokens.

    Raises:
        TokenError: the request is refused.
    """
    grant = form.get("grant_type")
    if grant is None:
        raise TokenError(400, "unsupported_grant_type", "grant_type is missing", forwarded=False)
    credentials = () if authorization.strip() else ("client_id", "client_secret")
    for name in (*credentials, *_REQUIRED.get(grant, ())):
        if not form.get(name, "").strip():
            raise missing(name)
    client = authenticate(state, form, authorization)
    if client.status != "active":
        raise TokenError(400, "unauthorized_client", f"The client {client.id} is {client.status}")
    match grant:
        case "authorization_code":
            return _exchange(state, client, form, id_tokens)
        case "refresh_token":
            return _refresh(state, client, form)
        case "client_credentials":
            return _client_credentials(state, client, form)
        case exchange.GRANT:
            return exchange.exchange(state, client, form, id_tokens)
        case _:
            raise TokenError(400, "unsupported_grant_type", f"Unsupported grant type: {grant}")


def authenticate(state: State, form: Form, authorization: str) -> Client:
    """Return the client that the credentials belong to; with an Authorization header those in the body do not count.

    Raises:
        TokenError: 401.
    """
    if authorization.strip():
        client_id, secret = _basic(authorization.strip())
    else:
        client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
        for name, value in (("client_id", client_id), ("client_secret", secret)):
            if not value.strip():
                raise missing(name)
    for known_id, known_secret in ((client_id, secret), (unquote_plus(client_id), unquote_plus(secret))):
        client = state.clients.get(known_id)
        if client and secrets.compare_digest(client.secret.encode(), known_secret.encode()):
            return client
    raise TokenError(401, "invalid_client", "Client authentication failed")


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, value = authorization.partition(" ")
    try:
        if scheme.lower() != "basic":
            raise ValueError
        name, _, secret = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except ValueError:  # not Base64, not ASCII, not UTF-8
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
    code.token = state.issue_token(client.id, code.orcid, code.scopes, auth_time=code.auth_time)
    found = _body(state, code.token)
    return found | {"id_token": id_tokens.id_token(code.token, code.nonce)} if "openid" in code.scopes else found


def _refresh(state: State, client: Client, form: Form) -> dict[str, Any]:
    value = form["refresh_token"]
    old = state.token_of_refresh(value)
    if old is None or old.client_id != client.id or not old.live:
        raise TokenError(400, "invalid_grant", f"Invalid refresh token: {value}")
    wanted = permissions.asked(form.get("scope", "")) or old.scopes
    if beyond := set(wanted) - permissions.effective(old.scopes):
        raise TokenError(400, "invalid_scope", f"Invalid scope: {' '.join(sorted(beyond))}")
    old.revoked = True
    token = state.issue_token(
        client.id, old.orcid, tuple(wanted), life=old.left, auth_time=old.auth_time,
        assertion_origin=old.assertion_origin,
    )  # fmt: skip
    token.silent = old.silent
    return _body(state, token)


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
        "expires_in": math.ceil(token.left) - 1,  # as ORCID: whole seconds, of which a part is gone
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
