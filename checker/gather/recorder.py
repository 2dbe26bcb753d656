"""Listens to one browser context: requests, redirects, dialogs, trips to ORCID, cookies, storage."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, urljoin, urlsplit

from playwright.sync_api import BrowserContext, Dialog, Frame, Page, Request, Response
from playwright.sync_api import Error as PlaywrightError

from ..evidence import model
from ..evidence.vault import Vault
from ..orcid.hosts import PRODUCTION, SANDBOX, Environment

KEPT_HEADERS: Final = frozenset(
    {"content-type", "content-security-policy", "strict-transport-security", "x-frame-options", "referrer-policy"}
)
LARGEST_BODY: Final = 4_000_000
"""Bytes; larger answers are not searched for secrets."""

TEXT_KINDS: Final = frozenset({"document", "script", "xhr", "fetch", "eventsource", "other", "manifest"})
_KNOWN: Final = (SANDBOX, PRODUCTION)

COOKIE_SECRET: Final = 16
"""Characters from which on a cookie's value is taken for a session secret."""


@dataclass
class Trip:
    """One visit to the authorization endpoint, while it is going on."""

    url: str
    page: Page
    frame: Frame
    how: str
    fields: dict[str, Any] = field(default_factory=dict)
    """What the journey found out later: consent, answer, returned, landed ..."""


