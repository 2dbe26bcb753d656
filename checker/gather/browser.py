"""Finds and starts the browser: an installed Chrome, Chromium or Edge; else Playwright's own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

from playwright.sync_api import Browser, Playwright, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from .errors import GatherError

WINDOWLESS: Final = ("chromium-headless-shell", "chrome-headless-shell")
"""Chromium without a window: the same engine, as Playwright's own for headless work, and several times faster to open
a fresh context in."""

INSTALLED: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
"""Names of installed browsers, in the order in which they are tried."""

# A review talks to the portal and to ORCID. Chromium's own calls home would blur what was seen, and hang a run on a
# machine without network.
QUIET: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--disable-gpu",
    # A portal under test may have a self-signed certificate; that is noted, not fatal. As a flag rather than an option
    # of the context, so that the browser never breaks a handshake off: on ORCID's side that would look like the portal.
    "--ignore-certificate-errors",
    "--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider",
)


@contextmanager
def browser(headed: bool = False, arguments: Sequence[str] = ()) -> Iterator[Browser]:
    """Start a browser for the length of a `with` block, with further command line arguments.

    The environment variable `ORCID_REVIEW_BROWSER` names another executable.

    Raises:
        GatherError: `browser-missing` when none is found or the one found does not start.
    """
    with sync_playwright() as playwright:
        started = launch(playwright, headed, arguments)
        try:
            yield started
        finally:
            with suppress(PlaywrightError):
                started.close()


def launch(playwright: Playwright, headed: bool = False, arguments: Sequence[str] = ()) -> Browser:
    """Start the first browser that can be started."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    options: dict[str, Any] = {
        "headless": not headed,
        # Chromium refuses to run as root with its sandbox.
        "args": [*QUIET, *arguments, *(["--no-sandbox"] if root else [])],
        # Ctrl-C is ours: the run writes down what was seen, then closes the browser.
        "handle_sigint": False,
        "handle_sigterm": False,
    }
    tried = []
    for path in candidates(headed):
        try:
            return playwright.chromium.launch(executable_path=path, **options)
        except PlaywrightError as error:
            tried.append(f"{path}: {_reason(error)}")
    try:
        return playwright.chromium.launch(**options)
    except PlaywrightError as error:
        tried.append(f"Playwright's own: {_reason(error)}")
    raise GatherError("browser-missing", "no browser could be started. Tried: " + "; ".join(tried))


def candidates(headed: bool = False) -> list[str]:
    """Return the executables to try, in order."""
    if named := os.environ.get("ORCID_REVIEW_BROWSER"):
        return [named]
    names = INSTALLED if headed else (*WINDOWLESS, *INSTALLED)
    return [path for name in names if (path := shutil.which(name))]


def _reason(error: PlaywrightError) -> str:
    lines = [line.strip(" ║╔╗╚╝═") for line in str(error).splitlines()]
    lines = [line for line in lines if line]
    for line in lines:
        if "doesn't exist" in line or "not found" in line.lower():
            return line
    return lines[0] if lines else "did not start"
