"""Looks at single pages without any journey: files that were saved, or addresses.

A saved page is rendered under an address of its own, answered from its folder, so that its scripts, styles and
pictures work as they would on the web, and nothing outside that folder can be read by them.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from playwright.sync_api import Browser, BrowserContext, Response, Route
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page as BrowserPage

from ...evidence.page import Page, Snapshot
from ..errors import GatherError
from .collect import look, settle, visible_text

SAVED: Final = "https://saved-page.invalid"
"""Origin that saved pages are rendered under; `.invalid` can be nobody's."""

_WIDTH, _HEIGHT = 1280, 800
_LOAD_SECONDS = 20
_IDLE_SECONDS = 5
_QUIET_SECONDS = 1.0
_RESTLESS_SECONDS = 5.0

_QUIET: Final = """([quiet, limit]) => new Promise((done) => {
    let timer = setTimeout(done, quiet);
    const watch = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(done, quiet); });
    watch.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
    setTimeout(() => { watch.disconnect(); done(); }, limit);
}).then(() => null)"""


class PageError(Exception):
    """A page could not be looked at; the message says why.

    Attributes:
        missing: it is a file that is not there, so the call was wrong rather than the page.
    """

    def __init__(self, message: str, *, missing: bool = False) -> None:
        super().__init__(message)
        self.missing = missing


def is_address(place: str) -> bool:
    """Say whether a place is a web address rather than a file."""
    return urlsplit(place).scheme in {"http", "https"}


def look_at(
    browser: Browser, place: str, *, id: str = "display-01", root: Path | None = None, orcid_hosts: Sequence[str] = ()
) -> Page:
    """Render one page in a fresh context, 1280 pixels wide, and return what it held.

    Args:
        browser: a running browser.
        place: an http(s) address, or the path of a saved page (HTML or plain text).
        id: what the page is called in the evidence.
        root: folder that a saved page's assets may come from; the working folder when the page is inside, else the
            page's own.
        orcid_hosts: `host:port` of the ORCID in use, where it is not one of ORCID's own.

    Raises:
        PageError: there is no such file, or the address cannot be reached.
        GatherError: `browser-crashed`.
    """
    saved = None if is_address(place) else _Saved.at(Path(place), root)
    try:
        with _context(browser) as context:
            if saved:
                # Not the method itself: Playwright writes to the object it belongs to.
                context.route(f"{SAVED}/**", lambda route: saved.answer(route))
            return _look(context, place, saved, id, orcid_hosts)
    except PlaywrightError as error:
        if not browser.is_connected():
            raise GatherError("browser-crashed", "the browser ended while it looked at a page") from error
        raise PageError(f"the page could not be rendered: {str(error).splitlines()[0]}") from error


def _look(context: BrowserContext, place: str, saved: _Saved | None, id: str, orcid_hosts: Sequence[str]) -> Page:
    page = context.new_page()
    pictures = _Pictures()
    page.on("response", lambda response: pictures.note(response))
    page.on("dialog", lambda dialog: dialog.dismiss())
    address = saved.address if saved else place
    answer = page.goto(address, wait_until="domcontentloaded", timeout=_LOAD_SECONDS * 1000)
    come_to_rest(page)
    screenshot = page.screenshot(full_page=True, animations="disabled")
    snapshot = look(page, bodies=pictures.bodies(), screenshot=screenshot, orcid_hosts=orcid_hosts)
    size = page.viewport_size or {"width": 0, "height": 0}
    return Page(
        id=id,
        journey="display",
        label="a page looked at alone",
        side="portal",
        url=saved.file.as_uri() if saved else page.url,
        status=answer.status if answer and not saved else None,
        title=page.title(),
        lang=page.evaluate("() => document.documentElement.lang || ''"),
        text=visible_text(page),
        width=size["width"],
        height=size["height"],
        snapshot=saved.own_addresses(snapshot) if saved else snapshot,
    )


def come_to_rest(page: BrowserPage) -> None:
    """Wait, within bounds, until the network is idle and scripts have stopped changing the page."""
    with suppress(PlaywrightError):
        page.wait_for_load_state("load", timeout=_LOAD_SECONDS * 1000)
        page.wait_for_load_state("networkidle", timeout=_IDLE_SECONDS * 1000)
    page.evaluate(_QUIET, [_QUIET_SECONDS * 1000, _RESTLESS_SECONDS * 1000])
    settle(page)


@contextmanager
def _context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": _WIDTH, "height": _HEIGHT}, accept_downloads=False)
    try:
        yield context
    finally:
        with suppress(PlaywrightError):
            context.close()


@dataclass
class _Pictures:
    """The pictures a page received."""

    answers: list[Response] = field(default_factory=list)

    def note(self, response: Response) -> None:
        if response.request.resource_type == "image":
            self.answers.append(response)

    def bodies(self) -> dict[str, bytes]:
        found = {}
        for answer in self.answers:
            with suppress(PlaywrightError):
                if answer.ok:
                    found[answer.url] = answer.body()
        return found


@dataclass(frozen=True)
class _Saved:
    """A saved page and the folder its assets may come from."""

    file: Path
    root: Path

    @classmethod
    def at(cls, path: Path, root: Path | None) -> _Saved:
        try:
            file = path.resolve(strict=True)
        except OSError as error:
            raise PageError(f"there is no file {path}", missing=True) from error
        if not file.is_file():
            raise PageError(f"{path} is not a file", missing=True)
        folder = (root or Path.cwd()).resolve()
        return cls(file, folder if file.is_relative_to(folder) else file.parent)

    @property
    def address(self) -> str:
        return f"{SAVED}/{quote(self.file.relative_to(self.root).as_posix())}"

    def own_addresses(self, snapshot: Snapshot) -> Snapshot:
        """Name what the page asked of its folder by paths there; nobody knows the origin it was rendered under."""
        return Snapshot.model_validate_json(snapshot.model_dump_json().replace(SAVED, ""))

    def answer(self, route: Route) -> None:
        found = self._find(unquote(urlsplit(route.request.url).path).lstrip("/"))
        if found is None:
            route.fulfill(status=404, body="")
            return
        kind = mimetypes.guess_type(found.name)[0] or "text/html"
        charset = "; charset=utf-8" if kind == "text/plain" else ""
        route.fulfill(body=found.read_bytes(), content_type=kind + charset)

    def _find(self, path: str) -> Path | None:
        """Look below the root, then (for addresses such as `/i/icon.svg`) below the page's own folder."""
        for base in (self.root, self.file.parent):
            candidate = (base / path).resolve()
            if candidate.is_relative_to(self.root) and candidate.is_file():
                return candidate
        return None
