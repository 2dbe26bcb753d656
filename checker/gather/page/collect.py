"""Runs the collecting script in a page and its frames and makes a :class:`~checker.evidence.page.Snapshot` of it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote_to_bytes, urlsplit

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Frame, Page

from ...evidence.page import Snapshot
from ...orcid import icons
from .crop import Crops

_SCRIPTS: Final = Path(__file__).parent / "js"
_MOST_FRAMES: Final = 20
_LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")


@cache
def _script() -> str:
    parts = [path.read_text("utf-8") for path in sorted(_SCRIPTS.glob("*.js"))]
    return "(options) => {\n'use strict';\n" + "\n".join(parts) + "\n}"


def look(
    page: Page,
    *,
    names: Sequence[str] = (),
    bodies: Mapping[str, bytes] | None = None,
    screenshot: bytes | None = None,
    orcid_hosts: Sequence[str] = (),
) -> Snapshot:
    """Return what the page and its frames hold now.

    Args:
        page: a page at rest; the caller has waited for it (see :func:`settle`).
        names: names of people known to the run.
        bodies: address of a picture -> its bytes as the browser received them.
        screenshot: PNG of the whole page, one image pixel to a CSS pixel; taken here when None.
        orcid_hosts: `host:port` of the ORCID in use, where it is not one of ORCID's own.

    Raises:
        playwright.sync_api.Error: the page is gone or was navigated away meanwhile.
    """
    digests = {address: hashlib.sha256(body).hexdigest() for address, body in (bodies or {}).items()}
    options = {
        "names": list(names),
        "hosts": _spellings(orcid_hosts),
        "pictures": [address for address, digest in digests.items() if digest in icons.KNOWN],
    }
    whole = _facts(page, options)
    crops = Crops(screenshot or page.screenshot(full_page=True, animations="disabled"), whole.pop("page")[0])
    scroll = whole.pop("scroll")
    for frame in _inner_frames(page):
        part = _look_into(frame, options, scroll)
        if part:
            _merge(whole, part, frame.url, ours=urlsplit(frame.url).netloc.lower() not in options["hosts"])
    _number(whole)
    for icon in _icons(whole):
        _finish(icon, digests, crops)
    return Snapshot.model_validate(whole)


def visible_text(page: Page) -> str:
    """Return the text that the eye meets, line by line, in the page and the frames of its own origin that are shown.

    Raises:
        playwright.sync_api.Error: the page is gone or was navigated away meanwhile.
    """
    options = {"names": [], "hosts": [], "pictures": [], "only": "text"}
    texts: list[str] = [page.evaluate(_script(), options)]
    for frame in _inner_frames(page):
        try:
            if _is_own(frame, page) and frame.frame_element().is_visible():
                texts.append(frame.evaluate(_script(), options))
        except PlaywrightError:
            continue
    return "\n".join(text for text in texts if text)


def settle(page: Page, timeout: float = 3.0) -> None:
    """Have pictures that wait for being scrolled to loaded and drawn, within `timeout` seconds."""
    script = """(limit) => {
        const pictures = [...document.images];
        pictures.filter((one) => one.loading === "lazy").forEach((one) => { one.loading = "eager"; });
        const drawn = Promise.allSettled(pictures.map((picture) => picture.decode()));
        const late = new Promise((done) => setTimeout(done, limit));
        return Promise.race([Promise.allSettled([drawn, document.fonts.ready]), late]).then(() => null);
    }"""
    page.evaluate(script, timeout * 1000)


def _spellings(hosts: Sequence[str]) -> list[str]:
    """Every host in lower case; a loopback one in all its spellings."""
    found = {host.lower() for host in hosts}
    for host in list(found):
        name, _, port = host.rpartition(":")
        if name in _LOOPBACK:
            found |= {f"{other}:{port}" for other in _LOOPBACK}
    return sorted(found)


def _is_own(frame: Frame, page: Page) -> bool:
    inner, outer = urlsplit(frame.url), urlsplit(page.url)
    return inner.scheme in {"about", "blob"} or (inner.scheme, inner.netloc) == (outer.scheme, outer.netloc)


def _inner_frames(page: Page) -> list[Frame]:
    return [frame for frame in page.frames if frame != page.main_frame and not frame.is_detached()][:_MOST_FRAMES]


def _facts(where: Page | Frame, options: dict[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(where.evaluate(_script(), options))
    return facts


def _look_into(frame: Frame, options: dict[str, Any], scroll: Sequence[float]) -> dict[str, Any] | None:
    """Return a frame's facts with boxes moved to where the frame lies; None when it cannot be entered."""
    try:
        element = frame.frame_element()
        box = element.bounding_box()
        border = element.evaluate("(el) => [el.clientLeft, el.clientTop]")
        hidden = box is None or not element.is_visible()
        part = _facts(frame, options)
    except PlaywrightError:
        return None
    inner = part.pop("scroll")
    part.pop("page")
    if hidden or box is None:
        _hide(part)
    else:
        _move(part, box["x"] + border[0] + scroll[0] - inner[0], box["y"] + border[1] + scroll[1] - inner[1])
    return part


