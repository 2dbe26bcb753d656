"""Authlib, a generic OpenID Connect client: it is told the issuer and finds the rest by discovery.

It checks state and nonce, fetches the keys and verifies signature, issuer, audience, time and claims of the id_token.

A member's id_token has `amr` as a string, which Authlib refuses, of ORCID's as of ours (authlib/authlib issue 725).
Members must give it a laxer class of claims, as is advised there; public clients need not.
"""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections.abc import Awaitable
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from starlette.requests import Request

from checker.sandbox import Sandbox

from .conftest import CALLBACK, PUBLIC, Place

with warnings.catch_warnings(record=True):  # Authlib's own, about which version of httpx it will want one day
    starlette_client = pytest.importorskip("authlib.integrations.starlette_client", reason="Authlib is not installed")

T = TypeVar("T")


@pytest.fixture
def public(place: Place) -> Place:
    return replace(place, client=PUBLIC)


def request(path: str = "/", query: str = "", session: dict[str, Any] | None = None) -> Request:
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": [],
             "session": {} if session is None else session}  # fmt: skip
    return Request(scope)


def run(work: Awaitable[T]) -> T:
    async def main() -> T:
        return await work

    return asyncio.run(main())


def client(place: Place, scope: str = "openid", **settings: Any) -> Any:
    registry = starlette_client.OAuth()
    trust = ssl.create_default_context(cafile=str(place.box.ca_file))
    kept = {"scope": scope, "verify": trust, "trust_env": False}
    more = settings.pop("client_kwargs", {})
    return registry.register(
        "orcid",
        client_id=place.client.id,
        client_secret=place.client.secret,
        server_metadata_url=f"{place.box.base}/.well-known/openid-configuration",
        client_kwargs=kept | more,
        **settings,
    )


async def journey(place: Place, orcid: Any, session: dict[str, Any], **more: Any) -> dict[str, Any]:
    away = await orcid.authorize_redirect(request(session=session), CALLBACK)
    back = await asyncio.to_thread(place.allow, away.headers["location"])
    token: dict[str, Any] = await orcid.authorize_access_token(
        request("/callback", back.partition("?")[2], session), **more
    )
    return token


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
def test_signing_in(public: Place, method: str) -> None:
    orcid = client(public, client_kwargs={"token_endpoint_auth_method": method})
    token = run(journey(public, orcid, {}))
    claims = token["userinfo"]  # of the verified id_token
    assert (claims["sub"], claims["iss"], claims["aud"]) == (public.person.orcid, public.box.base, PUBLIC.id)
    assert (claims["given_name"], claims["family_name"]) == (public.person.given_names, public.person.family_name)
    assert claims["nonce"]
    assert "amr" not in claims
    assert token["orcid"] == public.person.orcid


def test_a_member_as_authlib_comes(place: Place) -> None:
    """What happens with ORCID's own answers happens here: Authlib wants a list."""
    from joserfc.errors import InvalidClaimError

    with pytest.raises(InvalidClaimError, match="amr"):
        run(journey(place, client(place), {}))


def test_a_member_as_authlib_is_advised_to_be_used(place: Place) -> None:
    from authlib.oidc.core import CodeIDToken

    class OrcidClaims(CodeIDToken):  # type: ignore[misc]
        def validate_amr(self) -> None:
            assert isinstance(self.get("amr"), str)

    token = run(journey(place, client(place), {}, claims_cls=OrcidClaims))
    assert token["userinfo"]["sub"] == place.person.orcid
    assert token["userinfo"]["amr"] == "pwd"
    assert token["refresh_token"]


def test_userinfo(public: Place) -> None:
    async def both() -> tuple[Any, Any]:
        orcid = client(public)
        token = await journey(public, orcid, {})
        return token["userinfo"], await orcid.userinfo(token=token)

    claims, told = run(both())
    assert told["sub"] == claims["sub"] == public.person.orcid
    assert told["given_name"] == public.person.given_names
    assert told["family_name"] == public.person.family_name


def test_the_keys_of_another_issuer_do_not_verify(public: Place) -> None:
    """The one above proves nothing unless the client looks: with foreign keys it must refuse."""
    from joserfc.errors import JoseError

    with Sandbox(tls=False) as other:
        orcid = client(public)

        async def with_foreign_keys() -> None:
            metadata = await orcid.load_server_metadata()
            metadata["jwks_uri"] = f"{other.base}/oauth/jwks"
            await journey(public, orcid, {})

        with pytest.raises((JoseError, ValueError)):
            run(with_foreign_keys())


def test_a_state_of_somebody_else_is_refused(place: Place) -> None:
    from authlib.integrations.base_client import MismatchingStateError

    async def swapped() -> None:
        orcid = client(place)
        mine: dict[str, Any] = {}
        away = await orcid.authorize_redirect(request(session=mine), CALLBACK)
        back = await asyncio.to_thread(place.allow, away.headers["location"])
        await orcid.authorize_access_token(request("/callback", back.partition("?")[2], {}))

    with pytest.raises(MismatchingStateError):
        run(swapped())
    assert not any(path == "/oauth/token" for _, path, _ in place.asked())


def test_denying(place: Place) -> None:
    from authlib.integrations.base_client import OAuthError

    async def denied() -> None:
        orcid, session = client(place), {}
        away = await orcid.authorize_redirect(request(session=session), CALLBACK)
        back = await asyncio.to_thread(place.deny, away.headers["location"])
        await orcid.authorize_access_token(request("/callback", back.partition("?")[2], session))

    with pytest.raises(OAuthError) as refused:
        run(denied())
    assert refused.value.error == "access_denied"


def test_what_discovery_says_is_enough(public: Place) -> None:
    """Every address that the client used came from the document, and the issuer is the sandbox's own."""
    run(journey(public, client(public), {}))
    paths = [path for _, path, _ in public.asked()]
    assert paths == ["/.well-known/openid-configuration", "/oauth/token", "/oauth/jwks"]
