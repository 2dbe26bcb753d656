"""The portal's own part of the way to ORCID: which pages, which controls."""

from __future__ import annotations

from dataclasses import dataclass

from checker.api import Authorization, Control, Icon, Journey, Page, Ruling, Spot, blocked
from checker.orcid import icons

from ..collect._at import at
from ._text import fold, says


@dataclass(frozen=True)
class Entry:
    """A control that starts the way to ORCID, and its page."""

    page: Page
    control: Control

    @property
    def label(self) -> str:
        """What it says to the eye, or to a screen reader where it shows nothing."""
        return fold(self.control.text or self.control.name)

    @property
    def icons(self) -> list[Icon]:
        """The pictures on it that speak of ORCID, or are read as its icon."""
        return [i for i in self.control.icons if i.visible and i.loaded and is_orcids(i)]

    def spot(self, note: str = "") -> Spot:
        """Point at it."""
        return at(self.page, self.control, note)


def is_orcids(icon: Icon) -> bool:
    """Say whether a picture is one of ORCID's, or passes itself off as one."""
    return icon.orcid or icons.read(icon).kind in {"known", "looks-right"}


def names_orcid(control: Control) -> bool:
    """Say whether a control speaks of ORCID, by its text, its name or a picture on it."""
    return "orcid" in f"{control.text} {control.name}".lower() or any(is_orcids(i) for i in control.icons)


def starts_oauth(control: Control) -> bool:
    """Say whether its wording offers to connect to ORCID or to sign in with it."""
    text = control.text or control.name
    usable = control.visible and names_orcid(control)
    return usable and (says("connect", text) or says("sign_in", text)) and not says("disconnect", text)


def entries(journeys: list[Journey]) -> list[Entry]:
    """Return the controls that people press to get to ORCID: on each page of the portal the best one.

    The way back after a denial is not one of them. On a page in between («Continue») the control before it counts.
    """
    found: dict[tuple[str, str], Entry] = {}
    for journey in journeys:
        for trip in first_trips(journey):
            for entry in _entry(journey, trip):
                found.setdefault((entry.page.url, entry.label), entry)
    return list(found.values())


def first_trips(journey: Journey) -> list[Authorization]:
    """Return a journey's trips to ORCID up to a denial."""
    denied = next((i for i, a in enumerate(journey.authorizations) if a.answer == "denied"), None)
    return journey.authorizations if denied is None else journey.authorizations[: denied + 1]


def _entry(journey: Journey, trip: Authorization) -> list[Entry]:
    pages = _up_to(journey, trip)
    if not pages:
        return []
    pressed = next((c for c in pages[-1].snapshot.controls if c.index == trip.control), None)
    if pressed and names_orcid(pressed):
        return [_best(pages[-1], pressed)]
    for page in reversed(pages):
        if named := [c for c in page.snapshot.controls if starts_oauth(c)]:
            return [_best(page, named[0])]
    return [Entry(pages[-1], pressed)] if pressed else []


def _best(page: Page, control: Control) -> Entry:
    """Return the control, or another one on the page that leads to the same address and carries the icon."""
    same = [Entry(page, c) for c in page.snapshot.controls if c.visible and control.href and c.href == control.href]
    branded = next((e for e in same if e.icons and "orcid" in e.control.text.lower()), None)
    own = Entry(page, control)
    return own if own.icons or branded is None else branded


def _up_to(journey: Journey, trip: Authorization) -> list[Page]:
    portal = [p for p in journey.pages if p.side == "portal"]
    last = next((i for i, p in enumerate(portal) if p.id == trip.from_page), None)
    return [] if last is None else portal[: last + 1]


def way_pages(journeys: list[Journey]) -> list[Page]:
    """Return the portal's pages that people see before they are at ORCID, each address once.

    A page with a password form is the portal's sign-in and no part of the way, unless the way starts there.
    """
    found: dict[str, Page] = {}
    for journey in journeys:
        for trip in first_trips(journey):
            for page in _up_to(journey, trip):
                if page.id == trip.from_page or not any(f.has_password and f.visible for f in page.snapshot.forms):
                    found.setdefault(page.url, page)
    return list(found.values())


def not_reached(journeys: list[Journey]) -> Ruling | None:
    """Return `blocked` when no journey got to ORCID at all, with what kept it from there."""
    if any(journey.authorizations for journey in journeys):
        return None
    block = next((journey.block for journey in journeys if journey.block), None)
    if block:
        return blocked(block.message, whose=block.whose, todo=block.todo)
    return blocked("No way from the portal to ORCID was seen.")
