"""The journeys as a storyboard: pictures in the order in which the browser came by, and the trips to ORCID."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from checker.evidence.model import Authorization, Evidence, Journey, Step
from checker.evidence.page import Page

from .words import JOURNEY

HOW: Final = {
    "link": "in the same tab",
    "redirect": "by a redirect",
    "popup": "in a new window",
    "frame": "in a frame of the portal's page",
    "start": "straight from the portal's address",
}
CONSENT: Final = {
    "shown": "ORCID asked for consent",
    "skipped": "ORCID did not ask again",
    "not-reached": "the consent page was not reached",
}
ANSWER: Final = {
    "allowed": "the researcher allowed it",
    "denied": "the researcher denied it",
    "silent": "ORCID answered by itself",
    "error": "ORCID refused the request",
    "none": "no answer was given",
}
STATE: Final = {"done": "Done", "blocked": "Blocked", "skipped": "Skipped"}

_PLAIN: Final = ("client_id", "response_type", "scope", "redirect_uri")
_PRESENCE: Final = ("state", "nonce", "code_challenge")


@dataclass(frozen=True)
class Frame:
    """What was done, and the page that was seen after it."""

    steps: list[Step]
    page: Page | None
    first: bool
    """The page is in no earlier frame."""


@dataclass(frozen=True)
class Trip:
    """One trip to ORCID: what it was asked, how it ended."""

    made: Authorization
    parameters: list[tuple[str, str]]

    @property
    def story(self) -> str:
        """Tell it in one sentence."""
        return f"{HOW[self.made.how]}; {CONSENT[self.made.consent]}; {ANSWER[self.made.answer]}"


@dataclass(frozen=True)
class Chapter:
    """One journey."""

    journey: Journey
    title: str
    frames: list[Frame]
    trips: list[Trip]


def chapters(evidence: Evidence) -> list[Chapter]:
    """Return the journeys in the order of a review."""
    order = list(JOURNEY)
    journeys = sorted(evidence.journeys, key=lambda j: order.index(j.name))
    return [
        Chapter(j, JOURNEY[j.name], _frames(j), [Trip(a, parameters(a)) for a in j.authorizations]) for j in journeys
    ]


def _frames(journey: Journey) -> list[Frame]:
    pages = {page.id: page for page in journey.pages}
    left = dict(pages)
    frames: list[Frame] = []
    steps: list[Step] = []
    for step in journey.steps:
        steps.append(step)
        if page := pages.get(step.page or ""):
            frames.append(Frame(steps, page, first=left.pop(page.id, None) is not None))
            steps = []
    if steps:
        frames.append(Frame(steps, None, first=False))
    return frames + [Frame([], page, first=True) for page in left.values()]


def parameters(authorization: Authorization) -> list[tuple[str, str]]:
    """Return what the authorization address asked for; of one-time values only whether they are there."""
    try:
        given = dict(parse_qsl(urlsplit(authorization.url).query, keep_blank_values=True))
    except ValueError:
        return [("address", authorization.url)]
    rows = [(name, given.pop(name, "") or "missing") for name in _PLAIN]
    for name in _PRESENCE:
        value = given.pop(name, None)
        if value is not None or name == "state":
            rows.append((name, f"yes, {len(value)} characters" if value else "no"))
    return rows + sorted(given.items())
