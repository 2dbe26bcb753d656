"""Drives ORCID's own pages: sign in, then allow or deny. One way for the sandbox and the embedded one.

ORCID's pages are Angular: elements come late, buttons are disabled while loading. After consent ORCID may show
interstitial pages that reuse the ids of the consent buttons; only buttons inside the consent form are ever pressed.
Source: element ids of orcid-angular, see the docs of the embedded sandbox.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page

from ..orcid.hosts import Environment
from .errors import GatherError

Wish = Literal["allow", "deny"]

USERNAME: Final = "#username-input, #username"
PASSWORD: Final = "#password"
SIGN_IN: Final = "#signin-button"
CONSENT: Final = "app-form-authorize"
ALLOW: Final = f"{CONSENT} button#authorize-button"
DENY: Final = f"{CONSENT} a#deny-button, {CONSENT} button#deny-button"
ERROR: Final = "#error-message"
ALERT: Final = "app-my-orcid-alerts, app-print-errors"
COOKIE_BANNER: Final = "#onetrust-accept-btn-handler"
CLIENT: Final = "app-info-drop-down"

PATIENCE: Final = 30.0
"""Seconds that ORCID's pages get for one step."""

PERSON_PATIENCE: Final = 600.0
"""Seconds that a person gets to sign in by hand."""

POLL: Final = 50
"""Milliseconds between two looks at which page ORCID shows."""


@dataclass
class Passage:
    """What happened at ORCID."""

    consent: Literal["shown", "skipped", "not-reached"] = "skipped"
    client_name: str = ""
    error: str = ""


def pass_through(
    page: Page,
    environment: Environment,
    wish: Wish,
    login: str,
    password: str,
    *,
    attended: bool = False,
    answered: Callable[[], bool] = lambda: False,
    on_consent: Callable[[], None] = lambda: None,
    on_wait: Callable[[str], None] = lambda _: None,
    on_life: Callable[[], None] = lambda: None,
) -> Passage:
    """Go through ORCID's pages until the browser has left them, and say what was there.

    Args:
        page: is at, or on its way to, ORCID's authorization page.
        wish: what to press on the consent page.
        attended: a person signs in by hand in the same browser.
        answered: says whether ORCID's answer has reached the portal, which may send the browser straight back.
        on_consent: called when the consent page stands, before the button is pressed.
        on_wait: told what a person is waited for.
        on_life: called again and again while this waits.

    Raises:
        GatherError: `orcid-sign-in-failed`, `orcid-page-unknown`, `orcid-unreachable`.
    """
    passage = Passage()
    signed_in = pressed = False
    deadline = time.monotonic() + PATIENCE
    while True:
        if page.is_closed() or not _at_orcid(page, environment) or answered():
            return passage
        seen = _what_stands(page)
        if seen == "error":
            passage.consent = "not-reached"
            passage.error = _text(page, f"{ERROR} >> xpath=..") or _text(page, ERROR)
            return passage
        if seen == "sign-in" and not signed_in:
            if attended:
                on_wait("sign in to ORCID in the browser window")
                deadline = time.monotonic() + PERSON_PATIENCE
            else:
                _sign_in(page, login, password)
                deadline = time.monotonic() + PATIENCE
            signed_in = True
        elif seen == "alert" and signed_in and not attended:
            raise GatherError(
                "orcid-sign-in-failed", f"ORCID did not let {login!r} sign in: «{_text(page, ALERT)[:200]}»"
            )
        elif seen == "consent" and not pressed:
            passage.consent = "shown"
            passage.client_name = _text(page, CLIENT).split("\n")[0].strip()
            on_consent()
            _press(page, ALLOW if wish == "allow" else DENY, wish)
            pressed = True
            deadline = time.monotonic() + PATIENCE
        if time.monotonic() > deadline:
            where = "after the consent page" if pressed else "after signing in" if signed_in else "on its first page"
            raise GatherError(
                "orcid-page-unknown",
                f"ORCID stayed {where} at «{_title(page)}» ({page.url.partition('?')[0]}); nothing on it is pressed"
                " that is not the sign-in or the consent form",
            )
        on_life()
        with suppress(PlaywrightError):  # a popup that closes itself just now
            page.wait_for_timeout(POLL)


def _at_orcid(page: Page, environment: Environment) -> bool:
    return environment.owns(page.url)


_STANDS: Final = """([username, allow, error, alert]) => {
    const shown = s => [...document.querySelectorAll(s)].some(e => e.getClientRects().length > 0);
    if (shown(error)) return 'error';
    if ([...document.querySelectorAll(allow)].some(e => e.getClientRects().length > 0 && !e.disabled)) return 'consent';
    if ([...document.querySelectorAll(alert)].some(e => e.innerText && e.innerText.trim())) return 'alert';
    if (shown(username)) return 'sign-in';
    return '';
}"""


def _what_stands(page: Page) -> str:
    try:
        return str(page.evaluate(_STANDS, [USERNAME, ALLOW, ERROR, ALERT]))
    except PlaywrightError:  # in the middle of a navigation
        return ""


def _sign_in(page: Page, login: str, password: str) -> None:
    banner = page.locator(COOKIE_BANNER)
    try:
        if banner.count() and banner.first.is_visible():
            banner.first.click(timeout=2000)
        page.locator(USERNAME).first.fill(login, timeout=PATIENCE * 1000)
        page.locator(PASSWORD).first.fill(password, timeout=PATIENCE * 1000)
        page.locator(SIGN_IN).first.click(timeout=PATIENCE * 1000)
    except PlaywrightError as error:
        raise GatherError("orcid-sign-in-failed", f"ORCID's sign-in form could not be filled in: {error}") from error


def _press(page: Page, selector: str, wish: Wish) -> None:
    try:
        page.locator(selector).first.click(timeout=PATIENCE * 1000, no_wait_after=True)
    except PlaywrightError as error:
        if not page.is_closed():
            raise GatherError(
                "orcid-page-unknown", f"ORCID's consent page shows no way to {wish} ({selector} cannot be pressed)"
            ) from error


def _text(page: Page, selector: str) -> str:
    try:
        return page.locator(selector).first.inner_text(timeout=1000).strip()
    except PlaywrightError:
        return ""


def _title(page: Page) -> str:
    try:
        return page.title()
    except PlaywrightError:
        return ""
