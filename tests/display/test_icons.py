"""What a picture is taken for, from its facts alone."""

from __future__ import annotations

from typing import Any

import pytest

from checker.evidence.page import Colour, Icon
from checker.orcid import icons

OFFICIAL = "24e2805bb9409fb1a2c2ce9a4bf8c1406606e03a0f5014394b99a09824b099c0"
GREEN = [Colour(hex="#A6CE39", share=0.6), Colour(hex="#FFFFFF", share=0.3)]


def icon(**changes: Any) -> Icon:
    values: dict[str, Any] = {
        "kind": "img", "source": "https://portal.test/orcid.svg", "box": (0, 0, 24, 24), "natural": (24, 24),
        "colours": GREEN, "fill": 0.65, "ground": "#FFFFFF", "orcid": True,
    }  # fmt: skip
    return Icon(**(values | changes))


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"sha256": OFFICIAL}, "known"),
        ({}, "looks-right"),
        ({"colours": [Colour(hex="#7FAA26", share=0.2), Colour(hex="#FFFFFF", share=0.7)], "fill": 0.3}, "looks-right"),
        ({"fill": 0.5}, "unknown"),
        ({"colours": []}, "unknown"),
        ({"loaded": False, "sha256": OFFICIAL}, "unknown"),
        ({"natural": (300, 90), "box": (0, 0, 80, 24)}, "other-mark"),
        ({"box": (0, 0, 40, 16), "sha256": OFFICIAL}, "altered"),
        ({"box": (0, 0, 40, 16), "sha256": OFFICIAL, "styles": {"object-fit": "contain"}}, "known"),
        ({"styles": {"filter": "grayscale(1)"}, "sha256": OFFICIAL}, "altered"),
        ({"styles": {"around-filter": "invert(1)"}, "sha256": OFFICIAL}, "unknown"),
        ({"styles": {"covered-by": "#cookies"}, "colours": [Colour(hex="#333355", share=0.9)]}, "unknown"),
        ({"colours": [Colour(hex="#F58220", share=0.6)]}, "altered"),
        ({"colours": [Colour(hex="#F58220", share=0.6)], "orcid": False}, "unknown"),
        ({"colours": [Colour(hex="#999999", share=0.6)]}, "altered"),
        ({"colours": [Colour(hex="#B9C98C", share=0.3), Colour(hex="#FFFFFF", share=0.6)]}, "unknown"),
        ({"kind": "font", "source": "ai ai-orcid"}, "unknown"),
    ],
)
def test_reading(changes: dict[str, Any], kind: str) -> None:
    reading = icons.read(icon(**changes))
    assert reading.kind == kind, reading


def test_variants() -> None:
    assert icons.read(icon(sha256=OFFICIAL)).variant == icons.SOLID
    outline = icon(colours=[Colour(hex="#7FAA26", share=0.2)], fill=0.3)
    assert icons.read(outline).variant == icons.OUTLINE
    on_dark = icon(ground="#222222", colours=[Colour(hex="#FFFFFF", share=0.7), Colour(hex="#222222", share=0.2)])
    assert icons.read(on_dark).variant == icons.Variant("solid", "reversed")


def test_further_drawings_are_known_only_for_a_while() -> None:
    with icons.also_known({"00": icons.OUTLINE, OFFICIAL: icons.OUTLINE}):
        assert icons.read(icon(sha256="00")).kind == "known"
        assert icons.read(icon(sha256=OFFICIAL)).variant == icons.SOLID, "what is known stays as it is"
    assert icons.read(icon(sha256="00")).kind != "known"
    assert icons.read(icon(sha256=OFFICIAL)).kind == "known"


def test_contrast_is_that_of_wcag() -> None:
    assert round(icons.contrast("#A6CE39", "#FFFFFF"), 1) == 1.8
    assert round(icons.contrast("#999999", "#FFFFFF"), 2) == 2.85
