"""The sandbox's own page at `/_sandbox/`: who can sign in, which applications there are, what was asked last.

For a person to look at, on their own machine. It shows passwords and secrets, because they are throw-away and needed.
It runs no script; what can be done is said as commands.
"""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from .controls import Controls
from .looks import Looks
from .model import Client

LAST: Final = 50
"""Requests shown."""

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Home:
    """Makes the page."""

    def __init__(self, controls: Controls, base: str, ca_file: str) -> None:
        self._controls = controls
        self._base = base
        self._ca_file = ca_file
        self._looks = Looks()

    async def page(self, _: Request) -> Response:
        """Show the page."""
        controls = self._controls
        entries = controls.wire.entries
        values = {
            "base": self._base,
            "plain": f"http://{self._base.partition('://')[2]}",
            "ca_file": self._ca_file,
            "now": controls.clock(),
            "offset": round(controls.clock.offset),
            "limited": controls.limited,
            "people": list(controls.state.people.values()),
            "clients": [(client, _redirects(client)) for client in controls.state.clients.values()],
            "standing": controls.orders.standing,
            "total": len(entries),
            "entries": entries[: -LAST - 1 : -1],
        }
        return HTMLResponse(self._looks.part("desk.html", "", values), headers=_HEADERS)


def _redirects(client: Client) -> list[str]:
    anywhere = ["any address on this machine"] if client.any_loopback_redirect else []
    return [*client.redirect_uris, *anywhere]
