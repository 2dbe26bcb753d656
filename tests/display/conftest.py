from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from checker.gather.browser import launch

from . import drawings
from .stage import Stage


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def stage(chromium: Browser) -> Iterator[Stage]:
    """One browser page on which markup is rendered, with pictures under `/i/`."""
    with Stage.on(chromium) as ready:
        yield ready


@pytest.fixture(autouse=True, scope="package")
def _stand_ins() -> Iterator[None]:
    with drawings.taken_for_official():
        yield
