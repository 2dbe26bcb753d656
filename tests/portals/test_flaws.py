"""Every flaw of the library starts, and changes something that a review can see."""

from __future__ import annotations

import asyncio
import importlib.util
import re
import sys
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from checker.judge.content import load_profile
from checker.sandbox import Sandbox
from tests.matrix.changes import CHANGES, NEVER_FAILS
from tests.matrix.portals import PROFILE

from .running import PORTALS, Researcher

LIBRARY = PORTALS / "library"
BASE = "https://localhost:8443"


def _import_portal() -> Any:
    """Import the library as its own command does, then free the names that it takes."""
    before = set(sys.modules)
    sys.path[:0] = [str(LIBRARY), str(PORTALS)]
    try:
        spec = importlib.util.spec_from_file_location("library_portal", LIBRARY / "portal.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path[:] = [p for p in sys.path if p not in {str(LIBRARY), str(PORTALS)}]
        for name in set(sys.modules) - before:
            if name.partition(".")[0] in {"app", "flaws", "kit", "store"}:
                del sys.modules[name]
    return module


library = _import_portal()
FLAWS = library.FLAWS


class Walk:
    """One walk through the whole portal; `seen` is what a review could see of it."""

    def __init__(self, orcid: Sandbox, portal: Any) -> None:
        self.orcid, self.portal = orcid, portal
        self.researcher = Researcher(orcid)
        transport = httpx.ASGITransport(portal.application())
        self.browser = httpx.AsyncClient(transport=transport, base_url=BASE)
        self.stranger = httpx.AsyncClient(transport=transport, base_url=BASE)
        self.seen: list[Any] = []
        self.states: list[str] = []

    async def run(self) -> None:
        async with self.browser, self.stranger:
            page = await self.get("/login")
            page = await self.post(page, "/login", user="reader", password="reader-password")
            await self.connect(page, allow=False)
            await self.connect(await self.get("/profile"), allow=True)
            await self.get("/profile")
            await self.get("/people/1", self.stranger)
            for action in ("add", "update", "remove"):
                await self.post(await self.get("/profile"), f"/orcid/employment/{action}")
                self.look_at_store()
            await self.post(await self.get("/orcid/disconnect"), "/orcid/disconnect")
            await self.get("/profile")
            self.look_at_store()
            await self.try_untrusted()
        self.researcher.close()
        self.seen.append(["states", [len(state) for state in self.states], len(set(self.states))])
        self.seen += [(e.method, e.scheme, e.path, e.status) for e in self.orcid.wire if e.side == "server"]

    async def connect(self, page: httpx.Response, *, allow: bool) -> None:
        page = await self.post(page, "/orcid/connect", follow=False)
        address = page.headers.get("location", "")
        if address.startswith(self.orcid.base):
            query = parse_qs(urlsplit(address).query)
            self.states += query.pop("state", [])
            self.seen.append(["authorize", sorted(query.items())])
            back = self.researcher.answer(address, allow=allow)
            if back.startswith(BASE):
                await self.get(back)
        self.look_at_store()

    async def try_untrusted(self) -> None:
        """Whether the portal talks to an ORCID that nobody vouches for."""
        self.orcid.present_certificate(trusted=False)
        with suppress(Exception):
            await self.portal.client.exchange("guess", f"{BASE}/orcid/callback")

    async def get(self, path: str, browser: httpx.AsyncClient | None = None) -> httpx.Response:
        browser = browser or self.browser
        page = await browser.get(path)
        for _ in range(5):
            location = page.headers.get("location", "")
            if not location or location.startswith(self.orcid.base):
                break
            page = await browser.get(location)
        self.note(page)
        for file in re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text):
            self.note(await browser.get(file))
        return page

    async def post(self, page: httpx.Response, action: str, *, follow: bool = True, **fields: str) -> httpx.Response:
        csrf = re.search(r'name="csrf" value="([^"]+)"', page.text)
        page = await self.browser.post(action, data={"csrf": csrf[1] if csrf else ""} | fields)
        self.note(page)
        return await self.get(page.headers["location"]) if follow and page.is_redirect else page

    def note(self, page: httpx.Response) -> None:
        cookies = sorted(cookie.name for cookie in self.browser.cookies.jar)
        headers = [page.headers.get(name, "") for name in ("location", "content-security-policy")]
        self.seen.append([page.request.method, page.url.path, page.status_code, *headers, cookies, page.text])

    def look_at_store(self) -> None:
        for table in ("orcid_tokens", "orcid_items"):
            self.seen += [dict(row) for row in self.portal.store.db.execute(f"select * from {table}")]

    def text(self) -> list[str]:
        """Return what was seen, with names in the place of all that differs from walk to walk."""
        names: list[tuple[str, str]] = [(re.escape(self.orcid.base), "https://orcid.test")]
        names.append((re.escape(self.orcid.plain_base), "http://orcid.test"))
        for entry in self.orcid.wire:
            tokens = re.findall(r'"(access|refresh)_token": ?"([^"]+)"', entry.response_body)
            names += [(token, f"‹{kind}›") for kind, token in tokens]
            if put_code := re.search(r"/(\d+)$", entry.response_headers.get("location", "")):
                names.append((put_code[1], "‹put-code›"))
        names.append((r"(?!2038)\d{4}-\d\d-\d\dT[\d:+]+", "‹time›"))  # 2038: when 32 bits end, which a flaw writes
        names += [(r"[\w-]{43}", "‹random›"), (r"code=\w+", "code=‹code›")]
        lines = []
        for thing in self.seen:
            line = repr(thing)
            for pattern, name in names:
                line = re.sub(pattern, name, line)
            lines.append(line)
        return lines


