"""Whose machine an address names."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

_INTERNAL_SUFFIXES = (".local", ".internal", ".lan", ".test", ".home.arpa", ".intranet", ".corp")


def host_of(url: str) -> str:
    """Return the host of an address in lower case; empty when it has none or cannot be read."""
    try:
        return urlsplit(url.strip()).hostname or ""
    except ValueError:
        return ""


def scheme_of(url: str) -> str:
    """Return the scheme in lower case; empty for a relative address."""
    try:
        return urlsplit(url.strip()).scheme
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    """Say whether a host is the machine itself; such a portal is not the one that goes to production."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = _address(host)
    return address is not None and (address.is_loopback or address.is_unspecified)


def is_internal(host: str) -> bool:
    """Say whether a host can be reached from its own network alone, by its name or address."""
    address = _address(host)
    if address is not None:
        return address.is_private
    return is_loopback(host) or "." not in host or host.endswith(_INTERNAL_SUFFIXES)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None
