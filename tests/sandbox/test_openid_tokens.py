"""id_tokens of both grants, and userinfo (facts on OAuth, sections 11 and 12)."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from checker.sandbox import DEFAULT_CLIENT, DEFAULT_PERSON, Person, Sandbox

from .conftest import CALLBACK, ORCID, OTHER, SCOPES, Visitor, query, visitor_of

CREDIT = Person(
    "0000-0001-5000-0007", "credit@mailinator.com", "credit-password", given_names="Ada", family_name="Byron",
    credit_name="A. Lovelace",
)  # fmt: skip
PLAIN = Person("0000-0001-6187-6610", "plain@mailinator.com", "plain-password", given_names="Grace", family_name="Hop")


@pytest.fixture
def visitor() -> Iterator[Visitor]:
    with Sandbox(tls=False, people=(DEFAULT_PERSON, OTHER, CREDIT, PLAIN)) as box:
        yield from visitor_of(box)


def claims(visitor: Visitor, id_token: str) -> dict[str, Any]:
    keys = KeySet.import_key_set(visitor.server.get("/oauth/jwks").json())
    decoded = jwt.decode(id_token, keys, algorithms=["RS256"])
    assert decoded.header["kid"] in {key.kid for key in keys}
    return decoded.claims


def hash_of(access_token: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(access_token.encode()).digest()[:16]).rstrip(b"=").decode()


def implicit(visitor: Visitor, **changes: str | None) -> httpx.QueryParams:
    asked = query(**({"response_type": "id_token token", "scope": "openid", "nonce": "n0nce"} | changes))
    visitor.sign_in(asked)
    back = visitor.decide(asked)
    assert str(back).startswith(f"{CALLBACK}#access_token=")
    return httpx.QueryParams(back.fragment)


def test_the_code_grants_id_token_belongs_to_its_access_token(visitor: Visitor) -> None:
    before = int(time.time())
    answer = visitor.connect("openid")
    found = claims(visitor, answer["id_token"])
    assert found["at_hash"] == hash_of(answer["access_token"])
    assert before <= found["auth_time"] <= found["iat"] <= time.time()


@pytest.mark.parametrize("response_type", ["token", "id_token", "id_token token", "token id_token"])
def test_the_implicit_grants_id_token_too(visitor: Visitor, response_type: str) -> None:
    """Section 12: with `openid` both tokens come, whichever of them was asked for."""
    answer = implicit(visitor, response_type=response_type)
    found = claims(visitor, answer["id_token"])
    assert (found["sub"], found["aud"], found["nonce"]) == (ORCID, DEFAULT_CLIENT.id, "n0nce")
    assert found["at_hash"] == hash_of(answer["access_token"])
    assert (answer["persistent"], answer["token_type"]) == ("false", "bearer")


def test_an_implicit_token_reads_userinfo_and_dies_after_ten_minutes(visitor: Visitor) -> None:
    value = implicit(visitor)["access_token"]
    ask = {"headers": {"Authorization": f"Bearer {value}"}}
    assert visitor.server.get("/oauth/userinfo", **ask).json()["sub"] == ORCID  # type: ignore[arg-type]
    token = visitor.box._state.token(value)
    assert token is not None
    token.issued = token.issued.replace(year=token.issued.year - 1)
    assert visitor.server.get("/oauth/userinfo", **ask).status_code == 403  # type: ignore[arg-type]


def test_id_token_alone_without_openid_is_nothing(visitor: Visitor) -> None:
    visitor.sign_in()
    asked = query(response_type="id_token", scope="/authenticate", nonce="n")
    page = visitor.browser.get("/oauth/authorize", params=asked)
    assert page.headers["location"] == f"{CALLBACK}#error=unsupported_response_type"


def test_an_implicit_request_is_denied_like_any_other(visitor: Visitor) -> None:
    asked = query(response_type="token", scope="openid")
    visitor.sign_in(asked)
    assert visitor.decide(asked, allow=False).params["error"] == "access_denied"


def test_an_implicit_token_spares_no_later_consent_but_a_code_grant_does(visitor: Visitor) -> None:
    asked = query(response_type="token", scope="openid")
    implicit(visitor)
    assert "app-form-authorize" in visitor.browser.get("/oauth/authorize", params=asked).text
    visitor.connect("openid")
    assert "#access_token=" in visitor.browser.get("/oauth/authorize", params=asked).headers["location"]


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (DEFAULT_PERSON, ("Josiah Carberry", "Josiah", "Carberry")),
        (CREDIT, ("A. Lovelace", "Ada", "Byron")),
        (PLAIN, (None, "Grace", "Hop")),
        (OTHER, (None, None, None)),
    ],
)
def test_names_are_those_that_are_public_and_name_is_the_published_one(
    visitor: Visitor, person: Person, expected: tuple[str | None, ...]
) -> None:
    answer = visitor.connect("openid", person)
    names = ("name", "given_name", "family_name")
    assert tuple(claims(visitor, answer["id_token"]).get(name) for name in names) == expected
    info = visitor.server.get("/oauth/userinfo", headers=visitor.headers).json()
    assert tuple(info[name] for name in names) == expected
    assert info["id"] == f"{visitor.box.base}/{person.orcid}"


def test_userinfo_takes_the_token_without_its_word_and_posted_before_the_header(visitor: Visitor) -> None:
    value = visitor.connect("openid")["access_token"]
    get, post = visitor.server.get, visitor.server.post
    for header in (value, f"bearer {value}", f"Bearer {value}"):
        assert get("/oauth/userinfo", headers={"Authorization": header}).status_code == 200
    assert get("/oauth/userinfo", params={"access_token": value}).status_code == 403
    right, wrong = {"Authorization": f"Bearer {value}"}, {"Authorization": "Bearer x"}
    assert post("/oauth/userinfo", data={"access_token": value}, headers=wrong).status_code == 200
    assert post("/oauth/userinfo", data={"access_token": "x"}, headers=right).status_code == 200
    assert post("/oauth/userinfo", data={"access_token": "x"}, headers=wrong).status_code == 403
    assert get("/oauth/userinfo").status_code == 403


def test_userinfo_is_not_for_tokens_of_other_kinds(visitor: Visitor) -> None:
    own = visitor.token(grant_type="client_credentials", scope="/read-public").json()["access_token"]
    plain = visitor.connect(SCOPES)["access_token"]
    for value in (own, plain):
        answer = visitor.server.get("/oauth/userinfo", headers={"Authorization": f"Bearer {value}"})
        assert answer.status_code == 403
