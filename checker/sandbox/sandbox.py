"""The sandbox as its users see it: started, asked, stopped, from any thread."""

from __future__ import annotations

import asyncio
import socket
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from . import server as servers
from .app import build
from .model import DEFAULT_CLIENT, DEFAULT_PERSON, Client, FailedHandshake, Fault, Person, SandboxError, WireEntry
from .site import Site
from .state import State
from .tls import Certificates
from .wire import Recorder, Wire

_T = TypeVar("_T")


class Sandbox:
    """An ORCID of one's own on a loopback port.

    Args:
        port: 0 takes a free one.
        tls: whether the base URL is https; plain http is served in any case.
        clients: the registered applications.
        people: who may sign in, each with a record.

    Runs in a thread of its own between :meth:`start` and :meth:`stop`, or as a context manager. What it remembers
    (grants, items, the wire) outlives a stop. Every method may be called from any thread.
    """

    def __init__(
        self,
        port: int = 0,
        tls: bool = True,
        clients: tuple[Client, ...] = (DEFAULT_CLIENT,),
        people: tuple[Person, ...] = (DEFAULT_PERSON,),
    ) -> None:
        self._wanted_port = port
        self._tls = tls
        self._state = State(clients, people)
        self._wire = Wire()
        self._failures: list[FailedHandshake] = []
        self._interstitial = False
        self._running: _Running | None = None

    # Life

    def start(self) -> Sandbox:
        """Start; returns when it listens.

        Raises:
            PortInUse: the port is taken.
            SandboxError: it runs already.
        """
        if self._running:
            raise SandboxError("the sandbox runs already")
        listeners = servers.listen(self._wanted_port)
        port = listeners[0].getsockname()[1]
        folder = tempfile.TemporaryDirectory(prefix="orcid-sandbox-") if self._tls else None
        certificates = Certificates(Path(folder.name)) if folder else None
        base = f"{'https' if self._tls else 'http'}://localhost:{port}"
        app, site = build(self._state, self._wire, base)
        site.interstitial = self._interstitial
        self._running = _Running(app, site, listeners, port, base, folder, certificates, self._failures)
        self._running.start()
        return self

    def stop(self) -> None:
        """Close everything; does nothing when it is not running."""
        if self._running:
            running, self._running = self._running, None
            running.stop()

    def __enter__(self) -> Sandbox:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # Addresses

    @property
    def _alive(self) -> _Running:
        if self._running is None:
            raise SandboxError("the sandbox is not running")
        return self._running

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._alive.port

    @property
    def base(self) -> str:
        """Base URL to give to a portal, without a slash at the end."""
        return self._alive.base

    @property
    def plain_base(self) -> str:
        """The same without TLS, whatever `tls` says."""
        return f"http://localhost:{self.port}"

    @property
    def ca_file(self) -> Path | None:
        """PEM file of the authority to trust, gone after :meth:`stop`; None without TLS."""
        certificates = self._alive.certificates
        return certificates.ca_file if certificates else None

    # What it saw

    @property
    def wire(self) -> list[WireEntry]:
        """Every completed exchange so far, in order of arrival, with all secrets."""
        return self._wire.entries

    @property
    def on_exchange(self) -> Callable[[WireEntry], object] | None:
        """Called in the sandbox's thread with each exchange, before its answer goes out."""
        return self._wire.on_exchange

    @on_exchange.setter
    def on_exchange(self, listener: Callable[[WireEntry], object] | None) -> None:
        self._wire.on_exchange = listener

    @property
    def failed_handshakes(self) -> list[FailedHandshake]:
        """Every TLS connection given up before a request came."""
        return list(self._failures)

    @property
    def faults(self) -> list[Fault]:
        """What broke inside the sandbox; empty unless we made a mistake."""
        return self._wire.faults

    # Levers

    def present_certificate(self, trusted: bool) -> None:
        """Show new TLS connections the trusted certificate, or one of an authority that nobody knows.

        Kept-alive connections are closed as soon as they are idle, so that a client with a pool must look again.

        Raises:
            SandboxError: it is not running, or has no TLS.
        """
        if not self._tls:
            raise SandboxError("a sandbox without TLS has no certificate to present")
        running = self._alive
        self._in_loop(lambda: running.server.present(trusted=trusted))

    def revoke_tokens(self, orcid: str, client_id: str) -> None:
        """End a person's permission for a client, as the person does under Trusted organizations."""
        self._in_loop(lambda: self._state.revoke_by_person(orcid, client_id))

    def forget_grants(self, orcid: str, client_id: str) -> None:
        """Make the next authorization show consent again; tokens live on."""
        self._in_loop(lambda: self._state.forget(orcid, client_id))

    @property
    def interstitial(self) -> bool:
        """Whether a page comes between consent and the way back, once per session, with the same button ids."""
        return self._interstitial

    @interstitial.setter
    def interstitial(self, shown: bool) -> None:
        self._interstitial = shown
        if self._running:
            self._running.site.interstitial = shown

    def _in_loop(self, work: Callable[[], _T]) -> _T:
        return self._running.call(work) if self._running else work()


class _Running:
    """The thread, its event loop, and what must be cleared away at the end."""

    def __init__(
        self,
        app: Recorder,
        site: Site,
        listeners: list[socket.socket],
        port: int,
        base: str,
        folder: tempfile.TemporaryDirectory[str] | None,
        certificates: Certificates | None,
        failures: list[FailedHandshake],
    ) -> None:
        self.site, self.port, self.base, self.certificates = site, port, base, certificates
        self.server = servers.Server(app, listeners, certificates, failures.append)
        self._folder = folder
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), name="orcid-sandbox", daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._ready.wait()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        # What goes wrong on one connection is that connection's end and nobody's news.
        self._loop.set_exception_handler(lambda _loop, _context: None)
        self._end = asyncio.Event()
        self.server.start()
        self._ready.set()
        await self._end.wait()
        await self.server.stop()

    def call(self, work: Callable[[], _T]) -> _T:
        """Run something in the loop's thread and return its result."""
        if threading.current_thread() is self._thread:
            return work()

        async def run() -> _T:
            return work()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()
        if self._folder:
            self._folder.cleanup()
