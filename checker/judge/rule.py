"""A rule and its outcome: the decorator, the registry, and the five ways a rule can end."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ..review.model import Outcome, Spot, Whose
from .needs import NEEDS

Area = Literal["Collect", "Display", "User experience", "Security", "Store", "Connect", "Synchronize"]

Decider = Literal["auto", "auto+ev", "mixed", "person"]


@dataclass(frozen=True)
class Ruling:
    """What one rule says of one body of evidence."""

    outcome: Outcome
    message: str
    expected: str = ""
    observed: str = ""
    spots: tuple[Spot, ...] = ()
    whose: Whose = "nobody"
    remedy: str = ""
    """Replaces the rule's remedy where the case calls for another one."""


def passed(message: str, *, observed: str = "", at: Sequence[Spot] = ()) -> Ruling:
    """The evidence shows it. `message` says what was seen."""
    return Ruling(Outcome.PASSED, message, observed=observed, spots=tuple(at))


def failed(
    message: str, *, expected: str, observed: str, at: Sequence[Spot] = (), whose: Whose = "member", remedy: str = ""
) -> Ruling:
    """The evidence shows the opposite."""
    return Ruling(Outcome.FAILED, message, expected, observed, tuple(at), whose, remedy)


def needs_person(question: str, *, observed: str = "", expected: str = "", at: Sequence[Spot] = ()) -> Ruling:
    """Only a person can say: one question that can be answered with yes (it is met) or no, and what was seen."""
    return Ruling(Outcome.NEEDS_PERSON, question, expected, observed, tuple(at), "reviewer")


def not_applicable(reason: str, *, at: Sequence[Spot] = ()) -> Ruling:
    """The rule does not apply, for a positive reason."""
    return Ruling(Outcome.NOT_APPLICABLE, reason, spots=tuple(at))


def blocked(why: str, *, whose: Whose = "operator", todo: str = "", at: Sequence[Spot] = ()) -> Ruling:
    """The evidence that the rule needs could not be gathered."""
    return Ruling(Outcome.BLOCKED, why, spots=tuple(at), whose=whose, remedy=todo)


@dataclass(frozen=True)
class Rule:
    """One rule of the rulebook. Its id never changes meaning."""

    id: str
    area: Area
    clause: str
    title: str
    title_failed: str
    remedy: str
    sources: tuple[str, ...]
    decider: Decider
    implies: tuple[str, ...]
    """Rules that cannot but fail with this one: the same fault seen from another side."""
    why: str
    body: Callable[..., Ruling]
    needs: tuple[str, ...] = field(default=())
    module: str = ""


RULES: dict[str, Rule] = {}
"""Every rule loaded so far, by id, in the order of loading."""


def rule(
    id: str,
    *,
    area: Area,
    clause: str,
    title: str,
    title_failed: str,
    remedy: str,
    sources: Sequence[str],
    decider: Decider = "auto",
    implies: Sequence[str] = (),
) -> Callable[[Callable[..., Ruling]], Callable[..., Ruling]]:
    """Register a function as a rule.

    The function's parameter names say what evidence it needs (see :data:`checker.judge.needs.NEEDS`); when one of
    them was not gathered, the rule is not called and its outcome is `blocked`. Its docstring says why the rule is.

    Raises:
        ValueError: the id is taken, the docstring is missing, or a parameter names no known evidence.
    """

    def register(body: Callable[..., Ruling]) -> Callable[..., Ruling]:
        needs = tuple(inspect.signature(body).parameters)
        if id in RULES:
            raise ValueError(f"two rules are called {id!r}: in {RULES[id].module} and in {body.__module__}")
        if unknown := [need for need in needs if need not in NEEDS]:
            raise ValueError(f"rule {id!r} asks for evidence that nobody gathers: {', '.join(unknown)}")
        if not body.__doc__:
            raise ValueError(f"rule {id!r} does not say why: write a docstring")
        RULES[id] = Rule(
            id, area, clause, title, title_failed, remedy, tuple(sources), decider, tuple(implies),
            inspect.cleandoc(body.__doc__), body, needs, body.__module__,
        )  # fmt: skip
        return body

    return register
