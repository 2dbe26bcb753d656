"""The German single-page application, in a real browser: popup, shadow root, confirm box."""

from __future__ import annotations

import sqlite3

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from .running import visitor

ID = "0000-0002-1825-0097"
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--no-first-run", "--disable-quic", "--disable-gpu"]  # fmt: skip


@pytest.fixture
def atelier(start):
    return start("atelier")


@pytest.fixture
def context():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser.new_context(ignore_https_errors=True)
        browser.close()


@pytest.fixture
def profile(atelier, context) -> Page:
    page: Page = context.new_page()
    page.goto(f"{atelier.base}/profil")
    page.fill("#kennung", "werkstatt")
    page.fill("#passwort", "werkstatt-passwort")
    page.click("form button")
    page.wait_for_selector("text=Ihr Profil")
    return page


def decide(page: Page, button: str, *, signed_in: bool = False) -> None:
    with page.expect_popup() as opened:
        page.click("text=ORCID iD erstellen oder verbinden")
    popup = opened.value
    if not signed_in:
        popup.fill("#username-input", "josiah@mailinator.com")
        popup.fill("#password", "embedded-password")
        popup.click("#signin-button")
    with popup.expect_event("close"):
        popup.click(button)


@pytest.mark.browser
def test_denies_connects_shows_and_disconnects(atelier, profile, context, orcid):
    decide(profile, "a#deny-button")
    expect(profile.get_by_role("alert")).to_contain_text("wurde nicht verbunden")
    assert profile.locator("button.orcid").count() == 1
    assert not [e for e in orcid.wire if e.kind == "token"]

    decide(profile, "button#authorize-button", signed_in=True)
    expect(profile.locator("orcid-kennung a")).to_have_attribute("href", f"{orcid.base}/{ID}")
    expect(profile.locator("orcid-kennung img")).to_have_js_property("naturalWidth", 24)

    stranger = context.browser.new_context(ignore_https_errors=True).new_page()
    stranger.goto(f"{atelier.base}/personen/1")
    shown = stranger.locator("orcid-kennung")
    expect(shown).to_have_count(2)
    expect(shown.first.locator("a")).to_have_text(ID)
    expect(stranger.locator("li")).to_contain_text("Ana Ruiz")
    assert "(nicht authentifiziert)" in shown.nth(1).evaluate("e => e.shadowRoot.textContent")

    said = []
    profile.on("dialog", lambda dialog: (said.append(dialog.message), dialog.accept()))
    profile.click("text=ORCID iD trennen")
    expect(profile.get_by_role("status")).to_contain_text("getrennt")
    assert "widerrufen" in said[0]
    assert [e.status for e in orcid.wire if e.kind == "revoke"] == [200]
    with sqlite3.connect(atelier.folder / "portal.db") as db:
        assert db.execute("select * from verbindungen").fetchall() == []
    db.close()


def test_scripts_of_other_sites_are_refused(atelier):
    with visitor(atelier.base) as stranger:
        csrf = stranger.get("/api/sitzung").json()["csrf"]
        assert stranger.post("/api/orcid/trennen").status_code == 403
        assert stranger.post("/api/orcid/trennen", headers={"x-csrf": csrf}).status_code == 401
        wrong = stranger.post("/api/anmelden", headers={"x-csrf": csrf}, json={"kennung": "werkstatt", "passwort": "x"})
        assert wrong.status_code == 401
