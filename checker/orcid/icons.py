"""The iD icon: which files are known, which colours are approved, and what a rendered picture can be told to be.

Only a file known byte by byte is recognised without a person. A picture that merely looks right is said to look right.
Source: ORCID's brand library of November 2024; ORCID's display and brand guidelines.
"""

from __future__ import annotations

import colorsys
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal, Protocol

Shape = Literal["solid", "outline", ""]
"""Solid disc: authenticated. Outline (ring): not authenticated. Empty: cannot be told."""

Tone = Literal["colour", "mono", "reversed", ""]
"""Green; black for print; white for dark backgrounds."""


@dataclass(frozen=True)
class Variant:
    """One official drawing."""

    shape: Shape
    tone: Tone


SOLID: Final = Variant("solid", "colour")
OUTLINE: Final = Variant("outline", "colour")

GREEN: Final = "#A6CE39"
OUTLINE_GREEN: Final = "#7FAA26"

KNOWN: Final[dict[str, Variant]] = {
    "24e2805bb9409fb1a2c2ce9a4bf8c1406606e03a0f5014394b99a09824b099c0": SOLID,
    "4666eec4ed5b890976f309c54de2e2694ab97d07b3af180e7889b49d5e0219ad": OUTLINE,
}
"""SHA-256 of the bytes of official files. Minified copies and older files are legitimate too, but need a person."""

MINIMUM_SIZE: Final = 16.0
"""Smallest side, in CSS pixels."""

SPOT: Final = 0.1
"""Share of a crop from which on a colour counts as one of the drawing's own, not as the blur of an edge."""

_SQUARE: Final = 0.05
_WIDE: Final = 1.8
_NEAR: Final = 40.0


class Tint(Protocol):
    """A colour and its share of a crop (0 to 1)."""

    @property
    def hex(self) -> str: ...  # noqa: D102
    @property
    def share(self) -> float: ...  # noqa: D102


