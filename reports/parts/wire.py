"""What was said to ORCID, in short."""

from __future__ import annotations

from typing import Final

from checker.evidence.model import Exchange

from .text import cut

_HEADERS: Final = {"accept", "authorization", "content-type", "location", "user-agent"}
"""Headers that say something about an integration; the rest is noise in a report."""
_BODY: Final = 700


def excerpt(exchange: Exchange) -> str:
    """Return the request and the answer as a reader of HTTP expects them, shortened."""
    return f"{_request(exchange)}\n\n{_answer(exchange)}"


def _request(exchange: Exchange) -> str:
    target = exchange.path + (f"?{exchange.query}" if exchange.query else "")
    lines = [f"{exchange.method} {cut(target, 300)}", *_headers(exchange.request_headers)]
    return "\n".join(lines) + _body(exchange.request_body)


def _answer(exchange: Exchange) -> str:
    return "\n".join([f"{exchange.status}", *_headers(exchange.response_headers)]) + _body(exchange.response_body)


def _headers(headers: dict[str, str]) -> list[str]:
    return [f"{name}: {cut(value, 200)}" for name, value in sorted(headers.items()) if name.lower() in _HEADERS]


def _body(body: str) -> str:
    return f"\n\n{cut(body, _BODY)}" if body else ""


def connection(exchange: Exchange) -> str:
    """Say how the request came: the scheme, and the certificate where it was not one to trust."""
    untrusted = exchange.certificate == "untrusted"
    return exchange.scheme + (", with an untrusted certificate" if untrusted else "")


def said(wire: list[Exchange]) -> list[Exchange]:
    """Return what is worth a row: everything but the pictures and styles of ORCID's own pages."""
    return [e for e in wire if not (e.side == "browser" and e.kind == "other")]
