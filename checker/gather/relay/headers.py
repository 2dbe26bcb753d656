"""Which headers go through a relay: those of the message, not those of one connection (RFC 9110, section 7.6.1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

Pairs = list[tuple[bytes, bytes]]

_HOP: Final = frozenset(
    {
        b"connection",
        b"expect",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)


def end_to_end(headers: Iterable[tuple[bytes, bytes]]) -> Pairs:
    """Return the headers that are meant for the other end, names in lower case."""
    pairs = [(name.lower(), value) for name, value in headers]
    named = {part.strip().lower() for name, value in pairs if name == b"connection" for part in value.split(b",")}
    return [(name, value) for name, value in pairs if name not in _HOP and name not in named]


def without(headers: Pairs, *names: bytes) -> Pairs:
    """Return the headers but for those of some names."""
    return [(name, value) for name, value in headers if name not in names]


def value_of(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    """Return a header's first value; empty when it is absent."""
    return next((value.decode("latin-1") for key, value in headers if key.lower() == name), "")
