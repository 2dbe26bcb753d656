"""Reads the record at ORCID, before, during and after, with rights of the run's own.

The token is one that the client under review gets for itself (`/read-public`): it shows what everybody may see, and
what the client put on the record whatever its visibility, and it outlives every connection of the portal.

Source: ORCID Member API 3.0, read rule for one item; ORCID OAuth, client credentials.
"""

from __future__ import annotations

import secrets
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx

from ..evidence.model import RecordItem, RecordLook
from ..orcid.answers import json_object
from .errors import GatherError

MARK: Final = "x-orcid-review"
"""Header by which the wire tells the run's own requests from the portal's."""

PATIENCE: Final = 20.0
"""Seconds for one answer."""

_JSON: Final = "application/vnd.orcid+json"
_PARTS: Final = ("activities", "person")


@dataclass(frozen=True)
class Place:
    """Where ORCID is for the run itself, which goes there directly even where the portal goes through a relay."""

    site: str
    """Origin of OAuth."""
    api: str
    """Origin of the Member API."""
    ca_file: Path | None = None
    """Authority to trust beside nobody else; None: the usual ones."""
    near: bool = False
    """Whether it is on this machine, so that no proxy stands in between."""


@dataclass
class OrcidReader:
    """The run's own calls to ORCID, as the client under review.

    Args:
        place: which ORCID.
        client_id, client_secret: of the client under review.
        learn: told each token (kind, value), before anything is done with it.
    """

    place: Place
    client_id: str
    client_secret: str
    learn: Callable[[str, str], object]
    mark: str = field(default_factory=lambda: secrets.token_hex(16))
    """Value of the header :data:`MARK`: nobody else can know it."""
    _own: dict[str, str] = field(default_factory=dict)

    def look(self, when: Any, orcid: str) -> RecordLook:
        """Read one record; what keeps it from being read becomes the look's block."""
        now = datetime.now(UTC)
        try:
            parts = [self._read(f"{orcid}/{part}") for part in _PARTS]
        except GatherError as error:
            return RecordLook(when=when, at=now, orcid=orcid, block=error.block())
        return RecordLook(when=when, at=now, orcid=orcid, items=[i for part in parts for i in items_of(part)])

    def whole(self, orcid: str, section: str, put_code: str) -> dict[str, Any]:
        """Return an item with all that it holds.

        Raises:
            GatherError: it cannot be read.
        """
        return self._read(f"{orcid}/{section}/{put_code}")

    def own_token(self, scope: str) -> str:
        """Return an access token that the client gets for itself.

        Raises:
            GatherError: ORCID gives none.
        """
        if scope not in self._own:
            self._own[scope] = self.token({"grant_type": "client_credentials", "scope": scope})
        return self._own[scope]

    def token(self, form: dict[str, str]) -> str:
        """Ask the token endpoint and return the access token that it gives.

        Raises:
            GatherError: it gives none.
        """
        us = {"client_id": self.client_id, "client_secret": self.client_secret}
        answer = self.send("POST", f"{self.place.site}/oauth/token", data=us | form)
        token = json_object(answer.content).get("access_token") if answer.status_code == 200 else None
        if not isinstance(token, str) or not token:
            raise GatherError("record-unreadable", f"ORCID gave the run no token of its own: {answer.status_code}")
        self.learn("access-token", token)
        if refresh := json_object(answer.content).get("refresh_token"):
            self.learn("refresh-token", str(refresh))
        return token

    def call(self, method: str, path: str, token: str, content: str | None = None) -> httpx.Response:
        """Call the Member API with a token.

        Args:
            path: after the origin, e.g. `v3.0/0000-0002-1825-0097/employment/1`.

        Raises:
            GatherError: ORCID cannot be reached.
        """
        headers = {"authorization": f"Bearer {token}", "accept": _JSON}
        if content is not None:
            headers["content-type"] = _JSON
        return self.send(method, f"{self.place.api}/{path}", headers=headers, content=content)

    def send(self, method: str, url: str, *, headers: dict[str, str] | None = None, **what: Any) -> httpx.Response:
        """Send one request, marked as the run's own.

        Raises:
            GatherError: ORCID cannot be reached.
        """
        ca_file = self.place.ca_file
        verify: Any = ssl.create_default_context(cafile=str(ca_file)) if ca_file else True
        marked = {MARK: self.mark, "accept": "application/json"} | (headers or {})
        try:
            with httpx.Client(verify=verify, timeout=PATIENCE, trust_env=not self.place.near) as http:
                return http.request(method, url, headers=marked, **what)
        except httpx.HTTPError as error:
            raise GatherError("orcid-unreachable", f"{url} was not reached: {error or type(error).__name__}") from error

    def _read(self, path: str) -> dict[str, Any]:
        for attempt in range(2):
            answer = self.call("GET", f"v3.0/{path}", self.own_token("/read-public"))
            if answer.status_code != 401 or attempt:
                break
            self._own.clear()  # it was ended, by a code used twice for instance: a new one is to be had
        if answer.status_code != 200:
            raise GatherError("record-unreadable", f"ORCID answered {answer.status_code} to GET /v3.0/{path}")
        return json_object(answer.content)


