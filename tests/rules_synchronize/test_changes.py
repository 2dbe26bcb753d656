"""What happens on the record when something changes, or somebody leaves."""

from __future__ import annotations

import pytest

from checker.review.model import Outcome
from tests.builders import exchange, item, look, ruling, run, store
from tests.rules_connect.scenes import (
    BASE,
    END,
    GOOD,
    LOOKS,
    WRITING,
    add,
    asks,
    at,
    change,
    employment,
    grant,
    identity_only,
    on_record,
    refused,
    remove,
    scene,
    seen,
)

RULES = ("update-on-change", "affiliation-end-date", "end-date-before-token-loss", "delete-after-user-revoke")
REVOKED = exchange(40, kind="revoke", path="/oauth/revoke", grant="", journey="disconnect", at=at(40))


@pytest.mark.parametrize("rule", RULES)
def test_only_portals_that_write_are_judged(rule):
    assert ruling(rule, identity_only()).outcome is Outcome.NOT_APPLICABLE
    assert ruling(rule, scene(journeys=[asks()])).outcome is Outcome.BLOCKED
    assert ruling(rule, scene(wire=None, record=[])).outcome is Outcome.BLOCKED


# update-on-change


def test_a_change_under_the_same_code_passes():
    found = ruling("update-on-change", scene(*GOOD))
    assert found.outcome is Outcome.PASSED
    assert "Senior curator" in found.observed


def test_two_of_one_thing_fail():
    looks = [*LOOKS[:2], seen("update", 26, on_record(), on_record("1002", "Senior curator, Example University"))]
    again = add(20, code="1002", request_body=employment("Senior curator"))
    assert ruling("update-on-change", scene(add(), again, record=looks)).outcome is Outcome.FAILED


def test_two_works_with_one_identifier_fail():
    one = on_record(section="work", title="On pots", identifiers=["doi 10.5555/1"])
    other = on_record("1002", section="work", title="On old pots", identifiers=["doi 10.5555/1"])
    wire = [add(section="work"), add(20, section="work", code="1002")]
    looks = [seen("write", 16, one), seen("update", 26, one, other)]
    assert ruling("update-on-change", scene(*wire, record=looks)).outcome is Outcome.FAILED


def test_two_contracts_that_the_portal_knows_as_two_are_two():
    looks = [*LOOKS[:2], seen("update", 26, on_record(), on_record("1002", "Guide, Example University"))]
    kept = store(look("update", items=[item(local_id="contract-1"), item("1002", local_id="contract-2")]))
    wire = [add(), add(20, code="1002"), change(21)]
    found = ruling("update-on-change", scene(*wire, record=looks, store=kept))
    assert found.outcome is not Outcome.FAILED


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
def test_a_refused_change_fails(status):
    found = ruling("update-on-change", scene(add(), change(**refused(status, 9016))))
    assert found.outcome is Outcome.FAILED
    assert str(status) in found.observed


def test_a_refused_change_that_was_sent_again_passes():
    assert (
        ruling("update-on-change", scene(add(), change(19, **refused(409, 9021)), change())).outcome is Outcome.PASSED
    )


def test_a_change_that_was_taken_does_not_stand_for_another():
    two = [add(), add(11, code="1002")]
    found = ruling("update-on-change", scene(*two, change(), change(21, code="1002", **refused(400, 9006))))
    assert found.outcome is Outcome.FAILED
    assert "1002" in found.observed
    # What was written before this review its person may have removed.
    assert ruling("update-on-change", scene(add(), change(), change(21, code="7", **refused(404, 9016)))).outcome is (
        Outcome.PASSED
    )
    busy = add(18, code="", status=503)
    assert ruling("update-on-change", scene(add(), busy, change())).outcome is Outcome.PASSED


def test_a_record_that_was_not_seen_before_shows_no_change():
    looks = [seen("update", 26, on_record(title="Senior curator, Example University"))]
    assert ruling("update-on-change", scene(add(), change(), record=looks)).outcome is Outcome.NEEDS_PERSON


def test_who_sees_an_item_is_no_change_of_the_portal_s():
    looks = [seen("write", 16, on_record(visibility="public")), seen("update", 26, on_record(visibility="limited"))]
    assert ruling("update-on-change", scene(add(), change(), record=looks)).outcome is Outcome.NEEDS_PERSON


def test_an_item_of_another_section_is_no_double():
    looks = [
        seen("write", 16, on_record()),
        seen("update", 26, on_record(title="Senior curator, Example University"),
             on_record("7", section="education", title="Student, Example University")),
    ]  # fmt: skip
    wire = [add(), add(19, "education", "7"), change()]
    assert ruling("update-on-change", scene(*wire, record=looks)).outcome is Outcome.PASSED


def test_no_change_seen_is_a_question():
    assert ruling("update-on-change", scene(add(), remove())).outcome is Outcome.NEEDS_PERSON


def test_a_change_that_the_record_does_not_show_is_a_question():
    looks = [seen("write", 16, on_record()), seen("update", 26, on_record(modified=at(20)))]
    assert ruling("update-on-change", scene(add(), change(), record=looks)).outcome is Outcome.NEEDS_PERSON


