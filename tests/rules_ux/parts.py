"""Small pieces of pages: controls, icons, fields, forms."""

from __future__ import annotations

from typing import Any

from checker.evidence.model import Evidence, Journey
from checker.evidence.page import Colour, Control, Field, Form, Icon, Occurrence, Page, Snapshot
from checker.orcid import icons
from tests.builders import PORTAL, RESEARCHER, authorization, evidence, journey, page

SOLID = next(digest for digest, variant in icons.KNOWN.items() if variant == icons.SOLID)


def icon(**changes: Any) -> Icon:
    """The official icon, byte by byte."""
    values: dict[str, Any] = {
        "kind": "img", "source": f"{PORTAL}/i/auth.svg", "sha256": SOLID, "orcid": True, "alt": "",
        "box": (10, 10, 24, 24), "natural": (24, 24), "snippet": '<img src="/i/auth.svg" alt="">',
    }  # fmt: skip
    return Icon(**(values | changes))


def copy_of_icon(**changes: Any) -> Icon:
    """An icon that looks right, from a file that nobody knows."""
    values: dict[str, Any] = {
        "sha256": "0" * 64, "source": f"{PORTAL}/i/orcid.svg", "fill": 0.65, "ground": "#FFFFFF",
        "colours": [Colour(hex="#A6CE39", share=0.6), Colour(hex="#FFFFFF", share=0.4)],
    }  # fmt: skip
    return icon(**(values | changes))


def control(text: str = "Create or connect your ORCID iD", index: int = 0, **changes: Any) -> Control:
    """The button as it should be; a test names what is wrong with its own."""
    values: dict[str, Any] = {
        "index": index, "tag": "a", "text": text, "name": text, "href": f"{PORTAL}/orcid/start",
        "raw_href": "/orcid/start", "box": (10, 10, 260, 40), "contrast": 8.9, "text_size": 16.0, "icons": [icon()],
        "snippet": f'<a href="/orcid/start">{text}</a>',
    }  # fmt: skip
    return Control(**(values | changes))


def link(text: str, href: str = f"{PORTAL}/about", index: int = 9, **changes: Any) -> Control:
    """A plain link."""
    return control(text, index, **({"href": href, "raw_href": href, "icons": []} | changes))


def field(label: str = "", index: int = 0, **changes: Any) -> Field:
    """A plain text field."""
    return Field(**({"index": index, "tag": "input", "type": "text", "label": label, "snippet": "<input>"} | changes))


def form(text: str = "", index: int = 0, **changes: Any) -> Form:
    """The portal's own sign-in form."""
    values: dict[str, Any] = {"action": f"{PORTAL}/login", "method": "post", "has_password": True, "text": text}
    return Form(**({"index": index} | values | changes))


def shown(orcid: str = RESEARCHER, **changes: Any) -> Occurrence:
    """An iD in the page's text."""
    return Occurrence(**({"index": 0, "text": f"https://orcid.org/{orcid}"} | changes))


def page_with(id: str = "connect-01", text: str = "", **parts: Any) -> Page:
    """A page whose snapshot has the given parts; other keywords are the page's own."""
    snapshot = {name: parts.pop(name) for name in list(parts) if name in Snapshot.model_fields}
    return page(id, text, snapshot=Snapshot(**snapshot), **parts)


def connected(*pages: Page, **changes: Any) -> Journey:
    """The journey «connect», seen through: the pages before it, and one after."""
    after = page("connect-02", "Your ORCID iD is connected.", url=f"{PORTAL}/me")
    trip = authorization(from_page=pages[0].id if pages else None)
    return journey("connect", **({"pages": [*pages, after], "authorizations": [trip]} | changes))


def walked(*pages: Page, **changes: Any) -> Evidence:
    """Evidence of a connection made from the given pages."""
    return evidence(connected(*pages), **changes)
