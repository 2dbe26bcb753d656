"""Whose a host is: the Registry's sandbox, its production, or somebody else's."""

from __future__ import annotations

from typing import Final, Literal
from urllib.parse import urlsplit

from ...orcid.hosts import PRODUCTION, SANDBOX

Place = Literal["sandbox", "production", "elsewhere"]

SANDBOX_HOSTS: Final = tuple(sorted(urlsplit(origin).netloc for origin in SANDBOX.origins))
PRODUCTION_HOSTS: Final = (*sorted(urlsplit(origin).netloc for origin in PRODUCTION.origins), "www.orcid.org")
ORCID_HOSTS: Final = (*SANDBOX_HOSTS, *PRODUCTION_HOSTS)
"""Hosts that the relay answers for. ORCID's other sites (info, support, ...) are no Registry and pass untouched."""


def place_of(authority: str) -> Place:
    """Say whose host stands in a URL, a Host header or a CONNECT request, with or without a port."""
    host = host_in(authority)
    if host in SANDBOX_HOSTS:
        return "sandbox"
    return "production" if host in PRODUCTION_HOSTS else "elsewhere"


def host_in(authority: str) -> str:
    """Return the host name, lower-case, without port, brackets and the root's dot; empty when there is none."""
    try:
        return (urlsplit(f"//{authority}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def port_in(authority: str, default: int) -> int:
    """Return the port, or the default when none is named; 0 when what stands there is no port."""
    try:
        return urlsplit(f"//{authority}").port or default
    except ValueError:
        return 0


def browser_arguments(port: int) -> list[str]:
    """Return what makes Chromium find ORCID's sandbox at the relay: no proxy, every other host is looked up as ever.

    Production is left alone: pages show pictures from there, and nobody is let go there in a review.
    """
    rules = [f"MAP {host}:{wanted} 127.0.0.1:{port}" for host in SANDBOX_HOSTS for wanted in (443, 80)]
    return [f"--host-resolver-rules={', '.join(rules)}"]


def portal_environment(port: int) -> dict[str, str]:
    """Return the variables that send a portal's calls through the relay, but for those to its own machine."""
    proxy, own = f"http://127.0.0.1:{port}", "localhost,127.0.0.1,::1"
    return {
        **dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"), proxy),
        **dict.fromkeys(("NO_PROXY", "no_proxy"), own),
        "NODE_USE_ENV_PROXY": "1",  # Node.js looks at the others only if told to
    }