def walk(monkeypatch: pytest.MonkeyPatch, path: str, *flaws: str) -> list[str]:
    with Sandbox() as orcid:
        monkeypatch.setenv("ORCID_BASE_URL", orcid.base)
        monkeypatch.setenv("SSL_CERT_FILE", str(orcid.ca_file))
        monkeypatch.setenv("PORTAL_DATABASE", path)
        going = Walk(orcid, library.build([FLAWS[name] for name in flaws]))
        asyncio.run(going.run())
        going.portal.store.db.close()
        return going.text()


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        return walk(patch, str(tmp_path_factory.mktemp("good") / "portal.db"))


def test_two_walks_through_the_good_portal_look_the_same(good, monkeypatch, tmp_path):
    assert walk(monkeypatch, str(tmp_path / "portal.db")) == good


SEEN = [f.name for f in FLAWS.values() if f.edits or f.portal or f.client or f.store]
"""The others are what a person knows of the portal and no machine can see."""


@pytest.mark.parametrize("name", SEEN)
def test_flaw_changes_what_can_be_seen(name, good, monkeypatch, tmp_path):
    assert walk(monkeypatch, str(tmp_path / "portal.db"), name) != good


def levels() -> set[str]:
    return set(load_profile(PROFILE).levels)


NOT_TO_BE_SHOWN_ON_LOOPBACK = {
    "redirect-uri-https", "tls-certificate", "item-source-member", "orcid-host-allowlist", "person-id-own-issuer",
}  # fmt: skip
SAID_BY_A_PERSON = {
    "store-secure", "api-own-credentials", "assert-own-authority", "connect-benefits-explained",
    "connect-mode-declared", "delete-after-user-revoke", "member-api-used", "search-link-wizard",
    "sync-benefits-explained", "sync-mode-declared",
}  # fmt: skip
NOT_APPLICABLE_HERE = {"disconnect-not-lockout", "id-print-formats"}


def test_every_rule_that_a_portal_can_break_has_a_flaw():
    excused = NOT_TO_BE_SHOWN_ON_LOOPBACK | SAID_BY_A_PERSON | NOT_APPLICABLE_HERE
    assert levels() - {flaw.rule for flaw in FLAWS.values()} == excused | set(NEVER_FAILS)
    assert excused <= {rule for rule, _, _ in CHANGES.values()}, "the matrix shows what no portal can"


def test_flaws_name_rules_of_the_profile():
    for flaw in FLAWS.values():
        assert {flaw.rule, *flaw.implies, *flaw.person_says_no} <= levels(), flaw.name
        assert flaw.rule not in flaw.implies, flaw.name


def test_the_registry_can_be_read_without_the_portal():
    found = importlib.import_module("checker.content.fixtures.portals.library.flaws")
    assert list(found.FLAWS) == list(FLAWS)
    assert all(flaw.what for flaw in found.FLAWS.values())


def test_a_flaw_that_no_longer_fits_is_an_error():
    edit = next(e for e in FLAWS["no-icon"].edits)
    with pytest.raises(ValueError, match="does not hold"):
        edit.apply("<p>rewritten</p>")
