"""The token, revoke and OpenID Connect endpoints, as a portal's server sees them."""

from __future__ import annotations

import uuid
from datetime import timedelta

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from checker.sandbox import DEFAULT_CLIENT

from .conftest import CALLBACK, ORCID, OTHER, PUBLIC, SCOPES, STRICT, Visitor

BASIC = httpx.BasicAuth(DEFAULT_CLIENT.id, DEFAULT_CLIENT.secret)


def test_a_code_buys_a_token_answer_with_orcids_keys(visitor: Visitor) -> None:
    answer = visitor.exchange(code=visitor.code())
    body = answer.json()
    assert list(body) == ["access_token", "token_type", "refresh_token", "expires_in", "scope", "name", "orcid"]
    assert str(uuid.UUID(body["access_token"])) == body["access_token"]
    assert str(uuid.UUID(body["refresh_token"])) == body["refresh_token"]
    assert body["token_type"] == "bearer"
    assert body["expires_in"] == 631138518
    assert set(body["scope"].split()) == set(SCOPES.split())
    assert (body["name"], body["orcid"]) == ("Josiah Carberry", ORCID)
    assert answer.headers["cache-control"] == "no-store"


def test_basic_credentials_count_before_those_in_the_body(visitor: Visitor) -> None:
    form = {"grant_type": "authorization_code", "code": visitor.code(), "redirect_uri": CALLBACK}
    wrong = {"client_id": "x", "client_secret": "y"}
    assert visitor.server.post("/oauth/token", data=form | wrong, auth=BASIC).status_code == 200
    assert visitor.server.post("/oauth/token", data=form, auth=("x", "y")).status_code == 401


def test_a_hidden_name_is_empty(visitor: Visitor) -> None:
    assert visitor.connect(person=OTHER)["name"] == ""


ERRORS = [
    ({"grant_type": None}, 400, "unsupported_grant_type"),
    ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ({"client_id": None}, 401, "invalid_request"),
    ({"client_secret": None}, 401, "invalid_request"),
    ({"client_secret": "wrong"}, 401, "invalid_client"),
    ({"client_id": "APP-9999999999999999"}, 401, "invalid_client"),
    ({"code": None}, 400, "invalid_request"),
    ({"code": "ABCDEF"}, 400, "invalid_grant"),
    ({"redirect_uri": f"{CALLBACK}/"}, 400, "invalid_grant"),
    ({"redirect_uri": None}, 400, "invalid_grant"),
    ({"client_id": STRICT.id, "client_secret": STRICT.secret}, 400, "invalid_grant"),
]


@pytest.mark.parametrize(("fields", "status", "error"), ERRORS)
def test_token_errors(visitor: Visitor, fields: dict[str, str | None], status: int, error: str) -> None:
    code = visitor.code()
    answer = visitor.exchange(**({"code": code} | fields))
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["error_description"]
    assert visitor.exchange(code=code).status_code == 200, "the refusal does not use the code up"


