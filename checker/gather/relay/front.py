"""The relay's port: the sandbox's, which tells TLS from plain http, and CONNECT, which a proxy is asked with."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextvars import ContextVar
from typing import Final, Literal

from ...sandbox import server
from ...sandbox.model import Side
from .places import host_in, place_of, port_in
from .tunnel import open_tunnel

_LONGEST_HEAD: Final = 16_384
"""Bytes of a CONNECT request."""

_PATIENCE: Final = 20.0
"""Seconds for the whole of a CONNECT request, and for reaching the host that it names."""

_ESTABLISHED: Final = b"HTTP/1.1 200 Connection established\r\n\r\n"
_END: Final = b"\r\n\r\n"

_asked: ContextVar[str] = ContextVar("_asked", default="")
"""Host that the connection at hand was opened for; follows it into every callback."""


class Front(server.Server):
    """Accepts connections; those to ORCID by way of CONNECT are opened, all others tunnelled."""

    on_trouble: Callable[[str], object] = staticmethod(lambda _: None)

    async def _serve(self, connection: socket.socket) -> None:
        try:
            if not (await server.peek(connection)).startswith(b"CONNECT "):
                await super()._serve(connection)
                return
            async with asyncio.timeout(_PATIENCE):
                authority = await _authority(connection)
            if authority is None:
                await _refuse(connection, 400, "this is no CONNECT request that can be understood")
            elif place_of(authority) != "elsewhere":
                _asked.set(host_in(authority))
                await asyncio.get_running_loop().sock_sendall(connection, _ESTABLISHED)
                await super()._serve(connection)
            else:
                await self._pass(connection, authority)
        except (OSError, TimeoutError):
            connection.close()
        except asyncio.CancelledError:
            connection.close()
            raise

    async def _pass(self, connection: socket.socket, authority: str) -> None:
        host, port = host_in(authority), port_in(authority, 443)
        try:
            async with asyncio.timeout(_PATIENCE):
                tunnel = await open_tunnel(host, port)
        except (OSError, TimeoutError, UnicodeError) as error:
            await _refuse(connection, 502, f"{authority} cannot be reached ({error or 'no answer'})")
            return
        await tunnel.run(connection, _ESTABLISHED)

    def note_failure(self, certificate: Literal["trusted", "untrusted"], error: str, side: Side) -> None:
        """Tell of a failed handshake, and with which of ORCID's hosts the other side meant to have it."""
        host = _asked.get()
        super().note_failure(certificate, f"{host}: {error}" if host else error, side)


async def _authority(connection: socket.socket) -> str | None:
    """Take a CONNECT request, and no byte more, off a connection; return the host and port that it names."""
    loop = asyncio.get_running_loop()
    head = b""
    while _END not in head:
        seen = await server.peek(connection)
        if not seen or len(head) > _LONGEST_HEAD:
            return None
        # Up to the end of the head where it is in sight: what follows belongs to the tunnel.
        end = (head + seen).find(_END)
        head += await loop.sock_recv(connection, end + len(_END) - len(head) if end >= 0 else len(seen))
    words = head.split(b"\r\n", 1)[0].split()
    authority = words[1].decode("latin-1") if len(words) == 3 else ""
    return authority if host_in(authority) and port_in(authority, 443) else None


async def _refuse(connection: socket.socket, status: int, message: str) -> None:
    body = f"orcid-review relay: {message}\n".encode()
    head = f"HTTP/1.1 {status} Not connected\r\ncontent-type: text/plain\r\ncontent-length: {len(body)}\r\n"
    await asyncio.get_running_loop().sock_sendall(connection, f"{head}connection: close\r\n\r\n".encode() + body)
    connection.close()
