"""Pictures for a report: crops of a page's screenshot with the place marked, and small whole pages.

All boxes are CSS pixels on the full-page screenshot. Pictures come back as `data:` addresses, small enough that a
report with dozens of them can be sent by mail.
"""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from checker.evidence.page import Box, Page

_PAD: Final = 48
_MIN: Final = (620, 200)
"""Least size of a crop: a place without its surroundings tells a reader nothing."""
_TALLEST: Final = 900
"""Boxes farther apart than this (CSS pixels from top to bottom) get a picture each."""
_WIDTH: Final = 760
_THUMB: Final = (480, 420)
_MARK: Final = (196, 30, 58)

Colour = str | tuple[int, int, int]


@dataclass(frozen=True)
class Picture:
    """One encoded picture."""

    uri: str
    width: int
    height: int


@dataclass(frozen=True)
class Crop:
    """A picture of a part of a page, and the numbers of the boxes that it shows."""

    picture: Picture
    shows: list[int]


class Album:
    """The screenshots of one evidence folder. A screenshot that is missing or broken gives no picture, and no error."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._load = lru_cache(maxsize=6)(self._read)

    def crops(self, page: Page, boxes: Mapping[int, Box]) -> list[Crop]:
        """Return crops of the page around the numbered boxes, each outlined, and numbered where they share a picture.

        Boxes that lie near each other share a picture. A box outside the page is not shown.
        """
        image = self._load(page.screenshot_file)
        if image is None:
            return []
        scale = image.width / page.width if page.width else 1.0
        size = (image.width / scale, image.height / scale)
        inside = [(number, box) for number, whole in boxes.items() if (box := _clip(whole, size))]
        return [
            Crop(_crop(image, scale, cluster), sorted(number for number, _ in cluster))
            for cluster in _clusters(sorted(inside, key=lambda item: (item[1][1], item[1][0], item[0])))
        ]

    def thumbnail(self, page: Page) -> Picture | None:
        """Return the upper part of the page, small; None when there is no screenshot that can be read."""
        image = self._load(page.screenshot_file)
        if image is None:
            return None
        width, height = _THUMB
        upper = image.crop((0, 0, image.width, min(image.height, round(image.width * height / width))))
        return _encode(_shrink(upper, width))

    def _read(self, name: str) -> Image.Image | None:
        try:
            path = (self._folder / name).resolve()
            # The name comes from evidence that somebody may have sent us.
            if not name or not path.is_relative_to(self._folder):
                return None
            with warnings.catch_warnings():
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                with Image.open(path) as image:
                    return image.convert("RGB")
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
            return None


def _clip(box: Box, size: tuple[float, float]) -> Box | None:
    """Cut a box to the page; None when nothing of it is left."""
    x, y, w, h = box
    left, top = max(x, 0.0), max(y, 0.0)
    right, bottom = min(x + w, size[0]), min(y + h, size[1])
    return (left, top, right - left, bottom - top) if right > left and bottom > top else None


def _clusters(boxes: Sequence[tuple[int, Box]]) -> list[list[tuple[int, Box]]]:
    clusters: list[list[tuple[int, Box]]] = []
    for number, box in boxes:
        if clusters and box[1] + box[3] - clusters[-1][0][1][1] <= _TALLEST:
            clusters[-1].append((number, box))
        else:
            clusters.append([(number, box)])
    return clusters


def _crop(image: Image.Image, scale: float, marks: Sequence[tuple[int, Box]]) -> Picture:
    frame = _frame([box for _, box in marks], (image.width / scale, image.height / scale))
    left, top, right, bottom = (round(v * scale) for v in frame)
    part = image.crop((left, top, right, bottom))
    # Marks are drawn after shrinking, so that they are equally strong in every picture.
    shrunk = _shrink(part, _WIDTH)
    ratio = scale * shrunk.width / part.width
    draw = ImageDraw.Draw(shrunk)
    drawn = [((x - frame[0]) * ratio, (y - frame[1]) * ratio, w * ratio, h * ratio) for _, (x, y, w, h) in marks]
    # A white line on both sides of the coloured one keeps a mark visible on any page; all white ones come first, so
    # that no mark wipes out its neighbour.
    for grow, colour, width in ((6, "white", 6), (5, _MARK, 3)):
        for box in drawn:
            _outline(draw, box, grow, colour, width)
    if len(marks) > 1:
        for (number, _), (x, y, _w, _h) in zip(marks, drawn, strict=True):
            _badge(draw, x, y, number)
    return _encode(shrunk)


def _frame(boxes: Sequence[Box], size: tuple[float, float]) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom of what to show: all boxes, some space around, and a least size."""
    left, right = _span(min(b[0] for b in boxes), max(b[0] + b[2] for b in boxes), _MIN[0], size[0])
    top, bottom = _span(
        min(b[1] for b in boxes), min(max(b[1] + b[3] for b in boxes), min(b[1] for b in boxes) + _TALLEST), _MIN[1],
        size[1],
    )  # fmt: skip
    return left, top, right, bottom


def _span(low: float, high: float, least: float, limit: float) -> tuple[float, float]:
    spare = max(_PAD, (least - (high - low)) / 2)
    low, high = low - spare, high + spare
    if low < 0:
        low, high = 0, high - low
    if high > limit:
        low, high = max(0, low - (high - limit)), limit
    return low, high


def _outline(draw: ImageDraw.ImageDraw, box: Box, grow: int, colour: Colour, width: int) -> None:
    x, y, w, h = box
    draw.rounded_rectangle((x - grow, y - grow, x + w + grow, y + h + grow), 6, outline=colour, width=width)


def _badge(draw: ImageDraw.ImageDraw, x: float, y: float, number: int) -> None:
    x, y = max(x - 7, 13), max(y - 7, 13)
    draw.ellipse((x - 12, y - 12, x + 12, y + 12), fill=_MARK, outline="white", width=2)
    draw.text((x, y), str(number), fill="white", font=ImageFont.load_default(14), anchor="mm")


def _shrink(image: Image.Image, width: int) -> Image.Image:
    if image.width <= width:
        return image.copy()
    return image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)


def _encode(image: Image.Image) -> Picture:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=72, method=4)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    return Picture(f"data:image/webp;base64,{data}", image.width, image.height)
