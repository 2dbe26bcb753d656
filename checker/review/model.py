"""Finding, Outcome, Verdict and the Review itself, as pydantic models; their JSON Schema is published.

`review.json` is this model written out. Nothing here knows how evidence is gathered or how a report looks.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Outcome(StrEnum):
    """What the evidence says about one rule. Never `passed` for want of evidence."""

    PASSED = "passed"
    FAILED = "failed"
    NEEDS_PERSON = "needs-person"
    NOT_APPLICABLE = "not-applicable"
    BLOCKED = "blocked"


class Verdict(StrEnum):
    """What the review says as a whole, from its required rules alone."""

    PASS = "pass"
    FAIL = "fail"
    INCOMPLETE = "incomplete"


class Level(StrEnum):
    """How much a profile asks for a rule."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"
    BEST_PRACTICE = "best-practice"


Whose = Literal["member", "reviewer", "orcid", "operator", "nobody"]
"""Whose turn it is: the member fixes, the reviewer answers, ORCID acts, whoever runs the tool supplies evidence."""


class Model(BaseModel):
    """Base of everything written to disk: unknown keys are refused, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Spot(Model):
    """A place in the evidence that a finding points at."""

    page: str | None = Field(None, description="id of a page in the evidence")
    box: tuple[float, float, float, float] | None = Field(
        None, description="x, y, width, height in CSS pixels on that page's screenshot"
    )
    exchange: int | None = Field(None, description="number of an exchange on the wire")
    url: str = ""
    snippet: str = Field("", description="the markup, request line or row in question, secrets replaced")
    note: str = ""


class Answer(Model):
    """What a person said about one rule."""

    answer: Literal["yes", "no", "not-applicable"]
    by: str
    on: date
    note: str = ""
    role: str = ""


class Finding(Model):
    """The outcome of one rule, with its proof and what to do."""

    check: str
    title: str
    level: Level
    area: str
    clause: str
    outcome: Outcome
    message: str = Field(description="one sentence: what was found; for needs-person, the question")
    expected: str = ""
    observed: str = ""
    evidence: list[Spot] = []
    remedy: str = Field("", description="what to do; empty when there is nothing to do")
    sources: list[str] = []
    whose: Whose = "nobody"
    answer: Answer | None = None


class Count(Model):
    """How many rules of one level ended how."""

    total: int = Field(description="applicable rules: all but not-applicable")
    judged: int = Field(description="passed or failed")
    passed: int
    failed: int
    needs_person: int
    blocked: int
    not_applicable: int


class Coverage(Model):
    """The denominators."""

    required: Count
    recommended: Count
    best_practice: Count

    def line(self) -> str:
        """Return the sentence that opens every report."""
        r = self.required
        parts = [f"{r.judged} of {r.total} required rules judged"]
        if r.needs_person:
            parts.append(f"{r.needs_person} need{'s' if r.needs_person == 1 else ''} a person")
        if r.blocked:
            parts.append(f"{r.blocked} blocked")
        return "; ".join(parts)


class Subject(Model):
    """What was reviewed, and against which ORCID."""

    portal: str
    url: str
    environment: str
    orcid: str = Field(description="base URL of the ORCID in use")
    client_id: str
    researcher: str = Field(description="iD of the test researcher, as far as known")
    redirect_uris: list[str]


class ScopeUse(Model):
    """One scope: was it declared, asked for, granted, used on the wire?"""

    scope: str
    declared: bool
    asked: bool
    granted: bool
    used: bool | None = Field(description="None when no wire was seen")


class Unchecked(Model):
    """A part of the review that did not take place."""

    what: str
    why: str
    whose: Whose


class Review(Model):
    """The canonical result: `review.json`."""

    schema_: Literal["https://orcid-review.example/schemas/review-1.json"] = Field(
        "https://orcid-review.example/schemas/review-1.json", alias="$schema"
    )
    tool: str = Field(description="name and version of the program that judged")
    profile: str
    verdict: Verdict
    summary: str = Field(description="the denominators, in one sentence")
    coverage: Coverage
    subject: Subject
    started: datetime
    ended: datetime
    findings: list[Finding]
    scopes: list[ScopeUse] = []
    unchecked: list[Unchecked] = []

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True)
