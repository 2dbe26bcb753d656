from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from checker.content.reports.parts.pictures import Album, Picture
from PIL import Image

from checker.evidence.page import Page
from tests.builders import page

MARK = (196, 30, 58)


def opened(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(picture.uri.split(",", 1)[1]))).convert("RGB")


def shot(folder: Path, *, width: int = 1280, height: int = 2000, css_width: int = 1280) -> Page:
    Image.new("RGB", (width, height), "white").save(folder / "a.png")
    return page(screenshot_file="a.png", width=css_width, height=round(height * css_width / width))


def reddish(image: Image.Image) -> list[tuple[int, int]]:
    pixels = image.load()
    assert pixels is not None
    return [
        (x, y)
        for x in range(image.width)
        for y in range(image.height)
        if all(abs(a - b) < 40 for a, b in zip(pixels[x, y], MARK, strict=True))  # type: ignore[arg-type]
    ]


def test_the_place_is_marked_where_it_is(tmp_path: Path) -> None:
    (crop,) = Album(tmp_path).crops(shot(tmp_path), {1: (500, 1000, 200, 40)})
    image = opened(crop.picture)
    marked = reddish(image)
    left, right = min(x for x, _ in marked), max(x for x, _ in marked)
    top, bottom = min(y for _, y in marked), max(y for _, y in marked)
    # An outline a few pixels outside of the box, around the middle of the picture.
    assert right - left == pytest.approx(200 + 10, abs=4)
    assert bottom - top == pytest.approx(40 + 10, abs=4)
    assert (left + right) / 2 == pytest.approx(image.width / 2, abs=3)
    assert (top + bottom) / 2 == pytest.approx(image.height / 2, abs=3)


def test_a_screenshot_of_a_dense_screen_is_scaled(tmp_path: Path) -> None:
    (crop,) = Album(tmp_path).crops(shot(tmp_path, width=2560, height=4000), {1: (500, 1000, 200, 40)})
    image = opened(crop.picture)
    xs = [x for x, _ in reddish(image)]
    assert (min(xs) + max(xs)) / 2 == pytest.approx(image.width / 2, abs=3)


def test_neighbours_share_a_picture_and_distant_places_do_not(tmp_path: Path) -> None:
    boxes = {1: (10.0, 1900.0, 50.0, 20.0), 2: (10.0, 20.0, 50.0, 20.0), 3: (600.0, 300.0, 50.0, 20.0)}
    crops = Album(tmp_path).crops(shot(tmp_path), boxes)
    assert [crop.shows for crop in crops] == [[2, 3], [1]]


@pytest.mark.parametrize("box", [(5000, 10, 10, 10), (-50, -50, 20, 20), (10, 10, 0, 0), (float("nan"), 0, 5, 5)])
def test_a_box_outside_the_page_gives_no_picture(tmp_path: Path, box: tuple[float, float, float, float]) -> None:
    assert Album(tmp_path).crops(shot(tmp_path), {1: box}) == []


@pytest.mark.parametrize("box", [(-5, -5, 20, 20), (1270, 1990, 500, 500), (0, 0, 1280, 2000)])
def test_a_box_at_the_edge_is_shown_as_far_as_it_is_there(
    tmp_path: Path, box: tuple[float, float, float, float]
) -> None:
    (crop,) = Album(tmp_path).crops(shot(tmp_path), {1: box})
    assert opened(crop.picture).size == (crop.picture.width, crop.picture.height)


@pytest.mark.parametrize("name", ["", "missing.png", "../outside.png", "/etc/hostname", "broken.png", "a\x00b.png"])
def test_a_screenshot_that_cannot_be_read_gives_no_picture_and_no_error(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "evidence"
    folder.mkdir()
    Image.new("RGB", (10, 10)).save(tmp_path / "outside.png")
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnot really")
    seen = page(screenshot_file=name, width=10)
    assert Album(folder).thumbnail(seen) is None
    assert Album(folder).crops(seen, {1: (0, 0, 5, 5)}) == []


def test_a_thumbnail_is_small_and_shows_the_top(tmp_path: Path) -> None:
    picture = Album(tmp_path).thumbnail(shot(tmp_path, height=9000))
    assert picture is not None
    assert (picture.width, picture.height) == (480, 420)
