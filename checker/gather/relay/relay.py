"""The relay as its users see it: started, looked at, stopped, from any thread."""

from __future__ import annotations

import asyncio
import socket
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final

from ...sandbox.model import FailedHandshake, SandboxError, WireEntry
from ...sandbox.server import listen
from ...sandbox.tls import Certificates
from ...sandbox.wire import Recorder, Wire
from . import places
from .addressed import Addressed
from .elsewhere import Elsewhere
from .forward import Forwarder
from .front import Front
from .upstream import Upstream

PATIENCE: Final = 60.0
"""Seconds that ORCID gets for one answer."""


class Relay:
    """Stands on a loopback port between a portal and ORCID.

    Args:
        upstream: the ORCID behind it.
        port: 0 takes a free one.
        tls: whether the base URL is https; plain http, and both for ORCID's hosts, are served in any case.
        patience: seconds that the ORCID behind it gets for one answer; then the portal is answered 504.
        on_trouble: told, in one sentence and in the relay's thread, what could not be passed on.
        on_failed_handshake: told in the relay's thread of each TLS connection given up before a request came.

    Runs in a thread of its own between :meth:`start` and :meth:`stop`, or as a context manager.
    """

    def __init__(
        self,
        upstream: Upstream,
        port: int = 0,
        *,
        tls: bool = True,
        patience: float = PATIENCE,
        on_trouble: Callable[[str], object] = lambda _: None,
        on_failed_handshake: Callable[[FailedHandshake], object] = lambda _: None,
    ) -> None:
        self._upstream = upstream
        self._wanted_port = port
        self._tls = tls
        self._patience = patience
        self._on_trouble = on_trouble
        self._on_failed_handshake = on_failed_handshake
        self._wire = Wire()
        self._failures: list[FailedHandshake] = []
        self._running: _Running | None = None

    def start(self) -> Relay:
        """Start; returns when it listens.

        Raises:
            checker.sandbox.PortInUse: the port is taken.
            checker.sandbox.SandboxError: it runs already.
        """
        if self._running:
            raise SandboxError("the relay runs already")
        listeners = listen(self._wanted_port)
        self._running = _Running(
            listeners, self._upstream, self._wire, self._note_failure, self._patience, self._on_trouble
        )
        self._running.start()
        return self

    def stop(self) -> None:
        """Close everything; does nothing when it is not running. What it recorded stays."""
        if self._running:
            running, self._running = self._running, None
            running.stop()

    def __enter__(self) -> Relay:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def _alive(self) -> _Running:
        if self._running is None:
            raise SandboxError("the relay is not running")
        return self._running

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._alive.port

    @property
    def base(self) -> str:
        """Base URL for a portal whose ORCID can be set, without a slash at the end."""
        return f"{'https' if self._tls else 'http'}://localhost:{self.port}"

    @property
    def proxy(self) -> str:
        """What a portal with fixed hosts names as its proxy."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ca_file(self) -> Path:
        """PEM file of the authority to trust, gone after :meth:`stop`."""
        return self._alive.certificates.ca_file

    @property
    def portal_environment(self) -> dict[str, str]:
        """Variables that send a portal's calls through it; what to trust is not among them, see :attr:`ca_file`."""
        return places.portal_environment(self.port)

    @property
    def browser_arguments(self) -> list[str]:
        """What makes Chromium find ORCID's sandbox at the relay."""
        return places.browser_arguments(self.port)

    @property
    def wire(self) -> list[WireEntry]:
        """Every completed exchange so far, in order of arrival, with all secrets."""
        return self._wire.entries

    @property
    def on_exchange(self) -> Callable[[WireEntry], object] | None:
        """Called in the relay's thread with each exchange, before its answer goes out."""
        return self._wire.on_exchange

    @on_exchange.setter
    def on_exchange(self, listener: Callable[[WireEntry], object] | None) -> None:
        self._wire.on_exchange = listener

    @property
    def failed_handshakes(self) -> list[FailedHandshake]:
        """Every TLS connection to ORCID given up before a request came."""
        return list(self._failures)

    def _note_failure(self, failed: FailedHandshake) -> None:
        self._failures.append(failed)
        self._on_failed_handshake(failed)

    def present_certificate(self, trusted: bool) -> None:
        """Show new TLS connections the trusted certificate, or one of an authority that nobody knows."""
        running = self._alive
        running.call(lambda: running.front.present(trusted=trusted))


class _Running:
    """The thread, its event loop, and what must be cleared away at the end."""

    def __init__(
        self,
        listeners: list[socket.socket],
        upstream: Upstream,
        wire: Wire,
        on_failure: Callable[[FailedHandshake], object],
        patience: float,
        on_trouble: Callable[[str], object],
    ) -> None:
        self.port: int = listeners[0].getsockname()[1]
        self._folder = tempfile.TemporaryDirectory(prefix="orcid-relay-")
        self.certificates = Certificates(Path(self._folder.name), places.ORCID_HOSTS)
        self._listeners, self._on_failure = listeners, on_failure
        self._upstream, self._wire = upstream, wire
        self._client = upstream.client(patience)
        self._patience, self._on_trouble = patience, on_trouble
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), name="orcid-relay", daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._ready.wait()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        # What goes wrong on one connection is that connection's end and nobody's news.
        self._loop.set_exception_handler(lambda _loop, _context: None)
        self._end = asyncio.Event()
        elsewhere = Elsewhere()
        async with self._client:
            forwarder = Forwarder(self._upstream, self._client, self._patience, self._on_trouble)
            application = Addressed(Recorder(forwarder, self._wire), elsewhere)
            self.front = Front(application, self._listeners, self.certificates, self._on_failure)
            self.front.start()
            self._ready.set()
            await self._end.wait()
            await self.front.stop()
        await elsewhere.close()

    def call(self, work: Callable[[], None]) -> None:
        """Run something in the loop's thread."""

        async def run() -> None:
            work()

        asyncio.run_coroutine_threadsafe(run(), self._loop).result()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()
        self._folder.cleanup()
