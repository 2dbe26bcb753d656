"""From evidence to review: calls each rule with the evidence it declares, weighs the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from .. import __version__
from ..evidence.model import Evidence
from ..orcid import scopes as orcid_scopes
from ..orcid.answers import json_object
from ..review.model import (
    Answer,
    Count,
    Coverage,
    Finding,
    Level,
    Outcome,
    Review,
    ScopeUse,
    Subject,
    Unchecked,
    Verdict,
    Whose,
)
from . import recorded
from .content import Profile
from .needs import NEEDS, Missing
from .rule import Rule, Ruling, blocked


def judge(evidence: Evidence, profile: Profile, rules: Mapping[str, Rule]) -> Review:
    """Judge evidence against a profile. The same evidence, profile and rules always give the same review."""
    findings = [
        _finding(rules[check], level, evidence) if check in rules else _absent(check, level)
        for check, level in profile.levels.items()
    ]
    coverage = Coverage(**{_key(level): _count(findings, level) for level in Level})
    return Review(
        tool=f"orcid-review {__version__}",
        profile=profile.name,
        verdict=_verdict(coverage.required),
        summary=coverage.line(),
        coverage=coverage,
        subject=Subject(
            portal=evidence.run.portal_name,
            url=evidence.run.portal_url,
            environment=evidence.run.environment,
            orcid=evidence.run.orcid,
            client_id=evidence.run.client_id,
            researcher=evidence.run.researcher,
            redirect_uris=evidence.run.redirect_uris,
            recording=evidence.run.recording,
        ),
        started=evidence.started,
        ended=evidence.ended,
        findings=findings,
        scopes=_scopes(evidence),
        written=evidence.written,
        unchecked=_unchecked(evidence),
    )


def rule_on(rule: Rule, evidence: Evidence) -> Ruling:
    """Hand one rule the evidence it declares and return its ruling; `blocked` when some of it is missing."""
    try:
        parts = {need: NEEDS[need].take(evidence) for need in rule.needs}
    except Missing as missing:
        return blocked(missing.why, whose=missing.whose, todo=missing.todo)
    return _bounded(rule.body(**parts), evidence)


def _bounded(ruling: Ruling, evidence: Evidence) -> Ruling:
    """Return a ruling as far as a recording bears it: that a rule does not apply to a portal, it cannot show."""
    if not evidence.run.recording or ruling.outcome is not Outcome.NOT_APPLICABLE:
        return ruling
    return blocked(
        f"{evidence.run.recording} shows nothing that this rule is about: {ruling.message}",
        todo="Record the portal while it does what the rule is about, if it does, or run a review: orcid-review run.",
        at=ruling.spots,
    )


def _finding(rule: Rule, level: Level, evidence: Evidence) -> Finding:
    ruling = rule_on(rule, evidence)
    answer = evidence.answers.get(rule.id)
    outcome, message, whose = ruling.outcome, ruling.message, ruling.whose
    if outcome is Outcome.NEEDS_PERSON and answer:
        outcome, message, whose = _signed(ruling, answer)
    elif answer and outcome is not Outcome.NEEDS_PERSON:
        # A person's word never overrides what the evidence shows, nor stands in for evidence.
        answer = None
    return Finding(
        check=rule.id,
        title=rule.title_failed if outcome is Outcome.FAILED else rule.title,
        level=level,
        area=rule.area,
        clause=rule.clause,
        outcome=outcome,
        message=message,
        expected=ruling.expected,
        observed=ruling.observed,
        evidence=list(ruling.spots),
        remedy=ruling.remedy or (rule.remedy if outcome in {Outcome.FAILED, Outcome.NEEDS_PERSON} else ""),
        sources=list(rule.sources),
        whose=whose,
        answer=answer,
    )


def _signed(ruling: Ruling, answer: Answer) -> tuple[Outcome, str, Whose]:
    signature = f"{answer.by}, {answer.on.isoformat()}"
    note = f": {answer.note}" if answer.note else ""
    match answer.answer:
        case "yes":
            return Outcome.PASSED, f"A person confirmed it ({signature}){note}. Asked: {ruling.message}", "nobody"
        case "no":
            return Outcome.FAILED, f"A person said no ({signature}){note}. Asked: {ruling.message}", "member"
        case "not-applicable":
            return Outcome.NOT_APPLICABLE, f"A person said it does not apply ({signature}){note}", "nobody"


def _absent(check: str, level: Level) -> Finding:
    return Finding(
        check=check,
        title=check,
        level=level,
        area="Not in this version",
        clause="",
        outcome=Outcome.BLOCKED,
        message="This version of the rulebook has no check for this rule yet; go through it by hand.",
        whose="reviewer",
    )


def _key(level: Level) -> str:
    return level.value.replace("-", "_")


def _count(findings: list[Finding], level: Level) -> Count:
    tally = dict.fromkeys(Outcome, 0)
    for finding in findings:
        if finding.level is level:
            tally[finding.outcome] += 1
    judged = tally[Outcome.PASSED] + tally[Outcome.FAILED]
    return Count(
        total=judged + tally[Outcome.NEEDS_PERSON] + tally[Outcome.BLOCKED],
        judged=judged,
        passed=tally[Outcome.PASSED],
        failed=tally[Outcome.FAILED],
        needs_person=tally[Outcome.NEEDS_PERSON],
        blocked=tally[Outcome.BLOCKED],
        not_applicable=tally[Outcome.NOT_APPLICABLE],
    )


def _verdict(required: Count) -> Verdict:
    if required.failed:
        return Verdict.FAIL
    # A green because nothing was checked is the worst lie of all: no judged rule, no pass.
    if required.needs_person or required.blocked or not required.judged:
        return Verdict.INCOMPLETE
    return Verdict.PASS


def _scopes(evidence: Evidence) -> list[ScopeUse]:
    asked = {
        scope
        for authorization in [
            *(a for journey in evidence.journeys for a in journey.authorizations),
            *recorded.authorizations(evidence),
        ]
        for value in parse_qs(urlsplit(authorization.url).query).get("scope", [])
        for scope in orcid_scopes.split(value)
    }
    wire = evidence.wire
    granted = {s for e in wire or [] if e.kind == "token" and e.status == 200 for s in _granted(e.response_body)}
    used = _used(evidence)
    declared = evidence.run.scopes or []
    return [
        ScopeUse(
            scope=scope,
            declared=scope in declared,
            asked=scope in asked,
            granted=scope in granted,
            used=None if evidence.unheard or (evidence.run.recording and scope not in used) else scope in used,
        )
        for scope in dict.fromkeys([*declared, *sorted(asked | granted)])
    ]


def _granted(body: str) -> list[str]:
    return orcid_scopes.split(str(json_object(body).get("scope") or ""))


def _used(evidence: Evidence) -> set[str]:
    """Scopes that some call on the wire needed."""
    used = set()
    person = {"other-names", "keywords", "address", "researcher-urls", "external-identifiers"}
    for exchange in evidence.wire or []:
        if exchange.kind == "token" and exchange.grant == "authorization_code" and exchange.status == 200:
            used |= {"/authenticate", "openid"}
        if exchange.kind == "api" and exchange.side == "server" and exchange.status < 400:
            section = [*exchange.path.strip("/").split("/"), "", "", ""][2]
            if exchange.method == "GET":
                used.add("/read-limited")
            else:
                used.add("/person/update" if section in person else "/activities/update")
    return used


def _unchecked(evidence: Evidence) -> list[Unchecked]:
    found = [
        Unchecked(what=f"journey «{j.name}»", why=j.block.message, whose=j.block.whose)
        for j in evidence.journeys
        if j.block
    ]
    if evidence.run.recording:  # the same is true of all journeys
        found = [part.model_copy(update={"what": "all journeys"}) for part in found[:1]]
    if unheard := evidence.unheard:
        found.append(Unchecked(what="the wire", why=unheard.message, whose=unheard.whose))
    if evidence.store.block:
        found.append(Unchecked(what="the store", why=evidence.store.block.message, whose=evidence.store.block.whose))
    return found
