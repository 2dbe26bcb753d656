"""How token, revoke and user status requests are read (facts on OAuth, sections 6, 8 and 9)."""

from __future__ import annotations

import base64

import pytest

from checker.sandbox import DEFAULT_CLIENT

from .conftest import CALLBACK, ORCID, SCOPES, Visitor, query

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def test_fields_count_in_the_address_too_and_the_first_of_two_counts(visitor: Visitor) -> None:
    fields = {"client_id": DEFAULT_CLIENT.id, "client_secret": DEFAULT_CLIENT.secret, "scope": "/read-public"}
    answer = visitor.server.post("/oauth/token", params=fields, data={"grant_type": "client_credentials"})
    assert answer.status_code == 200
    twice = f"client_id={DEFAULT_CLIENT.id}&client_secret={DEFAULT_CLIENT.secret}&client_secret=x"
    body = f"{twice}&grant_type=client_credentials&scope=/read-public"
    assert visitor.server.post("/oauth/token", content=body, headers=FORM).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        "Bearer something",
        "Basic",
        "Basic !!!",
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic " + base64.b64encode(b"\xff:\xff").decode(),
    ],
)
def test_any_authorization_header_stands_before_the_body(visitor: Visitor, header: str) -> None:
    """Section 6: when the header is there, credentials in the body are ignored."""
    form = {"client_id": DEFAULT_CLIENT.id, "client_secret": DEFAULT_CLIENT.secret}
    form |= {"grant_type": "client_credentials", "scope": "/read-public"}
    answer = visitor.server.post("/oauth/token", data=form, headers={"Authorization": header})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_what_the_proxy_refuses_comes_before_the_credentials_and_is_not_marked(visitor: Visitor) -> None:
    """Section 8: a missing field is told without asking the authorization server."""
    missing = visitor.token(client_secret="wrong", grant_type="refresh_token")
    assert (missing.status_code, missing.json()["error"]) == (401, "invalid_request")
    assert "oauth_authorization_code_exchange" not in missing.headers
    wrong = visitor.token(client_secret="wrong", grant_type="client_credentials")
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert wrong.headers["oauth_authorization_code_exchange"] == "ON"


@pytest.mark.parametrize("scope", ["/orcid-profile/create", "/orcid-grants/create", "/member-list/read", "/nope"])
def test_internal_scopes_are_known_but_given_to_nobody(visitor: Visitor, scope: str) -> None:
    """Section 10: the table of deprecated and internal scopes."""
    own = visitor.token(grant_type="client_credentials", scope=scope)
    assert own.status_code == (401 if scope == "/nope" else 400)
    visitor.sign_in()
    page = visitor.browser.get("/oauth/authorize", params=query(scope=scope))
    assert page.headers["location"] == f"{CALLBACK}#error=invalid_scope"


def test_a_refreshed_token_ends_when_the_first_one_would_have(visitor: Visitor) -> None:
    state = visitor.box._state
    old = visitor.connect()
    now, day = state.now, 86_400
    state.now = lambda: type(now())(2026, 1, 1, tzinfo=now().tzinfo)
    state._tokens[0].issued = type(now())(2025, 12, 31, tzinfo=now().tzinfo)
    state._tokens[0].now = state.now
    new = visitor.token(grant_type="refresh_token", refresh_token=old["refresh_token"]).json()
    assert new["expires_in"] == 631138518 - day


def test_a_refresh_asks_for_consent_again_where_the_old_token_would_have(visitor: Visitor) -> None:
    old = visitor.connect()
    visitor.box.forget_grants(ORCID, DEFAULT_CLIENT.id)
    visitor.token(grant_type="refresh_token", refresh_token=old["refresh_token"])
    assert visitor.browser.get("/oauth/authorize", params=query(scope=SCOPES)).status_code == 200


def test_a_clients_own_token_can_be_refreshed_too(visitor: Visitor) -> None:
    """Section 15: refresh tokens come with client credentials."""
    old = visitor.token(grant_type="client_credentials", scope="/read-public").json()
    new = visitor.token(grant_type="refresh_token", refresh_token=old["refresh_token"]).json()
    assert (new["scope"], new["orcid"]) == ("/read-public", None)


@pytest.mark.parametrize(
    "path", ["/userStatus.json", "/oauth/userinfo", "/oauth/jwks", "/.well-known/openid-configuration"]
)
def test_scripts_of_any_site_may_read_what_orcid_lets_them_read(visitor: Visitor, path: str) -> None:
    headers = visitor.browser.get(path, headers={"Origin": "https://portal.test"}).headers
    assert headers["access-control-allow-origin"] == "https://portal.test"
    assert headers["access-control-allow-credentials"] == "true"
    asked = {"Origin": "https://portal.test", "Access-Control-Request-Method": "GET"}
    before = visitor.browser.options(path, headers=asked)
    assert before.status_code == 200
    assert "Authorization" in before.headers["access-control-allow-headers"]
    assert "access-control-allow-origin" not in visitor.browser.get(path).headers


def test_the_token_endpoint_is_not_for_scripts(visitor: Visitor) -> None:
    answer = visitor.server.post("/oauth/token", data={"x": "y"}, headers={"Origin": "https://portal.test"})
    assert "access-control-allow-origin" not in answer.headers
