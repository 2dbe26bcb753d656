"""What is not a payload's fault: nothing sent or recorded, an old version, a body that was cut; files of the plan."""

from __future__ import annotations

import base64
import json

import pytest

from checker.evidence.model import Block, PayloadFile
from checker.judge.content import load_profile
from checker.review.model import Outcome
from tests.builders import ORCID, RESEARCHER, authorization, evidence, journey, run

from .samples import (
    EMPLOYMENT,
    EMPLOYMENT_JSON,
    REVIEW_JSON,
    WORK,
    WORK_JSON,
    but,
    instead,
    judged,
    refused,
    reviewed,
    ruling,
    sent,
)

RULES = [check for check in load_profile("collect-and-connect").levels if check.startswith("payload-")]


def outcomes(seen):
    return {ruling(check, seen).outcome for check in RULES}


def test_a_portal_that_may_write_and_sent_nothing_is_not_let_off():
    assert outcomes(reviewed()) == {Outcome.BLOCKED}
    block = Block(code="step-failed", message="the button was not there", whose="operator", todo="mend the step")
    trip = authorization()
    seen = evidence(journey(authorizations=[trip]), journey("write", state="blocked", block=block))
    found = ruling("payload-schema-valid", seen)
    assert (found.outcome, found.message, found.whose) == (Outcome.BLOCKED, "the button was not there", "operator")


def test_a_portal_that_only_signs_people_in_is_not_concerned():
    trip = authorization(url=f"{ORCID}/oauth/authorize?client_id=APP-1&scope=openid")
    seen = evidence(journey(authorizations=[trip]), run=run(scopes=["openid"]))
    assert outcomes(seen) == {Outcome.NOT_APPLICABLE}


def test_a_portal_that_nobody_saw_go_to_orcid_is_not_let_off():
    assert outcomes(evidence(journey(), run=run(scopes=None))) == {Outcome.BLOCKED}


def test_without_a_wire_and_without_files_nothing_is_said():
    assert outcomes(reviewed().model_copy(update={"wire": None})) == {Outcome.BLOCKED}


def test_a_kind_that_was_not_sent_does_not_apply_for_that_reason():
    found = judged("payload-work-self-id", "employment", EMPLOYMENT)
    assert found.outcome is Outcome.NOT_APPLICABLE
    assert "works" in found.message


@pytest.mark.parametrize("version", ["/v2.1", "/v3.0_rc1", ""])
def test_a_payload_for_another_version_is_neither_passed_nor_failed(version):
    broken = sent("work", "{", path=f"{version}/{RESEARCHER}/work")
    assert outcomes(reviewed(broken)) <= {Outcome.BLOCKED, Outcome.NOT_APPLICABLE}
    # A fault of another payload is still one.
    both = reviewed(broken, sent("work", "{", 3))
    assert ruling("payload-well-formed", both).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    "cut",
    [{"request_cut": True}, {"request_headers": {"Content-Type": "application/json", "Content-Length": "90000"}}],
)
def test_a_payload_of_which_only_the_beginning_was_kept_is_not_called_broken(cut):
    seen = reviewed(sent("work", WORK[:200], **cut))
    assert ruling("payload-well-formed", seen).outcome is Outcome.BLOCKED


def test_the_length_in_bytes_is_that_of_the_text():
    body = instead(WORK, "cracked", "gesprungene Töpfe")
    headers = {"content-type": "application/xml", "content-length": str(len(body.encode()))}
    assert judged("payload-well-formed", "work", body, request_headers=headers).outcome is Outcome.PASSED


def test_what_does_not_parse_passes_no_other_rule():
    seen = reviewed(sent("work", WORK[:-20], **refused(400, 9012)))
    found = {check: ruling(check, seen).outcome for check in RULES}
    assert found.pop("payload-well-formed") is Outcome.FAILED
    assert set(found.values()) <= {Outcome.BLOCKED, Outcome.NOT_APPLICABLE}


