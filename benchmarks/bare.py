"""The floor for a review: a bare Playwright script that visits the same pages and presses the same buttons.

It looks at nothing, records nothing and judges nothing. Its order of steps is what the review of the library sample
does; `benchmarks/review.py` checks that both made the same trips to ORCID.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from checker.gather.browser import launch
from checker.sandbox import DEFAULT_CLIENT, Sandbox

PORTAL = "https://localhost:8443"


def walk_all(box: Sandbox) -> None:
    """Do all journeys of a review of the library sample, in the same order, each in a fresh context."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        try:
            _deny(browser)
            _connect(browser)
            _stranger(browser)
            _come_back(browser)
            _write(browser)
            _disconnect(browser)
            box.present_certificate(trusted=False)
            _connect(browser)
            box.present_certificate(trusted=True)
            _connect(browser)
        finally:
            browser.close()


def _fresh(browser: Browser) -> Page:
    page = browser.new_context(ignore_https_errors=True, viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{PORTAL}/login")
    page.fill("#user", "reader")
    page.fill("#password", "reader-password")
    page.click("main button")
    page.goto(f"{PORTAL}/profile")
    return page


def _to_consent(page: Page) -> None:
    page.click("text=Create or connect your ORCID iD")
    page.fill("#username-input", "josiah@mailinator.com")
    page.fill("#password", "embedded-password")
    page.click("#signin-button")


def _deny(browser: Browser) -> None:
    page = _fresh(browser)
    _to_consent(page)
    page.click("app-form-authorize a#deny-button")
    page.wait_for_url(f"{PORTAL}/**")
    page.click("text=Create or connect your ORCID iD")
    page.wait_for_selector("app-form-authorize button#authorize-button")
    page.context.close()


def _connect(browser: Browser) -> None:
    page = _fresh(browser)
    _to_consent(page)
    page.click("app-form-authorize button#authorize-button")
    page.wait_for_url(f"{PORTAL}/**")
    page.context.close()


def _stranger(browser: Browser) -> None:
    page = browser.new_context(ignore_https_errors=True).new_page()
    page.goto(f"{PORTAL}/people/1")
    page.context.close()


def _come_back(browser: Browser) -> None:
    _fresh(browser).context.close()


def _write(browser: Browser) -> None:
    page = _fresh(browser)
    for button in ("Add my employment to ORCID", "Update employment", "Remove employment"):
        page.click(f"text={button}")
        page.wait_for_load_state()
    page.context.close()


def _disconnect(browser: Browser) -> None:
    page = _fresh(browser)
    page.click("text=Disconnect your ORCID iD")
    page.click("text=Yes, disconnect my ORCID iD")
    page.wait_for_load_state()
    page.goto(f"{PORTAL}/profile")
    page.goto(f"{PORTAL}/people/1")
    page.context.close()


def main() -> None:
    """Start the embedded sandbox and the library, walk, stop both."""
    library = Path(__file__).resolve().parent.parent / "fixtures" / "portals" / "library"
    with Sandbox() as box, tempfile.TemporaryDirectory() as folder:
        env = {
            "ORCID_BASE_URL": box.base,
            "ORCID_CLIENT_ID": DEFAULT_CLIENT.id,
            "ORCID_CLIENT_SECRET": DEFAULT_CLIENT.secret,
            "PORTAL_DATABASE": f"{folder}/portal.db",
            "SSL_CERT_FILE": str(box.ca_file),
        }
        portal = subprocess.Popen([sys.executable, "portal.py", "--port", "8443"], cwd=library, env=env)
        try:
            with httpx.Client(verify=False, transport=httpx.HTTPTransport(verify=False, retries=50)) as client:
                client.get(f"{PORTAL}/health")
            walk_all(box)
        finally:
            portal.terminate()
            portal.wait()


if __name__ == "__main__":
    main()
