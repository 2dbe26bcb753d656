"""The wire as an HTTP archive (HAR 1.2): written without secrets, and read, whoever wrote it."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, fields, replace
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


_BROWSERS: Final = frozenset({"WebInspector", "WebKit Web Inspector", "Firefox"})
"""Who wrote an archive in which every request is one of a browser."""

_OWN: Final = "orcid-review "
"""What this program's names begin with; it records what is said to ORCID and nothing else."""

_QUOTED_TAG: Final = re.compile(r"(?:‹|%E2%80%B9)([a-z-]+)(?::|%3A)(\d+)(?:›|%E2%80%BA)", re.IGNORECASE)
_PLAIN_TAG: Final = re.compile(r"~~([a-z-]+)~(\d+)~~")
"""A tag while it goes through what takes ASCII alone; no part of it is ever percent-encoded."""

_DEFAULT_PORTS: Final = {"https": ":443", "http": ":80"}


class HarError(Exception):
    """A file is not an HTTP archive that can be read; the message says which, where and why."""


@dataclass(frozen=True)
class Archive:
    """What was asked of ORCID in an archive."""

    entries: list[WireEntry]
    real: bool
    """Whether it was ORCID itself that answered, as far as the archive tells."""


def document(
    entries: Sequence[WireEntry],
    handshakes: Iterable[FailedHandshake] = (),
    *,
    secrets: bool = False,
    real: bool = False,
) -> dict[str, Any]:
    """Return an archive as a JSON-ready object.

    Args:
        entries: in the order in which they shall stand.
        handshakes: that failed; they stand beside the entries, as `_failedHandshakes`.
        secrets: keep them as they were.
        real: it was ORCID itself that answered.
    """
    vault = Vault()
    if not secrets:
        learn_all(entries, vault)
    made = archive([_redacted(entry, vault) for entry in entries], "localhost")
    made["log"]["creator"]["name"] = "orcid-review relay"
    made["log"]["comment"] = _NOTE + (_BARE if secrets else _TAGGED)
    made["log"]["_real"] = real
    made["log"]["_failedHandshakes"] = [
        {"dateTime": h.at.isoformat(), "certificate": h.certificate, "side": h.side, "error": h.error}
        for h in handshakes
    ]
    if not secrets:
        vault.check(json.dumps(made, ensure_ascii=False), "the HTTP archive")
    return made


def learn_all(entries: Sequence[WireEntry], vault: Vault) -> None:
    """Tell the vault every secret in some exchanges, and the tags that stand in them already."""
    for entry in entries:
        for part in (entry.path, entry.query, entry.request_body, entry.response_body, entry.token):
            vault.take_over(part)
        for headers in (entry.request_headers, entry.response_headers):
            vault.take_over("\n".join(headers.values()))
    for entry in entries:
        learn(entry, vault)
        vault.learn("access-token", entry.token)  # it may stand in the address alone
        _learn_cookies(entry, vault)


def write(path: Path, made: Mapping[str, Any]) -> None:
    """Write an archive; a file that is there is replaced at once and whole.

    Raises:
        OSError: it cannot be written.
    """
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", "utf-8")
    beside.replace(path)


def read(path: Path, also: Sequence[str] = ()) -> Archive:
    """Return what was asked of ORCID in an archive, its entries numbered from 1 in the order of the time.

    Args:
        path: the file.
        also: hosts, with their ports, that stood for ORCID when it was recorded, beside ORCID's own. In an archive
            that this program wrote every host did.

    Raises:
        HarError: it is none.
    """
    log = _log_of(path)
    found = []
    for place, entry in enumerate(log["entries"]):
        try:
            url = urlsplit(entry["request"]["url"])
            theirs = place_of(url.netloc) != "elsewhere" or url.netloc in also or _wrote(log).startswith(_OWN)
            if url.scheme in {"http", "https"} and theirs:
                found.append(_read(entry, by_browser=_is_of_browser(log, entry)))
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise HarError(f"{path}: log.entries[{place}] is no entry of an HTTP archive ({_why(error)})") from error
    found.sort(key=lambda one: one.at)
    entries = [replace(entry, number=number) for number, entry in enumerate(found, 1)]
    return Archive(entries, bool(log.get("_real")) if _wrote(log).startswith(_OWN) else not also)


