"""How a rule about payloads is decided: its clauses looked for in what ORCID would say to each payload of its kinds."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from checker.api import Evidence, Payload, Ruling, Spot, blocked, failed, needs_person, not_applicable, passed
from checker.orcid.payloads import KINDS, Layer, Problem

from ...store._run import may_write, no_wire, not_in_recording
from .._aftermath import aftermath
from ._checked import Seen, parts

_SHOWN: Final = 6
"""Places that a finding points at."""

GUIDE: Final = "LYRASIS, ORCID Member API custom integration guide (2022), component 3.3"
API: Final = "ORCID, Member API 3.0: what the server refuses"
SCHEMAS: Final = "ORCID, schemas of the Member API 3.0"


@dataclass(frozen=True)
class Clauses:
    """Some clauses of :mod:`checker.orcid.payloads`, anywhere or at some parts of a payload only."""

    names: Collection[str]
    at: Collection[str] = ()
    """Names of parts, of which the one in question must be one; empty: any."""
    inside: Collection[str] = ()
    """Names of parts, one of which must be on the way to it; empty: any."""
    kinds: Collection[str] = ()
    """Of the payload; empty: any."""

    def hit(self, problem: Problem, kinds: frozenset[str]) -> bool:
        """Say whether a problem is meant."""
        if problem.name not in self.names or (self.kinds and not kinds <= set(self.kinds)):
            return False
        if not self.at and not self.inside:
            return True
        names = parts(problem)
        return (not self.at or (bool(names) and names[-1] in self.at)) and (
            not self.inside or bool(set(self.inside).intersection(names))
        )


@dataclass(frozen=True)
class Concern:
    """What one rule looks at, and what breaks it."""

    what: str
    """Of which it asks, in the plural."""
    expected: str
    breaks: Sequence[Clauses] = ()
    kinds: frozenset[str] = frozenset(KINDS)
    method: Literal["", "POST", "PUT", "POST or PUT"] = ""
    """Payloads that are sent so, and no files; empty: all."""
    mentions: re.Pattern[str] | None = None
    """Only payloads that hold it are concerned; None: all."""
    codes: frozenset[int] = frozenset()
    """ORCID's own answers that break it where nothing offline can tell."""
    asks: Sequence[Clauses] = ()
    question: str = ""
    """What a person is asked when one of `asks` is found."""
    reads: Literal["bytes", "shape", "root", "all"] = "all"
    """What must have been read of a payload before nothing can be found in it: nothing, a document that parses, its
    root, or every part."""


@dataclass(frozen=True)
class Found:
    """A problem of a payload; None: ORCID's answer alone."""

    seen: Seen
    problem: Problem | None

    @property
    def message(self) -> str:
        return self.problem.message if self.problem else self.seen.answer

    @property
    def spot(self) -> Spot:
        return self.seen.spot(self.problem)


def concerned(concern: Concern, payloads: list[Payload]) -> list[Seen]:
    """Return the payloads that a rule is about."""
    seen = [Seen(p) for p in payloads if not concern.method or (p.method and p.method in concern.method)]
    mine = [one for one in seen if one.kinds & concern.kinds]
    return [
        one for one in mine if concern.mentions is None or one.unread or one.lost or concern.mentions.search(one.text)
    ]


def decide(concern: Concern, payloads: list[Payload], evidence: Evidence) -> Ruling:
    """Rule on a concern by its clauses alone."""
    mine = concerned(concern, payloads)
    return none_of(concern, payloads, evidence, mine) or conclude(concern, mine, broken(concern, mine), evidence)


def broken(concern: Concern, mine: list[Seen]) -> list[Found]:
    """Return what breaks a rule, in order."""
    found = []
    for one in mine:
        if one.unread or (concern.reads in {"root", "all"} and one.lost):
            continue
        problems = [problem for problem in one.problems() if _hits(concern.breaks, problem, one.kinds)]
        found += [Found(one, problem) for problem in problems]
        known = {problem.answer.code for problem in one.checked.problems if problem.answer}
        if not problems and concern.codes.intersection(one.codes) - known:
            found.append(Found(one, None))
    return found


def _hits(clauses: Sequence[Clauses], problem: Problem, kinds: frozenset[str]) -> bool:
    return any(one.hit(problem, kinds) for one in clauses)


def none_of(concern: Concern, payloads: list[Payload], evidence: Evidence, mine: list[Seen]) -> Ruling | None:
    """Rule on a portal that sent nothing of the kind; None when it did."""
    if mine:
        return None
    sent = [p for p in payloads if p.exchange] if concern.method else payloads
    if not sent:
        return nothing_sent(evidence)
    return not_applicable(f"Among the {counted(sent)} of this review are no {concern.what}.")


