"""A walk knows when a page is at rest, sees what becomes of a message, and is not held up by a page that hangs."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Error as PlaywrightError

from checker.evidence.vault import Vault
from checker.gather.browser import browser
from checker.gather.errors import GatherError
from checker.gather.walk import Walk
from checker.gather.watchdog import Watchdog
from checker.orcid.hosts import embedded

pytestmark = pytest.mark.browser


class Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"<!doctype html><html lang=en><title>t</title><body>{PAGES[self.path]}</body></html>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


LATE = "<p id=p>before</p><script>setTimeout(() => { p.textContent = 'after' }, %d)</script>"

PAGES = {
    "/late": LATE % 700,
    "/much-later": LATE % 20_000,
    "/chain": "<p id=p></p><script>setTimeout(() => setTimeout(() => { p.textContent = 'after' }, 300), 300)</script>",
    "/poll": "<p id=p>0</p><script>const poll = () => { p.dataset.n = 1; setTimeout(poll, 100) }; poll()</script>",
    "/ticks": "<p id=p></p><script>setInterval(() => { p.textContent = Date.now() }, 20)</script>",
    "/toast": "<h2 id=p>Not connected</h2><script>setTimeout(() => p.remove(), 3000)</script>",
    "/fading": "<style>@keyframes f { to { visibility: hidden } } h2 { animation: f 3s forwards }</style><h2>Gone</h2>",
    "/stays": "<h2>Not connected</h2>",
    "/endless": "<script>setTimeout(() => { while (true) {} }, 50)</script>",
    "/favicon.ico": "",
}


@pytest.fixture(scope="module")
def origin():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def started():
    with browser() as one:
        yield one


@contextmanager
def walking(started, **options):
    make = partial(Walk, "connect", started, embedded("https://localhost:1"), Vault(), base="http://127.0.0.1/")
    with make(timeout=10, viewport=(800, 600), **options) as walk:
        yield walk


@pytest.mark.parametrize(
    ("path", "text"), [("/late", "after"), ("/chain", "after"), ("/much-later", "before"), ("/poll", "0")]
)
def test_what_comes_soon_is_waited_for_and_what_never_ends_is_not(started, origin, path, text):
    with walking(started) as walk:
        walk.goto(origin + path)
        assert walk.look("page").text == text


def test_a_page_that_never_rests_is_looked_at_all_the_same(started, origin):
    with walking(started) as walk:
        begun = time.monotonic()
        walk.goto(origin + "/ticks")
        assert walk.look("page").text.isdigit()
        assert time.monotonic() - begun < 30


@pytest.mark.parametrize(("path", "gone"), [("/toast", True), ("/fading", True), ("/stays", False)])
def test_a_message_that_disappears_is_seen_to(started, origin, path, gone):
    with walking(started) as walk:
        walk.goto(origin + path)
        assert walk.look("page").text
        later = walk.look_later("later", 5)
        assert (later is not None) == gone
        if later:
            assert later.text == ""


def test_a_page_in_an_endless_loop_is_ended(started, origin):
    with Watchdog(2.0) as dog, walking(started, on_life=dog.feed) as walk:
        with pytest.raises((GatherError, PlaywrightError), match=r"crash|closed"):  # noqa: PT012 - where is not sure
            walk.goto(origin + "/endless")
            walk.look("page")
        assert dog.bit


def test_a_page_is_not_ended_while_something_else_takes_its_time():
    held, free = Watchdog(0.001), Watchdog(0.001)
    with held.held(), held, free:
        subprocess.run([sys.executable, "-c", ""], check=True)  # takes longer than their patience
    assert free.bit
    assert not held.bit
