"""OpenID Connect: id_token, keys, discovery, userinfo (facts on OAuth, section 11: documented and observed)."""

from __future__ import annotations

import base64
import hashlib
import uuid
from datetime import timedelta
from functools import cached_property
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from . import permissions
from .model import Person
from .state import State, Token

ID_TOKEN_LIFE: Final = timedelta(hours=24)


class OpenId:
    """Signs for one issuer; the key is made when it is first needed."""

    def __init__(self, state: State, base: str) -> None:
        self._state = state
        self._base = base

    @cached_property
    def _key(self) -> RSAKey:
        return RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)

    def id_token(self, token: Token, nonce: str = "") -> str:
        """Return a signed id_token that goes with a person's access token.

        Raises:
            ValueError: the token is a client's own.
        """
        if token.orcid is None:
            raise ValueError("a client's own token is nobody's identity")
        now = self._state.now()
        digest = hashlib.sha256(token.access.encode()).digest()[:16]
        claims: dict[str, Any] = {
            "iss": self._base,
            "aud": token.client_id,
            "sub": token.orcid,
            "iat": int(now.timestamp()),
            "exp": int((now + ID_TOKEN_LIFE).timestamp()),
            "jti": str(uuid.uuid4()),
            "at_hash": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "auth_time": int((token.auth_time or token.issued).timestamp()),
        }
        client = self._state.clients.get(token.client_id)
        if client and permissions.is_member(client):
            claims["amr"] = "pwd"  # A string: RFC 8176 wants a list, ORCID does not. Nobody here has a second factor.
        if nonce:
            claims["nonce"] = nonce
        names = {name: value for name, value in _names(self._state.people[token.orcid]).items() if value}
        return jwt.encode({"alg": "RS256", "kid": self._key.kid}, claims | names, self._key)

    def claims(self, id_token: str) -> dict[str, Any] | None:
        """Return what an id_token of ours says, also after its time, or None when it is not ours."""
        try:
            return dict(jwt.decode(id_token, self._key, algorithms=["RS256"]).claims)
        except (JoseError, ValueError):
            return None

    def keys(self) -> dict[str, Any]:
        """Return the public key as a JWKS document."""
        return {"keys": [self._key.as_dict(private=False)]}

    def discovery(self) -> dict[str, Any]:
        """Return the discovery document."""
        return {
            "issuer": self._base,
            "authorization_endpoint": f"{self._base}/oauth/authorize",
            "token_endpoint": f"{self._base}/oauth/token",
            "userinfo_endpoint": f"{self._base}/oauth/userinfo",
            "jwks_uri": f"{self._base}/oauth/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid"],
            "response_types_supported": ["code", "id_token", "id_token token"],
            "grant_types_supported": ["authorization_code", "implicit", "refresh_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": ["family_name", "given_name", "name", "auth_time", "iss", "sub"],
            "claims_parameter_supported": False,
        }

    def userinfo(self, access_token: str) -> dict[str, Any] | None:
        """Return what is told about the token's person, or None for a token that does not do.

        A name that is not public is null.
        """
        token = self._state.token(access_token)
        if token is None or token.orcid is None or not token.live or not token.allows("/authenticate"):
            return None
        identity = {"id": f"{self._base}/{token.orcid}", "sub": token.orcid}
        return identity | _names(self._state.people[token.orcid])


def _names(person: Person) -> dict[str, str | None]:
    """Return the claims of a public record; `name` is the published name alone, never put together from the others."""
    if not person.name_public:
        return dict.fromkeys(("name", "family_name", "given_name"))
    return {
        "name": person.credit_name or person.name or None,
        "family_name": person.family_name or None,
        "given_name": person.given_names or None,
    }