def test_an_unread_record_is_no_pass():
    assert ruling("update-on-change", scene(add(), change(), record=[])).outcome is Outcome.BLOCKED


def test_the_record_alone_can_show_it():
    assert ruling("update-on-change", scene(wire=None)).outcome is Outcome.PASSED


# affiliation-end-date


def test_the_end_of_an_affiliation_beside_the_one_without_fails_and_in_its_place_does_not():
    again = add(20, code="1002", request_body=employment(end=END))
    assert ruling("affiliation-end-date", scene(add(), again)).outcome is Outcome.FAILED
    assert ruling("affiliation-end-date", scene(add(), remove(15), again)).outcome is Outcome.NEEDS_PERSON


def test_an_end_under_the_same_code_passes():
    call = change(request_body=employment(code="1001", end=END))
    found = ruling("affiliation-end-date", scene(add(), call))
    assert found.outcome is Outcome.PASSED
    assert "2026" in found.observed


def test_an_end_in_json_passes():
    body = '{"put-code": 1001, "end-date": {"year": {"value": "2026"}, "month": {"value": "10"}}}'
    call = change(request_body=body, request_headers={"content-type": "application/json"})
    found = ruling("affiliation-end-date", scene(add(), call))
    assert found.outcome is Outcome.PASSED
    assert "2026-10" in found.observed


def test_an_end_as_a_new_item_fails():
    call = add(20, code="1002", request_body=employment(end=END))
    assert ruling("affiliation-end-date", scene(add(), call)).outcome is Outcome.FAILED


def test_a_refused_end_fails():
    call = change(request_body=employment(code="1001", end=END), **refused(400, 9019))
    assert ruling("affiliation-end-date", scene(add(), call)).outcome is Outcome.FAILED


def test_adding_what_is_over_already_is_no_fault():
    past = add(request_body=employment(end=END))
    assert ruling("affiliation-end-date", scene(past, change())).outcome is Outcome.NEEDS_PERSON


def test_a_change_of_what_is_over_ends_nothing():
    past, call = add(request_body=employment(end=END)), change(request_body=employment("Guide", "1001", END))
    assert ruling("affiliation-end-date", scene(past, call)).outcome is Outcome.NEEDS_PERSON
    old = [seen("start", 0, on_record(end="2026"))]
    assert ruling("affiliation-end-date", scene(call, record=old)).outcome is Outcome.NEEDS_PERSON
    open_ = [seen("start", 0, on_record())]
    assert ruling("affiliation-end-date", scene(call, record=open_)).outcome is Outcome.PASSED


def test_an_end_that_was_sent_again_is_no_refusal():
    ended = employment(code="1001", end=END)
    wire = [add(), change(19, request_body=ended, **refused(409, 9018)), change(request_body=ended)]
    assert ruling("affiliation-end-date", scene(*wire)).outcome is Outcome.PASSED


def test_works_do_not_end():
    found = ruling("affiliation-end-date", scene(add(section="work"), change(section="work")))
    assert found.outcome is Outcome.NOT_APPLICABLE


def test_the_record_alone_can_show_an_end():
    looks = [seen("write", 16, on_record()), seen("update", 26, on_record(end="2026-10"))]
    assert ruling("affiliation-end-date", scene(wire=None, record=looks)).outcome is Outcome.PASSED


# end-date-before-token-loss


def test_changing_after_giving_up_the_permission_fails():
    late = change(41, at=at(41), journey="disconnect", **refused(401, 0))
    assert ruling("end-date-before-token-loss", scene(*GOOD, REVOKED, late)).outcome is Outcome.FAILED


def test_another_person_s_permission_ended():
    other = grant(2, "‹access-token:2›", "0000-0001-5109-3700")
    revoked = REVOKED.model_copy(update={"token": "‹access-token:2›"})
    late = change(41, at=at(41), journey="disconnect", **refused(401, 0))
    assert ruling("end-date-before-token-loss", scene(other, *GOOD, revoked, late)).outcome is Outcome.NEEDS_PERSON


def test_a_new_permission_in_between_is_no_fault():
    late = change(43, at=at(43), journey="write", **refused(401, 0))
    found = ruling("end-date-before-token-loss", scene(*GOOD, REVOKED, grant(42), late))
    assert found.outcome is Outcome.NEEDS_PERSON


def test_the_order_otherwise_is_a_question():
    open_ = seen("end", 60, on_record())
    found = ruling("end-date-before-token-loss", scene(*GOOD, REVOKED, record=[*LOOKS[:-1], open_]))
    assert found.outcome is Outcome.NEEDS_PERSON
    assert "still open" in found.observed


def test_what_happens_after_a_person_ended_the_permission_is_a_question():
    assert ruling("delete-after-user-revoke", scene(*GOOD)).outcome is Outcome.NEEDS_PERSON


def test_a_plan_without_update_steps_gives_no_pass():
    bare = WRITING.model_copy(update={"steps": WRITING.steps[:1]})
    found = ruling("update-on-change", scene(add(), change(), journeys=[asks(), bare], run=run(writes=True)))
    assert found.outcome is Outcome.NEEDS_PERSON
    assert BASE in found.observed
