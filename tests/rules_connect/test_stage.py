"""The stage «Connect»: what is read and added, what is said about it."""

from __future__ import annotations

import pytest

from checker.evidence.page import Field, Snapshot
from checker.review.model import Outcome
from tests.builders import api_call, authorization, journey, page, ruling, token_answer

from .scenes import BASE, GOOD, add, asks, at, identity_only, scene

READ = api_call(12, f"{BASE}/person", at=at(12), journey="connect")
TOLD = "Once your ORCID iD is connected you save time: we add your employment to your ORCID record.\n"


def landing(**changes):
    field = Field(**({"index": 0, "tag": "input", "type": "text", "label": "Family name", "filled": True,
                      "selector": "#family"} | changes))  # fmt: skip
    before = page("connect-01", text=TOLD)
    after = page("connect-02", snapshot=Snapshot(fields=[field]))
    return journey(pages=[before, after], authorizations=[authorization(landed="connect-02")])


RULES = ("connect-mode-declared", "read-prefill", "connect-benefits-explained", "sync-mode-declared",
         "sync-benefits-explained", "search-link-wizard")  # fmt: skip


@pytest.mark.parametrize("rule", [*RULES, "assert-own-authority", "person-id-own-issuer"])
def test_a_portal_that_keeps_the_id_only_is_at_another_stage(rule):
    assert ruling(rule, identity_only()).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("rule", ["connect-mode-declared", "read-prefill", "sync-mode-declared"])
def test_without_wire_or_token_nothing_is_passed(rule):
    assert ruling(rule, scene(wire=None)).outcome is Outcome.BLOCKED
    assert ruling(rule, scene(wire=[])).outcome is Outcome.BLOCKED


def test_adding_is_a_way_to_connect():
    assert ruling("connect-mode-declared", scene(*GOOD)).outcome is Outcome.PASSED


def test_an_addition_that_orcid_refused_is_none():
    found = ruling("connect-mode-declared", scene(add(status=400, response_headers={})))
    assert found.outcome is Outcome.NEEDS_PERSON


def test_filling_a_form_is_a_way_to_connect():
    assert ruling("connect-mode-declared", scene(READ, journeys=[landing()])).outcome is Outcome.PASSED


def test_reading_alone_is_a_question():
    assert ruling("connect-mode-declared", scene(READ)).outcome is Outcome.NEEDS_PERSON


@pytest.mark.parametrize("changes", [{}, {"tag": "textarea", "type": ""}])
def test_a_form_filled_in_from_the_record_passes(changes):
    found = ruling("read-prefill", scene(READ, journeys=[landing(**changes)]))
    assert found.outcome is Outcome.PASSED
    assert "Family name" in found.observed


@pytest.mark.parametrize(
    "changes", [{"readonly": True}, {"filled": False}, {"type": "hidden"}, {"visible": False}, {"type": "checkbox"}]
)
def test_fields_that_are_not_filled_in_or_locked_are_a_question(changes):
    assert ruling("read-prefill", scene(READ, journeys=[landing(**changes)])).outcome is Outcome.NEEDS_PERSON


def test_what_was_filled_in_before_is_no_prefilling():
    filled = Field(index=0, tag="input", type="text", filled=True, selector="#family")
    before = journey("deny", started=at(-60), pages=[page("deny-01", snapshot=Snapshot(fields=[filled]))])
    assert ruling("read-prefill", scene(READ, journeys=[before, landing()])).outcome is Outcome.NEEDS_PERSON


def test_what_is_filled_in_later_on_still_counts():
    filled = Field(index=0, tag="input", type="text", filled=True, selector="#family")
    after = journey("disconnect", started=at(60), pages=[page("disconnect-01", snapshot=Snapshot(fields=[filled]))])
    assert ruling("read-prefill", scene(READ, journeys=[landing(), after])).outcome is Outcome.PASSED


def test_reading_what_it_wrote_itself_fills_in_nothing():
    own = api_call(13, f"{BASE}/employments", at=at(13), journey="write")
    assert ruling("read-prefill", scene(*GOOD, own)).outcome is Outcome.NOT_APPLICABLE
    assert ruling("read-prefill", scene(*GOOD)).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("rule", ["connect-benefits-explained", "sync-benefits-explained"])
def test_what_a_text_is_worth_a_person_says(rule):
    found = ruling(rule, scene(*GOOD, journeys=[landing()]))
    assert found.outcome is Outcome.NEEDS_PERSON
    assert "save time" in found.observed


def test_a_person_sees_what_was_stated():
    found = ruling("assert-own-authority", scene(*GOOD))
    assert found.outcome is Outcome.NEEDS_PERSON
    assert "Curator, Example University" in found.observed


def test_identifiers_of_persons_are_shown():
    body = '{"external-id-type": "Scopus Author ID", "external-id-value": "7"}'
    call = add(section="external-identifiers", request_body=body,
               request_headers={"content-type": "application/vnd.orcid+json"})  # fmt: skip
    found = ruling("person-id-own-issuer", scene(call))
    assert found.outcome is Outcome.NEEDS_PERSON
    assert found.observed == "Scopus Author ID 7"
    assert ruling("person-id-own-issuer", scene(*GOOD)).outcome is Outcome.NOT_APPLICABLE


def test_a_browser_s_calls_are_not_the_portal_s():
    mine = api_call(12, f"{BASE}/employment", method="POST", status=201, side="browser")
    assert ruling("connect-mode-declared", scene(mine)).outcome is Outcome.NEEDS_PERSON
    assert token_answer().side == "server"
    assert asks().authorizations
