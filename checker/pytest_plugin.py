"""The pytest plugin: fixture `orcid_sandbox`, an ORCID of one's own for the tests of an integration.

Loaded by pytest wherever orcid-review is installed, so nothing heavy is imported before a test asks for the fixture.
Settings (in pytest's own file): `orcid_sandbox_port`, default 0 for any free one; `orcid_sandbox_tls`, default false.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .sandbox import Client, Person, Sandbox, WireEntry


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the settings."""
    parser.addini("orcid_sandbox_port", "port of the orcid_sandbox fixture; 0: any free one", default="0")
    parser.addini("orcid_sandbox_tls", "whether the orcid_sandbox fixture speaks https", type="bool", default=False)


@dataclass(frozen=True)
class Faults:
    """What the sandbox shall do wrong."""

    _box: Sandbox

    def order(self, fault: str, **fields: Any) -> int:
        """Spoil requests to come and return the order's number.

        Args:
            fault: `429`, `500`, `503`, `slow`, `dropped`, `token-revoked`, `token-expired` or `interstitial`.
            fields: `method`, `path` (a prefix), `count` (1 unless given, None for all), `retry_after`, `seconds`
                (of `slow`), `after` (of `dropped`: the request takes effect, its answer is lost).

        Raises:
            SandboxError: a field is unknown or wrong.
        """
        return self._box.order_fault(fault, **fields)

    def withdraw(self, number: int | None = None) -> None:
        """Withdraw one order, or all."""
        self._box.withdraw_faults(number)


class OrcidSandbox:
    """The embedded ORCID sandbox as a test sees it."""

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self.faults = Faults(box)
        """Faults to order."""

    @property
    def url(self) -> str:
        """Base URL of all of ORCID's hosts, without a slash at the end."""
        return self._box.base

    @property
    def ca_file(self) -> Path | None:
        """PEM file of the authority to trust; None without TLS."""
        return self._box.ca_file

    @property
    def client(self) -> Client:
        """The first registered application: `id`, `secret`; any redirect URI on this machine is its own."""
        return self._box.clients[0]

    @property
    def person(self) -> Person:
        """The first of the people: `orcid`, `login`, `password`."""
        return self._box.people[0]

    @property
    def clients(self) -> list[Client]:
        """The registered applications."""
        return self._box.clients

    @property
    def people(self) -> list[Person]:
        """Who can sign in."""
        return self._box.people

    @property
    def wire(self) -> list[WireEntry]:
        """Every request of this test with its answer, in order of arrival."""
        return self._box.wire

    @property
    def clock_offset(self) -> float:
        """Seconds that the sandbox's clock is ahead; codes and tokens expire by it."""
        return self._box.clock_offset

    @clock_offset.setter
    def clock_offset(self, seconds: float) -> None:
        self._box.clock_offset = seconds

    @property
    def rate_limited(self) -> bool:
        """Whether the Member API keeps ORCID's rate limit; off unless a test switches it on."""
        return self._box.rate_limited

    @rate_limited.setter
    def rate_limited(self, limited: bool) -> None:
        self._box.rate_limited = limited

    def add_person(self, **fields: Any) -> Person:
        """Let a further person sign in: `login`, `password`, and what else a person has; see `Person`."""
        return self._box.add_person(**fields)

    def add_client(self, **fields: Any) -> Client:
        """Register a further application; see `Client`."""
        return self._box.add_client(**fields)

    def authorize(self, url: str, person: Person | None = None, *, allow: bool = True) -> str:
        """Play a researcher who opens an authorization URL, signs in, and allows or denies.

        Args:
            url: where the integration sends the browser.
            person: who it is; the first of the people when None.
            allow: whether they agree.

        Returns:
            Where ORCID sends the browser: the integration's redirect URI with a code, or with an error.

        Raises:
            SandboxError: ORCID shows an error page instead.
        """
        from .sandbox.researcher import Researcher

        researcher = Researcher(self.url, person or self.person, self.ca_file)
        try:
            return researcher.answer(url, allow=allow)
        finally:
            researcher.close()

    def revoke(self, person: Person | None = None, client: Client | None = None) -> None:
        """End a permission as the person does under Trusted organizations."""
        self._box.revoke_tokens((person or self.person).orcid, (client or self.client).id)

    def reset(self) -> None:
        """Go back to the start: empty records, no tokens, no faults on order, an empty wire."""
        self._box.reset()


@pytest.fixture(scope="session")
def _orcid_sandbox_box(pytestconfig: pytest.Config) -> Iterator[Sandbox]:
    from .sandbox import DEFAULT_CLIENTS, PortInUse, Sandbox

    port = str(pytestconfig.getini("orcid_sandbox_port"))
    if not (port.isascii() and port.isdigit() and int(port) <= 65535):
        raise pytest.UsageError(f"orcid_sandbox_port: expected a port number from 0 to 65535, got {port!r}")
    box = Sandbox(int(port), bool(pytestconfig.getini("orcid_sandbox_tls")), DEFAULT_CLIENTS)
    try:
        box.start()
    except PortInUse as error:
        raise pytest.UsageError(f"orcid_sandbox_port: {error}") from None
    yield box
    box.stop()


@pytest.fixture
def orcid_sandbox(_orcid_sandbox_box: Sandbox) -> Iterator[OrcidSandbox]:
    """An embedded ORCID sandbox, as new for each test; one server serves the whole session."""
    _orcid_sandbox_box.reset()
    before = len(_orcid_sandbox_box.faults)
    yield OrcidSandbox(_orcid_sandbox_box)
    broken = _orcid_sandbox_box.faults[before:]
    _orcid_sandbox_box.reset()
    assert not broken, f"the embedded sandbox itself failed; please report it: {broken[-1]}"
