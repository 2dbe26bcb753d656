"""Real journeys: a Chromium browser through sign-in and consent."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from checker.sandbox import DEFAULT_CLIENT, Client, Sandbox

from .conftest import query

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine"),
]
ARGUMENTS = [
    "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--disable-quic", "--disable-gpu",
]  # fmt: skip


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox() as box:
        yield box
    assert box.faults == []


class Portal(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<title>Portal</title><link rel=icon href=data:,>back")

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def callback() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Portal) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/callback"
        server.shutdown()
        thread.join()


@dataclass
class Browsing:
    """A page in a fresh context, and where a portal waits for it."""

    page: Page
    callback: str

    def authorize(self, box: Sandbox, **changes: str | None) -> None:
        asked = query(redirect_uri=self.callback, **changes)
        self.page.goto(f"{box.base}/oauth/authorize?{urlencode(asked)}")

    def sign_in(self, password: str = "embedded-password") -> None:
        self.page.locator("#username-input").fill("josiah@mailinator.com")
        self.page.locator("#password").fill(password)
        self.page.locator("#signin-button").click()

    def back(self) -> dict[str, list[str]]:
        self.page.wait_for_url(f"{self.callback}*")
        return parse_qs(urlsplit(self.page.url).query)


@pytest.fixture
def browsing(chromium: Browser, callback: str) -> Iterator[Browsing]:
    context = chromium.new_context(ignore_https_errors=True)
    yield Browsing(context.new_page(), callback)
    context.close()


def test_sign_in_allow_and_come_again_silently(browsing: Browsing, box: Sandbox) -> None:
    page = browsing.page
    browsing.authorize(box)
    browsing.sign_in("wrong")
    expect(page.locator("app-my-orcid-alerts")).to_contain_text("do not belong together")
    browsing.sign_in()
    consent = page.locator("app-form-authorize")
    expect(consent.locator("button#authorize-button")).to_be_enabled()
    expect(consent.locator("#user-name")).to_have_text("Josiah Carberry")
    expect(consent.locator("app-info-drop-down")).to_contain_text(DEFAULT_CLIENT.name)
    expect(consent.locator('li[id="/activities/update"]')).to_be_visible()
    expect(consent.locator("#loading-bar")).to_be_hidden()
    expect(page).to_have_title(f"Authorize access {DEFAULT_CLIENT.name} - ORCID")
    consent.locator("button#authorize-button").click()
    answer = browsing.back()
    assert answer["state"] == ["st4te"]

    form = {"client_id": DEFAULT_CLIENT.id, "client_secret": DEFAULT_CLIENT.secret, "redirect_uri": browsing.callback}
    form |= {"grant_type": "authorization_code", "code": answer["code"][0]}
    assert httpx.post(f"{box.plain_base}/oauth/token", data=form).status_code == 200

    browsing.authorize(box)
    assert browsing.back()["code"] != answer["code"]
    assert [(e.side, e.kind) for e in box.wire if e.kind != "other"] == [
        ("browser", "authorize"),
        ("server", "token"),
        ("browser", "authorize"),
    ]
    # A browser that does not know the authority refuses it once before it is told to carry on.
    assert {failure.side for failure in box.failed_handshakes} == {"browser"}


def test_deny_by_the_link_without_address_also_by_keyboard(browsing: Browsing, box: Sandbox) -> None:
    page = browsing.page
    for by_keyboard in (False, True):
        browsing.authorize(box)
        if not by_keyboard:
            browsing.sign_in()
        deny = page.locator("app-form-authorize a#deny-button")
        expect(deny).to_have_attribute("aria-disabled", "false")
        assert deny.get_attribute("href") is None
        if by_keyboard:
            deny.press("Enter")
        else:
            deny.click()
        answer = browsing.back()
        assert answer["error"] == ["access_denied"]
        assert answer["state"] == ["st4te"]


def test_an_interstitial_stands_outside_the_consent_form(browsing: Browsing, box: Sandbox) -> None:
    page = browsing.page
    box.interstitial = True
    browsing.authorize(box)
    browsing.sign_in()
    page.locator("app-form-authorize button#authorize-button").click()
    expect(page.locator("#deny-button")).to_have_text("Continue without")
    assert page.locator("app-form-authorize").count() == 0
    page.locator("#deny-button").click()
    assert "code" in browsing.back()


def test_refusals_and_markup_in_names_are_shown_as_text(browsing: Browsing, box: Sandbox) -> None:
    page = browsing.page
    browsing.authorize(box, client_id="APP-9999999999999999")
    expect(page.locator("#error-message")).to_be_visible()
    expect(page.locator("p.mat-caption")).to_have_text("invalid_client: Client not found")
    odd = Client("APP-0000000000000009", "s", "<img src=x onerror=alert(1)> & Söhne", any_loopback_redirect=True)
    with Sandbox(tls=False, clients=(odd,)) as other:
        browsing.authorize(other, client_id=odd.id)
        browsing.sign_in()
        expect(page.locator("app-info-drop-down .client")).to_have_text(odd.name)
        page.get_by_role("link", name="Sign out").click()
        expect(page.locator("#signin-button")).to_be_enabled()
        assert odd.id in page.url


def test_the_other_pages_render(browsing: Browsing, box: Sandbox) -> None:
    page = browsing.page
    page.goto(box.base)
    expect(page.get_by_role("heading", level=1)).to_have_text("Embedded ORCID sandbox")
    page.get_by_role("link", name="0000-0002-1825-0097").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Josiah Carberry")
    page.goto(f"{box.base}/signin")
    browsing.sign_in()
    page.wait_for_url(f"{box.base}/0000-0002-1825-0097")