class Picture(Protocol):
    """The facts of a rendered picture that classification looks at."""

    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def sha256(self) -> str: ...  # noqa: D102
    @property
    def loaded(self) -> bool: ...  # noqa: D102
    @property
    def orcid(self) -> bool: ...  # noqa: D102
    @property
    def box(self) -> tuple[float, float, float, float] | None: ...  # noqa: D102
    @property
    def natural(self) -> tuple[float, float] | None: ...  # noqa: D102
    @property
    def styles(self) -> Mapping[str, str]: ...  # noqa: D102
    @property
    def colours(self) -> Sequence[Tint]: ...  # noqa: D102
    @property
    def fill(self) -> float | None: ...  # noqa: D102
    @property
    def ground(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Reading:
    """What a picture is taken for.

    kind:
        known: byte by byte an official file, shown as it is.
        looks-right: circle and colours of an official drawing; a person must compare.
        altered: claims to be the icon but is stretched, recoloured, filtered or turned.
        other-mark: wide: the word mark or another logo, not the iD icon.
        unknown: cannot be told.
    why: one clause for a report.
    """

    kind: Literal["known", "looks-right", "altered", "other-mark", "unknown"]
    variant: Variant
    why: str


_NO_VARIANT: Final = Variant("", "")


def read(picture: Picture) -> Reading:
    """Say what a picture is taken for, from its facts alone."""
    known = KNOWN.get(picture.sha256)
    variant = known or _variant(picture)
    if not picture.loaded:
        return Reading("unknown", _NO_VARIANT, "the picture did not load")
    if not known and _is_wide(picture):
        return Reading("other-mark", _NO_VARIANT, "it is much wider than high, as the ORCID word mark is")
    if altered := _altered(picture) or ("" if known else _recoloured(picture)):
        return Reading("altered", variant, altered)
    if doubt := _doubt(picture):
        return Reading("unknown", variant, doubt)
    if known:
        return Reading("known", variant, "byte by byte an official file")
    if picture.kind == "font":
        return Reading("unknown", variant, "it is a glyph of an icon font")
    if variant.shape and _squareness(picture.box) <= _SQUARE:
        return Reading("looks-right", variant, "round and of an approved colour, but the file is not a known one")
    return Reading("unknown", variant, "the file is not a known one and its drawing could not be matched")


def contrast(a: str, b: str) -> float:
    """Return the WCAG contrast ratio (1 to 21) of two colours written as `#RRGGBB`."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """Return the WCAG relative luminance (0 to 1) of a colour written as `#RRGGBB`."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _rgb(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def mark_colour(picture: Picture) -> str:
    """Return the colour that the mark itself is drawn in; empty when it cannot be told from the crop.

    The green of a green icon also where white letters or a white middle cover more of it.
    """
    ground = picture.ground or "#FFFFFF"
    ink = [tint for tint in picture.colours if distance(tint.hex, ground) > _NEAR]
    coloured = [tint for tint in ink if distance(tint.hex, "#FFFFFF") > _NEAR and tint.share >= SPOT]
    return max(coloured or ink, key=lambda tint: tint.share).hex if ink else ""


def distance(a: str, b: str) -> float:
    """Return how far two colours written as `#RRGGBB` lie apart (0 to 441)."""
    return math.dist(_rgb(a), _rgb(b))


@contextmanager
def also_known(drawings: Mapping[str, Variant]) -> Iterator[None]:
    """Take further SHA-256 sums for official files: for tests, which may not ship ORCID's drawings."""
    new = {digest: variant for digest, variant in drawings.items() if digest not in KNOWN}
    KNOWN.update(new)
    try:
        yield
    finally:
        for digest in new:
            del KNOWN[digest]


def _rgb(colour: str) -> tuple[int, int, int]:
    value = int(colour.lstrip("#"), 16)
    return value >> 16, value >> 8 & 255, value & 255


def _squareness(size: Sequence[float] | None) -> float:
    """How far width over height is from 1; 0 is square."""
    if not size:
        return math.inf
    width, height = size[-2:]
    return abs(width / height - 1) if width and height else math.inf


def _is_wide(picture: Picture) -> bool:
    drawn = picture.natural or (picture.box and picture.box[2:])
    return bool(drawn and drawn[1] and drawn[0] / drawn[1] >= _WIDE) and picture.kind in {"img", "svg", "background"}


_FILTERS: Final = re.compile(r"grayscale|hue-rotate|invert|sepia|saturate|brightness|contrast|blur|drop-shadow|url\(")
_NAMES: Final = {
    "filter": "a CSS filter changes it",
    "transform": "it is turned, mirrored or stretched by CSS",
    "rotate": "it is turned by CSS",
    "animation-name": "it is animated",
    "mix-blend-mode": "it is blended with what lies under it",
    "clip-path": "it is cropped by CSS",
    "box-shadow": "it has a shadow",
    "opacity": "it is made transparent",
    "mask-colour": "",
}


def _altered(picture: Picture) -> str:
    """Why the picture is not shown as it was drawn; empty when nothing says so."""
    for style, reason in _NAMES.items():
        value = picture.styles.get(style, "")
        if reason and value and (style != "filter" or _FILTERS.search(value)):
            return f"{reason} ({style}: {value})"
    fitted = picture.styles.get("object-fit", "fill")
    if not picture.box or picture.kind == "font" or fitted in {"contain", "scale-down", "none"}:
        return ""
    drawn = picture.box[2] / picture.box[3]
    natural = picture.natural[0] / picture.natural[1] if picture.natural and all(picture.natural) else 1.0
    # Rounding to whole pixels may take one pixel of a small icon.
    slack = _SQUARE + 1 / max(min(picture.box[2:]), 1) * 0.5
    if picture.kind in {"img", "svg"} and abs(drawn / natural - 1) > slack:
        width, height = round(picture.box[2]), round(picture.box[3])
        return f"it is stretched: shown {width} by {height} pixels"
    return ""


def _recoloured(picture: Picture) -> str:
    """Why its colour is none of ORCID's; empty when it may be, or when the picture makes no claim to be the icon."""
    ink = mark_colour(picture)
    if not ink or not picture.orcid or picture.kind == "font" or _doubt(picture):
        return ""
    if picture.box is None or min(picture.box[2:]) < 12 or _tone(ink):
        return ""
    share = next((tint.share for tint in picture.colours if tint.hex == ink), 0.0)
    hue, saturation = _hue(ink)
    # Small drawings blur: an edge makes black gray and green pale, but gives no other hue, nor a whole gray disc.
    foreign = saturation > 0.3 and not 60 <= hue <= 95 and share >= SPOT
    gray = saturation < 0.15 and share >= 0.4
    return f"its colour is {ink}, none of ORCID's" if foreign or gray else ""


def _hue(colour: str) -> tuple[float, float]:
    """Return hue (0 to 360) and saturation (0 to 1)."""
    hue, saturation, _ = colorsys.rgb_to_hsv(*(value / 255 for value in _rgb(colour)))
    return hue * 360, saturation


def _doubt(picture: Picture) -> str:
    """Why the crop cannot be trusted to show the picture itself."""
    if cover := picture.styles.get("covered-by"):
        return f"something lies over it ({cover})"
    for style in ("filter", "transform", "opacity"):
        if value := picture.styles.get(f"around-{style}"):
            return f"a style of the page around it changes how it looks ({style}: {value})"
    if colour := picture.styles.get("mask-colour"):
        return f"CSS paints it in its own colour ({colour})"
    return ""


def _tone(ink: str) -> Tone:
    if distance(ink, GREEN) <= _NEAR or distance(ink, OUTLINE_GREEN) <= _NEAR:
        return "colour"
    if luminance(ink) < 0.035:
        return "mono"
    if luminance(ink) > 0.9:
        return "reversed"
    return ""


def _variant(picture: Picture) -> Variant:
    ink = mark_colour(picture)
    if not ink or picture.fill is None or picture.kind == "font" or _doubt(picture):
        return _NO_VARIANT
    tone = _tone(ink)
    # Between the two lies what neither drawing gives: no guess there.
    shape: Shape = "solid" if 0.53 <= picture.fill <= 0.82 else "outline" if 0.1 <= picture.fill <= 0.46 else ""
    return Variant(shape, tone) if tone and shape else _NO_VARIANT
