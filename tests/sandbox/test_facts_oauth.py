"""One row for each fact about ORCID's OAuth and OpenID Connect that the sandbox keeps, checked over HTTP.

The section is that of the facts on OAuth which the row rests on; a row whose section is not there fails.
"""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from checker.sandbox import DEFAULT_CLIENT, DEFAULT_PERSON, DELEGATE_CLIENT, Client, Sandbox

from .conftest import CALLBACK, ORCID, OTHER, PUBLIC, SCOPES, Visitor, query, visitor_of

REGISTERED = Client(
    "APP-0000000000000004", "fourth-secret", "Registered", redirect_uris=("https://a.test/cb", "https://b.test/cb?x=1")
)
LOCKED = Client("APP-0000000000000005", "fifth-secret", "Locked", any_loopback_redirect=True, status="locked")
CLOSED = Client("APP-0000000000000006", "sixth-secret", "Closed", any_loopback_redirect=True, status="deactivated")
CLIENTS = (DEFAULT_CLIENT, DELEGATE_CLIENT, PUBLIC, REGISTERED, LOCKED, CLOSED)

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS = "urn:ietf:params:oauth:token-type:access_token"
IDENTITY = "urn:ietf:params:oauth:token-type:id_token"


@pytest.fixture
def visitor() -> Iterator[Visitor]:
    with Sandbox(tls=False, clients=CLIENTS, people=(DEFAULT_PERSON, OTHER)) as box:
        yield from visitor_of(box)


# What a row does. Each returns what the row expects.


def asks(**changes: str | None) -> Callable[[Visitor], httpx.Response]:
    """Open the authorization page without a session."""
    return lambda v: v.browser.get("/oauth/authorize", params=query(**changes))


def shows(text: str, **changes: str | None) -> Callable[[Visitor], object]:
    """Whether the page stays at ORCID with status 200 and shows a text."""

    def do(v: Visitor) -> object:
        page = asks(**changes)(v)
        return page.status_code, text in page.text

    return do


def refused(**changes: str | None) -> Callable[[Visitor], object]:
    """What the error page says, or where the browser went instead."""

    def do(v: Visitor) -> object:
        v.sign_in()
        page = asks(**changes)(v)
        found = re.search(r'id="error-message".*class="mat-caption">([^<]*)<', page.text, re.DOTALL)
        return found[1].split(":")[0] if found else page.headers.get("location", page.text)

    return do


def sent_back(**changes: str | None) -> Callable[[Visitor], object]:
    """Where a signed-in person's browser goes without a page."""

    def do(v: Visitor) -> object:
        v.sign_in()
        return asks(**changes)(v).headers.get("location")

    return do


def decided(*, allow: bool, **changes: str | None) -> Callable[[Visitor], str]:
    def do(v: Visitor) -> str:
        v.sign_in(query(**changes))
        return re.sub(r"code=[A-Za-z0-9]{6}\b", "code=SIX", str(v.decide(query(**changes), allow=allow)))

    return do


def matches(uri: str) -> Callable[[Visitor], object]:
    """Whether a registered client may use a redirect URI."""

    def do(v: Visitor) -> object:
        page = asks(client_id=REGISTERED.id, redirect_uri=uri)(v)
        return "Redirect URI doesn" not in page.text

    return do


def token_error(client: Client = DEFAULT_CLIENT, **fields: str | None) -> Callable[[Visitor], object]:
    """Status and error of a token request."""

    def do(v: Visitor) -> object:
        sent = fields if "code" in fields else fields | {"code": v.code()}
        answer = v.as_client(client).exchange(**sent)
        return answer.status_code, answer.json()["error"]

    return do


def credentials(scope: str, client: Client = DEFAULT_CLIENT) -> Callable[[Visitor], object]:
    def do(v: Visitor) -> object:
        answer = v.as_client(client).token(grant_type="client_credentials", scope=scope)
        return answer.json().get("error", answer.status_code)

    return do


def consent(scope: str, client: Client = DEFAULT_CLIENT) -> Callable[[Visitor], object]:
    """Whether a person is asked for the scope, or where the browser goes."""

    def do(v: Visitor) -> object:
        answer = v.sign_in(query(scope=scope, client_id=client.id))
        return "consent" if "app-form-authorize" in answer.get("html", "") else answer["redirect"]

    return do


