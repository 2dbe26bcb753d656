"""Where the relay passes requests on to."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx

from ...orcid.hosts import SANDBOX
from ...sandbox.loopback import is_loopback
from .places import Place, host_in

_API: Final = re.compile(r"/v\d+\.\d+(_\w+)?/|/[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]/.")


@dataclass(frozen=True)
class Upstream:
    """The ORCID behind a relay: one origin that plays all of its hosts, or ORCID's own sandbox."""

    origin: str = ""
    """Origin, without a slash at the end; empty: ORCID's sandbox, whose hosts are reached under their own names."""
    plain: str = ""
    """Origin for what came over plain http; empty: the same."""
    ca_file: Path | None = None
    """Authority to trust beside nobody else; None: the usual ones."""

    @property
    def is_real(self) -> bool:
        """Whether it is ORCID's own sandbox."""
        return not self.origin

    @property
    def name(self) -> str:
        """How messages call it."""
        return host_in(urlsplit(self.origin).netloc) if self.origin else "ORCID's sandbox"

    def origin_for(self, place: Place, scheme: str, authority: str, path: str) -> str:
        """Return the origin that a request goes to.

        Args:
            place: whose host it named; `elsewhere`: the relay's own, so that only the path tells ORCID's hosts apart.
            scheme: of the request.
            authority: host and port that it named.
            path: its path.
        """
        if self.origin:
            return (self.plain or self.origin) if scheme == "http" else self.origin
        if place == "sandbox":
            return f"{scheme}://{authority}"
        # Over TLS whatever the portal spoke to the relay: on this machine nobody listens, on the way to ORCID they may.
        return SANDBOX.member_api if _API.match(path) else SANDBOX.site

    def client(self, patience: float) -> httpx.AsyncClient:
        """Return a client for it.

        Args:
            patience: seconds for each of connecting, sending and waiting.
        """
        near = is_loopback(urlsplit(self.origin).hostname or "")
        verify = ssl.create_default_context(cafile=str(self.ca_file)) if self.ca_file else True
        return httpx.AsyncClient(verify=verify, timeout=patience, trust_env=not near, limits=_LIMITS)


_LIMITS: Final = httpx.Limits(max_connections=200, max_keepalive_connections=50, keepalive_expiry=30)
