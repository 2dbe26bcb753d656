"""A first test of an ORCID integration against the embedded sandbox. Replace `Integration` by your own code."""

from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest


class Integration:
    """Stands for the code under test: it is told where ORCID is, as it would be by its own settings."""

    callback = "http://127.0.0.1:5000/orcid/callback"

    def __init__(self, orcid, client_id, client_secret):
        self.orcid, self.client_id, self.client_secret = orcid, client_id, client_secret

    def authorize_url(self):
        query = {
            "client_id": self.client_id,
            "response_type": "code",
            "scope": "/read-limited /activities/update",
            "redirect_uri": self.callback,
            "state": "kept-in-the-session",
        }
        return f"{self.orcid}/oauth/authorize?{urlencode(query)}"

    def finish(self, callback_url):
        answer = {name: values[0] for name, values in parse_qs(urlsplit(callback_url).query).items()}
        if answer.get("error") == "access_denied":
            return None
        form = {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "grant_type": "authorization_code",
            "redirect_uri": self.callback,
            "code": answer["code"],
        }
        token = httpx.post(f"{self.orcid}/oauth/token", data=form).raise_for_status().json()
        return token["orcid"], token["access_token"]

    def read(self, orcid, token):
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        for _ in range(3):  # a server that is busy deserves another try; wait between them in real life
            answer = httpx.get(f"{self.orcid}/v3.0/{orcid}/record", headers=headers)
            if answer.status_code != 503:
                break
        return answer


@pytest.fixture
def integration(orcid_sandbox):
    return Integration(orcid_sandbox.url, orcid_sandbox.client.id, orcid_sandbox.client.secret)


def test_connecting(orcid_sandbox, integration):
    callback_url = orcid_sandbox.authorize(integration.authorize_url())
    orcid, _ = integration.finish(callback_url)
    assert orcid == orcid_sandbox.person.orcid


def test_a_person_who_says_no(orcid_sandbox, integration):
    callback_url = orcid_sandbox.authorize(integration.authorize_url(), allow=False)
    assert integration.finish(callback_url) is None
    assert [entry for entry in orcid_sandbox.wire if entry.kind == "token"] == []


def test_orcid_is_busy_for_a_moment(orcid_sandbox, integration):
    orcid, token = integration.finish(orcid_sandbox.authorize(integration.authorize_url()))
    orcid_sandbox.faults.order("503", path="/v3.0/", count=2, retry_after=1)
    assert integration.read(orcid, token).status_code == 200


def test_the_person_took_the_permission_back(orcid_sandbox, integration):
    orcid, token = integration.finish(orcid_sandbox.authorize(integration.authorize_url()))
    orcid_sandbox.faults.order("token-revoked")
    assert integration.read(orcid, token).status_code == 401