def test_a_part_that_could_not_be_read_is_not_passed():
    body = json.dumps(EMPLOYMENT_JSON | {"organization": "Example University"})
    assert judged("payload-schema-valid", "employment", body).outcome is Outcome.FAILED
    assert judged("payload-org-id-format", "employment", body).outcome is Outcome.BLOCKED
    assert judged("payload-no-putcode-on-post", "employment", body).outcome is Outcome.PASSED


def test_replacement_characters_leave_the_encoding_open():
    body = instead(WORK, "cracked", "ge\ufffdffnet")
    assert judged("payload-well-formed", "work", body).outcome is Outcome.NEEDS_PERSON
    assert judged("payload-schema-valid", "work", body).outcome is Outcome.PASSED


def test_where_a_secret_was_replaced_nothing_is_called_wrong():
    body = instead(EMPLOYMENT, ">GB<", ">‹environment:1›<")
    assert judged("payload-org-fields", "employment", body).outcome is not Outcome.FAILED


def test_a_media_type_that_orcid_does_not_take_is_another_rules_business():
    headers = {"content-type": "text/plain; charset=utf-8"}
    assert judged("payload-schema-valid", "work", WORK, request_headers=headers).outcome is Outcome.PASSED


def test_json_that_is_sent_as_xml_is_not_well_formed():
    headers = {"content-type": "application/vnd.orcid+xml"}
    found = judged("payload-well-formed", "work", json.dumps(WORK_JSON), request_headers=headers)
    assert found.outcome is Outcome.FAILED


def test_what_the_true_orcid_took_against_its_own_rules_is_asked_about():
    body = instead(WORK, ">doi<", ">DOI<")
    real = run(environment="sandbox", orcid="https://sandbox.orcid.org")
    assert ruling("payload-ext-id-type", reviewed(sent("work", body), run=real)).outcome is Outcome.NEEDS_PERSON
    refusal = reviewed(sent("work", body, **refused(400, 9023)), run=real)
    assert ruling("payload-ext-id-type", refusal).outcome is Outcome.FAILED
    assert judged("payload-ext-id-type", "work", body).outcome is Outcome.FAILED


def test_an_unknown_organization_is_orcids_word_to_say():
    real = run(environment="sandbox", orcid="https://sandbox.orcid.org")
    unknown = sent("employment", EMPLOYMENT, **refused(400, 9045))
    assert ruling("payload-org-id", reviewed(unknown, run=real)).outcome is Outcome.FAILED
    assert ruling("payload-org-id", reviewed(unknown)).outcome is Outcome.NEEDS_PERSON
    assert ruling("payload-org-id", reviewed(files={"employment.xml": EMPLOYMENT})).outcome is Outcome.NEEDS_PERSON


def test_a_malformed_identifier_is_not_an_unknown_one():
    body = instead(EMPLOYMENT, "https://ror.org/05dxps055", "05dxps055")
    real = run(environment="sandbox", orcid="https://sandbox.orcid.org")
    seen = reviewed(sent("employment", body, **refused(400, 9045)), run=real)
    assert ruling("payload-org-id-format", seen).outcome is Outcome.FAILED
    assert ruling("payload-org-id", seen).outcome is not Outcome.FAILED


def test_a_group_that_only_orcid_can_know_is_asked_about_unless_it_was_taken():
    own = but(REVIEW_JSON, "review-group-id", "orcid-generated:pots")
    check = "payload-peer-review-group"
    assert judged(check, "peer-review", own).outcome is Outcome.PASSED
    assert ruling(check, reviewed(files={"peer-review.json": own})).outcome is Outcome.NEEDS_PERSON
    assert judged(check, "peer-review", own, **refused(500, 9008)).outcome is Outcome.NEEDS_PERSON
    assert ruling(check, reviewed(files={"peer-review.json": json.dumps(REVIEW_JSON)})).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("environment", "host", "outcome"),
    [
        ("sandbox", "orcid.org", Outcome.FAILED),
        ("sandbox", "sandbox.orcid.org", Outcome.PASSED),
        ("embedded", "orcid.org", Outcome.PASSED),
        ("embedded", "sandbox.orcid.org", Outcome.PASSED),
    ],
)
def test_ids_are_of_the_registry_of_the_review(environment, host, outcome):
    person = {"contributor-orcid": {"uri": f"https://{host}/0000-0002-1825-0097"}, "credit-name": {"value": "A. Ruiz"}}
    body = but(WORK_JSON, "contributors", {"contributor": [person]})
    seen = reviewed(sent("work", body), run=run(environment=environment))
    assert ruling("payload-id-pattern-strict", seen).outcome is outcome