class Recorder:
    """Records what a context's pages do. One per journey."""

    def __init__(self, context: BrowserContext, environment: Environment, vault: Vault) -> None:
        self.context = context
        self.environment = environment
        self.vault = vault
        self.requests: list[dict[str, Any]] = []
        self.dialogs: list[model.Dialog] = []
        self.trips: list[Trip] = []
        self.strays: list[Trip] = []
        """Trips to the authorization endpoint of an ORCID that is not the one in use."""
        self.callbacks: list[tuple[Page | None, str]] = []
        """Page and address of each request that carried ORCID's answer back."""
        self.images: dict[str, bytes] = {}
        self.crashed = False
        self.in_flight = 0
        self._by_request: dict[Request, dict[str, Any]] = {}
        self._bodies: list[tuple[dict[str, Any], bytes]] = []
        self._openers: dict[Page, bool] = {}
        self._orcid_cookies: set[str] = set()
        self._homeless: list[Request] = []
        """Navigations of windows that had no frame yet."""
        context.on("request", self._on_request)
        context.on("response", self._on_response)
        context.on("requestfinished", self._on_finished)
        context.on("requestfailed", self._on_failed)
        context.on("page", self._on_page)
        context.on("dialog", self._on_dialog)

    def snapshot_storage(self) -> tuple[list[model.Cookie], list[model.Stored]]:
        """Return the cookies and storage entries of the portal's side as they are now, without their values."""
        cookies, entries = [], []
        with suppress(PlaywrightError):
            for cookie in self.context.cookies():
                # Cookies know no port: on loopback ORCID's and the portal's lie in one jar.
                if cookie["name"] not in self._orcid_cookies:
                    cookies.append(self._cookie(cookie))
        for page in self.context.pages:
            entries += self._storage(page)
        return cookies, entries

    def learn_cookies(self) -> None:
        """Tell the vault the session secrets that the browser holds now."""
        with suppress(PlaywrightError):
            for cookie in self.context.cookies():
                if len(cookie.get("value", "")) >= COOKIE_SECRET:
                    self.vault.learn("cookie", cookie["value"])

    def finish(self) -> list[model.Request]:
        """Search the kept bodies for secrets, which may have become known only later, and return the requests."""
        for record, body in self._bodies:
            if found := self.vault.tags_in(body):
                record["secrets"] = found
        for record in self.requests:
            sent = self.vault.tags_in(record["url"] + "\n" + record.pop("_post", ""))
            record["sent_secrets"] = sent
        return [model.Request(**record) for record in self.requests]

    def _on_request(self, request: Request) -> None:
        self.in_flight += 1
        page, frame = _place(request)
        kind = "top"
        if frame and frame.parent_frame:
            kind = "frame"
        elif page and self._openers.get(page):
            kind = "popup"
        record: dict[str, Any] = {
            "number": len(self.requests) + 1,
            "method": request.method,
            "url": request.url,
            "kind": request.resource_type,
            "frame": kind,
        }
        with suppress(PlaywrightError, UnicodeDecodeError):
            record["_post"] = request.post_data or ""
        self.requests.append(record)
        self._by_request[request] = record
        if request.is_navigation_request():
            if page and frame:
                self._on_navigation(request, page, frame, kind)
            else:
                # A window that has only just been opened asks before it has a frame.
                record["frame"] = "popup"
                self._homeless.append(request)

    def _on_navigation(self, request: Request, page: Page, frame: Frame, kind: str) -> None:
        came_from = request.redirected_from.url if request.redirected_from else frame.url
        if self.environment.is_authorize(request.url) and not self.environment.owns(came_from):
            self.trips.append(Trip(request.url, page, frame, "link" if kind == "top" else kind))
        elif is_foreign(request.url, self.environment) and any(e.is_authorize(request.url) for e in _KNOWN):
            self.strays.append(Trip(request.url, page, frame, "link" if kind == "top" else kind))
        elif _is_answer(request.url) and not self.environment.owns(request.url):
            for code in parse_qs(urlsplit(request.url).query).get("code", []):
                self.vault.learn_code(code)
            if self.environment.owns(came_from) or self.trips:
                self.callbacks.append((page, request.url))

    def _house(self) -> None:
        """See to the navigations whose window has come to be."""
        waiting, self._homeless = self._homeless, []
        for request in waiting:
            page, frame = _place(request)
            if page and frame:
                self._on_navigation(request, page, frame, "popup")
            else:
                self._homeless.append(request)

    def _on_response(self, response: Response) -> None:
        self._house()
        record = self._by_request.get(response.request)
        if record is None:
            return
        record["status"] = response.status
        with suppress(PlaywrightError):
            headers = response.headers
            record["headers"] = {k: v for k, v in headers.items() if k in KEPT_HEADERS}
            if 300 <= response.status < 400 and "location" in headers:
                record["redirected_to"] = urljoin(response.url, headers["location"])
            if self.environment.owns(response.url):
                for line in response.header_values("set-cookie"):
                    self._orcid_cookies.add(line.partition("=")[0].strip())

    def _on_finished(self, request: Request) -> None:
        self.in_flight -= 1
        record = self._by_request.get(request)
        if record is None or self.environment.owns(request.url) or record.get("redirected_to"):
            return
        wants_text = request.resource_type in TEXT_KINDS
        if not wants_text and request.resource_type != "image":
            return
        # The browser may have dropped the body (a page that closed itself at once); then it stays unsearched.
        with suppress(PlaywrightError):
            response = request.response()
            body = response.body() if response else b""
            record["size"] = len(body)
            if request.resource_type == "image":
                self.images[request.url] = body
            elif len(body) <= LARGEST_BODY:
                self._bodies.append((record, body))

    def _on_failed(self, request: Request) -> None:
        self.in_flight -= 1
        if record := self._by_request.get(request):
            record["failure"] = request.failure or "failed"

    def _on_page(self, page: Page) -> None:
        with suppress(PlaywrightError):
            self._openers[page] = page.opener() is not None
        self._house()
        page.on("crash", self._on_crash)

    def _on_crash(self, _page: Page) -> None:
        self.crashed = True

    def _on_dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(model.Dialog(kind=dialog.type, message=dialog.message))
        with suppress(PlaywrightError):
            dialog.accept()

    def _cookie(self, cookie: Any) -> model.Cookie:
        value = cookie.get("value", "")
        found = [tag for tag in self.vault.tags_in(value) if not tag.startswith("‹cookie:")]
        return model.Cookie(
            name=cookie["name"],
            domain=cookie["domain"],
            path=cookie["path"],
            secure=bool(cookie.get("secure")),
            http_only=bool(cookie.get("httpOnly")),
            same_site=cookie.get("sameSite") or "",
            session=cookie.get("expires", -1) == -1,
            length=len(value),
            secrets=found,
        )

    def _storage(self, page: Page) -> list[model.Stored]:
        if page.is_closed() or self.environment.owns(page.url) or not page.url.startswith("http"):
            return []
        script = (
            "() => ['local','session'].flatMap(a => { const s = window[a + 'Storage'];"
            " return Object.keys(s).map(k => [a, k, String(s.getItem(k))]); })"
        )
        with suppress(PlaywrightError):
            origin = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))
            return [
                model.Stored(
                    area=area, origin=origin, key=key, length=len(value), secrets=self.vault.tags_in(key + "\n" + value)
                )
                for area, key, value in page.evaluate(script)
            ]
        return []


def is_foreign(url: str, environment: Environment) -> bool:
    """Say whether an address is at an ORCID that is not the one in use."""
    return not environment.owns(url) and any(e.owns(url) for e in _KNOWN)


def _place(request: Request) -> tuple[Page | None, Frame | None]:
    try:
        frame = request.frame
        return frame.page, frame
    except PlaywrightError:  # a service worker's request, or a page that is not there yet
        return None, None


def _is_answer(url: str) -> bool:
    parts = urlsplit(url)
    keys = parse_qs(parts.query).keys() | parse_qs(parts.fragment).keys()
    return bool(keys & {"code", "error"})
