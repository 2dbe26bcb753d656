"""The verdict: never a pass for what was not seen, and a person's word only where a person was asked."""

from datetime import date

import pytest

from checker.judge.content import Profile
from checker.judge.judge import judge, rule_on
from checker.judge.rule import Rule, blocked, failed, needs_person, not_applicable, passed
from checker.review.model import Answer, Level, Outcome, Verdict
from tests import builders

ENDINGS = {
    "passed": lambda: passed("seen"),
    "failed": lambda: failed("the opposite was seen", expected="a", observed="b"),
    "needs-person": lambda: needs_person("Is it so?"),
    "not-applicable": lambda: not_applicable("there is no such thing"),
    "blocked": lambda: blocked("nobody looked"),
}


def rule(id, body, needs=()):
    return Rule(id, "Collect", "Required 1", id, f"not {id}", "do it", ("source",), "auto", (), "why", body, needs)


def review(required, answers=None, recommended=()):
    rules = {f"r{n}": rule(f"r{n}", ENDINGS[end]) for n, end in enumerate([*required, *recommended])}
    levels = {id: Level.REQUIRED if n < len(required) else Level.RECOMMENDED for n, id in enumerate(rules)}
    evidence = builders.evidence(answers=answers or {})
    return judge(evidence, Profile("p", "P", "", levels), rules)


@pytest.mark.parametrize(
    ("endings", "verdict"),
    [
        (["passed", "passed"], Verdict.PASS),
        (["passed", "not-applicable"], Verdict.PASS),
        (["passed", "failed", "blocked"], Verdict.FAIL),
        (["passed", "needs-person"], Verdict.INCOMPLETE),
        (["passed", "blocked"], Verdict.INCOMPLETE),
        (["not-applicable"], Verdict.INCOMPLETE),
        ([], Verdict.INCOMPLETE),
    ],
)
def test_verdict(endings, verdict):
    assert review(endings).verdict is verdict


def test_recommended_rules_do_not_fail_a_review():
    result = review(["passed"], recommended=["failed", "blocked"])
    assert result.verdict is Verdict.PASS
    assert result.coverage.recommended.failed == 1


def test_the_denominator_comes_first():
    result = review(["passed", "failed", "needs-person", "needs-person", "blocked", "not-applicable"])
    assert result.summary == "2 of 5 required rules judged; 2 need a person; 1 blocked"


ANSWER = Answer(answer="yes", by="Lead reviewer", on=date(2026, 11, 20), note="looked at it")


@pytest.mark.parametrize(
    ("ending", "said", "outcome"),
    [
        ("needs-person", "yes", Outcome.PASSED),
        ("needs-person", "no", Outcome.FAILED),
        ("needs-person", "not-applicable", Outcome.NOT_APPLICABLE),
        ("failed", "yes", Outcome.FAILED),
        ("blocked", "yes", Outcome.BLOCKED),
        ("passed", "no", Outcome.PASSED),
    ],
)
def test_a_persons_word_counts_only_where_a_person_was_asked(ending, said, outcome):
    finding = review([ending], {"r0": ANSWER.model_copy(update={"answer": said})}).findings[0]
    assert finding.outcome is outcome
    assert (finding.answer is not None) == (ending == "needs-person")
    if ending == "needs-person" and said != "not-applicable":
        assert "Is it so?" in finding.message
        assert "Lead reviewer, 2026-11-20" in finding.message


def test_a_rule_of_the_profile_without_a_check_is_blocked_not_forgotten():
    result = judge(builders.evidence(), Profile("p", "P", "", {"unheard-of": Level.REQUIRED}), {})
    assert result.findings[0].outcome is Outcome.BLOCKED
    assert result.verdict is Verdict.INCOMPLETE


def test_missing_evidence_blocks_and_says_whose_turn_it_is():
    ruling = rule_on(rule("w", lambda wire: passed("no"), ("wire",)), builders.evidence(wire=None))
    assert ruling.outcome is Outcome.BLOCKED
    assert "was not recorded" in ruling.message
    assert ruling.whose == "operator"


def test_scopes_asked_granted_and_used():
    evidence = builders.evidence(
        builders.journey(authorizations=[builders.authorization()]),
        wire=[
            builders.exchange(1, response_body='{"scope": "/activities/update /read-limited"}'),
            builders.exchange(
                2, kind="api", grant="", method="POST", path=f"/v3.0/{builders.RESEARCHER}/employment", status=201
            ),
        ],
        run=builders.run(scopes=["/read-limited", "/activities/update", "/person/update"]),
    )
    result = judge(evidence, Profile("p", "P", "", {}), {})
    table = {s.scope: (s.declared, s.asked, s.granted, s.used) for s in result.scopes}
    assert table == {
        "/read-limited": (True, True, True, False),
        "/activities/update": (True, True, True, True),
        "/person/update": (True, False, False, False),
    }
