"""A researcher without a browser: signs in and answers the consent page, for tests that have no pages to click on."""

from __future__ import annotations

import re
import ssl
from html import unescape
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx

from .model import Person, SandboxError

_SAID: Final = re.compile(r'class="mat-caption">([^<]*)<')
_NEXT: Final = re.compile(r'data-next="([^"]*)"')


class Researcher:
    """One person with a browser session of their own.

    Args:
        base: the sandbox's base URL.
        person: who it is.
        ca_file: the authority to trust; None without TLS.
    """

    def __init__(self, base: str, person: Person, ca_file: Path | None = None) -> None:
        self.person = person
        trust = ssl.create_default_context(cafile=str(ca_file)) if ca_file else False
        # No proxy, certificate or cookie of the machine has a say in what goes over loopback.
        self._http = httpx.Client(
            base_url=base, verify=trust, trust_env=False, headers={"User-Agent": "Mozilla/5.0 (a researcher in a test)"}
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def answer(self, url: str, *, allow: bool = True) -> str:
        """Open an authorization URL, sign in, allow or deny, and return where the browser is sent then.

        Raises:
            SandboxError: ORCID shows an error page instead.
        """
        parts = urlsplit(url)
        if parts.path not in {"/oauth/authorize", "/oauth2/authorize"}:
            raise SandboxError(f"expected an authorization URL, {self._http.base_url}oauth/authorize?…, got {url}")
        oauth = f"?{parts.query}"
        opened = self._http.get(f"{parts.path}{oauth}")
        if opened.is_redirect:
            return opened.headers["location"]
        _check(opened.text)
        form = {"username": self.person.login, "password": self.person.password, "oauth": oauth}
        signed_in = self._http.post("/signin/auth.json", data=form).json()
        if redirect := signed_in.get("redirect"):
            return str(redirect)
        _check(signed_in.get("html", ""))
        decision = {"approved": str(allow).lower(), "oauth": oauth}
        decided = self._http.post("/oauth/custom/authorize.json", data=decision).json()
        if redirect := decided.get("redirect"):
            return str(redirect)
        page = decided.get("html", "")
        _check(page)
        if between := _NEXT.search(page):
            return unescape(between[1])
        raise SandboxError(f"the sandbox answered the decision with {decided}")


def _check(page: str) -> None:
    if said := _SAID.search(page):
        raise SandboxError(f"ORCID shows an error page: {unescape(said[1])}")
