"""`report.html`: one file that holds everything, for people. It runs no script and loads nothing."""

from __future__ import annotations

import base64
import hashlib
import re
import shlex
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from checker.evidence.model import Evidence
from checker.evidence.page import Page
from checker.review import Count, Finding, Outcome, Review, Spot

from .parts import answers, order, story, text, wire, words
from .parts.pictures import Album, Crop, Picture

NAME = "html"
DESCRIPTION = "one self-contained file for people: read it on any screen, print it, hand it over"
FILE = "report.html"

_HERE: Final = Path(__file__).resolve().parent
_LONGEST_TEXT: Final = 1500
_LONGEST_SNIPPET: Final = 600
_MOST_PLACES: Final = 10
_MOST_EXCHANGES: Final = 300
_PICTURE_BUDGET: Final = 3_000_000
"""Characters of encoded pictures beside the findings; after that, findings point at the storyboard instead."""


@dataclass(frozen=True)
class Place:
    """One place that a finding points at, with what the evidence holds about it."""

    number: int
    spot: Spot
    page: Page | None
    url: str
    exchange: str


@dataclass
class View:
    """A finding, ready to be laid out."""

    finding: Finding
    places: list[Place]
    hidden: int
    """Places beyond those that are listed."""
    crops: list[tuple[Page, Crop]] = field(default_factory=list)
    wholes: list[tuple[Page, Picture]] = field(default_factory=list)

    @property
    def marked(self) -> set[int]:
        """Numbers of the places that a picture shows."""
        return {number for _, crop in self.crops for number in crop.shows}

    @property
    def open(self) -> bool:
        """Whether somebody has to look at it: it is laid out in full, and pictures go to it first."""
        return self.finding.outcome in {Outcome.FAILED, Outcome.NEEDS_PERSON}


def render(review: Review, evidence: Evidence, folder: Path) -> str:
    """Return the report. The same review, evidence and screenshots always give the same text."""
    album = Album(folder)
    views = _views(review, evidence, album)
    chapters = story.chapters(evidence)
    thumbnails = {
        frame.page.id: picture
        for chapter in chapters
        for frame in chapter.frames
        if frame.page and frame.first and (picture := album.thumbnail(frame.page))
    }
    style = "\n".join(path.read_text("utf-8") for path in sorted((_HERE / "assets").glob("*.css")))
    said = wire.said(evidence.wire or [])
    questions = order.to_do(review, Outcome.NEEDS_PERSON)
    return (
        _templates()
        .get_template("report.html.jinja")
        .render(
            review=review,
            reason=words.verdict_reason(review),
            recording=words.recording(review) if review.subject.recording else "",
            counts={level: _tally(getattr(review.coverage, level.name.lower())) for level in words.LEVEL},
            outcomes=list(words.OUTCOME),
            bar=_bar(_tally(review.coverage.required)),
            failed=order.to_do(review, Outcome.FAILED),
            questions=questions,
            snippet=answers.snippet(questions, review.ended.date()),
            holds=order.holds(review),
            groups=order.groups(review.findings),
            views=views,
            chapters=chapters,
            thumbnails=thumbnails,
            recorded=evidence.wire is not None,
            exchanges=said[:_MOST_EXCHANGES],
            exchanges_left=max(0, len(said) - _MOST_EXCHANGES),
            parts_left=len(evidence.wire or []) - len(said),
            style=Markup(style),
            style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
            command=f"orcid-review judge {shlex.quote(folder.name or 'evidence')} --out reports",
        )
    )


def _views(review: Review, evidence: Evidence, album: Album) -> dict[str, View]:
    views = {finding.check: _view(finding, evidence) for finding in review.findings}
    budget = _PICTURE_BUDGET
    # Pictures go first to what somebody has to act on.
    for view in sorted(views.values(), key=lambda v: not v.open):
        budget -= _illustrate(view, album, budget)
    return views


def _view(finding: Finding, evidence: Evidence) -> View:
    exchanges = {e.number: e for e in evidence.wire or []}
    places = []
    for number, spot in enumerate(finding.evidence[:_MOST_PLACES], 1):
        page = evidence.page(spot.page) if spot.page else None
        exchange = exchanges.get(spot.exchange) if spot.exchange is not None else None
        places.append(
            Place(
                number=number,
                spot=spot,
                page=page,
                url=spot.url or (page.url if page else ""),
                exchange=wire.excerpt(exchange) if exchange else "",
            )
        )
    return View(finding, places, max(0, len(finding.evidence) - _MOST_PLACES))


def _illustrate(view: View, album: Album, budget: int) -> int:
    """Add the pictures of a finding as far as the budget goes; return what they cost."""
    cost = 0
    pages = {place.page.id: place.page for place in view.places if place.page}
    for page in pages.values():
        if cost >= budget:
            break
        boxes = {p.number: p.spot.box for p in view.places if p.page is page and p.spot.box is not None}
        found = album.crops(page, boxes)
        view.crops += [(page, crop) for crop in found]
        cost += sum(len(crop.picture.uri) for crop in found)
        # A whole page says little about a rule that is met; the storyboard has it.
        if not found and view.open and (whole := album.thumbnail(page)):
            view.wholes.append((page, whole))
            cost += len(whole.uri)
    return cost


def _bar(tally: dict[Outcome, int]) -> list[tuple[Outcome, int, float, float]]:
    """Return the pieces of the bar over the required rules: outcome, number, start and width in percent."""
    total = sum(number for outcome, number in tally.items() if outcome is not Outcome.NOT_APPLICABLE)
    start = 0
    bar: list[tuple[Outcome, int, float, float]] = []
    for outcome, number in tally.items():
        if number and outcome is not Outcome.NOT_APPLICABLE:
            bar.append((outcome, number, round(100 * start / total, 3), round(100 * number / total, 3)))
            start += number
    return bar


def _tally(count: Count) -> dict[Outcome, int]:
    return {outcome: getattr(count, outcome.name.lower()) for outcome in words.OUTCOME}


def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    templates.filters |= {
        "long": lambda value: text.cut(value, _LONGEST_TEXT),
        "snippet": lambda value: text.cut(value, _LONGEST_SNIPPET),
        "link": text.link,
        "pieces": text.pieces,
        "moment": _moment,
        "took": _took,
        "lang": lambda value: value if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", value) else "",
        "anchor": lambda value: re.sub(r"[^A-Za-z0-9_-]", "-", value),
        "outcome": lambda value: words.OUTCOME[value],
        "level": lambda value: words.LEVEL[value],
        "whose": lambda value: words.WHOSE[value],
        "written": lambda value: words.WRITTEN[value],
        "verdict": lambda value: words.VERDICT[value],
        "environment": lambda value: words.ENVIRONMENT.get(value, value),
        "journey_state": lambda value: story.STATE[value],
        "connection": wire.connection,
        "count": words.count,
    }
    return templates


def _finalize(value: Any) -> Any:
    """Pass every text that a template prints through the same door, before it is escaped."""
    return text.clean(value) if type(value) is str else value


def _moment(at: datetime) -> str:
    if at.tzinfo is None:
        return at.strftime("%Y-%m-%d %H:%M")
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _took(span: timedelta) -> str:
    seconds = span.total_seconds()
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"
