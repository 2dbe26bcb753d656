"""ORCID's hosts and the environments they belong to.

Source: ORCID API tutorials; the constants of section 4 of the rulebook's research.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal
from urllib.parse import urlsplit

EnvironmentName = Literal["embedded", "sandbox", "production"]


@dataclass(frozen=True)
class Environment:
    """One Registry: where its people sign in, where its records and its API live. All values are origins."""

    name: EnvironmentName
    site: str
    """Origin of OAuth, sign-in and the public record pages, e.g. `https://sandbox.orcid.org`."""
    member_api: str
    public_api: str
    auth: str
    displays: tuple[str, ...]
    """Origins that a displayed iD may carry in this environment, the preferred one first."""

    @property
    def origins(self) -> frozenset[str]:
        """Every origin whose pages and answers are ORCID's own and never the portal's."""
        return frozenset({self.site, self.member_api, self.public_api, self.auth})

    def owns(self, url: str) -> bool:
        """Say whether a URL is on one of this environment's hosts (scheme is ignored: plain http is ORCID's too)."""
        parts = urlsplit(url)
        return any(_same_host(parts.netloc, urlsplit(origin).netloc) for origin in self.origins)

    def is_authorize(self, url: str) -> bool:
        """Say whether a URL is this environment's authorization endpoint."""
        return self.owns(url) and urlsplit(url).path.rstrip("/") in {"/oauth/authorize", "/oauth2/authorize"}


def _same_host(a: str, b: str) -> bool:
    loopback = {"localhost", "127.0.0.1", "[::1]"}
    host_a, _, port_a = a.lower().partition(":") if not a.startswith("[") else a.rpartition(":")
    host_b, _, port_b = b.lower().partition(":") if not b.startswith("[") else b.rpartition(":")
    return port_a == port_b and (host_a == host_b or {host_a, host_b} <= loopback)


SANDBOX: Final = Environment(
    name="sandbox",
    site="https://sandbox.orcid.org",
    member_api="https://api.sandbox.orcid.org",
    public_api="https://pub.sandbox.orcid.org",
    auth="https://auth.sandbox.orcid.org",
    displays=("https://sandbox.orcid.org",),
)

PRODUCTION: Final = Environment(
    name="production",
    site="https://orcid.org",
    member_api="https://api.orcid.org",
    public_api="https://pub.orcid.org",
    auth="https://auth.orcid.org",
    displays=("https://orcid.org",),
)


def embedded(base: str) -> Environment:
    """Return the environment of an embedded sandbox at `base`, where one origin plays all of ORCID's hosts.

    It stands in for ORCID's sandbox, so iDs shown with the sandbox's own base are right there too. Behind a relay it
    stands at the sandbox's very hosts.
    """
    origin = base.rstrip("/")
    if origin == SANDBOX.site:
        return replace(SANDBOX, name="embedded")
    return Environment("embedded", origin, origin, origin, origin, (origin, *SANDBOX.displays))