def _log_of(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST:
            raise HarError(f"{path} is larger than {LARGEST // 2**20} MiB; export the requests to ORCID alone")
        data = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise HarError(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise HarError(f"{path} is no HTTP archive: it is not JSON ({error})") from error
    log = data.get("log") if isinstance(data, dict) else None
    if not isinstance(log, dict) or not isinstance(log.get("entries"), list):
        raise HarError(f"{path} is no HTTP archive: expected an object with a list at log.entries")
    return log


def _wrote(log: Mapping[str, Any]) -> str:
    creator = log.get("creator")
    return str(creator.get("name") or "") if isinstance(creator, dict) else ""


def _is_of_browser(log: Mapping[str, Any], entry: Mapping[str, Any]) -> bool:
    """Say whether it is the browser that noted the request itself, as developer tools do."""
    return _wrote(log) in _BROWSERS or bool(log.get("browser")) or bool({"_initiator", "_resourceType"} & entry.keys())


def _read(entry: Mapping[str, Any], *, by_browser: bool) -> WireEntry:
    asked, answered = entry["request"], entry["response"]
    url = urlsplit(_ascii(asked["url"]))
    at = datetime.fromisoformat(asked.get("startedDateTime") or entry["startedDateTime"])
    posted = asked.get("postData") or {}
    headers = [pair for pair in _pairs(asked.get("headers", ())) if pair[0] != b"host"]
    names = {name for name, _ in headers}
    if (media_type := posted.get("mimeType")) and b"content-type" not in names:
        headers += _pairs([{"name": "content-type", "value": media_type}])
    # Developer tools say 0 of a body that they did not keep; more than that is true whoever says it.
    if (size := int(asked.get("bodySize") or 0)) > 0 and b"content-length" not in names:
        headers.append((b"content-length", str(size).encode()))
    host = url.netloc.rpartition("@")[2].removesuffix(_DEFAULT_PORTS[url.scheme])
    scope: dict[str, Any] = {
        "type": "http",
        "method": str(asked["method"]),
        "scheme": url.scheme,
        "path": url.path or "/",
        "query_string": url.query.encode(),
        "headers": [(b"host", host.encode()), *headers],
        # Which certificate it was is not in an archive. What ORCID's own hosts show is the trusted one.
        "state": {"certificate": entry.get("_certificate") or ("trusted" if url.scheme == "https" else "none")},
    }
    messages: list[MutableMapping[str, Any]] = []
    if (status := int(answered["status"])) > 0:
        messages = [
            {"type": "http.response.start", "status": status, "headers": _pairs(answered.get("headers", ()))},
            {"type": "http.response.body", "body": _content(answered.get("content") or {})},
        ]
    seconds = max(0.0, float(entry.get("time") or 0)) / 1000
    made = sandbox_wire.entry_of(0, _utc(at), Request(scope), _posted(posted), messages, seconds)
    made = _tagged(made)
    if (side := entry.get("_side")) in {"browser", "server"}:
        return replace(made, side=side)
    return replace(made, side="browser" if by_browser or _by_headers(made) else "server")


def _by_headers(entry: WireEntry) -> bool:
    """Say whether the request looks like a browser's. Servers too call themselves Mozilla; only browsers send what
    their reader's language is along with it, or what the fetch is for."""
    headers = entry.request_headers
    if any(name.startswith(("sec-fetch-", "sec-ch-ua")) for name in headers):
        return True
    return entry.side == "browser" and "accept-language" in headers


def _ascii(text: Any) -> str:
    return _QUOTED_TAG.sub(r"~~\1~\2~~", str(text))


def _tagged(entry: WireEntry) -> WireEntry:
    """Put the tags of an archive without secrets back."""
    values = {f.name: getattr(entry, f.name) for f in fields(entry)}
    return replace(entry, **{name: _with_tags(value) for name, value in values.items()})


def _with_tags(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_tags(one) for name, one in value.items()}
    return _PLAIN_TAG.sub(r"‹\1:\2›", value) if isinstance(value, str) else value


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _pairs(headers: Iterable[Mapping[str, Any]]) -> list[tuple[bytes, bytes]]:
    """HTTP/2 writes method and path among the headers, with a colon in front; they are none."""
    named = [(str(h["name"]).lower(), _ascii(h.get("value", ""))) for h in headers]
    return [(n.encode("latin-1", "replace"), v.encode("latin-1", "replace")) for n, v in named if n[:1] != ":"]


def _posted(data: Mapping[str, Any]) -> bytes:
    if text := data.get("text"):
        return _bytes(text, data)
    pairs = [(str(p["name"]), _ascii(p.get("value", ""))) for p in data.get("params") or ()]
    return urlencode(pairs).encode()


def _content(content: Mapping[str, Any]) -> bytes:
    return _bytes(content.get("text") or "", content)


def _bytes(text: str, owner: Mapping[str, Any]) -> bytes:
    if owner.get("encoding") == "base64":
        try:
            return base64.b64decode(text, validate=True)
        except binascii.Error as error:
            raise ValueError(f"a body is not base64: {error}") from error
    return _ascii(text).encode("utf-8", "replace")


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