def nothing_sent(evidence: Evidence) -> Ruling:
    """Rule on a portal that sent no payload at all."""
    trips = [a for journey in evidence.journeys for a in journey.authorizations]
    if ruling := no_wire(evidence) or not_in_recording(evidence, "payload"):
        return ruling
    if trips and not may_write(evidence.run, trips):
        return not_applicable("The portal asks for no permission to change records, and sent no payload.")
    journey = evidence.journey("write")
    if journey and journey.block:
        return blocked(journey.block.message, whose=journey.block.whose, todo=journey.block.todo)
    return blocked(
        "The portal sent no payload to ORCID in this review.",
        whose="member",
        todo="Name the steps that make it write under [steps] write, or samples of what it sends under [payloads]"
        " files.",
    )


def conclude(concern: Concern, mine: list[Seen], found: list[Found], evidence: Evidence) -> Ruling:
    """Rule on what was found in the payloads that a rule is about."""
    if found:
        return _failed(concern, mine, found, evidence)
    if pending := open_ones(concern, mine):
        first = pending[0]
        why = f"{first.payload.where}: {_why_open(concern, first)}"
        return blocked(
            f"{len(pending)} of {counted(mine)} could not be judged: {why}",
            whose=first.payload.whose,
            todo=first.todo,
            at=[one.spot() for one in pending[:_SHOWN] if one.payload.exchange],
        )
    asked = [Found(one, p) for one in mine for p in one.problems() if _hits(concern.asks, p, one.kinds)]
    if asked:
        return needs_person(
            concern.question,
            expected=concern.expected,
            observed=listed(asked),
            at=[one.spot for one in asked[:_SHOWN]],
        )
    return passed(f"Nothing is against it in {counted(mine)} ({concern.what}).", observed=places(mine))


def open_ones(concern: Concern, mine: list[Seen]) -> list[Seen]:
    """Return the payloads of which too little was read for a rule to pass."""
    return [one for one in mine if _why_open(concern, one)]


def _why_open(concern: Concern, one: Seen) -> str:
    if one.unread or concern.reads == "bytes":
        return one.unread
    if concern.reads == "shape":
        return one.malformed
    return one.lost or (one.damaged if concern.reads == "all" else "")


def _failed(concern: Concern, mine: list[Seen], found: list[Found], evidence: Evidence) -> Ruling:
    bad = len({id(one.seen) for one in found})
    more = f" There are {len(found) - 1} more." if len(found) > 2 else " There is one more." if len(found) == 2 else ""
    spots = [one.spot for one in found[:_SHOWN]]
    sent = next((one.seen.payload.exchange for one in found if one.seen.payload.exchange), None)
    if sent and (then := aftermath(sent, evidence)):
        spots.insert(1, then)
    # The true ORCID knows better than its rules as they are written down here.
    doubtful = evidence.run.environment != "embedded" and all(_contradicted(one) for one in found)
    if doubtful:
        return needs_person(
            f"By ORCID's rules it should refuse what it took: {found[0].message} Is the payload right all the same?",
            expected=concern.expected,
            observed=listed(found),
            at=spots,
        )
    remedies = dict.fromkeys(one.problem.remedy for one in found if one.problem)
    return failed(
        f"{bad} of {counted(mine)} ({concern.what}): {found[0].message}{more}",
        expected=concern.expected,
        observed=listed(found),
        at=spots,
        remedy=" ".join(list(remedies)[:3]),
    )


def _contradicted(found: Found) -> bool:
    problem = found.problem
    # ORCID does not hold a bulk against its schema: there, to be taken proves nothing.
    judged = problem is not None and problem.layer is not Layer.ADVICE and problem.answer is not None
    return judged and found.seen.taken


def listed(found: Sequence[Found]) -> str:
    """Return what was found, in short."""
    told = list(dict.fromkeys(one.message for one in found))
    return " ".join(told[:_SHOWN]) + (f" And {len(told) - _SHOWN} more." if len(told) > _SHOWN else "")


def counted(some: Sequence[object]) -> str:
    """Return how many payloads there are, in words."""
    return f"{len(some)} payload{'s' if len(some) != 1 else ''}"


def places(mine: Sequence[Seen]) -> str:
    """Return where payloads are, in short."""
    told = list(dict.fromkeys(one.payload.where for one in mine))
    return "; ".join(told[:_SHOWN]) + (f"; and {len(told) - _SHOWN} more" if len(told) > _SHOWN else "")
