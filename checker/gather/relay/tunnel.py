"""A connection to somebody else, passed through byte by byte: by way of the machine's own proxy where it has one."""

from __future__ import annotations

import asyncio
import base64
import socket
from contextlib import suppress
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

_CHUNK: Final = 65_536


class Tunnel:
    """The far end of a tunnel, open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def run(self, connection: socket.socket, greeting: bytes) -> None:
        """Say that the tunnel stands, and carry bytes both ways until both ends have finished."""
        reader, writer = await asyncio.open_connection(sock=connection)
        try:
            writer.write(greeting)
            async with asyncio.TaskGroup() as both:
                both.create_task(_carry(reader, self._writer))
                both.create_task(_carry(self._reader, writer))
        except* OSError:
            pass  # one end broke off
        finally:
            writer.close()
            self._writer.close()


async def open_tunnel(host: str, port: int) -> Tunnel:
    """Reach a host.

    Raises:
        OSError: it cannot be reached; the message says why.
    """
    proxy = _proxy_for(host)
    if proxy is None:
        return Tunnel(*await asyncio.open_connection(host, port))
    reader, writer = await asyncio.open_connection(
        proxy.hostname, proxy.port or (443 if proxy.scheme == "https" else 80), ssl=proxy.scheme == "https" or None
    )
    try:
        name = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        writer.write(f"CONNECT {name} HTTP/1.1\r\nHost: {name}\r\n{_credentials(proxy)}\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if head.split()[1:2] != [b"200"]:
            raise OSError(f"the proxy {proxy.hostname} said {head.splitlines()[0].decode('latin-1')}")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        writer.close()
        raise OSError(f"the proxy {proxy.hostname} gave no proper answer") from error
    except BaseException:
        writer.close()
        raise
    return Tunnel(reader, writer)


def _proxy_for(host: str) -> SplitResult | None:
    if proxy_bypass(host) or host in {"localhost", "127.0.0.1", "::1"}:
        return None
    named = urlsplit(getproxies().get("https", ""))
    return named if named.scheme in {"http", "https"} and named.hostname else None


def _credentials(proxy: SplitResult) -> str:
    if not proxy.username:
        return ""
    pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return f"Proxy-Authorization: Basic {base64.b64encode(pair.encode()).decode()}\r\n"


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_CHUNK):
        writer.write(data)
        await writer.drain()
    with suppress(OSError):
        writer.write_eof()
