"""Put-codes and visibility: what the wire tells, and what it does not."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from checker.evidence.model import RecordItem, RecordLook
from checker.review.model import Outcome
from tests.builders import NOW, RESEARCHER, api_call, run

from .samples import (
    EMPLOYMENT,
    EMPLOYMENT_JSON,
    WORK,
    WORK_JSON,
    instead,
    judged,
    read,
    refused,
    reviewed,
    ruling,
    sent,
)

ON_PUT = "payload-putcode-on-put"
VISIBILITY = "payload-visibility-unchanged"


def with_code(code, visibility=""):
    return json.dumps(EMPLOYMENT_JSON | {"put-code": code} | ({"visibility": visibility} if visibility else {}))


def change(body, code="12", **changes):
    return sent("employment", body, 5, "PUT", code, **changes)


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (with_code(12), Outcome.PASSED),
        (instead(EMPLOYMENT, "<employment:employment ", '<employment:employment put-code="12" '), Outcome.PASSED),
        (EMPLOYMENT, Outcome.FAILED),
        (json.dumps(EMPLOYMENT_JSON), Outcome.FAILED),
        (with_code(13), Outcome.FAILED),
        (instead(EMPLOYMENT, "<employment:employment ", '<employment:employment put-code="120" '), Outcome.FAILED),
    ],
)
def test_a_change_has_the_put_code_of_its_address(body, outcome):
    assert ruling(ON_PUT, reviewed(change(body))).outcome is outcome


def test_put_codes_of_changes_are_right_and_not_those_of_new_items():
    seen = reviewed(change(with_code(12)))
    assert ruling("payload-no-putcode-on-post", seen).outcome is Outcome.NOT_APPLICABLE
    assert judged(ON_PUT, "employment", EMPLOYMENT).outcome is Outcome.NOT_APPLICABLE


def test_what_is_read_back_may_be_sent_with_a_change():
    body = json.dumps(EMPLOYMENT_JSON | {"put-code": 12, "created-date": {"value": 1577836800000}})
    assert ruling("payload-source-not-set", reviewed(change(body))).outcome is Outcome.NOT_APPLICABLE


LISTED = json.dumps(
    {"affiliation-group": [{"summaries": [{"employment-summary": {"put-code": 12, "visibility": "limited"}}]}]}
)
IN_XML = '<employment:employment-summary put-code="12" display-index="1" visibility="limited" path="/x"/>'


@pytest.mark.parametrize(
    "before",
    [
        read("employment", 12, "limited"),
        api_call(1, f"/v3.0/{RESEARCHER}/employments", response_body=LISTED),
        api_call(1, f"/v3.0/{RESEARCHER}/employments", response_body=f"<e>{IN_XML}</e>"),
        api_call(1, f"/v3.0/{RESEARCHER}/record", response_body=json.dumps({"activities-summary": json.loads(LISTED)})),
    ],
)
def test_a_change_of_visibility_fails_by_what_was_read_before(before):
    worse = reviewed(before, change(with_code(12, "public"), **refused(403, 9035)))
    found = ruling(VISIBILITY, worse)
    assert found.outcome is Outcome.FAILED
    assert "public" in found.observed
    # Also where the answer does not say so.
    assert ruling(VISIBILITY, reviewed(before, change(with_code(12, "public"), status=500))).outcome is Outcome.FAILED
    assert ruling(VISIBILITY, reviewed(before, change(with_code(12, "limited")))).outcome is Outcome.PASSED
    assert ruling(VISIBILITY, reviewed(before, change(with_code(12)))).outcome is Outcome.PASSED


def test_what_the_review_itself_read_on_the_record_counts():
    item = RecordItem(section="employment", put_code="12", visibility="LIMITED")
    look = RecordLook(when="write", at=NOW - timedelta(seconds=5), orcid=RESEARCHER, items=[item])
    seen = reviewed(change(with_code(12, "public"), status=500), record=[look])
    assert ruling(VISIBILITY, seen).outcome is Outcome.FAILED
    later = look.model_copy(update={"at": NOW + timedelta(seconds=5)})
    seen = reviewed(change(with_code(12, "public"), status=500), record=[later])
    assert ruling(VISIBILITY, seen).outcome is Outcome.BLOCKED


def test_orcids_own_answer_tells_a_change_of_visibility():
    seen = reviewed(change(with_code(12, "private"), **refused(403, 9035)))
    assert ruling(VISIBILITY, seen).outcome is Outcome.FAILED


def test_a_change_that_orcid_took_has_the_right_visibility():
    assert ruling(VISIBILITY, reviewed(change(with_code(12, "private")))).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "before",
    [
        (),
        (read("employment", 13, "limited"),),
        (read("work", 12, "limited"),),
        (read("employment", 12, "limited", number=9),),
    ],
)
def test_a_visibility_that_nothing_is_known_of_is_not_passed(before):
    seen = reviewed(*before, change(with_code(12, "public"), **refused(500, 9008)))
    assert ruling(VISIBILITY, seen).outcome is Outcome.BLOCKED


def test_a_new_items_visibility_that_is_not_public_is_asked_about():
    body = json.dumps(WORK_JSON | {"visibility": "limited"})
    assert judged(VISIBILITY, "work", body).outcome is Outcome.NEEDS_PERSON
    assert judged(VISIBILITY, "work", WORK).outcome is Outcome.PASSED


def test_files_do_not_tell_how_they_are_sent():
    files = {"work.xml": instead(WORK, "<work:work ", '<work:work put-code="3" visibility="public" ')}
    on_the_wire = reviewed(sent("employment", EMPLOYMENT), files=files)
    for check in ("payload-no-putcode-on-post", VISIBILITY):
        assert ruling(check, on_the_wire).outcome is Outcome.PASSED
    assert ruling("payload-no-putcode-on-post", reviewed(files=files)).outcome is Outcome.BLOCKED
    without_wire = reviewed(files=files, run=run()).model_copy(update={"wire": None})
    assert ruling("payload-no-putcode-on-post", without_wire).outcome is Outcome.BLOCKED
    assert ruling("payload-schema-valid", without_wire).outcome is Outcome.PASSED
