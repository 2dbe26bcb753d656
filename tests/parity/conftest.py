"""The two ORCIDs that the suite runs against: the embedded one always, ORCID's own sandbox given credentials.

The environment for ORCID's own sandbox (never production: its hosts are not to be set):

    ORCID_SANDBOX_CLIENT_ID, ORCID_SANDBOX_CLIENT_SECRET   a member client registered there
    ORCID_SANDBOX_REDIRECT_URI                             one of its redirect URIs
    ORCID_SANDBOX_ORCID                                    a person there
    ORCID_SANDBOX_TOKEN                                    their token for it: /read-limited /activities/update
    or ORCID_SANDBOX_REFRESH_TOKEN and ORCID_SANDBOX_TOKEN_FILE   a refresh uses the token up: the answer, with the
                                                           new one, is written to the file
"""

from __future__ import annotations

import json
import os
import ssl
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import pytest

from checker.sandbox import DEFAULT_CLIENT, DEFAULT_PERSON, Sandbox
from checker.sandbox.researcher import Researcher

SCOPES: Final = "/read-limited /activities/update"
NEEDED: Final = ("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI", "ORCID")
PREFIX: Final = "ORCID_SANDBOX_"
ITEM: Final = "/work"
JSON: Final = "application/json"
XML: Final = "application/vnd.orcid+xml"


@dataclass
class Target:
    """One ORCID, a client and a person there."""

    name: str
    site: str
    api: str
    http: httpx.Client
    client_id: str
    client_secret: str
    redirect_uri: str
    orcid: str
    token: str = ""
    added: list[str] = field(default_factory=list)
    """Paths of the items that are still to be removed."""

    def post_token(self, /, **fields: str | None) -> httpx.Response:
        """Ask the token endpoint; a field that is None is left out."""
        form = {"client_id": self.client_id, "client_secret": self.client_secret} | fields
        sent = {name: value for name, value in form.items() if value is not None}
        return self.http.post(f"{self.site}/oauth/token", data=sent, headers={"Accept": JSON})

    def authorize_url(self, **changes: str | None) -> str:
        """Return an authorization URL; a parameter that is None is left out."""
        asked: dict[str, str | None] = {"client_id": self.client_id, "response_type": "code", "scope": SCOPES,
                                        "redirect_uri": self.redirect_uri}  # fmt: skip
        sent = {name: value for name, value in (asked | changes).items() if value is not None}
        return f"{self.site}/oauth/authorize?{urlencode(sent)}"

    def call(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, accept: str | None = JSON,
        media: str = JSON,
    ) -> httpx.Response:  # fmt: skip
        """Call the Member API; a path that does not begin with `/v` is one of the person's record."""
        token = self.token if token is None else token
        url = self.api + (path if path.startswith("/v") else f"/v3.0/{self.orcid}{path}")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        content = body if body is None or isinstance(body, str | bytes) else json.dumps(body)
        if content is not None:
            headers["Content-Type"] = media
        request = self.http.build_request(method, url, content=content, headers=headers)
        del request.headers["accept"]
        if accept is not None:
            request.headers["accept"] = accept
        answer = self.http.send(request)
        self._note(method, path, answer)
        return answer

    def _note(self, method: str, path: str, answer: httpx.Response) -> None:
        if method == "POST" and answer.status_code == 201:
            self.added.append(answer.headers["location"].partition(self.orcid)[2])
        if method == "POST" and answer.status_code == 200 and path == "/works" and answer.content[:1] == b"{":
            bulk = answer.json().get("bulk", [])
            self.added += [f"{ITEM}/{one['work']['put-code']}" for one in bulk if "work" in one]
        if method == "DELETE" and answer.status_code == 204 and path in self.added:
            self.added.remove(path)

    def clean_up(self) -> None:
        """Remove what was added and is still there."""
        for path in list(self.added):
            self.call("DELETE", path)
        self.added.clear()