def test_a_payload_for_an_id_with_a_wrong_check_character_fails():
    wrong = "0000-0002-1825-0098"
    seen = reviewed(sent("work", WORK, path=f"/v3.0/{wrong}/work", orcid=wrong))
    assert ruling("payload-id-pattern-strict", seen).outcome is Outcome.FAILED


def test_one_fault_among_many_payloads_is_found_and_counted():
    wire = [sent("work", WORK, n) for n in range(2, 30)]
    seen = reviewed(*wire, sent("work", instead(WORK, ">self<", ">part-of<"), 30))
    found = ruling("payload-work-self-id", seen)
    assert found.outcome is Outcome.FAILED
    assert found.message.startswith("1 of 29 payloads")
    assert [spot.exchange for spot in found.spots] == [30]


# Files of the plan.


def test_files_are_judged_by_what_they_are():
    seen = reviewed(files={"samples/a.json": but(WORK_JSON, "type", "article"), "b.xml": EMPLOYMENT})
    found = ruling("payload-type-title", seen)
    assert found.outcome is Outcome.FAILED
    assert found.spots[0].exchange is None
    assert found.spots[0].snippet.startswith("samples/a.json\n")


def test_a_sample_of_a_change_may_have_a_put_code():
    seen = reviewed(files={"work.json": json.dumps(WORK_JSON | {"put-code": 3, "visibility": "limited"})})
    assert ruling("payload-schema-valid", seen).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "file",
    [
        PayloadFile(file="a.json", body='{"a": 1}'),
        PayloadFile(file="a.zip", block=Block(code="payloads-unreadable", message="a.zip: it is damaged.")),
        PayloadFile(file="a.xml", base64="=="),
    ],
)
def test_a_file_that_cannot_be_judged_is_not_passed(file):
    seen = reviewed(sent("employment", EMPLOYMENT)).model_copy(update={"payload_files": [file]})
    for check in ("payload-well-formed", "payload-schema-valid", "payload-org-id-format"):
        assert ruling(check, seen).outcome is Outcome.BLOCKED


def test_an_affiliation_of_any_kind_is_judged_where_all_kinds_agree():
    good = reviewed(files={"a.json": json.dumps(EMPLOYMENT_JSON)})
    assert ruling("payload-org-id-format", good).outcome is Outcome.PASSED
    bad = reviewed(files={"a.json": but(EMPLOYMENT_JSON, "start-date/month/value", "13")})
    assert ruling("payload-dates", bad).outcome is Outcome.FAILED
    # An employment needs a city, a membership does not.
    open_ = reviewed(files={"a.json": but(EMPLOYMENT_JSON, "organization/address/city")})
    assert ruling("payload-org-fields", open_).outcome is Outcome.BLOCKED
    told = reviewed(files={"employment/a.json": but(EMPLOYMENT_JSON, "organization/address/city")})
    assert ruling("payload-org-fields", told).outcome is Outcome.FAILED


def test_bytes_in_another_encoding_are_judged_as_they_are():
    body = instead(WORK, 'encoding="UTF-8"', 'encoding="ISO-8859-1"').replace("cracked", "zerbröselte")
    good = PayloadFile(file="work.xml", base64=base64.b64encode(body.encode("latin-1")).decode())
    bad = PayloadFile(file="work.xml", base64=base64.b64encode(WORK.replace("cracked", "ö").encode("latin-1")).decode())
    for file, outcome in ((good, Outcome.PASSED), (bad, Outcome.FAILED)):
        seen = reviewed().model_copy(update={"payload_files": [file]})
        assert ruling("payload-well-formed", seen).outcome is outcome
