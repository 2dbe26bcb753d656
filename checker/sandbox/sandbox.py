"""The sandbox as its users see it: started, asked, stopped, from any thread."""

from __future__ import annotations

import asyncio
import socket
import tempfile
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from starlette.types import ASGIApp

from . import faults
from . import server as servers
from .app import build
from .clock import Clock
from .controls import Controls
from .model import (
    DEFAULT_CLIENTS,
    DEFAULT_PERSON,
    Client,
    ErrorForm,
    FailedHandshake,
    Fault,
    Person,
    SandboxError,
    WireEntry,
)
from .site import Site
from .state import State
from .tls import Certificates
from .webhooks import Delivery
from .wire import Wire

_T = TypeVar("_T")


class Sandbox:
    """An ORCID of one's own on a loopback port.

    Args:
        port: 0 takes a free one.
        tls: whether the base URL is https; plain http is served in any case.
        clients: the registered applications.
        people: who may sign in, each with a record.
        admin: whether `/_sandbox/` answers this machine, with passwords and levers. Off for a review: a portal
            must not be able to look at its examiner's papers.
        rate_limited: whether the Member API keeps ORCID's rate limit. Off for a review: what is too fast is judged
            by the wire, and a walk is not to be slowed down.
        kept: how many exchanges the wire keeps; None: all.
        public: base URL that its own documents and pages name in place of :attr:`base`, for a relay that answers there.

    Runs in a thread of its own between :meth:`start` and :meth:`stop`, or as a context manager. What it remembers
    (grants, items, the wire) outlives a stop. Every method may be called from any thread.
    """

    def __init__(
        self,
        port: int = 0,
        tls: bool = True,
        clients: tuple[Client, ...] = DEFAULT_CLIENTS,
        people: tuple[Person, ...] = (DEFAULT_PERSON,),
        *,
        admin: bool = False,
        rate_limited: bool = False,
        kept: int | None = None,
        public: str = "",
    ) -> None:
        self._public = public
        self._wanted_port = port
        self._tls = tls
        self._admin = admin
        clock = Clock()
        self._wire = Wire(kept)
        self._controls = Controls(State(clients, people, clock), self._wire, clock, limited=rate_limited)
        self._state = self._controls.state
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
        ca_file = str(certificates.ca_file) if certificates else ""
        app, site = build(self._controls, self._public or base, admin=self._admin, ca_file=ca_file)
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

    @property
    def webhook_deliveries(self) -> list[Delivery]:
        """What came of telling callbacks that a record changed; the last thousand."""
        return self._in_loop(lambda: list(self._controls.webhooks.deliveries))

    def wait_for_webhooks(self, seconds: float = 60.0) -> bool:
        """Wait until no callback is being told of a change; say whether that came about in time."""
        if not self._running:
            return True
        settled = asyncio.wait_for(self._controls.webhooks.settled(), seconds)
        try:
            self._running.run(settled)
        except TimeoutError:
            return False
        return True

    # Levers

    def webhooks(self, orcid: str) -> list[str]:
        """Return the addresses that are told of changes of a record."""
        return self._in_loop(lambda: list(self._state.webhooks.get(orcid, ())))

    def tell_webhook(self, orcid: str, address: str) -> None:
        """Tell an address that a record changed, registered or not: what was on its way may come late."""
        self._in_loop(lambda: self._controls.webhooks.tell(orcid, address))

    @property
    def strict_organizations(self) -> bool:
        """Whether identifiers of organizations that are not in the sandbox's own small table are refused."""
        return self._in_loop(lambda: self._state.strict_organizations)

    @strict_organizations.setter
    def strict_organizations(self, strict: bool) -> None:
        self._in_loop(lambda: setattr(self._state, "strict_organizations", strict))

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

    def reset(self) -> None:
        """Go back to how it was made: people, clients, empty records, no tokens, no faults on order, an empty wire."""
        self._in_loop(self._controls.reset)
        self.interstitial = False

    @property
    def people(self) -> list[Person]:
        """Who may sign in."""
        return self._in_loop(lambda: list(self._state.people.values()))

    def add_person(self, **fields: Any) -> Person:
        """Let a further person sign in, with an empty record; without `orcid` they get a new iD.

        Raises:
            SandboxError: a field of :class:`Person` is missing, unknown, wrong or taken.
        """
        return self._in_loop(lambda: self._controls.add_person(fields))

    @property
    def clients(self) -> list[Client]:
        """The registered applications."""
        return self._in_loop(lambda: list(self._state.clients.values()))

    def add_client(self, **fields: Any) -> Client:
        """Register a further application; what is not given of :class:`Client` is made up.

        Raises:
            SandboxError: a field is unknown, wrong or taken.
        """
        return self._in_loop(lambda: self._controls.add_client(fields))

    @property
    def clock_offset(self) -> float:
        """Seconds that the sandbox's clock is ahead of the machine's; codes and tokens expire by it.

        Raises:
            ValueError: set to more than a hundred years.
        """
        return self._in_loop(lambda: self._controls.clock.offset)

    @clock_offset.setter
    def clock_offset(self, seconds: float) -> None:
        self._in_loop(lambda: self._controls.clock.set(seconds))

    @property
    def rate_limited(self) -> bool:
        """Whether the Member API keeps ORCID's rate limit: 24 requests a second, 40 more wait, then 503."""
        return self._in_loop(lambda: self._controls.limited)

    @rate_limited.setter
    def rate_limited(self, limited: bool) -> None:
        self._in_loop(lambda: self._controls.limit(limited))

    def order_fault(self, fault: str, **fields: Any) -> int:
        """Spoil requests to come; return the order's number.

        Args:
            fault: one of :data:`checker.sandbox.faults.Kind`.
            fields: which requests, how many, and how; see :class:`checker.sandbox.faults.Order`.

        Raises:
            SandboxError: a field is unknown or wrong.
        """
        order = faults.order({"fault": fault} | fields)
        return self._in_loop(lambda: self._controls.orders.add(order).number)

    def withdraw_faults(self, number: int | None = None) -> None:
        """Withdraw one order, or all."""
        self._in_loop(lambda: self._controls.orders.withdraw(number))

    def har(self) -> dict[str, Any]:
        """Return the wire as a HAR 1.2 object, with all secrets."""
        return self._in_loop(lambda: self._controls.har(f"localhost:{self.port}"))

    def save(self, path: Path) -> None:
        """Write what is remembered, but for sessions, codes and the wire, to a state file.

        Raises:
            SandboxError: it cannot be written.
        """
        self._in_loop(lambda: self._controls.save(path))

    def restore(self, path: Path) -> bool:
        """Take what a state file holds, if there is one; say whether there was.

        Raises:
            SandboxError: it cannot be read, or is no state file.
        """
        return self._in_loop(lambda: self._controls.restore(path))

    @property
    def interstitial(self) -> bool:
        """Whether a page comes between consent and the way back, once per session, with the same button ids."""
        return self._interstitial

    @interstitial.setter
    def interstitial(self, shown: bool) -> None:
        self._interstitial = shown
        if self._running:
            self._running.site.interstitial = shown

    @property
    def error_form(self) -> ErrorForm:
        """How the authorization page tells a client of an error; `fragment` unless set, and after a reset."""
        return self._in_loop(lambda: self._state.error_form)

    @error_form.setter
    def error_form(self, form: ErrorForm) -> None:
        self._in_loop(lambda: setattr(self._state, "error_form", form))

    def _in_loop(self, work: Callable[[], _T]) -> _T:
        return self._running.call(work) if self._running else work()


class _Running:
    """The thread, its event loop, and what must be cleared away at the end."""

    def __init__(
        self,
        app: ASGIApp,
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

        return self.run(run())

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Wait for something that the loop does; not from the loop's own thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()
        if self._folder:
            self._folder.cleanup()
