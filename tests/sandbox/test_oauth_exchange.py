"""Acting on behalf of another member (facts on OAuth, sections 6, 7, 9; ORCID's tutorial on token delegation)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from checker.sandbox import DEFAULT_CLIENT, DEFAULT_PERSON, DELEGATE_CLIENT, Sandbox, saved
from checker.sandbox.state import State

from .conftest import CALLBACK, ORCID, SCOPES, Visitor, query, visitor_of

GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
ITEM = "/work"
ACCESS = "urn:ietf:params:oauth:token-type:access_token"
IDENTITY = "urn:ietf:params:oauth:token-type:id_token"


@pytest.fixture
def visitor() -> Iterator[Visitor]:
    """The defaults: the second application is there and may exchange tokens."""
    with Sandbox(tls=False) as box:
        yield from visitor_of(box)


def exchange(visitor: Visitor, subject: str, client: Any = DELEGATE_CLIENT, **fields: str | None) -> httpx.Response:
    form: dict[str, str | None] = {"grant_type": GRANT, "subject_token": subject}
    form |= {"subject_token_type": IDENTITY, "requested_token_type": ACCESS}
    return visitor.as_client(client).token(**(form | fields))


def identity(visitor: Visitor, scope: str = f"openid {SCOPES}") -> str:
    return str(visitor.connect(scope)["id_token"])


def test_an_exchanged_token_works_and_names_whom_it_stands_for(visitor: Visitor) -> None:
    body = exchange(visitor, identity(visitor)).json()
    assert set(body["scope"].split()) == {"openid", *SCOPES.split()}
    assert (body["token_type"], body["orcid"], body["name"]) == ("bearer", ORCID, "Josiah Carberry")
    assert "refresh_token" not in body
    visitor.headers = {"Authorization": f"Bearer {body['access_token']}"}
    assert visitor.api("GET", "/record").status_code == 200
    token = visitor.box._state.token(body["access_token"])
    assert token is not None
    assert (token.client_id, token.assertion_origin) == (DELEGATE_CLIENT.id, DEFAULT_CLIENT.id)
    first = visitor.box._state.tokens_of(ORCID, DEFAULT_CLIENT.id)
    assert [t.assertion_origin for t in first] == [""]


def test_an_exchanged_token_lives_an_hour(visitor: Visitor) -> None:
    value = exchange(visitor, identity(visitor)).json()["access_token"]
    token = visitor.box._state.token(value)
    assert token is not None
    now = token.now
    token.now = lambda: now() + timedelta(seconds=3590)
    assert token.live
    token.now = lambda: now() + timedelta(seconds=3601)
    assert not token.live


def test_an_exchanged_token_is_no_consent_for_the_second_application(visitor: Visitor) -> None:
    exchange(visitor, identity(visitor))
    page = visitor.browser.get("/oauth/authorize", params=query(client_id=DELEGATE_CLIENT.id))
    assert "app-form-authorize" in page.text


def test_scopes_can_be_narrowed_to_what_the_others_include(visitor: Visitor) -> None:
    subject = identity(visitor)
    assert exchange(visitor, subject, scope="/orcid-works/update").json()["scope"] == "/orcid-works/update"
    some = exchange(visitor, subject, scope="/activities/update /person/update").json()
    assert some["scope"] == "/activities/update"
    none = exchange(visitor, subject, scope="/person/update")
    assert (none.status_code, none.json()["error"]) == (401, "invalid_scope")


def test_an_id_token_does_after_its_day_too(visitor: Visitor) -> None:
    subject = identity(visitor)
    state = visitor.box._state
    now = state.now
    state.now = lambda: now() + timedelta(days=30)
    assert exchange(visitor, subject).status_code == 200


def test_an_implicit_id_token_can_be_exchanged(visitor: Visitor) -> None:
    asked = query(response_type="id_token", scope="openid", nonce="n")
    visitor.sign_in(asked)
    subject = httpx.QueryParams(visitor.decide(asked).fragment)["id_token"]
    assert exchange(visitor, subject).json()["scope"] == "openid"


def test_an_own_access_token_becomes_an_id_token(visitor: Visitor) -> None:
    asked = query(client_id=DELEGATE_CLIENT.id)
    visitor.sign_in(asked)
    code = visitor.decide(asked).params["code"]
    own = visitor.as_client(DELEGATE_CLIENT).exchange(code=code).json()["access_token"]
    kinds = {"subject_token_type": ACCESS, "requested_token_type": IDENTITY}
    body = exchange(visitor, own, **kinds).json()
    assert (body["token_type"], body["issued_token_type"]) == ("N_A", IDENTITY)
    keys = KeySet.import_key_set(visitor.server.get("/oauth/jwks").json())
    claims = jwt.decode(body["access_token"], keys, algorithms=["RS256"]).claims
    assert (claims["sub"], claims["aud"]) == (ORCID, DELEGATE_CLIENT.id)
    foreign = exchange(visitor, str(visitor.connect()["access_token"]), **kinds)
    assert (foreign.status_code, foreign.json()["error"]) == (400, "invalid_request")


def test_after_the_person_withdrew_it_can_only_delete(visitor: Visitor) -> None:
    subject = identity(visitor)
    visitor.box.revoke_tokens(ORCID, DEFAULT_CLIENT.id)
    body = exchange(visitor, subject).json()
    assert body["scope"] == "/activities/update"
    visitor.headers = {"Authorization": f"Bearer {body['access_token']}"}
    assert visitor.api("GET", "/record").status_code == 401
    assert visitor.api("DELETE", f"{ITEM}/1").status_code == 404


def test_after_the_client_revoked_nothing_is_left(visitor: Visitor) -> None:
    answer = visitor.connect(f"openid {SCOPES}")
    form = {"token": answer["access_token"]}
    visitor.server.post("/oauth/revoke", data=form, auth=(DEFAULT_CLIENT.id, DEFAULT_CLIENT.secret))
    refused = exchange(visitor, answer["id_token"])
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_scope")


@pytest.mark.parametrize("name", ["subject_token", "subject_token_type", "requested_token_type"])
def test_missing_fields_are_named(visitor: Visitor, name: str) -> None:
    answer = exchange(visitor, "x", **{name: None})
    assert (answer.status_code, answer.json()["error_description"]) == (401, f"{name} is required")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"subject_token_type": ACCESS}, "token type"),
        ({"requested_token_type": "urn:ietf:params:oauth:token-type:jwt"}, "token type"),
        ({"subject_token": "no.jwt.here"}, "signature"),
        ({"subject_token": "nothing"}, "signature"),
    ],
)
def test_requests_that_make_no_sense(visitor: Visitor, fields: dict[str, str | None], told: str) -> None:
    answer = exchange(visitor, identity(visitor), **fields)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert told in answer.json()["error_description"]


def test_a_forged_id_token_is_refused(visitor: Visitor) -> None:
    visitor.connect(f"openid {SCOPES}")
    forged = jwt.encode({"alg": "RS256"}, {"sub": ORCID, "aud": DEFAULT_CLIENT.id}, RSAKey.generate_key(2048))
    assert exchange(visitor, forged).json()["error"] == "invalid_request"


def test_who_may_not_exchange(visitor: Visitor) -> None:
    subject = identity(visitor)
    first = exchange(visitor, subject, DEFAULT_CLIENT)
    assert (first.status_code, first.json()["error"]) == (400, "invalid_request")
    assert "enabled" in first.json()["error_description"]
    asked = query(client_id=DELEGATE_CLIENT.id, scope="openid")
    visitor.sign_in(asked)
    second = visitor.as_client(DELEGATE_CLIENT)
    own = second.exchange(code=visitor.decide(asked).params["code"], redirect_uri=CALLBACK).json()["id_token"]
    assert "own id_token" in exchange(visitor, own).json()["error_description"]


def test_the_origin_outlives_the_program(visitor: Visitor, tmp_path: Path) -> None:
    value = exchange(visitor, identity(visitor)).json()["access_token"]
    saved.write(tmp_path / "state.json", visitor.box._state.keep(), 0)
    found = saved.read(tmp_path / "state.json")
    assert found is not None
    state = State((), ())
    state.take(found[0])
    token = state.token(value)
    assert token is not None
    assert (token.assertion_origin, token.life, token.refresh) == (DEFAULT_CLIENT.id, 3600, "")
    assert state.token_of_refresh("") is None


def test_the_second_application_is_there_unasked(visitor: Visitor) -> None:
    assert (DELEGATE_CLIENT.id, DELEGATE_CLIENT.secret) == ("APP-0000000000000002", "embedded-secret")
    assert set(visitor.box._state.clients) == {DEFAULT_CLIENT.id, DELEGATE_CLIENT.id}
    assert set(visitor.box._state.people) == {DEFAULT_PERSON.orcid}
