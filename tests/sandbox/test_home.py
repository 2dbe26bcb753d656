"""The sandbox's own page, as HTML and in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from bs4 import BeautifulSoup

from checker.gather.browser import browser
from checker.sandbox import DEFAULT_CLIENT, DEFAULT_PERSON, Sandbox
from checker.sandbox.home import LAST

from .conftest import Visitor, visitor_of


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox(tls=False, admin=True) as box:
        yield box


@pytest.fixture
def visitor(box: Sandbox) -> Iterator[Visitor]:
    yield from visitor_of(box)


def page(box: Sandbox) -> BeautifulSoup:
    return BeautifulSoup(httpx.get(f"{box.plain_base}/_sandbox/").text, "html.parser")


def test_the_front_door_leads_to_it(box: Sandbox) -> None:
    answer = httpx.get(f"{box.base}/", follow_redirects=True)
    assert str(answer.url) == f"{box.base}/_sandbox/"
    assert "Embedded ORCID sandbox" in answer.text


def test_people_clients_and_requests(visitor: Visitor, box: Sandbox) -> None:
    visitor.connect()
    visitor.api("GET", "/record")
    visitor.server.get("/nothing")
    text = page(box).get_text(" ", strip=True)
    for fact in (
        DEFAULT_PERSON.orcid, DEFAULT_PERSON.login, DEFAULT_PERSON.password, DEFAULT_PERSON.display_name,
        DEFAULT_CLIENT.id, DEFAULT_CLIENT.secret, "any address on this machine",
        f"200 GET /v3.0/{DEFAULT_PERSON.orcid}/record", "200 POST /oauth/token", "404 GET /nothing", box.base,
    ):  # fmt: skip
        assert fact in text, fact


def test_the_newest_come_first_and_not_all(visitor: Visitor, box: Sandbox) -> None:
    for number in range(LAST + 5):
        visitor.server.get(f"/userStatus.json?n={number}")
    rows = page(box).select("section[aria-labelledby=requests] tr")[1:]
    assert [int(row.td.get_text()) for row in rows if row.td] == list(range(LAST + 5, 5, -1))
    assert f"The last {LAST} of {LAST + 5}" in page(box).get_text(" ", strip=True)


def test_what_it_says_changes(box: Sandbox) -> None:
    text = page(box).get_text(" ", strip=True)
    assert "Faults on order" not in text
    assert "none yet" in text
    assert re.search(r"Rate limit off", text)
    box.order_fault("503", method="POST", path="/v3.0/", count=None)
    box.clock_offset = -3600
    box.rate_limited = True
    text = page(box).get_text(" ", strip=True)
    assert "1 503 POST /v3.0/ no end 0" in text
    assert "3600 seconds behind" in text
    assert "24 requests a second" in text


def test_what_was_sent_is_text(box: Sandbox) -> None:
    box.add_person(login="<i>@b.c", password="<script>x</script>", given_names="<b>Bold</b>")
    httpx.get(f"{box.base}/<script>alert(1)</script>")
    soup = page(box)
    assert soup.find_all(["script", "b", "i"]) == []
    assert "<script>x</script>" in soup.get_text()


def test_nothing_comes_from_elsewhere(box: Sandbox) -> None:
    answer = httpx.get(f"{box.plain_base}/_sandbox/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["cache-control"] == "no-store"
    soup = BeautifulSoup(answer.text, "html.parser")
    assert soup.find_all(["script", "img", "iframe", "object", "form"]) == []
    assert all(link["href"].startswith(("/", "data:")) for link in soup.select("[href]"))


@pytest.mark.browser
def test_in_a_browser_wide_and_narrow() -> None:
    with Sandbox(admin=True) as box, browser() as chromium:
        for visitor in visitor_of(box):
            visitor.connect()
            visitor.api("GET", "/record")
        tab = chromium.new_page(viewport={"width": 1100, "height": 900})
        problems: list[str] = []
        tab.on("console", lambda message: problems.append(message.text))
        asked: list[str] = []
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(f"{box.base}/")
        assert tab.url == f"{box.base}/_sandbox/"
        assert all(url.startswith((box.base, "data:")) for url in asked)
        for width in (1100, 390):
            tab.set_viewport_size({"width": width, "height": 900})
            assert tab.evaluate("document.documentElement.scrollWidth") <= width
        tab.get_by_role("link", name=DEFAULT_PERSON.orcid).click()
        assert tab.locator("#orcid-id").inner_text() == f"{box.base}/{DEFAULT_PERSON.orcid}"
        assert problems == []
