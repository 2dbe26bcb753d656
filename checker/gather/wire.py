"""Turns what the embedded sandbox was told into evidence, and lets the vault learn the secrets in it at once."""

from __future__ import annotations

import base64
import binascii
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from ..evidence.model import Exchange, Handshake
from ..evidence.vault import Vault
from ..orcid.answers import json_object

if TYPE_CHECKING:
    from ..sandbox import FailedHandshake, WireEntry

LONGEST_BODY: Final = 20_000
"""Characters of a body that are kept."""

LONGEST_PAYLOAD: Final = 4_000_000
"""Characters of a body that is kept where it is written to the API: rules read it whole."""

KEPT_REQUEST: Final = frozenset({"accept", "content-type", "content-length", "user-agent", "host", "authorization"})
KEPT_RESPONSE: Final = frozenset({"content-type", "location", "retry-after"})

_TOKEN_KINDS: Final = {"access_token": "access-token", "refresh_token": "refresh-token", "id_token": "id-token"}
_SECRET_KINDS: Final = _TOKEN_KINDS | {
    "client_secret": "client-secret",
    "password": "password",
    "subject_token": "id-token",
    "id_token_hint": "id-token",
    "assertion": "id-token",
}


class Recording:
    """The wire of one run. `take` is called from the sandbox's thread, the rest from the run's."""

    def __init__(self, vault: Vault, journey: Callable[[], str]) -> None:
        self._vault = vault
        self._journey = journey
        self._entries: list[tuple[str, WireEntry]] = []
        self._lock = threading.Lock()
        self.handshakes_of: Callable[[], Sequence[FailedHandshake]] = lambda: ()
        self.is_own: Callable[[WireEntry], bool] = lambda _: False
        """Whether a request is one of the run itself: those are no evidence about the portal."""

    @property
    def entries(self) -> list[WireEntry]:
        """What was taken so far, raw, in order of arrival."""
        with self._lock:
            return sorted((entry for _, entry in self._entries), key=lambda entry: entry.number)

    def take(self, entry: WireEntry) -> None:
        """Remember one exchange and learn its secrets."""
        if self.is_own(entry):
            return
        with self._lock:
            self._entries.append((self._journey(), entry))
        learn(entry, self._vault)

    def exchanges(self) -> list[Exchange]:
        """Return the exchanges, in order of arrival."""
        with self._lock:
            entries = sorted(self._entries, key=lambda pair: pair[1].number)
        return [self._exchange(journey, entry) for journey, entry in entries]

    def handshakes(self) -> list[Handshake]:
        """Return the handshakes that failed, with the journey during which they did."""
        return [
            Handshake(at=h.at, journey=self._journey_at(h.at), certificate=h.certificate, side=h.side, error=h.error)
            for h in self.handshakes_of()
        ]

    def _journey_at(self, moment: Any) -> str:
        """A handshake that failed carries no request; it belongs to the journey of the exchange before it."""
        with self._lock:
            before = [(entry.at, journey) for journey, entry in self._entries if entry.at <= moment]
        return max(before, default=(None, ""), key=lambda pair: pair[0] or moment)[1]

    def _exchange(self, journey: str, entry: WireEntry) -> Exchange:
        written = entry.kind == "api" and entry.method in {"POST", "PUT"}
        longest = LONGEST_PAYLOAD if written else LONGEST_BODY
        return Exchange(
            number=entry.number,
            at=entry.at,
            journey=journey,
            side=entry.side,
            scheme=entry.scheme,
            certificate=entry.certificate,
            method=entry.method,
            path=entry.path,
            query=entry.query,
            request_headers={k: v for k, v in entry.request_headers.items() if k in KEPT_REQUEST},
            request_body=entry.request_body[:longest],
            request_cut=len(entry.request_body) > longest,
            status=entry.status,
            response_headers={k: v for k, v in entry.response_headers.items() if k in KEPT_RESPONSE},
            response_body="" if entry.kind == "page" else entry.response_body[:LONGEST_BODY],
            kind=entry.kind,
            grant=entry.grant,
            token=entry.token,
            orcid=entry.orcid,
        )


def learn(entry: WireEntry, vault: Vault) -> None:
    """Tell the vault every secret in one exchange."""
    sent: dict[str, str] = _form(entry.query) | _form(entry.request_body)
    if entry.kind in {"token", "revoke"}:  # some send JSON, which ORCID does not take
        sent |= {name: value for name, value in json_object(entry.request_body).items() if isinstance(value, str)}
    address, _, fragment = entry.response_headers.get("location", "").partition("#")
    for name, value in [*sent.items(), *_form(fragment).items(), *_form(address.partition("?")[2]).items()]:
        if name in _SECRET_KINDS:
            vault.learn(_SECRET_KINDS[name], value)
        elif name == "code":
            vault.learn_code(value)
    scheme, _, credentials = entry.request_headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        vault.learn("client-secret", _basic_secret(credentials) or credentials.strip())
    else:  # without a scheme, or with another one, it is a token all the same
        vault.learn("access-token", credentials.strip() or scheme)
    if entry.kind == "token":
        for name, kind in _TOKEN_KINDS.items():
            vault.learn(kind, str(json_object(entry.response_body).get(name) or ""))


def _form(body: str) -> dict[str, str]:
    try:
        return {name: values[0] for name, values in parse_qs(body).items()}
    except ValueError:
        return {}


def _basic_secret(credentials: str) -> str:
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""
