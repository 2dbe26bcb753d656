from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from checker.sandbox import DEFAULT_CLIENT, DEFAULT_PERSON, Client, Person, Sandbox

STRICT = Client(
    "APP-0000000000000002", "second-secret", "Second application", redirect_uris=("https://portal.test/callback?x=1",)
)
PUBLIC = Client(
    "APP-0000000000000003",
    "third-secret",
    "Public application",
    any_loopback_redirect=True,
    scopes=frozenset({"/authenticate", "openid", "/read-public"}),
)
OTHER = Person(
    "0000-0001-5109-3700", "other@mailinator.com", "other-password", given_names="Other", family_name="Person",
    name_public=False,
)  # fmt: skip
CALLBACK = "http://127.0.0.1:9/callback"
SCOPES = "/read-limited /activities/update"
ORCID = DEFAULT_PERSON.orcid


def until(seen: Callable[[], object]) -> None:
    """Wait for what the sandbox's thread is about to note."""
    deadline = time.monotonic() + 5
    while not seen():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


def query(**changes: str | None) -> dict[str, str]:
    values: dict[str, str | None] = {
        "client_id": DEFAULT_CLIENT.id,
        "response_type": "code",
        "scope": SCOPES,
        "redirect_uri": CALLBACK,
        "state": "st4te",
    } | changes
    return {name: value for name, value in values.items() if value is not None}


@dataclass
class Visitor:
    """A researcher's browser and a portal's server, played by two httpx clients."""

    box: Sandbox
    browser: httpx.Client
    server: httpx.Client
    client: Client = DEFAULT_CLIENT
    headers: dict[str, str] = field(default_factory=dict)

    def sign_in(self, asked: dict[str, str] | None = None, person: Person = DEFAULT_PERSON) -> dict[str, str]:
        form = {"username": person.login, "password": person.password, "oauth": "?" + urlencode(asked or {})}
        answer: dict[str, str] = self.browser.post("/signin/auth.json", data=form).json()
        return answer

    def decide(self, asked: dict[str, str], *, allow: bool = True) -> httpx.URL:
        form = {"approved": str(allow).lower(), "oauth": "?" + urlencode(asked)}
        return httpx.URL(self.browser.post("/oauth/custom/authorize.json", data=form).json()["redirect"])

    def code(self, **changes: str | None) -> str:
        asked = query(client_id=self.client.id, **changes)
        self.sign_in(asked)
        return self.decide(asked).params["code"]

    def token(self, **fields: str | None) -> httpx.Response:
        form = {"client_id": self.client.id, "client_secret": self.client.secret} | fields
        return self.server.post("/oauth/token", data={k: v for k, v in form.items() if v is not None})

    def exchange(self, **fields: str | None) -> httpx.Response:
        return self.token(**({"grant_type": "authorization_code", "redirect_uri": CALLBACK} | fields))

    def connect(self, scope: str = SCOPES, person: Person = DEFAULT_PERSON) -> dict[str, Any]:
        asked = query(client_id=self.client.id, scope=scope)
        self.sign_in(asked, person)
        answer: dict[str, Any] = self.exchange(code=self.decide(asked).params["code"]).json()
        self.headers = {"Authorization": f"Bearer {answer['access_token']}"}
        return answer

    def as_client(self, client: Client) -> Visitor:
        return Visitor(self.box, self.browser, self.server, client)

    def api(self, method: str, path: str, orcid: str = ORCID, **more: Any) -> httpx.Response:
        headers = {"Accept": "application/json"} | self.headers | more.pop("headers", {})
        return self.server.request(method, f"/v3.0/{orcid}{path}", headers=headers, **more)


def visitor_of(box: Sandbox) -> Iterator[Visitor]:
    trust = ssl.create_default_context(cafile=str(box.ca_file)) if box.ca_file else False
    with (
        httpx.Client(base_url=box.base, verify=trust, headers={"User-Agent": "Mozilla/5.0"}) as browser,
        httpx.Client(base_url=box.base, verify=trust) as server,
    ):
        yield Visitor(box, browser, server)
    assert box.faults == []


@pytest.fixture
def box() -> Iterator[Sandbox]:
    clients = (DEFAULT_CLIENT, STRICT, PUBLIC)
    with Sandbox(tls=False, clients=clients, people=(DEFAULT_PERSON, OTHER)) as box:
        yield box


@pytest.fixture
def visitor(box: Sandbox) -> Iterator[Visitor]:
    yield from visitor_of(box)


@pytest.fixture
def tls_visitor() -> Iterator[Visitor]:
    with Sandbox() as box:
        yield from visitor_of(box)
