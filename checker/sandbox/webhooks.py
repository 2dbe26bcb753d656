"""Webhooks: an application hears of every change of a record, on this machine (facts on the API, section 16).

Documented: a POST with an empty body to the callback; 2xx is expected; else it is tried again. Our choice: it goes out
at once (ORCID's goes out with the next round of a job), three times at most, and to loopback addresses only; a
callback elsewhere is noted as not delivered. Changes while one is on its way are told by one more.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import httpx

from .api_errors import ApiError
from .loopback import is_loopback
from .state import State

KEPT: Final = 1000
"""Deliveries that are remembered."""

AT_ONCE: Final = 8
"""Deliveries under way at the same time."""


@dataclass(frozen=True)
class Delivery:
    """What came of telling a callback."""

    at: datetime
    """UTC, by the sandbox's clock."""
    orcid: str
    uri: str
    tries: int
    """0: it was not tried."""
    status: int
    """HTTP status of the last try; 0: no answer."""
    error: str = ""

    @property
    def delivered(self) -> bool:
        """Whether the callback took it."""
        return 200 <= self.status < 300


class Webhooks:
    """Registers callbacks, and tells them."""

    def __init__(self, state: State, pauses: tuple[float, ...] = (0.0, 1.0, 5.0), patience: float = 10.0) -> None:
        self._state = state
        self._pauses = pauses
        self._patience = patience
        self._tasks: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._again: set[tuple[str, str]] = set()
        self._room: tuple[asyncio.AbstractEventLoop, asyncio.Semaphore] | None = None
        self.deliveries: deque[Delivery] = deque(maxlen=KEPT)
        state.on_change = self.changed

    def put(self, orcid: str, uri: str, client_id: str) -> bool:
        """Register a callback; say whether it is new.

        Raises:
            ApiError: it is no URI.
        """
        if not _is_uri(uri):
            raise ApiError(400, 9012, f"the webhook {uri[:200]!r} is not a URI")
        callbacks = self._state.webhooks.setdefault(orcid, {})
        if uri in callbacks:
            return False
        callbacks[uri] = client_id
        return True

    def delete(self, orcid: str, uri: str, client_id: str) -> None:
        """Forget a callback.

        Raises:
            ApiError: there is none, or it is another client's.
        """
        callbacks = self._state.webhooks.get(orcid, {})
        if uri not in callbacks:
            raise ApiError(404, 9028, f"there is no webhook {uri[:200]!r} for {orcid}")
        if callbacks[uri] != client_id:
            raise ApiError(403, 9014, f"{callbacks[uri]} registered the webhook, {client_id} asks")
        del callbacks[uri]

    def changed(self, orcid: str) -> None:
        """Tell every callback of a record that it changed, in the background."""
        for uri in self._state.webhooks.get(orcid, ()):
            self.tell(orcid, uri)

    async def settled(self) -> None:
        """Wait until no callback is being told of anything."""
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    def tell(self, orcid: str, uri: str) -> None:
        """Tell one callback that a record changed, in the background."""
        host = urlsplit(uri).hostname or ""
        # Names under localhost are this machine's, but to find that out some machines ask the network.
        if not is_loopback(host) or host.endswith(".localhost"):
            self._note(orcid, uri, 0, 0, "only callbacks on this machine are told")
            return
        if (orcid, uri) in self._tasks:
            self._again.add((orcid, uri))
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._note(orcid, uri, 0, 0, "the sandbox was not running")
            return
        # The loop ends what is left when the sandbox stops.
        task = self._tasks[orcid, uri] = loop.create_task(self._deliver(orcid, uri))
        task.add_done_callback(lambda task: self._done(orcid, uri, task))

    def _done(self, orcid: str, uri: str, task: asyncio.Task[None]) -> None:
        self._tasks.pop((orcid, uri), None)
        again = (orcid, uri) in self._again
        self._again.discard((orcid, uri))
        if again and not task.cancelled() and uri in self._state.webhooks.get(orcid, ()):
            self.tell(orcid, uri)

    def _gate(self) -> asyncio.Semaphore:
        loop = asyncio.get_running_loop()
        if self._room is None or self._room[0] is not loop:  # a sandbox that was stopped and started again
            self._room = (loop, asyncio.Semaphore(AT_ONCE))
        return self._room[1]

    async def _deliver(self, orcid: str, uri: str) -> None:
        tries, status, error = 0, 0, ""
        # No proxy, no redirect: nothing leaves this machine. Whose certificate it is does not matter here.
        async with self._gate(), httpx.AsyncClient(trust_env=False, verify=False, timeout=self._patience) as http:
            while tries < len(self._pauses) and not 200 <= status < 300:
                await asyncio.sleep(self._pauses[tries])
                tries += 1
                try:
                    status, error = (await http.post(uri, content=b"")).status_code, ""
                except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as failure:
                    status, error = 0, f"{type(failure).__name__}: {failure}"
        self._note(orcid, uri, tries, status, error)

    def _note(self, orcid: str, uri: str, tries: int, status: int, error: str) -> None:
        self.deliveries.append(Delivery(self._state.now(), orcid, uri, tries, status, error))


def _is_uri(text: str) -> bool:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and not any(character.isspace() or not character.isprintable() for character in text)
    )
