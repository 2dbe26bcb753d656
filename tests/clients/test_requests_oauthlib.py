"""requests-oauthlib: authorization code, calls with the token, refresh."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from .conftest import CALLBACK, Place

requests_oauthlib = pytest.importorskip("requests_oauthlib", reason="requests-oauthlib is not installed")

SCOPES = ["/read-limited", "/activities/update"]


@pytest.fixture
def session(place: Place) -> Iterator[Any]:
    with requests_oauthlib.OAuth2Session(place.client.id, redirect_uri=CALLBACK, scope=SCOPES) as session:
        session.verify = str(place.box.ca_file)
        yield session


def fetched(session: Any, place: Place, callback: str, **more: Any) -> dict[str, Any]:
    token: dict[str, Any] = session.fetch_token(
        f"{place.box.base}/oauth/token", authorization_response=callback, client_secret=place.client.secret, **more
    )
    return token


def to_orcid(session: Any, place: Place) -> str:
    url, _ = session.authorization_url(f"{place.box.base}/oauth/authorize")
    return str(url)


@pytest.mark.parametrize("in_body", [True, False])
def test_authorization_code(session: Any, place: Place, in_body: bool) -> None:
    token = fetched(session, place, place.allow(to_orcid(session, place)), include_client_id=in_body)
    assert token["orcid"] == place.person.orcid
    assert session.authorized
    read = session.get(f"{place.box.base}/v3.0/{place.person.orcid}/record", headers={"Accept": "application/json"})
    assert read.json()["orcid-identifier"]["path"] == place.person.orcid


def test_refresh(session: Any, place: Place) -> None:
    old = fetched(session, place, place.allow(to_orcid(session, place)))
    new = session.refresh_token(
        f"{place.box.base}/oauth/token", client_id=place.client.id, client_secret=place.client.secret
    )
    assert new["access_token"] != old["access_token"]
    url = f"{place.box.base}/v3.0/{place.person.orcid}/record"
    assert session.get(url).status_code == 200  # the session goes on with the new one
    with requests_oauthlib.OAuth2Session(place.client.id, token=old) as before:
        assert before.get(url, verify=session.verify).status_code == 401


def test_refreshed_by_itself_when_its_time_is_over(place: Place) -> None:
    """The library looks at `expires_in`, so that ORCID's twenty years are taken for what they are."""
    kept: list[dict[str, Any]] = []
    with requests_oauthlib.OAuth2Session(
        place.client.id,
        redirect_uri=CALLBACK,
        scope=SCOPES,
        auto_refresh_url=f"{place.box.base}/oauth/token",
        auto_refresh_kwargs={"client_id": place.client.id, "client_secret": place.client.secret},
        token_updater=kept.append,
    ) as session:
        session.verify = str(place.box.ca_file)
        token = fetched(session, place, place.allow(to_orcid(session, place)))
        url = f"{place.box.base}/v3.0/{place.person.orcid}/record"
        assert session.get(url).status_code == 200
        assert kept == []
        session.token = token | {"expires_at": 1}
        assert session.get(url).status_code == 200
    assert len(kept) == 1
    assert kept[0]["access_token"] != token["access_token"]


def test_denying(session: Any, place: Place) -> None:
    from oauthlib.oauth2 import AccessDeniedError

    with pytest.raises(AccessDeniedError):
        fetched(session, place, place.deny(to_orcid(session, place)))


def test_a_code_counts_once(session: Any, place: Place) -> None:
    from oauthlib.oauth2 import InvalidGrantError

    callback = place.allow(to_orcid(session, place))
    token = fetched(session, place, callback)
    with pytest.raises(InvalidGrantError):
        fetched(session, place, callback)
    session.token = token
    assert session.get(f"{place.box.base}/v3.0/{place.person.orcid}/record").status_code == 401


def test_the_wrong_secret(session: Any, place: Place) -> None:
    from oauthlib.oauth2 import InvalidClientError

    callback = place.allow(to_orcid(session, place))
    with pytest.raises(InvalidClientError):
        session.fetch_token(f"{place.box.base}/oauth/token", authorization_response=callback, client_secret="wrong")


def test_client_credentials(place: Place) -> None:
    from oauthlib.oauth2 import BackendApplicationClient

    machine = BackendApplicationClient(place.client.id, scope=["/read-public"])
    with requests_oauthlib.OAuth2Session(client=machine) as session:
        session.verify = str(place.box.ca_file)
        session.fetch_token(
            f"{place.box.base}/oauth/token", client_id=place.client.id, client_secret=place.client.secret
        )
        found = session.get(f"{place.box.base}/v3.0/search", params={"q": f"orcid:{place.person.orcid}"},
                            headers={"Accept": "application/json"}).json()  # fmt: skip
    assert found["num-found"] == 1