def covers(granted: str, wanted: str) -> Callable[[Visitor], object]:
    """Whether a refresh may narrow one scope to another, that is: whether the first includes the second."""

    def do(v: Visitor) -> object:
        old = v.connect(granted)
        answer = v.token(grant_type="refresh_token", refresh_token=old["refresh_token"], scope=wanted).json()
        return answer.get("scope", answer.get("error"))

    return do


def implicit(**changes: str | None) -> Callable[[Visitor], dict[str, str]]:
    def do(v: Visitor) -> dict[str, str]:
        asked = query(**({"response_type": "token", "scope": "openid"} | changes))
        v.sign_in(asked)
        back = v.decide(asked)
        assert not back.query
        return {name: values[0] for name, values in parse_qs(back.fragment).items()}

    return do


def claims(v: Visitor, **changes: str | None) -> dict[str, Any]:
    body = v.exchange(code=v.code(**({"scope": "openid"} | changes))).json()
    keys = KeySet.import_key_set(v.server.get("/oauth/jwks").json())
    return jwt.decode(body["id_token"], keys, algorithms=["RS256"]).claims


def discovery(key: str) -> Callable[[Visitor], object]:
    return lambda v: v.server.get("/.well-known/openid-configuration").json()[key]


def delegated(v: Visitor, **fields: str | None) -> httpx.Response:
    """The second application exchanges the id_token that the first one handed it."""
    sent: dict[str, str | None] = {
        "grant_type": EXCHANGE,
        "subject_token": v.connect(f"openid {SCOPES}")["id_token"],
        "subject_token_type": IDENTITY,
        "requested_token_type": ACCESS,
    }
    return v.as_client(DELEGATE_CLIENT).token(**(sent | fields))


def userinfo(v: Visitor, scope: str = "openid", **more: Any) -> Any:
    value = v.connect(scope)["access_token"]
    return v.server.get("/oauth/userinfo", headers={"Authorization": f"Bearer {value}"}, **more)


def use(v: Visitor, access_token: str) -> int:
    """Status of the API for a token."""
    v.headers = {"Authorization": f"Bearer {access_token}"}
    return v.api("GET", "/record").status_code


def after(deed: Callable[[Visitor, dict[str, Any]], object]) -> Callable[[Visitor], object]:
    """Do something with the answer of a connected portal."""
    return lambda v: deed(v, v.connect(SCOPES))


def refresh(v: Visitor, old: dict[str, Any], **fields: str | None) -> dict[str, Any]:
    answer: dict[str, Any] = v.token(grant_type="refresh_token", refresh_token=old["refresh_token"], **fields).json()
    return answer


def revoke(v: Visitor, token: str, client: Client = DEFAULT_CLIENT) -> httpx.Response:
    return v.server.post("/oauth/revoke", data={"token": token}, auth=(client.id, client.secret))


def form(v: Visitor, path: str, **sent: str) -> Any:
    return v.browser.post(path, data=sent)


def on_page(path: str, *texts: str) -> Callable[[Visitor], object]:
    """Which of the texts the page lacks."""
    return lambda v: [text for text in texts if text not in v.browser.get(path).text]


def reuse(v: Visitor) -> object:
    code = v.code()
    token = v.exchange(code=code).json()["access_token"]
    again = v.exchange(code=code)
    return again.status_code, again.json()["error"], use(v, token)


def withdrawn(v: Visitor, _: dict[str, Any]) -> int:
    v.box.revoke_tokens(ORCID, DEFAULT_CLIENT.id)
    return asks()(v).status_code


def silently(v: Visitor, first: str, second: str, **changes: str | None) -> bool:
    """Whether the second authorization shows no page."""
    v.connect(first)
    return asks(scope=second, **changes)(v).status_code == 302


@dataclass(frozen=True)
class Fact:
    section: int
    said: str
    do: Callable[[Visitor], object]
    expected: object


