"""The wire as an HTTP archive (HAR 1.2), which browsers' developer tools and many others open.

Nothing is left out: secrets of a throw-away sandbox protect nothing, and a developer looks for them here. What goes
into an evidence folder is made elsewhere and has none.
"""

from __future__ import annotations

from collections.abc import Iterable
from http.client import responses
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import parse_qsl

from .. import __version__
from .model import WireEntry

NOTE: Final = (
    "Recorded by an embedded sandbox. Secrets, codes and tokens are in it as they were; they open nothing but that"
    " sandbox. A status of 0 is a connection that was dropped on order."
)


def archive(entries: Iterable[WireEntry], host: str) -> dict[str, Any]:
    """Return the archive as a JSON-ready object.

    Args:
        entries: the exchanges, in the order in which they shall stand.
        host: host and port for requests without a Host header.
    """
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "orcid-review embedded sandbox", "version": __version__},
            "comment": NOTE,
            "entries": [_entry(entry, host) for entry in entries],
        }
    }


def _entry(entry: WireEntry, host: str) -> dict[str, Any]:
    asked, answered = entry.request_headers, entry.response_headers
    query = f"?{entry.query}" if entry.query else ""
    took = round(entry.seconds * 1000, 3)
    request: dict[str, Any] = {
        "method": entry.method,
        "url": f"{entry.scheme}://{asked.get('host', host)}{entry.path}{query}",
        "httpVersion": "HTTP/1.1",
        "cookies": _cookies(asked.get("cookie", "")),
        "headers": _pairs(asked.items()),
        "queryString": _pairs(parse_qsl(entry.query, keep_blank_values=True)),
        "headersSize": -1,
        "bodySize": len(entry.request_body.encode("utf-8", "replace")),
    }
    if entry.request_body:
        request["postData"] = {
            "mimeType": asked.get("content-type", ""),
            "params": [],
            "text": entry.request_body,
        }
    size = len(entry.response_body.encode("utf-8", "replace"))
    return {
        "startedDateTime": entry.at.isoformat(timespec="milliseconds"),
        "time": took,
        "request": request,
        "response": {
            "status": entry.status,
            "statusText": responses.get(entry.status, ""),
            "httpVersion": "HTTP/1.1",
            "cookies": _cookies(answered.get("set-cookie", "")),
            "headers": _pairs(answered.items()),
            "content": {"size": size, "mimeType": answered.get("content-type", ""), "text": entry.response_body},
            "redirectURL": answered.get("location", ""),
            "headersSize": -1,
            "bodySize": size,
        },
        "cache": {},
        "timings": {"send": 0, "wait": took, "receive": 0},
        "_number": entry.number,
        "_side": entry.side,
        "_kind": entry.kind,
        "_certificate": entry.certificate,
    }


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _cookies(header: str) -> list[dict[str, str]]:
    try:
        return _pairs((name, morsel.value) for name, morsel in SimpleCookie(header).items())
    except CookieError:
        return []
