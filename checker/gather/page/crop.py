"""What the pixels of a picture on a page's screenshot say: its leading colours, and how much of it is painted."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from PIL import Image

from ...orcid.icons import SPOT, distance

_SAME: Final = 48.0
_LARGEST: Final = 96
_WHITE: Final = "#FFFFFF"


class Crops:
    """The screenshot of one page, to be cut into pieces."""

    def __init__(self, png: bytes, page_width: float) -> None:
        self._image = Image.open(io.BytesIO(png)).convert("RGB")
        # Lists repeat one icon many times.
        self._read: dict[tuple[bytes, int, str], tuple[list[dict[str, Any]], float | None]] = {}
        # A device with more than one image pixel to a CSS pixel.
        self._scale = max(1, round(self._image.width / page_width)) if page_width else 1

    def read(self, box: Sequence[float], ground: str) -> tuple[list[dict[str, Any]], float | None]:
        """Return the leading colours of a box, most frequent first, and the share that has the mark's own colour.

        Args:
            box: x, y, width, height in CSS pixels of the page.
            ground: colour behind it as `#RRGGBB`, or empty: then that of the box's corners.
        """
        crop = self._cut(box)
        if crop is None:
            return [], None
        key = crop.tobytes(), crop.width, ground
        if key not in self._read:
            self._read[key] = _measure(crop, ground or _corner(crop))
        return self._read[key]

    def _cut(self, box: Sequence[float]) -> Image.Image | None:
        x, y, width, height = (value * self._scale for value in box)
        area = (
            max(0, round(x)),
            max(0, round(y)),
            min(self._image.width, round(x + width)),
            min(self._image.height, round(y + height)),
        )
        if area[2] - area[0] < 4 or area[3] - area[1] < 4:
            return None
        crop = self._image.crop(area)
        if max(crop.size) > _LARGEST:
            crop.thumbnail((_LARGEST, _LARGEST), Image.Resampling.NEAREST)
        return crop


def _measure(crop: Image.Image, ground: str) -> tuple[list[dict[str, Any]], float | None]:
    tints = _cluster(crop)
    ink = [(colour, share) for colour, share in tints if distance(colour, ground) > _SAME]
    coloured = [(colour, share) for colour, share in ink if distance(colour, _WHITE) > _SAME and share >= SPOT]
    colours = [{"hex": colour, "share": round(share, 3)} for colour, share in tints[:6]]
    if not ink:
        return colours, None
    mark = max(coloured or ink, key=lambda tint: tint[1])[0]
    return colours, round(_share(crop, mark, [ground, _WHITE]), 3)


def _hex(pixel: tuple[int, int, int]) -> str:
    return "#{:02X}{:02X}{:02X}".format(*pixel)


def _pixels(crop: Image.Image) -> list[tuple[int, int, int]]:
    data = crop.tobytes()
    return [(data[i], data[i + 1], data[i + 2]) for i in range(0, len(data), 3)]


def _cluster(crop: Image.Image) -> list[tuple[str, float]]:
    """Group the colours around the most frequent ones: smoothed edges make many that nobody sees."""
    pixels = _pixels(crop)
    groups: list[list[Any]] = []
    for pixel, count in Counter(pixels).most_common(400):
        colour = _hex(pixel)
        home = next((group for group in groups if distance(group[0], colour) <= _SAME), None)
        if home:
            home[1] += count
        else:
            groups.append([colour, count])
    groups.sort(key=lambda group: -group[1])
    return [(colour, count / len(pixels)) for colour, count in groups]


def _corner(crop: Image.Image) -> str:
    right, bottom = crop.width - 1, crop.height - 1
    pixels = _pixels(crop)
    corners = [pixels[y * crop.width + x] for x, y in ((0, 0), (right, 0), (0, bottom), (right, bottom))]
    return _hex(Counter(corners).most_common(1)[0][0])


def _share(crop: Image.Image, mark: str, others: Sequence[str]) -> float:
    """Share of the bounding square whose pixels are nearer to the mark's colour than to any of the others."""
    rivals = [other for other in others if distance(other, mark) > _SAME]
    near: dict[tuple[int, int, int], bool] = {}
    count = 0
    for pixel in _pixels(crop):
        if pixel not in near:
            colour = _hex(pixel)
            near[pixel] = all(distance(colour, mark) < distance(colour, rival) for rival in rivals)
        count += near[pixel]
    return count / (max(crop.size) ** 2)
