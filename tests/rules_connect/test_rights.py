"""Whose permission stands behind each write."""

from __future__ import annotations

import pytest

from checker.review.model import Outcome
from tests.builders import journey, ruling, run

from .scenes import GOOD, add, asks, at, change, grant, identity_only, refused, scene

RULES = ("write-scope-granted", "token-per-person", "no-write-before-consent", "item-on-record", "api-methods-correct")
OTHER = "0000-0001-5109-3700"
SECOND = "‹access-token:2›"


@pytest.mark.parametrize("rule", RULES)
def test_nothing_is_said_of_a_portal_that_need_not_write(rule):
    assert ruling(rule, identity_only()).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    "changes",
    [{"wire": None}, {"journeys": [asks()]}, {"journeys": [asks(), journey("write")]}],
    ids=["no-wire", "no-steps", "nothing-sent"],
)
def test_a_portal_that_may_write_and_was_not_seen_to_is_never_passed(rule, changes):
    assert ruling(rule, scene(record=[], **changes)).outcome is Outcome.BLOCKED


# write-scope-granted


@pytest.mark.parametrize(
    ("scope", "section"),
    [("/activities/update", "employment"), ("/person/update", "keywords"), ("/orcid-works/create", "work")],
)
def test_covered_writes_pass(scope, section):
    found = ruling("write-scope-granted", scene(wire=[grant(scope=scope), add(section=section)]))
    assert found.outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "call",
    [
        add(**refused(403, 9038)),
        add(**refused(403, 9001, token="")),
        add(section="keywords", **refused(403, 9038)),
    ],
    ids=["said-by-orcid", "no-token", "other-kind"],
)
def test_uncovered_writes_fail(call):
    assert ruling("write-scope-granted", scene(call)).outcome is Outcome.FAILED


def test_a_refusal_for_another_reason_is_another_rule_s():
    assert ruling("write-scope-granted", scene(add(**refused(409, 9021)))).outcome is Outcome.PASSED


def test_an_xml_answer_is_read_too():
    body = "<error:error xmlns:error='x'><error:error-code>9038</error:error-code></error:error>"
    found = ruling("write-scope-granted", scene(add(status=403, response_headers={}, response_body=body)))
    assert found.outcome is Outcome.FAILED


def test_a_token_from_before_is_a_question_where_orcid_refused():
    assert ruling("write-scope-granted", scene(wire=[add(**refused(401, 0))])).outcome is Outcome.NEEDS_PERSON
    assert ruling("write-scope-granted", scene(wire=[add()])).outcome is Outcome.PASSED


# token-per-person


def test_the_owner_s_token_passes():
    assert ruling("token-per-person", scene(*GOOD)).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "wire",
    [
        [grant(2, SECOND, ""), add(token=SECOND, **refused(403, 9038))],
        [grant(2, SECOND, OTHER), add(token=SECOND, **refused(401, 9017))],
        [add(token="‹access-token:9›", **refused(401, 9017))],
        [add(**refused(403, 0, token=""))],
    ],
    ids=["client", "somebody-else", "unknown-to-us", "none"],
)
def test_other_tokens_fail(wire):
    assert ruling("token-per-person", scene(*wire)).outcome is Outcome.FAILED


def test_token_exchange_is_a_question():
    obo = grant(2, SECOND, grant="urn:ietf:params:oauth:grant-type:token-exchange")
    assert ruling("token-per-person", scene(obo, add(token=SECOND))).outcome is Outcome.NEEDS_PERSON


# no-write-before-consent


def test_that_nothing_was_written_early_a_person_signs():
    found = ruling("no-write-before-consent", scene(*GOOD))
    assert found.outcome is Outcome.NEEDS_PERSON
    assert "first write" in found.observed


@pytest.mark.parametrize("early", [add(0, at=at(-5), **refused(403, 0, token="")), add(0, at=at(-5))])
def test_writing_before_the_permission_fails(early):
    assert ruling("no-write-before-consent", scene(early, *GOOD)).outcome is Outcome.FAILED


def test_on_a_record_that_lives_on_the_permission_may_be_older():
    found = ruling("no-write-before-consent", scene(add(0, at=at(-5)), change(), run=run(environment="sandbox")))
    assert found.outcome is Outcome.NEEDS_PERSON


def test_a_token_that_this_review_did_not_give_is_of_an_older_permission():
    old = add(2, token="‹access-token:9›", path=f"/v3.0/{OTHER}/employment", **refused(401, 0))
    found = ruling("no-write-before-consent", scene(old, *GOOD))
    assert found.outcome is Outcome.NEEDS_PERSON
    assert OTHER in found.observed
    of_the_client = [grant(2, SECOND, ""), add(3, token=SECOND, path=f"/v3.0/{OTHER}/employment", **refused(403, 0))]
    assert ruling("no-write-before-consent", scene(*of_the_client, *GOOD)).outcome is Outcome.FAILED


@pytest.mark.parametrize("rule", ["token-per-person", "write-scope-granted", "item-on-record", "api-methods-correct"])
def test_what_the_browser_writes_is_the_portal_s_too(rule):
    assert ruling(rule, scene(add(side="browser"))).outcome is Outcome.PASSED
    other = add(side="browser", **refused(403, 9038, token=""))
    assert rule == "api-methods-correct" or ruling(rule, scene(other)).outcome is Outcome.FAILED
