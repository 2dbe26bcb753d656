"""One port, two protocols: the first byte of a connection decides between TLS and plain http.

The sockets are accepted here and handed to uvicorn's HTTP protocol, which needs no server of its own. A TLS
connection that ends before its first request is noted as a failed handshake: the client either broke the handshake
off, or (as Node.js does) looked at the certificate only after it.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import ssl
import struct
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Literal

from starlette.types import ASGIApp
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from .model import FailedHandshake, PortInUse, PortRefused, Side
from .tls import Certificates

HANDSHAKE: Final = 0x16
"""First byte of a TLS connection."""

_IDLE: Final = 75
"""Seconds that a kept-alive connection may be idle."""

_SILENCE: Final = 600.0
"""Seconds that a connection may stay without its first byte: browsers open some ahead of need."""

_TRIES: Final = 20

_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())
_log.propagate = False
_log.setLevel(logging.CRITICAL)


def listen(port: int) -> list[socket.socket]:
    """Open listening sockets on 127.0.0.1 and, where there is IPv6, on ::1, with one port number.

    Raises:
        PortInUse: the port is taken; only when it is not 0.
    """
    for _ in range(_TRIES):
        four = _bind(socket.AF_INET, "127.0.0.1", port)
        chosen = four.getsockname()[1]
        try:
            return [four, _bind(socket.AF_INET6, "::1", chosen)]
        except PortInUse:
            four.close()
            if port:
                raise
        except OSError:  # no IPv6 on this machine
            return [four]
    raise PortInUse(port)


def _bind(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((host, port))
        listener.listen(128)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        if error.errno == errno.EACCES and port < 1024:
            raise PortRefused(port) from error
        # Windows says EACCES of a port that another program keeps to itself.
        if error.errno in {errno.EADDRINUSE, errno.EACCES}:
            raise PortInUse(port) from error
        raise
    return listener


class Connection(H11Protocol):
    """One connection: uvicorn's protocol, which in addition knows its certificate and whether it was ever used."""

    def __init__(
        self, server: Server, certificate: Literal["trusted", "untrusted", "none"], side: Side = "server"
    ) -> None:
        super().__init__(server.config, server.state, {"certificate": certificate, "drop": self._drop})
        self.logger, self.access_log = _log, False
        self._server = server
        self._certificate = certificate
        self._side: Side = side
        self._used = False

    @property
    def over_tls(self) -> bool:
        """Whether the connection is encrypted."""
        return self._certificate != "none"

    def _drop(self) -> None:
        """End the connection at once, whatever was asked on it."""
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take bytes of a request."""
        self._used = True
        super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Note a connection that ended without a request: the certificate was looked at after the handshake."""
        super().connection_lost(exc)
        if self._certificate != "none" and not self._used and not self._server.stopping:
            told = str(exc) if exc else "the other side left after the handshake without a request"
            self._server.note_failure(self._certificate, told, self._side)


class Server:
    """Accepts connections; lives in one event loop."""

    def __init__(
        self,
        app: ASGIApp,
        listeners: list[socket.socket],
        certificates: Certificates | None,
        on_failure: Callable[[FailedHandshake], object],
    ) -> None:
        self.config = Config(
            app, http="h11", ws="none", lifespan="off", log_config=None, access_log=False, timeout_keep_alive=_IDLE
        )
        self.config.load()
        self.state = ServerState()
        self.trusted = True
        self.stopping = False
        self._listeners = listeners
        self._certificates = certificates
        self._on_failure = on_failure
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin to accept."""
        for listener in self._listeners:
            self._spawn(self._accept(listener))

    def _spawn(self, work: asyncio._CoroutineLike[None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(listener)
            except OSError:  # out of descriptors, or the peer left in the queue
                await asyncio.sleep(0.05)
                continue
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._spawn(self._serve(connection))

    async def _serve(self, connection: socket.socket) -> None:
        try:
            start = await peek(connection)
            if not start:
                connection.close()
            elif start[0] != HANDSHAKE:
                await asyncio.get_running_loop().connect_accepted_socket(lambda: Connection(self, "none"), connection)
            elif self._certificates is None:
                connection.close()
            else:
                await self._serve_tls(connection, self._certificates, _side(start))
        except OSError:
            connection.close()
        except asyncio.CancelledError:
            connection.close()
            raise

    async def _serve_tls(self, connection: socket.socket, certificates: Certificates, side: Side) -> None:
        name: Literal["trusted", "untrusted"] = "trusted" if self.trusted else "untrusted"
        context = certificates.trusted if self.trusted else certificates.untrusted
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: Connection(self, name, side), connection, ssl=context, ssl_handshake_timeout=30
            )
        except (TimeoutError, OSError) as error:
            told = (error.reason or str(error)) if isinstance(error, ssl.SSLError) else str(error)
            self.note_failure(name, told or "the other side left during the handshake", side)
            connection.close()

    def note_failure(self, certificate: Literal["trusted", "untrusted"], error: str, side: Side) -> None:
        """Tell of a failed handshake."""
        self._on_failure(FailedHandshake(datetime.now(UTC), certificate, error, side))

    def present(self, *, trusted: bool) -> None:
        """Choose the certificate of new TLS connections, and close those that are open as soon as they are idle."""
        self.trusted = trusted
        for connection in self._connections():
            if connection.over_tls:
                connection.shutdown()

    def _connections(self) -> list[Connection]:
        return [c for c in self.state.connections if isinstance(c, Connection)]

    async def stop(self) -> None:
        """Close everything now."""
        self.stopping = True
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for listener in self._listeners:
            listener.close()
        for connection in self._connections():
            connection.transport.abort()
        for task in list(self.state.tasks):
            task.cancel()
        await asyncio.gather(*self.state.tasks, return_exceptions=True)
        while self.state.connections:
            await asyncio.sleep(0)


async def peek(connection: socket.socket) -> bytes:
    """Wait until the other side has sent something, and look at it without taking it."""
    loop = asyncio.get_running_loop()
    ready = loop.create_future()

    def wake() -> None:
        if not ready.done():
            ready.set_result(None)

    loop.add_reader(connection, wake)
    try:
        async with asyncio.timeout(_SILENCE):
            await ready
    except TimeoutError:
        return b""
    finally:
        loop.remove_reader(connection)
    return connection.recv(256, socket.MSG_PEEK)


def _side(hello: bytes) -> Side:
    """Tell a Chromium browser by its TLS greeting: its first cipher suite is a made-up one (RFC 8701, "GREASE")."""
    try:
        # record header 5, handshake header 4, version 2, random 32, then the session id and the cipher suites
        (length,) = struct.unpack_from("B", hello, 43)
        (suite,) = struct.unpack_from(">H", hello, 44 + length + 2)
    except struct.error:
        return "server"
    return "browser" if suite & 0x0F0F == 0x0A0A and suite >> 8 == suite & 0xFF else "server"
