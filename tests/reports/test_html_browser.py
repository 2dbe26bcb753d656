"""What a reader of the report meets: measured in a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from checker.content.reports import html
from playwright.sync_api import Browser, Page, sync_playwright

from .sample import SAMPLES

pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("ORCID_REVIEW_BROWSER", "/usr/bin/chromium")
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--no-first-run", "--disable-quic", "--disable-gpu"]  # fmt: skip

# Contrast of every piece of text against the nearest painted background, as WCAG 2 computes it.
CONTRAST = """() => {
  const rgb = (value) => value.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (e) => {
    for (; e; e = e.parentElement) {
      const c = rgb(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  const low = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    if (!walk.currentNode.data.trim()) continue;
    const e = walk.currentNode.parentElement;
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) low.push([e.className, walk.currentNode.data.trim().slice(0, 40), ratio]);
  }
  return low;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no browser at {CHROMIUM}")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield launched
        launched.close()


@pytest.fixture(scope="module", params=sorted(SAMPLES))
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(request.param)
    sample = SAMPLES[request.param](folder / "evidence")
    path = folder / "report.html"
    path.write_text(html.render(sample.review, sample.evidence, sample.folder), "utf-8")
    return path


def opened(browser: Browser, report: Path, width: int = 1280, scheme: Any = "light") -> tuple[Page, list[str]]:
    """Open the report; return the page and what went wrong on the way."""
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    odd: list[str] = []
    page.on("console", lambda message: odd.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: odd.append(f"error: {error}"))
    page.on("dialog", lambda dialog: odd.append(f"dialog: {dialog.message}"))
    page.on("request", lambda request: odd.extend(u for u in [request.url] if not u.startswith(("file:", "data:"))))
    page.goto(report.as_uri())
    return page, odd


def test_nothing_leaves_and_nothing_runs(browser: Browser, report: Path) -> None:
    page, odd = opened(browser, report)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert odd == []
    broken = "() => [...document.images].filter(i => !i.complete || !i.naturalWidth).length"
    assert page.evaluate(broken) == 0
    assert page.evaluate("() => document.styleSheets[0].cssRules.length") > 50, "the policy lets our own style through"
    page.close()


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_no_one_has_to_scroll_sideways(browser: Browser, report: Path, width: int) -> None:
    page, _ = opened(browser, report, width)
    page.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    outside = """(width) => [...document.querySelectorAll('main *')].filter(e => {
      const box = e.getBoundingClientRect();
      return box.width && box.right > width + 1;
    }).map(e => e.outerHTML.slice(0, 80))"""
    assert page.evaluate(outside, width) == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read(browser: Browser, report: Path, scheme: str) -> None:
    page, _ = opened(browser, report, scheme=scheme)
    page.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate(CONTRAST) == []
    page.close()


def test_it_prints_with_nothing_folded_away(browser: Browser, report: Path) -> None:
    page, _ = opened(browser, report)
    page.emulate_media(media="print", color_scheme="dark")
    # Waits for the next frame that is laid out for paper; it never comes if something stays folded.
    page.wait_for_function("""() => [...document.querySelectorAll('details .message')].every(
      e => e.checkVisibility({contentVisibilityAuto: true}) && e.getBoundingClientRect().height)""")
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(CONTRAST) == []
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.close()


def test_the_keyboard_gets_past_the_contents(browser: Browser, report: Path) -> None:
    page, _ = opened(browser, report)
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"
    page.close()
