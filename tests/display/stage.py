"""Renders markup in the real browser, looks at it with the collector, and judges it by the display rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, Route

from checker.evidence.model import Connection, Evidence, Store, StoreLook
from checker.evidence.page import Page as Look
from checker.evidence.page import Snapshot
from checker.gather.page import look, settle, visible_text
from checker.judge.content import load_rules
from checker.judge.judge import rule_on
from checker.judge.rule import Ruling
from checker.orcid.hosts import PRODUCTION, SANDBOX
from tests import builders

from . import drawings

PORTAL = "https://portal.test"
ANA = "0009-0001-2345-6786"

STYLE = """<style>
.dark { background: #222; color: #fff }
.bg-orcid { background: url(/i/auth.svg) no-repeat 0 50% / 16px 16px; padding-left: 20px }
.ai-orcid::before { content: "\\e9e8"; font-family: icons }
</style>"""


class Stage:
    """A page of a portal whose markup the test writes."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.body = ""
        self.content_type = "text/html; charset=utf-8"

    @classmethod
    @contextmanager
    def on(cls, browser: Browser) -> Iterator[Stage]:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        stage = cls(context.new_page())
        context.route("**/*", stage._answer)
        yield stage
        context.close()

    def _answer(self, route: Route) -> None:
        address = route.request.url
        name = address.split("?")[0].rsplit("/", 1)[1]
        if name == "orcid.logo.icon.svg":
            name = "auth.svg"
        if name in drawings.FILES:
            kind = "image/png" if name.endswith(".png") else "image/svg+xml"
            route.fulfill(body=drawings.FILES[name], content_type=kind)
        elif address == f"{PORTAL}/":
            route.fulfill(body=self.body, content_type=self.content_type)
        else:
            route.abort()

    def show(self, html: str, *, plain: bool = False, names: Sequence[str] = (), **options: Any) -> Snapshot:
        """Render the body of a page and return what the collector sees."""
        self.content_type = "text/plain; charset=utf-8" if plain else "text/html; charset=utf-8"
        symbol = f'<svg width="0" height="0" style="position:absolute">{drawings.SYMBOL}</svg>'
        self.body = html if plain else f"<!doctype html><html lang=en><title>x</title>{STYLE}<body>{symbol}{html}"
        self.page.goto(f"{PORTAL}/")
        settle(self.page)
        base = f"{PORTAL}/i/"
        bodies = {base + name: data for name, data in drawings.FILES.items()}
        bodies["https://orcid.org/assets/vectors/orcid.logo.icon.svg"] = drawings.FILES["auth.svg"]
        return look(self.page, names=names, bodies=bodies, **options)

    def text(self) -> str:
        return visible_text(self.page)

    def looked(self, id: str = "display-01", **changes: Any) -> Look:
        """Render and return it as a page of the evidence."""
        url = changes.pop("url", f"{PORTAL}/")
        html = changes.pop("html")
        snapshot = self.show(html, **changes)
        return builders.page(id, self.text(), url=url, snapshot=snapshot)


def pages_alone(page: Look, *, environment: str = "production", flags: dict[str, bool] | None = None) -> Evidence:
    """One page that was looked at without any journey."""
    site = SANDBOX.site if environment == "sandbox" else PRODUCTION.site
    rows = [Connection(orcid=one, authenticated="yes" if value else "no") for one, value in (flags or {}).items()]
    return builders.evidence(
        builders.journey("display", pages=[page]),
        run=builders.run(environment=environment, orcid=site, researcher="", researcher_name="", public_pages=[]),
        wire=None,
        store=Store(looks=[StoreLook(when="end", connections=rows)] if rows else []),
    )


def judge_display(evidence: Evidence) -> dict[str, Ruling]:
    """What every display rule says."""
    return {id: rule_on(rule, evidence) for id, rule in load_rules().items() if rule.area == "Display"}
