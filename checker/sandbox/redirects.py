"""Redirect URIs: which ones a client may use, and how an answer is joined to one.

Documented (facts on OAuth, section 13): scheme, user, host and port must be equal, the path must begin with the
registered path, query and fragment do not count. Our choice: `Client.any_loopback_redirect`.
"""

from __future__ import annotations

import posixpath
from urllib.parse import quote, urlencode, urlsplit

from .loopback import is_loopback
from .model import Client


def matches(client: Client, uri: str) -> bool:
    """Say whether the client may use the redirect URI."""
    try:
        parts = urlsplit(uri)
        _ = parts.port  # raises for a port that is none
    except ValueError:
        return False
    if not parts.netloc:
        return False
    if client.any_loopback_redirect and parts.scheme in {"http", "https"} and is_loopback(parts.hostname or ""):
        return True
    path = _clean(parts.path)
    for registered in map(urlsplit, client.redirect_uris):
        if (parts.scheme, parts.netloc) == (registered.scheme, registered.netloc) and path.startswith(registered.path):
            return True
    return False


def _clean(path: str) -> str:
    """Resolve dot segments, so that `/callback/../elsewhere` is not taken for `/callback`."""
    if not path:
        return ""
    cleaned = posixpath.normpath(path)
    return cleaned + "/" if path.endswith("/") and not cleaned.endswith("/") else cleaned


def with_query(uri: str, answer: dict[str, str]) -> str:
    """Append an answer as query, with `&` where the URI has a query already."""
    bare, hash_, fragment = uri.partition("#")
    joint = "&" if "?" in bare else "?"
    return f"{bare}{joint}{encoded(answer)}{hash_}{fragment}"


def encoded(answer: dict[str, str]) -> str:
    """Write an answer as a query, a space as `%20`."""
    return urlencode(answer, quote_via=quote)


def with_fragment(uri: str, fragment: str) -> str:
    """Put a fragment in the place of whatever fragment the URI had."""
    return f"{uri.partition('#')[0]}#{fragment}"
