"""Institutional sign-in and Institutional Connect: the way that starts at ORCID."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.sandbox import DEFAULT_CLIENT, DEFAULT_PERSON, Client, Sandbox
from checker.sandbox.institution import STAND_IN

from .conftest import Visitor, query, visitor_of

CONNECT = "https://portal.test/institutional"
INSTITUTION = "https://idp.university.test/shibboleth"
PORTAL = Client(
    "APP-000000000000000C",
    "connect-secret",
    "University repository",
    redirect_uris=("https://portal.test/callback", CONNECT),
    institution=INSTITUTION,
    connect_uri=CONNECT,
    connect_scopes=("/read-limited", "/activities/update"),
)


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox(tls=False, clients=(DEFAULT_CLIENT, PORTAL)) as box:
        yield box


@pytest.fixture
def visitor(box: Sandbox) -> Iterator[Visitor]:
    yield from visitor_of(box)


def at_institution(visitor: Visitor, entity: str = INSTITUTION, oauth: str = "", **form: str) -> httpx.Response:
    """Choose the institution, sign in there, and go where the browser is sent."""
    browser = visitor.browser
    page = browser.get(f"/institutional-signin{f'?{oauth}' if oauth else ''}").text
    links = [unescape(link) for link in re.findall(r'href="(/Shibboleth.sso/Login[^"]*)"', page)]
    (link,) = [link for link in links if httpx.URL(link).params["entityID"] == entity]
    login = browser.get(link, follow_redirects=True)
    assert "stand-in for the institution" in login.text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', login.text))
    data = {name: unescape(value) for name, value in hidden.items()} | {"username": "jc27"} | form
    return browser.post("/stand-in-idp", data=data, follow_redirects=True)


def link(visitor: Visitor, arrived: httpx.Response, password: str = DEFAULT_PERSON.password) -> httpx.Response:
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', arrived.text))
    data = {name: unescape(value) for name, value in hidden.items()}
    data |= {"username": DEFAULT_PERSON.login, "password": password}
    return visitor.browser.post("/institutional-linking", data=data, follow_redirects=True)


def prompt(page: str) -> str:
    found = re.search(r'class="institutional-connect" href="([^"]*)"', page)
    return unescape(found[1]) if found else ""


def test_the_whole_way_to_the_portal(visitor: Visitor) -> None:
    arrived = at_institution(visitor)
    assert arrived.url.path == "/institutional-linking"
    assert "idp.university.test" in arrived.text
    inbox = link(visitor, arrived)
    assert inbox.url.path == "/inbox"
    assert PORTAL.name in inbox.text
    url = httpx.URL(prompt(inbox.text))
    assert dict(url.params) == {
        "response_type": "code",
        "client_id": PORTAL.id,
        "scope": "/read-limited /activities/update",
        "redirect_uri": CONNECT,
    }
    consent = visitor.browser.get(url)
    assert 'id="authorize-button"' in consent.text
    assert PORTAL.name in consent.text
    back = visitor.decide(dict(url.params))
    assert str(back).startswith(f"{CONNECT}?code=")
    assert set(back.params) == {"code"}  # no portal began it, so there is no state
    token = visitor.as_client(PORTAL).exchange(code=back.params["code"], redirect_uri=CONNECT)
    assert token.json()["orcid"] == DEFAULT_PERSON.orcid


def test_once_linked_the_institution_signs_in(visitor: Visitor) -> None:
    link(visitor, at_institution(visitor))
    visitor.browser.cookies.clear()
    again = at_institution(visitor, username="JC27 ")
    assert again.url.path == "/inbox"  # no linking page; not connected yet, so asked again
    assert prompt(again.text)
    assert visitor.browser.get("/userStatus.json").json() == {"loggedIn": True}
    visitor.browser.cookies.clear()
    assert at_institution(visitor, username="other").url.path == "/institutional-linking"


def test_who_is_connected_is_not_asked(visitor: Visitor) -> None:
    inbox = link(visitor, at_institution(visitor))
    asked = dict(httpx.URL(prompt(inbox.text)).params)
    code = visitor.decide(asked).params["code"]
    visitor.as_client(PORTAL).exchange(code=code, redirect_uri=CONNECT)
    assert prompt(visitor.browser.get("/inbox").text) == ""
    visitor.browser.cookies.clear()
    assert at_institution(visitor).url.path == f"/{DEFAULT_PERSON.orcid}"
    visitor.box.revoke_tokens(DEFAULT_PERSON.orcid, PORTAL.id)
    assert prompt(visitor.browser.get("/inbox").text)


def test_another_institution_prompts_for_nobody(visitor: Visitor) -> None:
    record = link(visitor, at_institution(visitor, STAND_IN))
    assert record.url.path == f"/{DEFAULT_PERSON.orcid}"
    assert "There are no messages" in visitor.browser.get("/inbox").text


def test_a_client_without_a_redirect_uri_for_it_asks_nobody() -> None:
    bare = replace(PORTAL, redirect_uris=(), connect_uri="")
    with Sandbox(tls=False, clients=(bare,)) as box:
        for visitor in visitor_of(box):
            assert link(visitor, at_institution(visitor)).url.path == f"/{DEFAULT_PERSON.orcid}"


def test_without_a_persistent_identifier_orcid_refuses(visitor: Visitor) -> None:
    refused = at_institution(visitor, release="nothing")
    assert refused.status_code == 403
    assert "no persistent identifier" in refused.text
    assert visitor.browser.get("/institutional-linking", follow_redirects=True).url.path == "/institutional-signin"
    assert visitor.browser.get("/userStatus.json").json() == {"loggedIn": False}


def test_a_wrong_password_links_nothing(visitor: Visitor) -> None:
    arrived = at_institution(visitor)
    told = link(visitor, arrived, "wrong")
    assert "do not belong together" in told.text
    assert visitor.browser.get("/userStatus.json").json() == {"loggedIn": False}
    assert link(visitor, told).url.path == "/inbox"


def test_an_authorization_goes_on_after_it(visitor: Visitor) -> None:
    asked = query()
    page = visitor.browser.get("/oauth/authorize", params=asked).text
    assert 'id="access-through-your-institution-button"' in page
    arrived = at_institution(visitor, oauth=str(httpx.QueryParams(asked)))
    consent = link(visitor, arrived)
    assert consent.url.path == "/oauth/authorize"
    assert dict(consent.url.params) == asked
    assert 'id="user-name"' in consent.text
    assert visitor.decide(asked).params["state"] == "st4te"


def test_the_discovery_feed(visitor: Visitor) -> None:
    feed = visitor.server.get("/Shibboleth.sso/DiscoFeed").json()
    assert {entry["entityID"] for entry in feed} == {STAND_IN, INSTITUTION}
    assert all(entry["DisplayNames"][0]["value"] for entry in feed)


@pytest.mark.parametrize("path", ["/Shibboleth.sso/Login?entityID=nobody", "/Shibboleth.sso/Login", "/stand-in-idp"])
def test_institutions_that_are_none(visitor: Visitor, path: str) -> None:
    assert visitor.browser.get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "end"),
    [
        ("/shibboleth/signin", "/institutional-signin"),
        ("/institutional-linking", "/institutional-signin"),
        ("/inbox", "/signin"),
    ],
)
def test_who_comes_out_of_the_blue(visitor: Visitor, path: str, end: str) -> None:
    assert visitor.browser.get(path, follow_redirects=True).url.path == end


def test_an_entity_id_need_not_be_an_address() -> None:
    odd = replace(PORTAL, institution="https://[", name="<b>Odd</b>")
    with Sandbox(tls=False, clients=(odd,)) as box:
        for visitor in visitor_of(box):
            inbox = link(visitor, at_institution(visitor, "https://["))
            assert "&lt;b&gt;Odd&lt;/b&gt;" in inbox.text


_TEXT = st.text(max_size=30) | st.sampled_from([INSTITUTION, STAND_IN, "?client_id=1", "client_id=%ED%A0%80", "\x00"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(
        [
            "/institutional-signin",
            "/Shibboleth.sso/Login",
            "/Shibboleth.sso/DiscoFeed",
            "/stand-in-idp",
            "/shibboleth/signin",
            "/institutional-linking",
            "/inbox",
        ]
    ),
    method=st.sampled_from(["GET", "POST", "PUT"]),
    fields=st.dictionaries(st.sampled_from(["entityID", "oauth", "username", "password", "release", "x"]), _TEXT),
)
def test_whatever_is_sent(visitor: Visitor, path: str, method: str, fields: dict[str, str]) -> None:
    known = {"params": fields} if method == "GET" else {"data": fields}
    answer = visitor.browser.request(method, path, **known)  # type: ignore[arg-type]
    assert answer.status_code < 500
    # No way out of this machine: only the consent page sends a browser on, to a registered address.
    assert answer.headers.get("location", "/").startswith("/")
    assert not answer.headers.get("location", "/").startswith("//")
