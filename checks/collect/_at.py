"""Points at what a finding is about."""

from __future__ import annotations

from typing import Protocol

from checker.api import Page, Spot
from checker.evidence.page import Box


class Placed(Protocol):
    """Anything on a page that has a place there."""

    @property
    def box(self) -> Box | None:
        """Where it is on the screenshot."""

    @property
    def snippet(self) -> str:
        """Its markup."""


def at(page: Page, thing: Placed | None = None, note: str = "") -> Spot:
    """Point at a page, or at something on it."""
    if thing is None:
        return Spot(page=page.id, url=page.url, note=note)
    return Spot(page=page.id, box=thing.box, url=page.url, snippet=thing.snippet, note=note)
