"""The order of a report: findings by the clause a reviewer walks, in each clause what there is to do first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from checker.review import Finding, Level, Outcome, Review, Whose

from .words import OUTCOME

# The consortium guide does not number its points; the rulebook does, in the order in which they are printed.
CLAUSES: Final = {
    "Required 1": "Sign-in at ORCID, with declared scopes",
    "Required 2": "Nobody types, searches or edits an iD",
    "Required 3": "iDs are shown publicly and in the right form",
    "Required 4": "iDs and tokens are stored, and stored securely",
    "Required 5": "Everything goes over https",
    "Required 6": "Put-codes are kept and used",
    "Recommended 1": "Branded buttons and a good experience",
    "Recommended 2": "Saying no works",
    "Recommended 3": "Disconnecting works",
    "Recommended 4": "The page says what, why and how",
    "Recommended 5": "Further good practice",
}

_CLAUSE: Final = re.compile(r"\b(required|recommended)\s*(\d+)", re.IGNORECASE)
_OUTCOMES: Final = list(OUTCOME)
_LEVELS: Final = list(Level)


@dataclass(frozen=True)
class Group:
    """The findings of one clause."""

    id: str
    """Usable as an HTML id."""
    clause: str
    title: str
    findings: list[Finding]

    def tally(self) -> list[tuple[Outcome, int]]:
        """Count the outcomes that occur, in the order of a report."""
        tally = [(outcome, sum(f.outcome is outcome for f in self.findings)) for outcome in _OUTCOMES]
        return [(outcome, number) for outcome, number in tally if number]


@dataclass(frozen=True)
class Hold:
    """One reason why evidence is missing, and every rule that it holds up."""

    why: str
    todo: str
    whose: Whose
    findings: list[Finding]


def groups(findings: Iterable[Finding]) -> list[Group]:
    """Group findings by clause: Required 1 to 6, Recommended 1 to 5, then the rest in natural order."""
    by_clause: dict[str, list[Finding]] = {}
    for finding in findings:
        by_clause.setdefault(clause(finding), []).append(finding)
    return [
        Group(f"clause-{number}", name, CLAUSES.get(name, ""), in_order(by_clause[name]))
        for number, name in enumerate(sorted(by_clause, key=_clause_key), 1)
    ]


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings by outcome, then level, else as the profile has them."""
    return sorted(findings, key=lambda f: (_OUTCOMES.index(f.outcome), _LEVELS.index(f.level)))


def to_do(review: Review, outcome: Outcome) -> list[Finding]:
    """Return the findings with one outcome, required ones first."""
    return in_order(f for f in review.findings if f.outcome is outcome)


def holds(review: Review) -> list[Hold]:
    """Return the reasons why rules are blocked; what holds up required rules comes first."""
    found: dict[tuple[str, str, Whose], list[Finding]] = {}
    for finding in to_do(review, Outcome.BLOCKED):
        found.setdefault((finding.message, finding.remedy, finding.whose), []).append(finding)
    return [Hold(why, todo, whose, rules) for (why, todo, whose), rules in found.items()]


def clause(finding: Finding) -> str:
    """Name the group that a finding belongs to: its clause as far as known, else its area."""
    if match := _CLAUSE.search(finding.clause):
        return f"{match[1].capitalize()} {int(match[2])}"
    return finding.clause or finding.area


def _clause_key(name: str) -> tuple[int, list[tuple[int, int, str]]]:
    known = list(CLAUSES)
    if name in known:
        return known.index(name), []
    rank = next((n for n, kind in enumerate(("Required", "Recommended")) if name.startswith(kind)), 2)
    return len(known) + rank, natural(name)


def natural(text: str) -> list[tuple[int, int, str]]:
    """Return a key that sorts `10` after `9`."""
    return [(0, int(p), "") if p.isdecimal() else (1, 0, p.lower()) for p in re.split(r"(\d+)", text) if p]
