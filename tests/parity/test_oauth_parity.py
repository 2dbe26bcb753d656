"""OAuth and OpenID Connect: what holds of ORCID's own sandbox holds of the embedded one.

Checked is what the facts give as documented or seen (`OAuth n`: section n of the facts on OAuth), and no more: where
they say that something could not be confirmed, either answer will do.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, sync_playwright

from checker.gather.browser import launch

from .conftest import JSON, Target

TWENTY_YEARS = 600_000_000


@pytest.fixture(scope="session")
def discovery(target: Target) -> dict[str, object]:
    answer = target.http.get(f"{target.site}/.well-known/openid-configuration")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(JSON)
    found: dict[str, object] = answer.json()
    return found


def test_discovery_names_the_issuer_and_its_addresses(target: Target, discovery: dict[str, object]) -> None:
    """OAuth 2, 11."""
    assert str(discovery["issuer"]).rstrip("/") == target.site
    for name, path in (("authorization", "authorize"), ("token", "token"), ("userinfo", "userinfo")):
        assert discovery[f"{name}_endpoint"] == f"{target.site}/oauth/{path}"
    assert discovery["jwks_uri"] == f"{target.site}/oauth/jwks"


@pytest.mark.parametrize(
    ("key", "among"),
    [
        ("response_types_supported", "code"),
        ("grant_types_supported", "authorization_code"),
        ("subject_types_supported", "public"),
        ("id_token_signing_alg_values_supported", "RS256"),
        ("token_endpoint_auth_methods_supported", "client_secret_post"),
        ("scopes_supported", "openid"),
        ("claims_supported", "sub"),
    ],
)
def test_discovery_lists(discovery: dict[str, object], key: str, among: str) -> None:
    """OAuth 11."""
    listed = discovery[key]
    assert isinstance(listed, list)
    assert among in listed


def test_keys(target: Target) -> None:
    """OAuth 11: RSA keys with an id and nothing private."""
    keys = target.http.get(f"{target.site}/oauth/jwks").json()["keys"]
    assert keys
    for key in keys:
        assert key["kty"] == "RSA"
        assert {"kid", "n", "e"} <= key.keys()
        assert not {"d", "p", "q", "dp", "dq", "qi"} & key.keys()


# The authorization page


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "APP-ZZZZZZZZZZZZZZZZ"},
        {"redirect_uri": "https://elsewhere.invalid/callback"},
        {"response_type": None},
        {"scope": None},
        {},
    ],
    ids=["unknown client", "foreign redirect URI", "no response type", "no scope", "nothing wrong"],
)
def test_the_authorization_page_is_a_page(target: Target, changes: dict[str, str | None]) -> None:
    """OAuth 4: the address itself answers 200 with a page, and never sends the browser to a foreign redirect URI."""
    answer = target.http.get(target.authorize_url(**changes))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


@pytest.fixture(scope="module")
def page(target: Target) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser.new_context(ignore_https_errors=target.name == "embedded").new_page()
        browser.close()


@pytest.mark.browser
@pytest.mark.parametrize(
    "selector", ["#username-input", "#password", "#signin-button", "#register-button", "#forgot-password-button"]
)
def test_ids_of_the_sign_in_page(target: Target, page: Page, selector: str) -> None:
    """OAuth 14."""
    if target.authorize_url() != page.url:
        page.goto(target.authorize_url())
    page.wait_for_selector(selector, state="attached", timeout=60_000)


# The token endpoint


def told(answer: httpx.Response) -> tuple[int, str]:
    body = answer.json()
    assert isinstance(body.get("error_description"), str)
    return answer.status_code, body["error"]


def test_no_grant_type(target: Target) -> None:
    """OAuth 8."""
    assert told(target.post_token()) == (400, "unsupported_grant_type")


def test_wrong_secret(target: Target) -> None:
    """OAuth 8."""
    answer = target.post_token(grant_type="client_credentials", scope="/read-public", client_secret=str(uuid.uuid4()))
    assert told(answer) == (401, "invalid_client")


@pytest.mark.parametrize("missing", ["client_id", "client_secret"])
def test_missing_credentials(target: Target, missing: str) -> None:
    """OAuth 8: 401, though the error is that of a bad request."""
    answer = target.post_token(grant_type="client_credentials", scope="/read-public", **{missing: None})
    assert told(answer) == (401, "invalid_request")


def test_no_form(target: Target) -> None:
    """OAuth 6."""
    fields = {"client_id": target.client_id, "grant_type": "client_credentials"}
    assert target.http.post(f"{target.site}/oauth/token", json=fields).status_code == 415


def test_unknown_code(target: Target) -> None:
    """OAuth 8."""
    answer = target.post_token(grant_type="authorization_code", code="aBcDeF", redirect_uri=target.redirect_uri)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_credentials_in_the_header_stand_before_those_in_the_body(target: Target) -> None:
    """OAuth 6."""
    wrong = base64.b64encode(f"{target.client_id}:{uuid.uuid4()}".encode()).decode()
    fields = {"client_id": target.client_id, "client_secret": target.client_secret, "scope": "/read-public",
              "grant_type": "client_credentials"}  # fmt: skip
    headers = {"Authorization": f"Basic {wrong}", "Accept": JSON}
    answer = target.http.post(f"{target.site}/oauth/token", data=fields, headers=headers)
    assert told(answer) == (401, "invalid_client")


def test_basic_authentication(target: Target) -> None:
    """OAuth 6, 11: it works, though discovery does not list it."""
    fields = {"scope": "/read-public", "grant_type": "client_credentials"}
    answer = target.http.post(f"{target.site}/oauth/token", data=fields, auth=(target.client_id, target.client_secret))
    assert answer.status_code == 200


def test_client_credentials(target: Target) -> None:
    """OAuth 7, 9."""
    answer = target.post_token(grant_type="client_credentials", scope="/read-public")
    body = answer.json()
    assert answer.status_code == 200
    assert str(uuid.UUID(body["access_token"])) == body["access_token"]
    assert body["token_type"].lower() == "bearer"
    assert body["expires_in"] > TWENTY_YEARS
    assert body["scope"].split() == ["/read-public"]
    assert body.get("orcid") is None


def test_a_persons_scope_is_no_clients(target: Target) -> None:
    """OAuth 8, 10."""
    answer = target.post_token(grant_type="client_credentials", scope="/activities/update")
    assert answer.status_code in {400, 401}
    assert answer.json()["error"] == "invalid_scope"


def test_userinfo_with_a_token_that_is_none(target: Target) -> None:
    """OAuth 11: 403, and a hyphen where OAuth has an underscore."""
    headers = {"Authorization": f"Bearer {uuid.uuid4()}"}
    answer = target.http.get(f"{target.site}/oauth/userinfo", headers=headers)
    assert answer.status_code == 403
    assert answer.json()["error"] == "access_denied"
    assert answer.json()["error-description"]
