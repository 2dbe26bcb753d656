"""The wire as an HTTP archive (HAR 1.2): written without secrets, and read, whoever wrote it."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request

from ...evidence.vault import Vault
from ...sandbox import wire as sandbox_wire
from ...sandbox.har import archive
from ...sandbox.model import FailedHandshake, WireEntry
from ..wire import learn
from .places import place_of

LARGEST: Final = 512 * 2**20
"""Bytes; a larger file is not read."""

_COOKIE: Final = 16
"""Characters from which on a cookie's value is taken for a session secret."""

_NOTE: Final = "Recorded by a relay between a portal and ORCID. A status of 0 is a connection that ORCID dropped."
_TAGGED: Final = " Secrets are replaced by tags; the same secret has the same tag everywhere."
_BARE: Final = " Secrets, codes and tokens are in it as they were: keep it to yourself."


class HarError(Exception):
    """A file is not an HTTP archive that can be read; the message says which, where and why."""


def document(
    entries: Sequence[WireEntry], handshakes: Iterable[FailedHandshake] = (), *, secrets: bool = False
) -> dict[str, Any]:
    """Return an archive as a JSON-ready object.

    Args:
        entries: in the order in which they shall stand.
        handshakes: that failed; they stand beside the entries, as `_failedHandshakes`.
        secrets: keep them as they were.
    """
    vault = Vault()
    for entry in () if secrets else entries:
        learn(entry, vault)
        vault.learn("access-token", entry.token)  # it may stand in the address alone
        _learn_cookies(entry, vault)
    made = archive([_redacted(entry, vault) for entry in entries], "localhost")
    made["log"]["creator"]["name"] = "orcid-review relay"
    made["log"]["comment"] = _NOTE + (_BARE if secrets else _TAGGED)
    made["log"]["_failedHandshakes"] = [
        {"dateTime": h.at.isoformat(), "certificate": h.certificate, "side": h.side, "error": h.error}
        for h in handshakes
    ]
    if not secrets:
        vault.check(json.dumps(made, ensure_ascii=False), "the HTTP archive")
    return made


def write(path: Path, made: Mapping[str, Any]) -> None:
    """Write an archive; a file that is there is replaced at once and whole.

    Raises:
        OSError: it cannot be written.
    """
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", "utf-8")
    beside.replace(path)


def read(path: Path, also: Sequence[str] = ()) -> list[WireEntry]:
    """Return what was asked of ORCID in an archive, numbered from 1 in the order of the time.

    Args:
        path: the file.
        also: hosts, with their ports, that stood for ORCID when it was recorded, beside ORCID's own.

    Raises:
        HarError: it is none.
    """
    found = []
    for place, entry in enumerate(_entries_of(path)):
        try:
            url = urlsplit(entry["request"]["url"])
            if url.scheme in {"http", "https"} and (place_of(url.netloc) != "elsewhere" or url.netloc in also):
                found.append(_read(entry))
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise HarError(f"{path}: log.entries[{place}] is no entry of an HTTP archive ({_why(error)})") from error
    found.sort(key=lambda one: one.at)
    return [replace(entry, number=number) for number, entry in enumerate(found, 1)]


def _entries_of(path: Path) -> list[Any]:
    try:
        if path.stat().st_size > LARGEST:
            raise HarError(f"{path} is larger than {LARGEST // 2**20} MiB; export the requests to ORCID alone")
        data = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise HarError(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise HarError(f"{path} is no HTTP archive: it is not JSON ({error})") from error
    log = data.get("log") if isinstance(data, dict) else None
    entries = log.get("entries") if isinstance(log, dict) else None
    if not isinstance(entries, list):
        raise HarError(f"{path} is no HTTP archive: expected an object with a list at log.entries")
    return entries


def _read(entry: Mapping[str, Any]) -> WireEntry:
    asked, answered = entry["request"], entry["response"]
    url = urlsplit(asked["url"])
    at = datetime.fromisoformat(asked.get("startedDateTime") or entry["startedDateTime"])
    headers = [pair for pair in _pairs(asked.get("headers", ())) if pair[0] != b"host"]
    scope: dict[str, Any] = {
        "type": "http",
        "method": str(asked["method"]),
        "scheme": url.scheme,
        "path": url.path or "/",
        "query_string": url.query.encode(),
        "headers": [(b"host", url.netloc.rpartition("@")[2].encode()), *headers],
        # Which certificate it was is not in an archive. What ORCID's own hosts show is the trusted one.
        "state": {"certificate": entry.get("_certificate") or ("trusted" if url.scheme == "https" else "none")},
    }
    messages: list[MutableMapping[str, Any]] = []
    if status := int(answered["status"]):
        messages = [
            {"type": "http.response.start", "status": status, "headers": _pairs(answered.get("headers", ()))},
            {"type": "http.response.body", "body": _content(answered.get("content") or {})},
        ]
    seconds = max(0.0, float(entry.get("time") or 0)) / 1000
    made = sandbox_wire.entry_of(0, _utc(at), Request(scope), _posted(asked.get("postData") or {}), messages, seconds)
    side = entry.get("_side")
    return replace(made, side=side) if side in {"browser", "server"} else made


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _pairs(headers: Iterable[Mapping[str, Any]]) -> list[tuple[bytes, bytes]]:
    """HTTP/2 writes method and path among the headers, with a colon in front; they are none."""
    named = [(str(h["name"]).lower(), str(h.get("value", ""))) for h in headers]
    return [(n.encode("latin-1", "replace"), v.encode("latin-1", "replace")) for n, v in named if n[:1] != ":"]


def _posted(data: Mapping[str, Any]) -> bytes:
    if text := data.get("text"):
        return _bytes(text, data)
    pairs = [(str(p["name"]), str(p.get("value", ""))) for p in data.get("params") or ()]
    return urlencode(pairs).encode()


def _content(content: Mapping[str, Any]) -> bytes:
    return _bytes(content.get("text") or "", content)


def _bytes(text: str, owner: Mapping[str, Any]) -> bytes:
    if owner.get("encoding") == "base64":
        try:
            return base64.b64decode(text, validate=True)
        except binascii.Error as error:
            raise ValueError(f"a body is not base64: {error}") from error
    return text.encode("utf-8", "replace")


def _why(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error) or type(error).__name__


def _learn_cookies(entry: WireEntry, vault: Vault) -> None:
    for header in (entry.request_headers.get("cookie", ""), entry.response_headers.get("set-cookie", "")):
        try:
            values = [morsel.value for morsel in SimpleCookie(header).values()]
        except CookieError:
            values = []
        for value in values:
            if len(value) >= _COOKIE:
                vault.learn("cookie", value)


def _redacted(entry: WireEntry, vault: Vault) -> WireEntry:
    def clean(headers: Mapping[str, str]) -> dict[str, str]:
        return {name: vault.redact(value) for name, value in headers.items()}

    return replace(
        entry,
        path=vault.redact(entry.path),
        query=vault.redact(entry.query),
        request_headers=clean(entry.request_headers),
        request_body=vault.redact(entry.request_body),
        response_headers=clean(entry.response_headers),
        response_body=vault.redact(entry.response_body),
        token=vault.redact(entry.token),
    )
