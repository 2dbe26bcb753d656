"""Stand-ins for ORCID's drawings: circles with letters of our own. They count as official files only in these tests."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageDraw

from checker.orcid import icons


def drawing(disc: str, letters: str, ring: str = "") -> str:
    """Return the inside of an SVG: a solid disc, or with `ring` an outline."""
    rim = f' stroke="{ring}" stroke-width="14"' if ring else ""
    radius = 121 if ring else 128
    return (
        f'<circle cx="128" cy="128" r="{radius}" fill="{disc}"{rim}></circle>'
        f'<rect x="70" y="80" width="20" height="100" fill="{letters}"></rect>'
        f'<path fill="none" stroke="{letters}" stroke-width="20" d="M120 90v80h25a40 40 0 0 0 0-80z"></path>'
    )


def svg(inside: str) -> bytes:
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 256 256" width="256" height="256">'
    return f"{head}{inside}</svg>".encode()


def wordmark() -> bytes:
    image = Image.new("RGB", (300, 90), "white")
    pen = ImageDraw.Draw(image)
    pen.ellipse((200, 10, 270, 80), fill="#A6CE39")
    pen.rectangle((10, 20, 190, 70), fill="#A5A8AA")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


SOLID = drawing("#A6CE39", "#FFFFFF")
SYMBOL = f'<symbol id="orcid-auth" viewBox="0 0 256 256">{SOLID}</symbol>'

FILES: dict[str, bytes] = {
    "auth.svg": svg(SOLID),
    "unauth.svg": svg(drawing("#FFFFFF", "#7FAA26", "#7FAA26")),
    "auth_reversed.svg": svg(drawing("#FFFFFF", "#222222")),
    "auth_BW.svg": svg(drawing("#000000", "#FFFFFF")),
    "orange.svg": svg(drawing("#F58220", "#FFFFFF")),
    "copy.svg": svg(SOLID + "<!-- minified elsewhere -->"),
    "gray.svg": svg(drawing("#A0A0A0", "#FFFFFF")),
    "other-outline.svg": svg(drawing("#FFFFFF", "#7FAA26", "#7FAA26") + "<!-- minified elsewhere -->"),
    "orcid-wordmark.png": wordmark(),
}

OFFICIAL = {
    "auth.svg": icons.SOLID,
    "unauth.svg": icons.OUTLINE,
    "auth_reversed.svg": icons.Variant("solid", "reversed"),
    "auth_BW.svg": icons.Variant("solid", "mono"),
}


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@contextmanager
def taken_for_official() -> Iterator[None]:
    """Let the stand-ins count as ORCID's own files."""
    known = {digest(FILES[name]): variant for name, variant in OFFICIAL.items()}
    known[digest(SYMBOL.encode())] = icons.SOLID
    with icons.also_known(known):
        yield