def new_work(**changes: Any) -> dict[str, Any]:
    """Return a work that is nobody's yet."""
    return {
        "title": {"title": {"value": "Parity of two sandboxes"}},
        "type": "journal-article",
        "publication-date": {"year": {"value": "2020"}, "month": {"value": "02"}},
        "external-ids": {
            "external-id": [
                {
                    "external-id-type": "source-work-id",
                    "external-id-value": f"orcid-review-parity-{uuid.uuid4()}",
                    "external-id-relationship": "self",
                }
            ]
        },
    } | changes


@contextmanager
def embedded() -> Iterator[Target]:
    """The embedded sandbox over TLS, with a token that a researcher gave."""
    redirect = "https://127.0.0.1:9/callback"
    with Sandbox() as box:
        trust = ssl.create_default_context(cafile=str(box.ca_file))
        with httpx.Client(verify=trust, trust_env=False) as http:
            target = Target("embedded", box.base, box.base, http, DEFAULT_CLIENT.id, DEFAULT_CLIENT.secret, redirect,
                            DEFAULT_PERSON.orcid)  # fmt: skip
            researcher = Researcher(box.base, DEFAULT_PERSON, box.ca_file)
            back = researcher.answer(target.authorize_url())
            researcher.close()
            code = httpx.URL(back).params["code"]
            answer = target.post_token(grant_type="authorization_code", code=code, redirect_uri=redirect)
            target.token = answer.json()["access_token"]
            yield target
        assert box.faults == []


def lacking(given: Mapping[str, str]) -> list[str]:
    """Return the variables without which ORCID's own sandbox cannot be asked."""
    missing = [PREFIX + name for name in NEEDED if not given.get(PREFIX + name)]
    refresh = given.get(f"{PREFIX}REFRESH_TOKEN") and given.get(f"{PREFIX}TOKEN_FILE")
    if not given.get(f"{PREFIX}TOKEN") and not refresh:
        missing.append(f"{PREFIX}TOKEN (or {PREFIX}REFRESH_TOKEN and {PREFIX}TOKEN_FILE)")
    return missing


@contextmanager
def orcids_own(given: Mapping[str, str]) -> Iterator[Target]:
    """ORCID's own sandbox; fails when the environment says but half of who calls."""
    if missing := lacking(given):
        pytest.fail(
            f"ORCID's own sandbox is to be asked, but the environment lacks {', '.join(missing)}", pytrace=False
        )
    token, refresh = given.get(f"{PREFIX}TOKEN", ""), given.get(f"{PREFIX}REFRESH_TOKEN", "")
    client_id, secret, redirect, orcid = (given[PREFIX + name] for name in NEEDED)
    with httpx.Client(timeout=60) as http:
        target = Target("sandbox.orcid.org", "https://sandbox.orcid.org", "https://api.sandbox.orcid.org", http,
                        client_id, secret, redirect, orcid, token)  # fmt: skip
        if not token:
            answer = target.post_token(grant_type="refresh_token", refresh_token=refresh)
            assert answer.status_code == 200, f"the refresh token was refused: {answer.text}"
            kept = Path(given[f"{PREFIX}TOKEN_FILE"])
            kept.touch(mode=0o600)
            kept.write_text(answer.text)
            target.token = answer.json()["access_token"]
        yield target


def targets(given: Mapping[str, str]) -> list[str]:
    """Return where the suite runs."""
    asked = any(name.startswith(PREFIX) and value for name, value in given.items())
    return ["embedded", "sandbox.orcid.org"] if asked else ["embedded"]


@pytest.fixture(scope="session", params=targets(os.environ))
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    """Either ORCID; what the suite wrote there is removed at its end, also when it failed."""
    with ExitStack() as stack:
        place = embedded() if request.param == "embedded" else orcids_own(os.environ)
        found = stack.enter_context(place)
        stack.callback(found.clean_up)
        yield found


@pytest.fixture
def work(target: Target) -> Iterator[str]:
    """Path of a work that is there for one test."""
    answer = target.call("POST", ITEM, new_work())
    assert answer.status_code == 201, answer.text
    yield answer.headers["location"].partition(target.orcid)[2]
    target.clean_up()


@pytest.fixture(scope="session")
def public_token(target: Target) -> str:
    """A token of the client's own."""
    answer = target.post_token(grant_type="client_credentials", scope="/read-public")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])