def _hide(part: dict[str, Any]) -> None:
    for kind in ("controls", "fields", "forms", "occurrences"):
        for item in part[kind]:
            item["visible"] = False
            item["box"] = None
            if kind == "occurrences":
                item["hidden_by"] = item.get("hidden_by") or "frame"
    for icon in _icons(part):
        icon["visible"], icon["box"] = False, None
    part["messages"] = []
    part["mentions"] = []


def _move(value: Any, dx: float, dy: float) -> None:
    if isinstance(value, dict):
        if value.get("box"):
            x, y, width, height = value["box"]
            value["box"] = [round(x + dx, 2), round(y + dy, 2), width, height]
        for inner in value.values():
            _move(inner, dx, dy)
    elif isinstance(value, list):
        for inner in value:
            _move(inner, dx, dy)


def _merge(whole: dict[str, Any], part: dict[str, Any], address: str, *, ours: bool) -> None:
    for control in part["controls"]:
        control["frame"] = address
    for field in part["fields"]:
        if field["form"] is not None:
            field["form"] += len(whole["forms"])
    kinds = ["controls", "fields", "forms", "messages", "frames"]
    # What ORCID's own page shows inside a frame is not the portal's doing.
    kinds += ["occurrences", "metadata", "mentions"] if ours else []
    for kind in kinds:
        whole[kind] += part[kind]


def _number(whole: dict[str, Any]) -> None:
    for kind in ("controls", "fields", "forms", "occurrences"):
        for index, item in enumerate(whole[kind]):
            item["index"] = index


def _icons(whole: dict[str, Any]) -> Iterable[dict[str, Any]]:
    for control in whole["controls"]:
        yield from control["icons"]
    for occurrence in whole["occurrences"]:
        if occurrence.get("icon"):
            yield occurrence["icon"]


def _finish(icon: dict[str, Any], digests: Mapping[str, str], crops: Crops) -> None:
    """Add what the page itself cannot know: the digest of the bytes, and what the crop shows."""
    markup = icon.pop("markup")
    source = icon["source"]
    if icon["kind"] == "svg" and source == "inline":
        icon["sha256"] = hashlib.sha256(markup.encode()).hexdigest()
    elif source.startswith("data:"):
        icon["sha256"] = _digest_of_data(source)
    else:
        icon["sha256"] = digests.get(source, "") or digests.get(source.partition("#")[0], "")
    icon["source"] = source[:200]
    if icon["visible"] and icon["box"] and icon["loaded"]:
        icon["colours"], icon["fill"] = crops.read(icon["box"], icon["ground"])


def _digest_of_data(address: str) -> str:
    head, _, body = address.partition(",")
    try:
        data = base64.b64decode(unquote_to_bytes(body)) if head.endswith(";base64") else unquote_to_bytes(body)
    except ValueError:
        return ""
    return hashlib.sha256(data).hexdigest()
