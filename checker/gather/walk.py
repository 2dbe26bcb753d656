"""One walk in one fresh browser context: go, press, wait until the page is quiet, look.

Knows how to use a browser; what to do with it is for the journeys.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final, Literal
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Browser, Frame, Locator, Page, Route
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from ..evidence import model
from ..evidence.page import Control
from ..evidence.page import Page as Look
from ..evidence.vault import Vault
from ..orcid.hosts import Environment
from ..plan import Step
from .errors import GatherError
from .page import look, visible_text
from .page import settle as draw_pictures
from .quiet import HASTEN, PATIENCE, REST, SOON, STILL, watch_script
from .recorder import Recorder, is_foreign

_STILL_STEPS: Final = frozenset({"fill", "select", "check", "wait", "expect"})
"""Steps after which there is nothing to wait for: Playwright waits before the next one by itself."""

_ORCID: Final = re.compile(r"^https?://([\w-]+\.)*orcid\.org/")

_SECRETS_TO_HIDE: Final = frozenset({"access-token", "refresh-token", "id-token", "client-secret", "password"})


class Walk:
    """A journey in progress. Use as a context manager: the browser context is closed at the end."""

    def __init__(
        self,
        name: model.JourneyName,
        browser: Browser,
        environment: Environment,
        vault: Vault,
        *,
        base: str,
        timeout: float,
        viewport: tuple[int, int],
        names: Sequence[str] = (),
        on_step: Callable[[str], None] = lambda _: None,
        on_life: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = name
        self.environment = environment
        self.vault = vault
        self.base = base
        self.timeout = timeout * 1000
        self.names = names
        self.on_step = on_step
        self.on_life = on_life
        self.started = datetime.now(UTC)
        self.steps: list[model.Step] = []
        self.pages: list[Look] = []
        self.files: dict[str, tuple[str, bytes]] = {}
        """Page id -> HTML and screenshot."""
        self.pressed = ""
        self.pressed_page: str | None = None
        self.loops = False
        self._context = browser.new_context(
            ignore_https_errors=True, viewport={"width": viewport[0], "height": viewport[1]}, locale="en-GB"
        )
        self._context.set_default_timeout(self.timeout)
        self._context.route(_ORCID, self._keep_to_this_orcid)
        self._context.add_init_script(watch_script(urlsplit(origin).netloc for origin in environment.origins))
        self.recorder = Recorder(self._context, environment, vault)
        self.page = self._context.new_page()

    def __enter__(self) -> Walk:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(PlaywrightError):
            self._context.close()

    def _keep_to_this_orcid(self, route: Route) -> None:
        """Let nobody be sent to an ORCID that is not the one in use: a review never touches real records."""
        if route.request.is_navigation_request() and is_foreign(route.request.url, self.environment):
            route.abort()
        else:
            route.continue_()

    # Going

    def goto(self, url: str) -> int | None:
        """Open an address in the main page and wait until it is quiet; return the HTTP status.

        Raises:
            GatherError: it cannot be reached, hangs, or redirects forever.
        """
        self.note(f"open {_short(url)}")
        try:
            response = self.page.goto(url, wait_until="domcontentloaded")
        except PlaywrightTimeout as error:
            self.stop_loading()
            raise GatherError(
                "portal-hangs", f"{url} did not answer within {self.timeout / 1000:.0f} seconds"
            ) from error
        except PlaywrightError as error:
            raise _navigation_error(url, error) from error
        self.settle()
        return response.status if response else None

    def press(self, control: Control, page: Page | None = None) -> None:
        """Press a control that a look at the page has found."""
        page = page or self.page
        self.note(f"press «{control.text or control.name or control.tag}»")
        frame = _frame_of(page, control.frame)
        self._click(frame.locator(control.selector).first, control.selector)

    def run(self, steps: Sequence[Step], what: str) -> None:
        """Do the steps that the plan names under `[steps] WHAT`, in the main page.

        Raises:
            GatherError: `step-failed`, with the step in the words of the plan.
        """
        for number, step in enumerate(steps, 1):
            self.note(str(step))
            try:
                self._step(step)
            except PlaywrightError as error:
                self.stop_loading()
                reason = str(error).splitlines()[0]
                raise GatherError(
                    "step-failed",
                    f"[steps] {what}, step {number} ({step}) could not be done at {_short(self.page.url)}: {reason}",
                ) from error
            if step.action not in _STILL_STEPS:
                self.settle()

    def _step(self, step: Step) -> None:
        page = self.page
        match step.action:
            case "goto":
                page.goto(urljoin(self.base, step.target), wait_until="domcontentloaded")
            case "fill":
                page.locator(step.target).first.fill(step.value or "")
            case "click":
                page.locator(step.target).first.click()
            case "press":
                page.locator(step.target).first.press(step.key or "")
            case "select":
                page.locator(step.target).first.select_option(step.value)
            case "check":
                page.locator(step.target).first.check()
            case "wait":
                page.locator(step.target).first.wait_for()
            case "expect":
                page.get_by_text(step.target).first.wait_for()

    def _click(self, locator: Locator, selector: str) -> None:
        try:
            locator.click(timeout=min(self.timeout, 5_000), no_wait_after=True)
        except PlaywrightTimeout:
            # Something lies over it, a cookie banner say. A person would close that; the event is what counts.
            with suppress(PlaywrightError):
                locator.dispatch_event("click")
        except PlaywrightError as error:
            if "closed" not in str(error):
                raise GatherError("step-failed", f"{selector} could not be pressed: {error}") from error

    # Waiting

    def settle(self, page: Page | None = None) -> None:
        """Wait until nothing is loading and the page has stopped changing, or patience ends."""
        page = page or self.page
        deadline = time.monotonic() + self.timeout / 1000
        patience = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < deadline:
            if page.is_closed():
                return
            try:
                page.wait_for_load_state("domcontentloaded", timeout=max(1, (deadline - time.monotonic()) * 1000))
                page.evaluate(REST, [STILL, SOON, PATIENCE])
            except PlaywrightTimeout:
                self.stop_loading()
                return
            except PlaywrightError:
                if page.is_closed() or self.recorder.crashed:
                    break
                page.wait_for_timeout(STILL)
                continue
            if self.recorder.in_flight <= 0 or time.monotonic() > patience:
                break
        if self.recorder.crashed:
            raise GatherError("browser-crashed", f"the browser's page crashed at {_short(page.url)}")

    def wait_for(self, happened: Callable[[], bool], seconds: float) -> bool:
        """Let the browser work until something has happened; say whether it has."""
        deadline = time.monotonic() + seconds
        while not happened():
            self.on_life()
            live = next((p for p in reversed(self._context.pages) if not p.is_closed()), None)
            if live is None or time.monotonic() > deadline:
                return happened()
            with suppress(PlaywrightError):
                live.wait_for_timeout(50)
        return True

    def stop_loading(self) -> None:
        """Give up on what the main page is still waiting for; a page that is loading answers no question."""
        with suppress(PlaywrightError):
            self._context.new_cdp_session(self.page).send("Page.stopLoading")

    # Looking

    def look(self, label: str, page: Page | None = None, status: int | None = None) -> Look:
        """Take down what the page shows now."""
        page = page or self.page
        self.on_life()
        self.recorder.learn_cookies()
        number = len(self.pages) + 1
        page_id = f"{self.name}-{number:02}"
        draw_pictures(page)
        screenshot = self._screenshot(page)
        snapshot = look(
            page,
            names=self.names,
            bodies=self.recorder.images,
            screenshot=screenshot or None,
            orcid_hosts=[urlsplit(origin).netloc for origin in self.environment.origins],
        )
        url = page.url
        size = page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        found = Look(
            id=page_id,
            journey=self.name,
            label=label,
            side=self.side_of(url),
            url=url,
            status=status if status is not None else self._status_of(url),
            title=page.title(),
            lang=str(page.evaluate("() => document.documentElement.lang || ''")),
            text=visible_text(page),
            width=size[0],
            height=size[1],
            html_file=f"pages/{page_id}.html",
            screenshot_file=f"pages/{page_id}.png" if screenshot else "",
            snapshot=snapshot,
        )
        self.pages.append(found)
        self.files[page_id] = (page.content(), screenshot)
        self.steps.append(model.Step(at=datetime.now(UTC), label=f"see {label}", page=page_id))
        return found

    def look_later(self, label: str, seconds: float) -> Look | None:
        """Look again as if some seconds had passed; None when the page then says the same."""
        before = visible_text(self.page)
        self.page.evaluate(HASTEN, seconds * 1000)
        self.settle()
        return self.look(label) if visible_text(self.page) != before else None

    def note(self, label: str) -> None:
        """Write down a step for the storyboard."""
        self.on_life()
        label = self.vault.redact(label)
        self.steps.append(model.Step(at=datetime.now(UTC), label=label))
        self.on_step(label)

    def side_of(self, url: str) -> Literal["portal", "orcid", "other"]:
        """Say whose page an address is."""
        if self.environment.owns(url):
            return "orcid"
        return "portal" if url.startswith(("http:", "https:")) else "other"

    @property
    def open_pages(self) -> list[Page]:
        """The pages of this walk that are still open, in order of opening."""
        return [page for page in self._context.pages if not page.is_closed()]

    def main_page(self) -> Page:
        """Return the main page; when it was closed, the newest one becomes it."""
        if self.page.is_closed():
            self.page = self.open_pages[-1] if self.open_pages else self._context.new_page()
        return self.page

    def finish(
        self,
        authorizations: list[model.Authorization],
        state: Literal["done", "blocked", "skipped"],
        block: model.Block | None = None,
    ) -> model.Journey:
        """Return the journey as evidence."""
        self.recorder.learn_cookies()
        cookies, storage = self.recorder.snapshot_storage()
        return model.Journey(
            name=self.name,
            started=self.started,
            ended=datetime.now(UTC),
            state=state,
            block=block,
            pages=self.pages,
            steps=self.steps,
            authorizations=authorizations,
            requests=self.recorder.finish(),
            dialogs=self.recorder.dialogs,
            cookies=cookies,
            storage=storage,
            loops=self.loops,
            pressed=self.pressed,
            pressed_page=self.pressed_page,
        )

    def _screenshot(self, page: Page) -> bytes:
        masks = [page.locator("input[type=password]")]
        with suppress(PlaywrightError):
            text = page.evaluate("() => document.body ? document.body.innerText : ''")
            masks += [page.get_by_text(s) for s in self.vault.values(_SECRETS_TO_HIDE) if s in text]
        with suppress(PlaywrightError):
            # Animations are let be: ending them early would take away a message before its text is read.
            return page.screenshot(full_page=True, mask=masks, animations="allow", scale="css", timeout=10_000)
        return b""

    def _status_of(self, url: str) -> int | None:
        bare = url.partition("#")[0]
        for record in reversed(self.recorder.requests):
            if record["kind"] == "document" and record["url"].partition("#")[0] == bare:
                status: Any = record.get("status")
                return int(status) if status is not None else None
        return None


def _frame_of(page: Page, address: str) -> Frame:
    if address:
        for frame in page.frames:
            if frame.url == address:
                return frame
    return page.main_frame


def _short(url: str) -> str:
    return url.partition("?")[0]


def _navigation_error(url: str, error: PlaywrightError) -> GatherError:
    text = str(error)
    if "ERR_TOO_MANY_REDIRECTS" in text:
        return GatherError("portal-redirects-forever", f"{url} redirects without end")
    if "crash" in text.lower():
        return GatherError("browser-crashed", f"the browser's page crashed on opening {url}")
    if "has been closed" in text:
        return GatherError("browser-crashed", f"the browser went away while opening {url}")
    reason = next((part for part in text.split() if part.startswith("net::")), text.splitlines()[0])
    return GatherError("portal-unreachable", f"{url} cannot be opened: {reason.removeprefix('net::')}")
