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
    url: str = Field("", description="address of the page or request")
    snippet: str = Field("", description="the markup, request line or row in question, secrets replaced")
    note: str = Field("", description="what to look at there")


class Answer(Model):
    """What a person said about one rule."""

    answer: Literal["yes", "no", "not-applicable"] = Field(description="yes: the rule is met")
    by: str = Field(description="who answered")
    on: date = Field(description="the day of the answer")
    note: str = Field("", description="what the answer rests on")
    role: str = Field("", description="the person's role")


class Finding(Model):
    """The outcome of one rule, with its proof and what to do."""

    check: str = Field(description="id of the rule; never changes meaning")
    title: str = Field(description="the rule in one sentence; another sentence when it failed")
    level: Level = Field(description="how much the profile asks for it")
    area: str = Field(description="part of the rulebook it belongs to")
    clause: str = Field(description="point of the reviewed text that it serves, as a reviewer walks it")
    outcome: Outcome = Field(description="what the evidence says")
    message: str = Field(description="one sentence: what was found; for needs-person, the question")
    expected: str = Field("", description="what the rule asks for")
    observed: str = Field("", description="what was seen instead, or what the ruling rests on")
    evidence: list[Spot] = Field([], description="the places it points at")
    remedy: str = Field("", description="what to do; empty when there is nothing to do")
    sources: list[str] = Field([], description="where the rule is stated")
    whose: Whose = Field("nobody", description="whose turn it is")
    answer: Answer | None = Field(None, description="what a person said, where the rule needed one")


class Count(Model):
    """How many rules of one level ended how."""

    total: int = Field(description="applicable rules: all but not-applicable")
    judged: int = Field(description="passed or failed")
    passed: int = Field(description="the evidence shows it")
    failed: int = Field(description="the evidence shows the opposite")
    needs_person: int = Field(description="only a person can say, and nobody has yet")
    blocked: int = Field(description="the evidence could not be gathered")
    not_applicable: int = Field(description="do not apply, for a positive reason")


class Coverage(Model):
    """The denominators."""

    required: Count = Field(description="the rules that the verdict rests on")
    recommended: Count = Field(description="recommended rules; they never change the verdict")
    best_practice: Count = Field(description="best-practice rules; they never change the verdict")

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

    portal: str = Field(description="name of the portal")
    url: str = Field(description="address where the review began")
    environment: str = Field(description="embedded, sandbox or production")
    orcid: str = Field(description="base URL of the ORCID in use")
    client_id: str = Field(description="the member's client id at ORCID")
    researcher: str = Field(description="iD of the test researcher, as far as known")
    redirect_uris: list[str] = Field(description="registered addresses that ORCID may send the browser back to")
    recording: str = Field(
        "", description="name of the HTTP archive that was judged in place of a review of the portal; empty: none"
    )


class ScopeUse(Model):
    """One scope: was it declared, asked for, granted, used on the wire?"""

    scope: str = Field(description="the scope as ORCID writes it")
    declared: bool = Field(description="the plan says that the portal asks for it")
    asked: bool = Field(description="it was in an authorization address")
    granted: bool = Field(description="it was in a token answer")
    used: bool | None = Field(description="None when no wire was seen")


class Written(Model):
    """One line of the write journal: something that the review caused at ORCID, and whether it was taken back."""

    at: datetime = Field(description="when ORCID took it, or when it was first seen on the record")
    journey: str = Field("", description="the journey on which it came; empty before, after, or when unknown")
    exchange: int | None = Field(None, description="number of an exchange on the wire; None: only the record shows it")
    action: Literal["added", "changed", "removed"] = Field(description="what was done")
    orcid: str = Field(description="iD of the record")
    section: str = Field(description="part of the record, or webhook, group-id-record, notification-permission")
    put_code: str = Field("", description="the item's put-code; of a webhook the address that it calls")
    title: str = Field("", description="what the record calls it, as far as known")
    state: Literal["kept", "gone", "undone", "left"] = Field(
        "kept",
        description="kept: nobody asked to take it back; gone: the run undid it itself; undone: taken back at the end;"
        " left: it could not be taken back",
    )
    note: str = Field("", description="why it is as it is")


class Unchecked(Model):
    """A part of the review that did not take place."""

    what: str = Field(description="the part")
    why: str = Field(description="why it did not take place")
    whose: Whose = Field(description="whose turn it is")


class Review(Model):
    """The canonical result: `review.json`."""

    schema_: Literal["https://orcid-review.example/schemas/review-1.json"] = Field(
        "https://orcid-review.example/schemas/review-1.json",
        alias="$schema",
        description="address of the schema that this document follows",
    )
    tool: str = Field(description="name and version of the program that judged")
    profile: str = Field(description="name of the profile, the text reviewed against")
    verdict: Verdict = Field(
        description="fail if a required rule failed; else incomplete if one is not judged; else pass"
    )
    summary: str = Field(description="the denominators, in one sentence")
    coverage: Coverage = Field(description="how many rules of each level ended how")
    subject: Subject = Field(description="what was reviewed, and against which ORCID")
    started: datetime = Field(description="when gathering began")
    ended: datetime = Field(description="when gathering ended")
    findings: list[Finding] = Field(description="one for each rule of the profile, in its order")
    scopes: list[ScopeUse] = Field([], description="every scope that was declared, asked for or granted")
    written: list[Written] = Field([], description="the write journal: what the review caused at ORCID, in order")
    unchecked: list[Unchecked] = Field([], description="parts of the review that did not take place")

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True)
