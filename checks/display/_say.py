"""What one rule has to say of one displayed iD, and how several of them become one ruling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from checker.api import Display, Ruling, Spot, blocked, failed, needs_person, not_applicable, passed

_MOST_SPOTS = 8


@dataclass(frozen=True)
class Say:
    """One rule on one display.

    kind:
        fault: it is wrong. doubt: only a person can say. fine: it is right.
        apart: the rule does not apply to this one. unclear: another fault keeps it from being judged.
    """

    kind: Literal["fault", "doubt", "fine", "apart", "unclear"]
    text: str
    """fault, fine: what was seen; doubt: the question; apart, unclear: the reason."""
    expected: str = ""


def fault(observed: str, expected: str) -> Say:
    """It is wrong."""
    return Say("fault", observed, expected)


def doubt(question: str) -> Say:
    """Only a person can say; `question` is answered by yes when the rule is met."""
    return Say("doubt", question)


def fine(note: str = "") -> Say:
    """It is right; a note is for the reader."""
    return Say("fine", note)


def apart(reason: str) -> Say:
    """The rule does not apply to this display, for a positive reason."""
    return Say("apart", reason)


def unclear(reason: str) -> Say:
    """Another fault of the same display keeps this rule from being judged."""
    return Say("unclear", reason)


@dataclass(frozen=True)
class Said:
    """A display with what a rule says of it."""

    display: Display
    say: Say

    def spot(self) -> Spot:
        """Point at it."""
        return self.display.spot(self.say.text)


def rule_over(all_said: Sequence[Said], right: str) -> Ruling:
    """Make one ruling of all that was said: every display must be right; the first wrong one is named.

    Args:
        all_said: at least one.
        right: the message when all is right, without the count.
    """
    by_kind = {kind: [said for said in all_said if said.say.kind == kind] for kind in _KINDS}
    if wrong := by_kind["fault"]:
        first = wrong[0].say
        more = _more(len(wrong), len(all_said))
        return failed(
            f"{first.text}{more}",
            expected=first.expected,
            observed=_listed(wrong),
            at=_spots(wrong),
        )
    if open_questions := by_kind["doubt"]:
        questions = list(dict.fromkeys(said.say.text for said in open_questions))
        more = f" (and {len(questions) - 1} more like it)" if len(questions) > 1 else ""
        return needs_person(questions[0] + more, observed=_listed(open_questions), at=_spots(open_questions))
    if unjudged := by_kind["unclear"]:
        return blocked(
            f"{unjudged[0].say.text}{_more(len(unjudged), len(all_said))}",
            whose="member",
            todo="mend that first, then run the review again",
            at=_spots(unjudged),
        )
    if right_ones := by_kind["fine"]:
        notes = list(dict.fromkeys(said.say.text for said in right_ones if said.say.text))
        note = f". Note: {notes[0]}" if notes else ""
        many = f"{right} ({len(right_ones)} seen)" if len(right_ones) > 1 else right
        return passed(many + note, at=_spots(right_ones)[:3])
    return not_applicable(by_kind["apart"][0].say.text, at=_spots(by_kind["apart"])[:3])


_KINDS = ("fault", "doubt", "unclear", "fine", "apart")


def _more(count: int, total: int) -> str:
    return f" ({count} of the {total} iDs shown)" if total > 1 else ""


def _listed(some: Sequence[Said]) -> str:
    return "; ".join(dict.fromkeys(said.say.text for said in some[:3]))


def _spots(some: Sequence[Said]) -> list[Spot]:
    return [said.spot() for said in some[:_MOST_SPOTS]]
