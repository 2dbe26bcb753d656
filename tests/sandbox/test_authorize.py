"""The way through sign-in and consent, as a browser's requests."""

from __future__ import annotations

import httpx
import pytest

from checker.sandbox import DEFAULT_CLIENT, Client, Sandbox
from checker.sandbox.redirects import matches

from .conftest import CALLBACK, ORCID, OTHER, PUBLIC, SCOPES, STRICT, Visitor, query


def test_a_stranger_gets_the_sign_in_page_at_once_and_consent_after_signing_in(visitor: Visitor) -> None:
    page = visitor.browser.get("/oauth/authorize", params=query())
    assert page.status_code == 200
    for part in ('id="username-input"', 'id="password"', 'id="signin-button"', 'id="register-button"'):
        assert part in page.text
    answer = visitor.sign_in(query())
    assert answer["title"] == f"Authorize access {DEFAULT_CLIENT.name} - ORCID"
    assert 'li id="/read-limited"' in answer["html"]
    assert 'li id="/activities/update"' in answer["html"]
    assert 'id="authorize-button"' in visitor.browser.get("/oauth/authorize", params=query()).text


def test_allowing_returns_a_code_of_six_and_the_state(visitor: Visitor) -> None:
    visitor.sign_in(query())
    back = visitor.decide(query(redirect_uri=f"{CALLBACK}?from=a%20b", state="a b&c=d"))
    assert str(back).startswith(f"{CALLBACK}?from=a%20b&code=")
    assert len(back.params["code"]) == 6
    assert back.params["code"].isalnum()
    assert back.params["state"] == "a b&c=d"


def test_denying_says_so_with_the_state(visitor: Visitor) -> None:
    visitor.sign_in(query())
    back = visitor.decide(query(), allow=False)
    assert str(back) == f"{CALLBACK}?error=access_denied&error_description=User%20denied%20access&state=st4te"
    assert "state" not in visitor.decide(query(state=None), allow=False).params


def test_a_wrong_password_is_told_and_signs_nobody_in(visitor: Visitor) -> None:
    form = {"username": "josiah@mailinator.com", "password": "wrong", "oauth": ""}
    answer = visitor.browser.post("/signin/auth.json", data=form)
    assert answer.json()["alert"]
    assert not answer.cookies


@pytest.mark.parametrize("login", ["JOSIAH@mailinator.com ", ORCID, f"https://sandbox.orcid.org/{ORCID}"])
def test_people_sign_in_with_e_mail_address_or_id(visitor: Visitor, login: str) -> None:
    form = {"username": login, "password": "embedded-password", "oauth": ""}
    assert visitor.browser.post("/signin/auth.json", data=form).json() == {"redirect": f"/{ORCID}"}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"client_id": None}, "client_id is missing"),
        ({"client_id": "APP-9999999999999999"}, "invalid_client: Client not found"),
        ({"scope": None}, "Missing parameter: scope"),
        ({"response_type": None}, "Missing parameter: response_type"),
        ({"redirect_uri": None}, "Missing parameter: redirect_uri"),
        ({"redirect_uri": "https://elsewhere.test/callback"}, "invalid_grant"),
        ({"redirect_uri": "javascript:alert(1)"}, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:x/"}, "invalid_grant"),
    ],
)
@pytest.mark.parametrize("signed_in", [True, False])
def test_a_bad_request_ends_on_the_error_page(
    visitor: Visitor, changes: dict[str, str | None], told: str, signed_in: bool
) -> None:
    if signed_in:
        visitor.sign_in(query())
    page = visitor.browser.get("/oauth/authorize", params=query(**changes))
    assert page.status_code == 200
    assert 'id="error-message"' in page.text
    assert told in page.text


@pytest.mark.parametrize(
    ("changes", "fragment"),
    [
        ({"scope": "/no-such-scope"}, "error=invalid_scope"),
        ({"scope": f"{SCOPES} /webhook"}, "error=invalid_scope"),
        ({"scope": "/orcid-profile/create"}, "error=invalid_scope"),
        ({"scope": "email"}, "error=invalid_scope"),
        ({"client_id": PUBLIC.id, "scope": "/read-limited"}, "error=invalid_scope"),
        ({"response_type": "code token"}, "error=unsupported_response_type"),
        ({"scope": "openid", "prompt": "none"}, "login_required"),
    ],
)
def test_other_errors_go_back_as_a_fragment_without_state(
    visitor: Visitor, changes: dict[str, str | None], fragment: str
) -> None:
    answer = visitor.browser.get("/oauth/authorize", params=query(**changes))
    assert answer.status_code == 302
    assert answer.headers["location"] == f"{CALLBACK}#{fragment}"


@pytest.mark.parametrize(
    "scope",
    [
        "/authenticate",
        "openid email profile",
        "/orcid-profile/read-limited /activities/update /orcid-bio/update",
        "/affiliations/create /orcid-works/update",
        "/person/read-limited",
    ],
)
def test_scopes_that_orcid_understands_reach_consent(visitor: Visitor, scope: str) -> None:
    assert "app-form-authorize" in visitor.sign_in(query(scope=scope))["html"]


