from __future__ import annotations

import pytest
from checker.content.reports.parts import order

from checker.review import Level, Outcome

from .sample import finding, review


def test_groups_follow_the_walk_of_a_reviewer() -> None:
    clauses = [
        "Display 10",
        "Recommended 2",
        "LYRASIS Required 2",
        "Required 10",
        "",
        "Display 9",
        "required 1",
        "Recommended 10",
    ]
    groups = order.groups(finding(f"rule-{n}", clause=c, area="Not here") for n, c in enumerate(clauses))
    assert [g.clause for g in groups] == [
        "Required 1", "Required 2", "Recommended 2", "Required 10", "Recommended 10", "Display 9", "Display 10",
        "Not here",
    ]  # fmt: skip
    assert groups[0].title
    assert not groups[-1].title


def test_in_a_group_what_there_is_to_do_comes_first() -> None:
    findings = [finding(o.value, o) for o in (Outcome.PASSED, Outcome.BLOCKED, Outcome.NOT_APPLICABLE,
                                              Outcome.NEEDS_PERSON, Outcome.FAILED)]  # fmt: skip
    (group,) = order.groups(findings)
    assert [f.check for f in group.findings] == ["failed", "needs-person", "blocked", "passed", "not-applicable"]


def test_required_rules_come_before_recommended_ones() -> None:
    asked = review([finding("b", Outcome.FAILED, level=Level.RECOMMENDED), finding("a", Outcome.FAILED)])
    assert [f.check for f in order.to_do(asked, Outcome.FAILED)] == ["a", "b"]


def test_one_reason_that_holds_up_many_rules_is_told_once() -> None:
    blocked = [finding(c, Outcome.BLOCKED, message="No store.", whose="operator") for c in ("a", "b")]
    holds = order.holds(review([*blocked, finding("c", Outcome.BLOCKED, message="No wire.")]))
    assert [[f.check for f in hold.findings] for hold in holds] == [["a", "b"], ["c"]]


@pytest.mark.parametrize(("left", "right"), [("Display 9", "Display 10"), ("a", "b"), ("2", "a"), ("A 1", "a 2")])
def test_natural_order(left: str, right: str) -> None:
    assert order.natural(left) < order.natural(right)
