"""OpenID Connect: id_token, keys, discovery, userinfo (facts on OAuth, section 11: documented and observed)."""

from __future__ import annotations

import base64
import hashlib
import uuid
from datetime import timedelta
from functools import cached_property
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from .model import Person
from .state import Code, State, Token


class OpenId:
    """Signs for one issuer; the key is made when it is first needed."""

    def __init__(self, state: State, base: str) -> None:
        self._state = state
        self._base = base

    @cached_property
    def _key(self) -> RSAKey:
        return RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)

    def id_token(self, code: Code, token: Token) -> str:
        """Return the signed id_token of an exchanged code."""
        now = self._state.now()
        digest = hashlib.sha256(token.access.encode()).digest()[:16]
        claims: dict[str, Any] = {
            "iss": self._base,
            "aud": code.client_id,
            "sub": code.orcid,
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(hours=24)).timestamp()),
            "jti": str(uuid.uuid4()),
            "at_hash": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "auth_time": int(code.auth_time.timestamp()),
            "amr": "pwd",
        }
        if code.nonce:
            claims["nonce"] = code.nonce
        return jwt.encode(
            {"alg": "RS256", "kid": self._key.kid},
            claims | _names(self._state.people[code.orcid]),
            self._key,
        )

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
            "scopes_supported": ["openid"],
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": ["family_name", "given_name", "name", "auth_time", "iss", "sub"],
            "claims_parameter_supported": False,
        }

    def userinfo(self, access_token: str) -> dict[str, Any] | None:
        """Return what is told about the token's person, or None for a token that does not do."""
        token = self._state.token(access_token)
        if token is None or token.orcid is None or not token.live:
            return None
        identity = {"id": f"{self._base}/{token.orcid}", "sub": token.orcid}
        return identity | _names(self._state.people[token.orcid])


def _names(person: Person) -> dict[str, str]:
    if not person.name_public:
        return {}
    names = {
        "name": person.display_name,
        "given_name": person.given_names,
        "family_name": person.family_name,
    }
    return {claim: value for claim, value in names.items() if value}