FACTS = [
    # Two generations
    Fact(1, "what the authorization server answered is marked with a header",
         lambda v: v.exchange(code=v.code()).headers["OAUTH_AUTHORIZATION_CODE_EXCHANGE"], "ON"),
    # Endpoints
    Fact(2, "the issuer is the site", lambda v: discovery("issuer")(v) == v.box.base, True),
    Fact(2, "authorize", lambda v: discovery("authorization_endpoint")(v) == f"{v.box.base}/oauth/authorize", True),
    Fact(2, "token", lambda v: discovery("token_endpoint")(v) == f"{v.box.base}/oauth/token", True),
    Fact(2, "userinfo", lambda v: discovery("userinfo_endpoint")(v) == f"{v.box.base}/oauth/userinfo", True),
    Fact(2, "JWKS", lambda v: discovery("jwks_uri")(v) == f"{v.box.base}/oauth/jwks", True),
    Fact(2, "the sign-in page takes an authorization query",
         lambda v: "signin-button" in v.browser.get("/signin", params=query()).text, True),
    # Authorize request
    Fact(3, "scopes may be joined with %20 or +",
         lambda v: v.browser.get(f"/oauth/authorize?{urlencode(query())}".replace("+", "%20")).status_code, 200),
    Fact(3, "e-mail address fills in the sign-in form", shows('value="a@b.org"', email="a@b.org"), (200, True)),
    Fact(3, "an iD fills in the sign-in form", shows(f'value="{ORCID}"', orcid=ORCID), (200, True)),
    Fact(3, "show_login=false opens the registration",
         lambda v: asks(show_login="false")(v).headers["location"].startswith("/register?"), True),
    Fact(3, "show_login=false does not matter to who is signed in",
         lambda v: [v.sign_in(), "app-form-authorize" in asks(show_login="false")(v).text][1], True),
    Fact(3, "names and e-mail address fill in the registration form",
         lambda v: [x in v.browser.get("/register", params=query(
             given_names="Ada", family_names="Byron", email="ada@b.org")).text for x in ("Ada", "Byron", "ada@b.org")],
         [True, True, True]),
    Fact(3, "lang chooses the language", shows("Mot de passe", lang="fr"), (200, True)),
    Fact(3, "lang goes into the page's own language", shows('<html lang="de">', lang="de"), (200, True)),
    Fact(3, "same scopes, live grant, session: no page", lambda v: silently(v, SCOPES, SCOPES), True),
    Fact(3, "another scope shows the page again", lambda v: silently(v, SCOPES, f"{SCOPES} /person/update"), False),
    Fact(3, "prompt=login makes a signed-in person sign in again",
         lambda v: [v.connect("openid"), "signin-button" in asks(scope="openid", prompt="login")(v).text][1], True),
    Fact(3, "prompt=login acts only with openid", lambda v: silently(v, SCOPES, SCOPES, prompt="login"), True),
    Fact(3, "prompt=confirm shows the consent page again",
         lambda v: silently(v, "openid", "openid", prompt="confirm"), False),
    Fact(3, "max_age makes a person sign in again",
         lambda v: [v.connect("openid"), "signin-button" in asks(scope="openid", max_age="0")(v).text][1], True),
    Fact(3, "no PKCE: a challenge is passed over",
         lambda v: v.exchange(code=v.code(code_challenge="x", code_challenge_method="S256")).status_code, 200),
    # Authorize errors
    Fact(4, "unknown client: error page, no redirect", refused(client_id="APP-XXXXXXXXXXXXXXXX"), "invalid_client"),
    Fact(4, "client_id missing: error page", refused(client_id=None), "invalid_request"),
    Fact(4, "scope missing: error page", refused(scope=None), "invalid_request"),
    Fact(4, "response_type missing: error page", refused(response_type=None), "invalid_request"),
    Fact(4, "redirect_uri missing: error page", refused(redirect_uri=None), "invalid_request"),
    Fact(4, "foreign redirect URI: error page, no redirect",
         refused(client_id=REGISTERED.id, redirect_uri="https://evil.test/cb"), "invalid_grant"),
    Fact(4, "locked client: error page", refused(client_id=LOCKED.id), "client_locked"),
    Fact(4, "deactivated client: error page", refused(client_id=CLOSED.id), "client_deactivated"),
    Fact(4, "the error page has status 200", shows("error-message", client_id=None), (200, True)),
    Fact(4, "unknown scope: fragment, without state", sent_back(scope="/nope"), f"{CALLBACK}#error=invalid_scope"),
    Fact(4, "a scope of client credentials is invalid in a browser",
         sent_back(scope="/webhook"), f"{CALLBACK}#error=invalid_scope"),
    Fact(4, "unsupported response type: fragment",
         sent_back(response_type="code id_token"), f"{CALLBACK}#error=unsupported_response_type"),
    Fact(4, "prompt=none without session: a bare word in the fragment",
         lambda v: asks(scope="openid", prompt="none")(v).headers["location"], f"{CALLBACK}#login_required"),
    Fact(4, "prompt=none without session and with a bad redirect URI: no redirect",
         lambda v: "location" in asks(client_id=REGISTERED.id, scope="openid", prompt="none")(v).headers, False),
    Fact(4, "prompt=none without consent: interaction_required",
         sent_back(scope="openid", prompt="none"), f"{CALLBACK}#error=interaction_required"),
    Fact(4, "implicit id_token without nonce: error page",
         refused(response_type="id_token", scope="openid"), "invalid_request"),
    Fact(4, "profile, email and the like are passed over", consent("openid profile email"), "consent"),
    # Approve, deny, state
    Fact(5, "approve: code of six, then state", decided(allow=True), f"{CALLBACK}?code=SIX&state=st4te"),
    Fact(5, "a query in the redirect URI is kept",
         decided(allow=True, redirect_uri=f"{CALLBACK}?a=b"), f"{CALLBACK}?a=b&code=SIX&state=st4te"),
    Fact(5, "no state, none given back", decided(allow=True, state=None), f"{CALLBACK}?code=SIX"),
    Fact(5, "deny: access_denied, state last",
         decided(allow=False), f"{CALLBACK}?error=access_denied&error_description=User%20denied%20access&state=st4te"),
    Fact(5, "state comes back unchanged",
         lambda v: httpx.URL(decided(allow=True, state="a b/ü&c=d")(v)).params["state"], "a b/ü&c=d"),
    # Token request
    Fact(6, "anything but a form is 415",
         lambda v: v.server.post("/oauth/token", json={"grant_type": "refresh_token"}).status_code, 415),
    Fact(6, "with an Authorization header the credentials in the body do not count",
         lambda v: v.server.post("/oauth/token", data={"grant_type": "client_credentials", "scope": "/read-public",
                                 "client_id": DEFAULT_CLIENT.id, "client_secret": DEFAULT_CLIENT.secret},
                                 auth=("x", "y")).status_code, 401),
    Fact(6, "a scope in the code exchange is dropped",
         lambda v: set(v.exchange(code=v.code(), scope="/read-limited").json()["scope"].split()), set(SCOPES.split())),
    Fact(6, "expires_in of a refresh is dropped",
         after(lambda v, old: refresh(v, old, expires_in="60")["expires_in"]), 631138518),
    Fact(6, "revoke_old of a refresh is dropped",
         after(lambda v, old: [refresh(v, old, revoke_old="false"), use(v, old["access_token"])][1]), 401),
    # Token answers
    Fact(7, "keys of a code exchange", lambda v: list(v.connect(SCOPES)),
         ["access_token", "token_type", "refresh_token", "expires_in", "scope", "name", "orcid"]),
    Fact(7, "with openid an id_token too", lambda v: "id_token" in v.connect("openid"), True),
    Fact(7, "access token is a UUID", lambda v: bool(uuid.UUID(v.connect(SCOPES)["access_token"])), True),
    Fact(7, "the bare iD", lambda v: v.connect(SCOPES)["orcid"], ORCID),
    Fact(7, "name is the display name", lambda v: v.connect(SCOPES)["name"], "Josiah Carberry"),
    Fact(7, "name is empty when it is not public", lambda v: v.connect(SCOPES, OTHER)["name"], ""),
    Fact(7, "client credentials: orcid is null, no name",
         lambda v: [(b["orcid"], "name" in b) for b in [v.token(
             grant_type="client_credentials", scope="/read-public").json()]], [(None, False)]),
    Fact(7, "client credentials come with a refresh token",
         lambda v: bool(v.token(grant_type="client_credentials", scope="/read-public").json()["refresh_token"]), True),
    Fact(7, "refresh: both tokens are new",
         after(lambda v, old: {*refresh(v, old).values()} & {old["access_token"], old["refresh_token"]}), set()),
    Fact(7, "refresh: no id_token",
         lambda v: "id_token" in refresh(v, v.connect("openid")), False),
    Fact(7, "token exchange: keys", lambda v: list(delegated(v).json()),
         ["access_token", "token_type", "expires_in", "scope", "issued_token_type", "name", "orcid"]),
    Fact(7, "token exchange: 3599 seconds", lambda v: delegated(v).json()["expires_in"], 3599),
    Fact(7, "token exchange: the type issued", lambda v: delegated(v).json()["issued_token_type"], ACCESS),
    # Token errors
    Fact(8, "grant_type missing", token_error(grant_type=None), (400, "unsupported_grant_type")),
    Fact(8, "unknown grant", token_error(grant_type="password"), (400, "unsupported_grant_type")),
    Fact(8, "wrong secret", token_error(client_secret="x"), (401, "invalid_client")),
    Fact(8, "wrong id", token_error(client_id="APP-XXXXXXXXXXXXXXXX"), (401, "invalid_client")),
    Fact(8, "client_id missing", token_error(client_id=None), (401, "invalid_request")),
    Fact(8, "secret missing", token_error(client_secret=None), (401, "invalid_request")),
    Fact(8, "refresh_token missing", token_error(grant_type="refresh_token"), (401, "invalid_request")),
    Fact(8, "the missing field is named", lambda v: v.token(grant_type="refresh_token").json()["error_description"],
         "refresh_token is required"),
    Fact(8, "unknown code", token_error(code="ABCDEF"), (400, "invalid_grant")),
    Fact(8, "code twice: refused, and its token is dead", reuse, (400, "invalid_grant", 401)),
    Fact(8, "another redirect URI", token_error(redirect_uri=f"{CALLBACK}2"), (400, "invalid_grant")),
    Fact(8, "redirect URI left out", token_error(redirect_uri=None), (400, "invalid_grant")),
    Fact(8, "code of another client", token_error(client=DELEGATE_CLIENT), (400, "invalid_grant")),
    Fact(8, "scope not allowed with client credentials",
         lambda v: v.as_client(PUBLIC).token(grant_type="client_credentials", scope="/webhook").json(),
         {"error": "invalid_scope", "error_description": "Invalid scope: /webhook"}),
    Fact(8, "unknown scope with client credentials is 401",
         lambda v: v.token(grant_type="client_credentials", scope="/nope").status_code, 401),
    Fact(8, "locked client", token_error(code="ABCDEF", client=LOCKED), (400, "unauthorized_client")),
    Fact(8, "deactivated client", token_error(code="ABCDEF", client=CLOSED), (400, "unauthorized_client")),
    Fact(8, "415 is a page, and says what would do",
         lambda v: [(a.headers["content-type"].split(";")[0], a.headers["accept"])
                    for a in [v.server.post("/oauth/token", content=b"x")]],
         [("text/html", "application/x-www-form-urlencoded")]),
    # Lifetimes, codes, refresh, revoke
    Fact(9, "a person's token lives some 20 years", lambda v: v.connect(SCOPES)["expires_in"], 631138518),
    Fact(9, "so does a client's own",
         lambda v: v.token(grant_type="client_credentials", scope="/read-public").json()["expires_in"], 631138518),
    Fact(9, "an implicit token lives ten minutes", lambda v: implicit()(v)["expires_in"], "599"),
    Fact(9, "token values are lower-case", lambda v: v.connect(SCOPES)["access_token"].islower(), True),
    Fact(9, "a refresh ends the old access token",
         after(lambda v, old: [refresh(v, old), use(v, old["access_token"])][1]), 401),
    Fact(9, "revoking the access token ends it",
         after(lambda v, old: [revoke(v, old["access_token"]), use(v, old["access_token"])][1]), 401),
    Fact(9, "revoking the refresh token ends the access token",
         after(lambda v, old: [revoke(v, old["refresh_token"]), use(v, old["access_token"])][1]), 401),
    Fact(9, "revoking the access token ends the refresh token",
         after(lambda v, old: [revoke(v, old["access_token"]), refresh(v, old).get("error")][1]), "invalid_grant"),
    Fact(9, "revoke answers 200 and nothing",
         after(lambda v, old: [(a.status_code, a.content) for a in [revoke(v, old["access_token"])]]), [(200, b"")]),
    Fact(9, "revoke answers 200 for an unknown token", lambda v: revoke(v, "nothing").status_code, 200),
    Fact(9, "a foreign token is passed over",
         after(lambda v, old: [revoke(v, old["access_token"], PUBLIC).status_code, use(v, old["access_token"])]),
         [200, 200]),
    Fact(9, "a dead token is named in the API's answer",
         lambda v: v.server.get(f"/v3.0/{ORCID}/record", headers={"Authorization": "Bearer dead"}).json(),
         {"error": "invalid_token", "error_description": "Invalid access token: dead"}),
    Fact(9, "after the person withdrew the permission consent is asked for again",
         after(withdrawn), 200),
    # Scopes
    Fact(10, "/authenticate: public clients too", consent("/authenticate", PUBLIC), "consent"),
    Fact(10, "openid: public clients too", consent("openid", PUBLIC), "consent"),
    Fact(10, "/read-limited: not for public clients",
         consent("/read-limited", PUBLIC), f"{CALLBACK}#error=invalid_scope"),
    Fact(10, "/read-public: client credentials of anyone", credentials("/read-public", PUBLIC), 200),
    Fact(10, "/read-public is not to be asked of a person",
         consent("/read-public"), f"{CALLBACK}#error=invalid_scope"),
    Fact(10, "/webhook: client credentials", credentials("/webhook"), 200),
    Fact(10, "/group-id-record/read: client credentials", credentials("/group-id-record/read"), 200),
    Fact(10, "/group-id-record/update: client credentials", credentials("/group-id-record/update"), 200),
    Fact(10, "/read-limited is not to be had with client credentials", credentials("/read-limited"), "invalid_scope"),
    Fact(10, "/orcid-profile/create is retired",
         lambda v: v.token(grant_type="client_credentials", scope="/orcid-profile/create").status_code, 400),
    Fact(10, "openid includes /authenticate", covers("openid", "/authenticate"), "/authenticate"),
    Fact(10, "/activities/update includes the works", covers("/activities/update", "/orcid-works/update"),
         "/orcid-works/update"),
    Fact(10, "/activities/update does not read limited data", covers("/activities/update", "/read-limited"),
         "invalid_scope"),
    Fact(10, "/person/update includes the old biography scope", covers("/person/update", "/orcid-bio/update"),
         "/orcid-bio/update"),
    Fact(10, "/read-limited includes reading activities", covers("/read-limited", "/activities/read-limited"),
         "/activities/read-limited"),
    Fact(10, "a scope of old days is still taken", consent("/orcid-profile/read-limited"), "consent"),
    # OpenID Connect
    Fact(11, "response types", discovery("response_types_supported"), ["code", "id_token", "id_token token"]),
    Fact(11, "grants", discovery("grant_types_supported"), ["authorization_code", "implicit", "refresh_token"]),
    Fact(11, "client authentication", discovery("token_endpoint_auth_methods_supported"), ["client_secret_post"]),
    Fact(11, "signature", discovery("id_token_signing_alg_values_supported"), ["RS256"]),
    Fact(11, "scopes", discovery("scopes_supported"), ["openid"]),
    Fact(11, "subject type", discovery("subject_types_supported"), ["public"]),
    Fact(11, "claims parameter", discovery("claims_parameter_supported"), False),
    Fact(11, "the key is published without alg",
         lambda v: [(k["kty"], k["use"], "alg" in k) for k in v.server.get("/oauth/jwks").json()["keys"]],
         [("RSA", "sig", False)]),
    Fact(11, "sub is the bare iD, aud the client", lambda v: [claims(v)[k] for k in ("sub", "aud")],
         [ORCID, DEFAULT_CLIENT.id]),
    Fact(11, "an id_token lives 24 hours", lambda v: [c["exp"] - c["iat"] for c in [claims(v)]], [86400]),
    Fact(11, "the nonce comes back", lambda v: claims(v, nonce="n0nce")["nonce"], "n0nce"),
    Fact(11, "no nonce, no claim", lambda v: "nonce" in claims(v), False),
    Fact(11, "amr is a string", lambda v: claims(v)["amr"], "pwd"),
    Fact(11, "amr is for members alone", lambda v: "amr" in claims(v.as_client(PUBLIC)), False),
    Fact(11, "never an e-mail address", lambda v: "email" in claims(v, scope="openid email"), False),
    Fact(11, "userinfo: keys", lambda v: sorted(userinfo(v).json()),
         ["family_name", "given_name", "id", "name", "sub"]),
    Fact(11, "userinfo needs openid or /authenticate", lambda v: userinfo(v, SCOPES).status_code, 403),
    Fact(11, "userinfo with /authenticate", lambda v: userinfo(v, "/authenticate").json()["sub"], ORCID),
    Fact(11, "userinfo by POST",
         lambda v: v.server.post("/oauth/userinfo", data={"access_token": v.connect("openid")["access_token"]})
         .json()["sub"], ORCID),
    Fact(11, "userinfo with a bad token: 403 and a hyphen",
         lambda v: [(a.status_code, a.json()) for a in [v.server.get(
             "/oauth/userinfo", headers={"Authorization": "Bearer x"})]],
         [(403, {"error": "access_denied", "error-description": "access_token is invalid"})]),
    # Implicit
    Fact(12, "fragment of response_type=token", lambda v: list(implicit(scope="/authenticate")(v)),
         ["access_token", "token_type", "expires_in", "tokenVersion", "persistent", "state"]),
    Fact(12, "with openid an id_token comes along", lambda v: "id_token" in implicit()(v), True),
    Fact(12, "only /authenticate and openid",
         sent_back(response_type="token", scope="/read-limited"), f"{CALLBACK}#error=invalid_scope"),
    Fact(12, "state comes back", lambda v: implicit()(v)["state"], "st4te"),
    Fact(12, "no refresh token", lambda v: "refresh_token" in implicit()(v), False),
    # Redirect URI
    Fact(13, "the registered one", matches("https://a.test/cb"), True),
    Fact(13, "a path below", matches("https://a.test/cb/x"), True),
    Fact(13, "a path that only begins so", matches("https://a.test/cbx"), True),
    Fact(13, "the second of two", matches("https://b.test/cb"), True),
    Fact(13, "the query does not matter", matches("https://b.test/cb?y=2"), True),
    Fact(13, "another scheme", matches("http://a.test/cb"), False),
    Fact(13, "an explicit port", matches("https://a.test:443/cb"), False),
    Fact(13, "the host in capitals", matches("https://A.test/cb"), False),
    Fact(13, "a sub-domain", matches("https://x.a.test/cb"), False),
    Fact(13, "dot segments are resolved first", matches("https://a.test/cb/../x"), False),
    # Page selectors
    Fact(14, "sign-in form", on_page("/signin", 'id="username-input"', 'id="password"', 'id="signin-button"'), []),
    Fact(14, "ways out of the sign-in form",
         on_page("/signin", 'id="register-button"', 'id="forgot-password-button"',
                 'id="access-through-your-institution-button"', "app-my-orcid-alerts"), []),
    Fact(14, "a list item for each scope has the scope as its id",
         lambda v: 'li id="/activities/update"' in v.sign_in(query())["html"], True),
    Fact(14, "consent: button to allow, link without address to deny",
         lambda v: [x for x in ('<button id="authorize-button"', '<a id="deny-button" role="button"', 'id="user-name"',
                                'id="loading-bar"', "app-info-drop-down") if x not in v.sign_in(query())["html"]], []),
    Fact(14, "scopes with one description share a line",
         lambda v: v.sign_in(query(scope="openid /authenticate"))["html"].count("<li "), 1),
    Fact(14, "the consent page's title", lambda v: v.sign_in(query())["title"],
         f"Authorize access {DEFAULT_CLIENT.name} - ORCID"),
    Fact(14, "signed-in state", lambda v: v.browser.get("/userStatus.json").json(), {"loggedIn": False}),
    # Where ORCID differs from RFC 6749
    Fact(15, "a repeated authorization asks nobody", lambda v: silently(v, SCOPES, SCOPES), True),
    Fact(15, "the API without a token: 403 and no WWW-Authenticate",
         lambda v: [(a.status_code, "www-authenticate" in a.headers) for a in [v.server.get(f"/v3.0/{ORCID}/record")]],
         [(403, False)]),
]  # fmt: skip


def test_there_are_enough_facts_and_none_twice() -> None:
    assert len(FACTS) >= 90
    assert len({(fact.section, fact.said) for fact in FACTS}) == len(FACTS)


def test_the_sections_are_those_of_the_facts() -> None:
    shared = Path(os.environ.get("ORCID_REVIEW_SHARED", Path(__file__).parents[3] / "shared"))
    facts = shared / "facts" / "orcid-oauth.md"
    if not facts.is_file():
        pytest.skip(f"there is no {facts.name}: set ORCID_REVIEW_SHARED to the shared folder")
    sections = {int(number) for number in re.findall(r"^## (\d+)\.", facts.read_text("utf-8"), re.MULTILINE)}
    assert {fact.section for fact in FACTS} <= sections


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact.section}: {fact.said}")
def test_fact(visitor: Visitor, fact: Fact) -> None:
    assert fact.do(visitor) == fact.expected
