"""What clients that others wrote are pointed at: the sandbox by its address, or under ORCID's own host names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from checker.gather.relay import Relay, Upstream
from checker.sandbox import DEFAULT_CLIENT, DEFAULT_PERSON, Client, Person, Sandbox
from checker.sandbox.researcher import Researcher

SITE = "https://sandbox.orcid.org"
CALLBACK = "https://127.0.0.1:9/callback"
MEMBER = DEFAULT_CLIENT
PUBLIC = Client(
    "APP-0000000000000003",
    "public-secret",
    "Public application",
    any_loopback_redirect=True,
    scopes=frozenset({"/authenticate", "openid", "/read-public"}),
)
PERSON = DEFAULT_PERSON
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
LISTS = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@dataclass(frozen=True)
class Place:
    """An embedded sandbox as a client sees it."""

    box: Sandbox
    client: Client = MEMBER
    person: Person = PERSON

    def allow(self, url: str) -> str:
        """Sign in and allow; return the address that ORCID sends the browser to."""
        return self._answer(url, allow=True)

    def deny(self, url: str) -> str:
        """Sign in and deny."""
        return self._answer(url, allow=False)

    def _answer(self, url: str, *, allow: bool) -> str:
        researcher = Researcher(self.box.base, self.person, self.box.ca_file)
        try:
            return researcher.answer(url.replace(SITE, self.box.base), allow=allow)
        finally:
            researcher.close()

    def asked(self) -> list[tuple[str, str, int]]:
        """Method, path and status of every call of the client's server."""
        return [(e.method, e.path, e.status) for e in self.box.wire if e.side == "server"]


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy and no authority of the machine has a say."""
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in LISTS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def place() -> Iterator[Place]:
    """A sandbox over TLS that the client is told the address of."""
    with Sandbox(clients=(MEMBER, PUBLIC)) as box:
        yield Place(box)
        assert box.faults == []


@pytest.fixture
def as_orcid(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A sandbox that answers as sandbox.orcid.org and its sister hosts, for clients that have them built in."""
    with Sandbox(public=SITE) as box, Relay(Upstream(box.base, box.plain_base, box.ca_file)) as relay:
        for name, value in relay.portal_environment.items():
            monkeypatch.setenv(name, value)
        for name in LISTS:
            monkeypatch.setenv(name, str(relay.ca_file))
        yield Place(box)
        assert box.faults == []