def test_second_consent_is_silent_until_more_is_asked_or_the_grant_is_gone(visitor: Visitor) -> None:
    def silent(**changes: str | None) -> bool:
        answer = visitor.browser.get("/oauth/authorize", params=query(**changes))
        if answer.status_code == 302:
            assert httpx.URL(answer.headers["location"]).params["state"] == "st4te"
        return answer.status_code == 302

    visitor.sign_in()
    assert not silent()
    token = visitor.connect()["access_token"]
    assert silent()
    assert silent(scope="/read-limited")
    assert not silent(scope=f"{SCOPES} /person/update")
    assert not silent(client_id=PUBLIC.id, scope="/authenticate")

    visitor.box.forget_grants(ORCID, DEFAULT_CLIENT.id)
    assert not silent()
    assert visitor.api("GET", "/record").status_code == 200, "the token lives on"

    token = visitor.connect()["access_token"]
    assert silent()
    visitor.server.post("/oauth/revoke", data=credentials() | {"token": token})
    assert not silent()

    visitor.connect()
    visitor.box.revoke_tokens(ORCID, DEFAULT_CLIENT.id)
    assert not silent()


def credentials(client: Client = DEFAULT_CLIENT) -> dict[str, str]:
    return {"client_id": client.id, "client_secret": client.secret}


def test_a_denial_is_no_grant_and_a_code_alone_neither(visitor: Visitor) -> None:
    visitor.sign_in()
    visitor.decide(query(), allow=False)
    visitor.decide(query())
    assert visitor.browser.get("/oauth/authorize", params=query()).status_code == 200


def test_prompt_login_asks_again_and_prompt_none_never_asks(visitor: Visitor) -> None:
    visitor.sign_in()
    none = visitor.browser.get("/oauth/authorize", params=query(scope="openid", prompt="none"))
    assert none.headers["location"] == f"{CALLBACK}#error=interaction_required"
    visitor.connect("openid")
    none = visitor.browser.get("/oauth/authorize", params=query(scope="openid", prompt="none"))
    assert "code" in httpx.URL(none.headers["location"]).params
    login = query(scope="openid", prompt="login")
    assert "signin-button" in visitor.browser.get("/oauth/authorize", params=login).text
    assert "code" in httpx.URL(visitor.sign_in(login)["redirect"]).params
    without_openid = visitor.browser.get("/oauth/authorize", params=query(prompt="login")).text
    assert "app-form-authorize" in without_openid, "prompt acts with openid alone"


def test_sign_out_goes_back_to_the_sign_in_form_of_the_same_request(visitor: Visitor) -> None:
    visitor.sign_in()
    page = visitor.browser.get("/signout", params=query(), follow_redirects=True)
    assert page.url.path == "/signin"
    assert page.url.params["client_id"] == DEFAULT_CLIENT.id
    assert "signin-button" in page.text


def test_user_status_as_json_and_jsonp(tls_visitor: Visitor) -> None:
    get = tls_visitor.browser.get
    assert get("/userStatus.json").json() == {"loggedIn": False}
    tls_visitor.sign_in()
    script = get("/userStatus.json", params={"callback": "jQuery1.on_2"})
    assert script.text == '/**/jQuery1.on_2({"loggedIn": true});'
    assert script.headers["content-type"].startswith("application/javascript")
    assert get("/userStatus.json", params={"callback": "alert(1)//"}).status_code == 400
    assert get("/userStatus.json", params={"logUserOut": "true"}).json() == {"loggedIn": False}


@pytest.mark.parametrize(
    ("uri", "fits"),
    [
        ("https://portal.test/callback", True),
        ("https://portal.test/callback/more?other=2#x", True),
        ("https://portal.test/callbackmore", True),
        ("https://portal.test/callback/../admin", False),
        ("https://portal.test/", False),
        ("http://portal.test/callback", False),
        ("https://portal.test:443/callback", False),
        ("https://Portal.test/callback", False),
        ("https://user@portal.test/callback", False),
        ("https://portal.test.evil.test/callback", False),
        ("https://localhost/callback", False),
        ("/callback", False),
    ],
)
def test_redirect_uris_match_by_prefix(uri: str, fits: bool) -> None:
    assert matches(STRICT, uri) is fits


@pytest.mark.parametrize(
    ("uri", "fits"),
    [
        ("http://localhost:8000/anything", True),
        ("https://127.0.0.1/cb", True),
        ("http://[::1]:8000/cb", True),
        ("http://portal.localhost/cb", True),
        ("https://localhost.evil.test/cb", False),
        ("http://192.168.0.1/cb", False),
        ("ftp://localhost/cb", False),
    ],
)
def test_a_review_client_takes_any_loopback_uri(uri: str, fits: bool) -> None:
    assert matches(DEFAULT_CLIENT, uri) is fits


def test_pages_refuse_to_be_framed(visitor: Visitor) -> None:
    for path in ("/", "/signin", "/oauth/authorize", f"/{ORCID}", "/no/such/page"):
        headers = visitor.browser.get(path).headers
        assert headers["x-frame-options"] == "DENY"
        assert headers["content-security-policy"] == "frame-ancestors 'none'"


def test_the_public_record_shows_name_and_public_items_only(visitor: Visitor) -> None:
    assert "Josiah Carberry" in visitor.browser.get(f"/{ORCID}").text
    hidden = visitor.browser.get(f"/{OTHER.orcid}").text
    assert "Name withheld" in hidden
    assert "Person" not in hidden
    assert visitor.browser.get("/0000-0002-1694-233X").status_code == 404


def test_an_interstitial_comes_once_and_reuses_the_ids(visitor: Visitor, box: Sandbox) -> None:
    box.interstitial = True
    visitor.sign_in()
    form = {"approved": "true", "oauth": "?" + str(httpx.QueryParams(query()))}
    answer = visitor.browser.post("/oauth/custom/authorize.json", data=form).json()
    assert 'id="authorize-button"' in answer["html"]
    assert "app-form-authorize" not in answer["html"]
    assert "redirect" in visitor.browser.post("/oauth/custom/authorize.json", data=form).json()
