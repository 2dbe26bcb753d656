"""The words that every report uses for the same thing."""

from __future__ import annotations

from typing import Final

from checker.review import Level, Outcome, Review, Verdict, Whose

OUTCOME: Final = {
    Outcome.FAILED: "Failed",
    Outcome.NEEDS_PERSON: "Needs a person",
    Outcome.BLOCKED: "Blocked",
    Outcome.PASSED: "Passed",
    Outcome.NOT_APPLICABLE: "Not applicable",
}
"""Outcomes in the order in which a reader wants them: what there is to do comes first."""

LEVEL: Final = {
    Level.REQUIRED: "Required",
    Level.RECOMMENDED: "Recommended",
    Level.BEST_PRACTICE: "Best practice",
}

WHOSE: Final[dict[Whose, str]] = {
    "member": "the member",
    "reviewer": "the reviewer",
    "orcid": "ORCID",
    "operator": "whoever runs the review",
    "nobody": "nobody",
}

VERDICT: Final = {Verdict.PASS: "Pass", Verdict.FAIL: "Fail", Verdict.INCOMPLETE: "Incomplete"}

WRITTEN: Final = {
    "kept": "still at ORCID",
    "gone": "gone, by the portal itself",
    "undone": "taken back",
    "left": "still at ORCID, could not be taken back",
}

ENVIRONMENT: Final = {
    "embedded": "embedded sandbox, a stand-in for ORCID that ran beside the review",
    "sandbox": "ORCID's sandbox",
    "production": "ORCID's production Registry",
}

JOURNEY: Final = {
    "deny": "The researcher says no",
    "connect": "The researcher connects",
    "return": "The researcher comes back",
    "stranger": "A stranger looks at the public pages",
    "write": "The portal writes to the record",
    "certificate": "ORCID shows a certificate that nobody should trust",
    "disconnect": "The researcher disconnects",
    "reconnect": "The researcher connects again",
    "display": "Pages that show iDs",
}
"""Journeys in the order of a review."""


def count(number: int, noun: str, plural: str = "") -> str:
    """Return e.g. `1 rule`, `2 rules`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def recording(review: Review) -> str:
    """Say what was judged, where it was no review of a portal."""
    return (
        f"Judged from a recording, {review.subject.recording}: what was said to ORCID, and nothing else. Nobody used"
        " the portal; its pages, its store and the record were not looked at, and rules about them are blocked."
    )


def verdict_reason(review: Review) -> str:
    """Say in one sentence why the verdict is what it is. It rests on the required rules alone."""
    required = review.coverage.required
    if review.verdict is Verdict.PASS:
        return "Every required rule that applies was judged, and each is met."
    if review.verdict is Verdict.FAIL:
        return f"{count(required.failed, 'required rule')} {'is' if required.failed == 1 else 'are'} not met."
    if not required.total:
        return "No required rule could be applied, so there is nothing that a pass could rest on."
    open_ = required.needs_person + required.blocked
    if not open_:
        return "No required rule was judged, so there is nothing that a pass could rest on."
    return f"{count(open_, 'required rule')} {'is' if open_ == 1 else 'are'} still open; none failed."
