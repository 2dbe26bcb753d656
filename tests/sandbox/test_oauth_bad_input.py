"""Whatever is sent to the pages and endpoints of OAuth: an answer, never a fault of ours, never a way elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.sandbox import DEFAULT_CLIENT, Sandbox

from .conftest import CALLBACK

TEXT = st.text(max_size=20) | st.sampled_from(
    ["", "openid", "/read-limited", "token", "id_token token", "code", "none", "login", "confirm", "0", "9" * 30, "²",
     DEFAULT_CLIENT.id, DEFAULT_CLIENT.secret, CALLBACK, "http://[::1", "//x", "https://evil.test/", "\x00", "%", "&=",
     "http://localhost:99999/", "http://localhost\\@evil.test/", "http://evil.test#@localhost/", "javascript:x"]
)  # fmt: skip
NAMES = st.sampled_from(
    ["client_id", "response_type", "scope", "redirect_uri", "state", "nonce", "prompt", "max_age", "show_login", "lang",
     "email", "orcid", "given_names", "family_names", "grant_type", "client_secret", "code", "refresh_token", "token",
     "access_token", "subject_token", "subject_token_type", "requested_token_type", "username", "password", "approved",
     "oauth", "callback", "givenNames", "activitiesVisibilityDefault"]
)  # fmt: skip
FIELDS = st.dictionaries(NAMES, TEXT, max_size=8)
ASKED = st.fixed_dictionaries(
    {"client_id": st.just(DEFAULT_CLIENT.id), "response_type": TEXT, "scope": TEXT, "redirect_uri": TEXT},
    optional={"prompt": TEXT, "max_age": TEXT, "nonce": TEXT, "state": TEXT, "lang": TEXT},
)
GET = ("/oauth/authorize", "/signin", "/register", "/signout", "/userStatus.json", "/oauth/userinfo")
POST = ("/oauth/token", "/oauth/revoke", "/oauth/userinfo", "/signin/auth.json", "/oauth/custom/authorize.json",
        "/registerConfirm.json")  # fmt: skip
OFTEN = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with Sandbox(tls=False) as box:
        with httpx.Client(base_url=box.base) as client:
            yield client
        assert box.faults == []


def stays_here(answer: httpx.Response) -> None:
    """The way on is inside the sandbox, or on this machine, where the registered redirect URIs are."""
    where = answer.headers.get("location", "")
    if not where and answer.headers["content-type"].startswith("application/json"):
        body = answer.json()
        where = body.get("redirect", "") if isinstance(body, dict) else ""
    host = urlsplit(where).hostname
    assert host is None or host in {"localhost", "127.0.0.1", "::1"}, where
    assert not where.startswith("//")


@OFTEN
@given(path=st.sampled_from(GET), fields=FIELDS | ASKED)
def test_addresses(http: httpx.Client, path: str, fields: dict[str, str]) -> None:
    answer = http.get(f"{path}?{urlencode(fields, errors='surrogatepass')}")
    assert answer.status_code < 500
    stays_here(answer)


@OFTEN
@given(path=st.sampled_from(POST), fields=FIELDS, asked=ASKED | FIELDS)
def test_forms(http: httpx.Client, path: str, fields: dict[str, str], asked: dict[str, str]) -> None:
    body = urlencode({"oauth": "?" + urlencode(asked), **fields})
    answer = http.post(path, content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status_code < 500
    stays_here(answer)


@OFTEN
@given(path=st.sampled_from(POST), body=st.binary(max_size=60), header=st.binary(max_size=30))
def test_bytes(http: httpx.Client, path: str, body: bytes, header: bytes) -> None:
    sent = b"Basic " + bytes(b for b in header if b >= 0x20 and b != 0x7F)
    headers = {b"Content-Type": b"application/x-www-form-urlencoded", b"Authorization": sent.strip()}
    answer = http.post(path, content=body, headers=headers)
    assert answer.status_code < 500