def test_a_code_that_comes_twice_ends_its_tokens(visitor: Visitor) -> None:
    code = visitor.code()
    token = visitor.exchange(code=code).json()["access_token"]
    again = visitor.exchange(code=code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert "Reused" in again.json()["error_description"]
    visitor.headers = {"Authorization": f"Bearer {token}"}
    assert visitor.api("GET", "/record").status_code == 401


def test_a_code_grows_old(visitor: Visitor) -> None:
    code = visitor.code()
    state = visitor.box._state
    now = state.now
    state.now = lambda: now() + timedelta(minutes=11)
    assert "expired" in visitor.exchange(code=code).json()["error_description"]


def test_a_form_is_all_that_the_token_endpoint_takes(visitor: Visitor) -> None:
    answer = visitor.server.post("/oauth/token", json={"grant_type": "authorization_code"})
    assert answer.status_code == 415
    assert answer.headers["accept"] == "application/x-www-form-urlencoded"
    assert visitor.server.get("/oauth/token").status_code == 405


def test_refresh_gives_new_tokens_and_ends_the_old(visitor: Visitor) -> None:
    old = visitor.connect()
    new = visitor.token(grant_type="refresh_token", refresh_token=old["refresh_token"], scope="/read-limited").json()
    assert new["access_token"] != old["access_token"]
    assert (new["scope"], new["orcid"]) == ("/read-limited", ORCID)
    assert visitor.api("GET", "/record").status_code == 401
    again = visitor.token(grant_type="refresh_token", refresh_token=old["refresh_token"])
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    more = visitor.token(grant_type="refresh_token", refresh_token=new["refresh_token"], scope="/person/update")
    assert (more.status_code, more.json()["error"]) == (400, "invalid_scope")
    assert visitor.token(grant_type="refresh_token").status_code == 401


@pytest.mark.parametrize(
    ("scope", "status"),
    [("/read-public", 200), ("/webhook", 200), ("/read-limited", 400), ("/no-such-scope", 401), ("", 400)],
)
def test_client_credentials(visitor: Visitor, scope: str, status: int) -> None:
    answer = visitor.token(grant_type="client_credentials", scope=scope)
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["orcid"] is None
        assert "name" not in answer.json()
    else:
        assert answer.json()["error"] == "invalid_scope"


def test_a_public_client_gets_no_member_scope(visitor: Visitor) -> None:
    answer = visitor.as_client(PUBLIC).token(grant_type="client_credentials", scope="/webhook")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_revoking_either_token_ends_both(visitor: Visitor, which: str) -> None:
    tokens = visitor.connect()
    answer = visitor.server.post("/oauth/revoke", data={"token": tokens[which]}, auth=BASIC)
    assert (answer.status_code, answer.content) == (200, b"")
    assert visitor.api("GET", "/record").status_code == 401
    assert visitor.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"]).status_code == 400


def test_revoke_passes_over_foreign_tokens_and_wants_credentials(visitor: Visitor) -> None:
    token = visitor.connect()["access_token"]
    foreign = visitor.server.post("/oauth/revoke", data={"token": token}, auth=(STRICT.id, STRICT.secret))
    assert foreign.status_code == 200
    assert visitor.server.post("/oauth/revoke", data={"token": token}).status_code == 401
    assert visitor.server.post("/oauth/revoke", auth=BASIC, data={"x": ""}).status_code == 400
    assert visitor.api("GET", "/record").status_code == 200


def test_openid_connect(visitor: Visitor) -> None:
    code = visitor.code(scope="openid", nonce="n0nce")
    body = visitor.exchange(code=code).json()
    discovery = visitor.server.get("/.well-known/openid-configuration").json()
    assert discovery["issuer"] == visitor.box.base
    keys = KeySet.import_key_set(visitor.server.get(discovery["jwks_uri"]).json())
    assert all("d" not in key.as_dict() for key in keys)
    claims = jwt.decode(body["id_token"], keys, algorithms=["RS256"]).claims
    assert claims["iss"] == visitor.box.base
    assert (claims["sub"], claims["aud"], claims["nonce"]) == (ORCID, DEFAULT_CLIENT.id, "n0nce")
    assert "email" not in claims
    bearer = {"Authorization": f"Bearer {body['access_token']}"}
    info = visitor.server.get(discovery["userinfo_endpoint"], headers=bearer).json()
    assert (info["sub"], info["name"]) == (ORCID, "Josiah Carberry")
    posted = visitor.server.post("/oauth/userinfo", data={"access_token": body["access_token"]})
    assert posted.json()["sub"] == ORCID
    refused = visitor.server.get("/oauth/userinfo", headers={"Authorization": "Bearer nothing"})
    assert refused.status_code == 403
    assert refused.json() == {"error": "access_denied", "error-description": "access_token is invalid"}