# What a document of ORCID's says of its items


def items_of(document: Any) -> Iterator[RecordItem]:
    """Yield the items in a document: whatever has a put-code, a path and a source, however deep it lies."""
    if isinstance(document, list):
        for part in document:
            yield from items_of(part)
    elif isinstance(document, dict):
        path = str(document.get("path") or "").strip("/").split("/")
        code = document.get("put-code")
        if isinstance(code, int) and len(path) == 3 and path[2] == str(code):
            yield _item(document, path[1], path[2])
            return
        for part in document.values():
            yield from items_of(part)


def _item(item: dict[str, Any], section: str, put_code: str) -> RecordItem:
    source = item.get("source") or {}
    return RecordItem(
        section=section,
        put_code=put_code,
        title=_title(item),
        source=_path(source, "source-client-id", "source-orcid"),
        origin=_path(source, "assertion-origin-client-id", "assertion-origin-orcid"),
        visibility=str(item.get("visibility") or "").lower(),
        start=_date(item.get("start-date")),
        end=_date(item.get("end-date")),
        identifiers=_identifiers(item),
        created=_moment(item.get("created-date")),
        modified=_moment(item.get("last-modified-date")),
    )


def _path(source: dict[str, Any], *names: str) -> str:
    return next((str(source[name].get("path") or "") for name in names if source.get(name)), "")


def _title(item: dict[str, Any]) -> str:
    organization = item.get("organization") or item.get("convening-organization") or {}
    title: Any = item.get("title") or (item.get("proposal") or {}).get("title") or {}
    parts = [
        _text(title.get("title")) if isinstance(title, dict) else _text(title),
        _text(item.get("role-title")),
        _text(organization.get("name")),
        *(_text(item.get(name)) for name in ("content", "url-name", "country", "external-id-value")),
    ]
    return ", ".join(part for part in parts if part)


def _text(value: Any) -> str:
    inner = value.get("value") if isinstance(value, dict) else value
    return " ".join(str(inner).split()) if inner else ""


def _date(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    return "-".join(part for part in (_text(value.get(name)) for name in ("year", "month", "day")) if part)


def _identifiers(item: dict[str, Any]) -> list[str]:
    found = (item.get("external-ids") or {}).get("external-id") or []
    return [
        f"{one.get('external-id-type')} {_text(one.get('external-id-value'))}"
        for one in found
        if str(one.get("external-id-relationship") or "").lower().replace("_", "-") == "self"
    ]


def _moment(value: Any) -> datetime | None:
    stamp = value.get("value") if isinstance(value, dict) else None
    return datetime.fromtimestamp(stamp / 1000, UTC) if isinstance(stamp, int) else None
