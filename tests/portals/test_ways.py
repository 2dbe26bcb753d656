"""The tiny portals: each leads to ORCID in its own way, and ends well behind it."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from .running import Researcher, visitor

ID = "0000-0002-1825-0097"
FINISHED_BY_HAND = ("link", "form", "confirm-page", "redirect", "direct", "decoy", "new-tab", "late", "popup-closes")


def way_to_orcid(browser: httpx.Client, orcid: str) -> str:
    """Return the authorization address that the front page leads to, as its markup says."""
    page = browser.get("/", follow_redirects=False)
    if page.is_redirect:
        return str(page.headers["location"])
    if found := re.search(rf'href="({re.escape(orcid)}/oauth/[^"]+)"', page.text):
        return found[1].replace("&amp;", "&")
    if "/confirm" in page.text:
        page = browser.get("/confirm")
    if csrf := re.search(r'name="csrf" value="([^"]+)"', page.text):
        page = browser.post("/go", data={"csrf": csrf[1]}, follow_redirects=False)
    else:
        assert "/go" in page.text
        page = browser.get("/go", follow_redirects=False)
    return str(page.headers["location"])


@pytest.mark.parametrize("way", FINISHED_BY_HAND)
def test_denies_then_connects(start, orcid, way):
    portal = start("ways", "--way", way)
    researcher = Researcher(orcid)
    with visitor(portal.base) as browser:
        denied = browser.get(researcher.answer(way_to_orcid(browser, orcid.base), allow=False))
        assert "was not connected" in denied.text
        browser.get(researcher.answer(way_to_orcid(browser, orcid.base), allow=True))
        assert f'href="{orcid.base}/{ID}"' in browser.get("/").text
    researcher.close()


def test_deny_loop_goes_round(start, orcid):
    portal = start("ways", "--way", "deny-loop")
    researcher = Researcher(orcid)
    with visitor(portal.base) as browser:
        address = way_to_orcid(browser, orcid.base)
        for _ in range(3):
            back = researcher.answer(address, allow=False)
            assert parse_qs(urlsplit(back).query)["error"] == ["access_denied"]
            address = str(browser.get(back, follow_redirects=False).headers["location"])
            assert address.startswith(f"{orcid.base}/oauth/authorize?")
    researcher.close()


def test_answers_that_lead_nowhere(start):
    with visitor(start("ways", "--way", "error-500").base) as browser:
        assert browser.get("/").status_code == 500
    with visitor(start("ways", "--way", "no-way").base) as browser:
        assert "/go" not in browser.get("/").text
    with visitor(start("ways", "--way", "endless-redirect").base) as browser, pytest.raises(httpx.TooManyRedirects):
        browser.get("/")
    with visitor(start("ways", "--way", "hang").base) as browser, pytest.raises(httpx.ReadTimeout):
        browser.get("/", timeout=0.3)


def test_a_portal_that_hangs_can_be_stopped(start):
    portal = start("ways", "--way", "hang")
    with visitor(portal.base) as browser, pytest.raises(httpx.ReadTimeout):
        browser.get("/", timeout=0.3)
    assert portal.stop() == 0
