"""What the record shows of what the portal wrote."""

from __future__ import annotations

import json

import pytest

from checker.evidence.model import Block, Written
from checker.review.model import Outcome
from tests.builders import RESEARCHER, item, look, ruling, store

from .scenes import GOOD, ITEM, LOOKS, add, at, change, identity_only, on_record, refused, remove, scene, seen

UNREAD = seen("write", 16, block=Block(code="record-unreadable", message="ORCID answered 500"))


def bulk(number: int, *answers: dict):
    return add(
        number, path=f"/v3.0/{RESEARCHER}/works", status=200, response_headers={},
        response_body=json.dumps({"bulk": list(answers)}),
    )  # fmt: skip


# item-on-record


def test_what_was_added_and_seen_passes():
    assert ruling("item-on-record", scene(*GOOD)).outcome is Outcome.PASSED


def test_works_sent_in_bulk_are_looked_up_one_by_one():
    works = [on_record(code, f"Work {code}", section="work") for code in ("7", "8")]
    call = bulk(10, {"work": {"put-code": 7}}, {"work": {"put-code": 8}})
    assert ruling("item-on-record", scene(call, record=[seen("write", 16, *works)])).outcome is Outcome.PASSED
    found = ruling("item-on-record", scene(call, record=[seen("write", 16, works[0])]))
    assert found.outcome is Outcome.FAILED
    assert "work 8" in found.observed


@pytest.mark.parametrize("no", [refused(400, 9006), refused(409, 9048), refused(415, 9001), refused(500, 0)])
def test_a_refusal_that_was_not_mended_fails(no):
    found = ruling("item-on-record", scene(add(**no)))
    assert found.outcome is Outcome.FAILED
    assert str(no["status"]) in found.observed


@pytest.mark.parametrize("mend", [add(11), change(11)], ids=["again", "by-put-code"])
def test_a_refusal_that_was_mended_passes(mend):
    assert ruling("item-on-record", scene(add(**refused(409, 9021)), mend)).outcome is Outcome.PASSED


@pytest.mark.parametrize("error", [9021, 9030])
def test_what_orcid_has_already_is_a_question(error):
    found = ruling("item-on-record", scene(add(**refused(409, error))))
    assert found.outcome is Outcome.NEEDS_PERSON
    assert str(error) in found.observed
    assert ruling("item-on-record", scene(add(), add(11, **refused(409, error)))).outcome is Outcome.PASSED


def work(number: int, title: str, doi: str = "", **changes):
    ids = [{"external-id-type": "doi", "external-id-value": doi, "external-id-relationship": "self"}] if doi else []
    body = json.dumps({"title": {"title": {"value": title}}, "external-ids": {"external-id": ids}})
    headers = {"content-type": "application/vnd.orcid+json"}
    return add(number, **({"section": "work", "request_body": body, "request_headers": headers} | changes))


def test_another_item_that_was_taken_mends_nothing():
    lost = work(10, "On pots", "10.5555/1", **refused(400, 9022))
    other = work(11, "On pans", "10.5555/2")
    looks = [seen("write", 16, on_record(section="work", title="On pans"))]
    assert ruling("item-on-record", scene(lost, other, record=looks)).outcome is Outcome.FAILED
    of_another = work(11, "On pots", "10.5555/1", path="/v3.0/0000-0001-5109-3700/work")
    assert ruling("item-on-record", scene(lost, of_another, record=looks)).outcome is Outcome.FAILED


def test_an_item_that_was_completed_and_sent_again_passes():
    lost, mended = work(10, "On pots", **refused(400, 9022)), work(11, "On pots", "10.5555/1")
    looks = [seen("write", 16, on_record(section="work", title="On pots"))]
    assert ruling("item-on-record", scene(lost, mended, record=looks)).outcome is Outcome.PASSED


def test_what_cannot_be_told_to_be_mended_is_a_question():
    lost, other = work(10, "On pots", **refused(400, 9022)), work(11, "On pans", "10.5555/2")
    looks = [seen("write", 16, on_record(section="work", title="On pans"))]
    assert ruling("item-on-record", scene(lost, other, record=looks)).outcome is Outcome.NEEDS_PERSON


def test_each_work_of_a_bulk_is_answered_for_itself():
    looks = [seen("write", 16, on_record("7", "Work 7", section="work"))]
    taken = {"work": {"put-code": 7}}
    half = bulk(10, taken, {"error": {"response-code": 400, "error-code": 9022}})
    found = ruling("item-on-record", scene(half, record=looks))
    assert found.outcome is not Outcome.PASSED
    assert "9022" in found.observed
    sent = [json.loads(work(1, f"Work {n}", f"10.5555/{n}").request_body) for n in (7, 8)]
    told = half.model_copy(update={"request_body": json.dumps({"bulk": [{"work": one} for one in sent]})})
    assert ruling("item-on-record", scene(told, record=looks)).outcome is Outcome.FAILED
    double = bulk(10, taken, {"error": {"response-code": 409, "error-code": 9021}})
    assert ruling("item-on-record", scene(double, record=looks)).outcome is Outcome.NEEDS_PERSON
    none = bulk(10, {"error": {"response-code": 400, "error-code": 9022}})
    assert ruling("item-on-record", scene(none, record=looks)).outcome is Outcome.FAILED
    assert ruling("connect-mode-declared", scene(none)).outcome is Outcome.NEEDS_PERSON


def test_an_item_that_comes_late_to_the_record_is_there():
    looks = [seen("write", 16), seen("update", 26, on_record())]
    assert ruling("item-on-record", scene(add(), record=looks)).outcome is Outcome.PASSED


def test_a_removal_that_orcid_refused_removed_nothing():
    kept = remove(12, **refused(404, 9016))
    assert ruling("item-on-record", scene(add(), kept, record=[seen("write", 16)])).outcome is Outcome.FAILED


def test_an_item_that_is_not_there_fails():
    assert ruling("item-on-record", scene(*GOOD[:1], record=[seen("write", 16)])).outcome is Outcome.FAILED


def test_an_item_removed_before_the_look_was_never_looked_at():
    found = ruling("item-on-record", scene(add(), remove(12), record=[seen("write", 16)]))
    assert found.outcome is Outcome.BLOCKED


@pytest.mark.parametrize("looks", [[], [UNREAD]])
def test_an_unread_record_is_no_pass(looks):
    assert ruling("item-on-record", scene(*GOOD, record=looks)).outcome is Outcome.BLOCKED


def test_another_name_on_the_record_is_a_question():
    found = ruling("item-on-record", scene(add(), record=[seen("write", 16, on_record(title="Cleaner, Elsewhere"))]))
    assert found.outcome is Outcome.NEEDS_PERSON


def test_the_record_alone_can_show_it():
    line = Written(at=at(16), action="added", orcid=RESEARCHER, section="work", put_code="5", title="On pots")
    assert ruling("item-on-record", scene(wire=None, written=[line])).outcome is Outcome.PASSED
    assert ruling("item-source-member", scene(wire=None, written=[line])).outcome is Outcome.PASSED


# item-source-member


@pytest.mark.parametrize("changes", [{}, {"source": "APP-PROVIDER", "origin": "APP-0000000000000001"}])
def test_the_member_as_source_passes(changes):
    found = ruling("item-source-member", scene(*GOOD, record=[seen("write", 16, on_record(**changes))]))
    assert found.outcome is Outcome.PASSED


@pytest.mark.parametrize("source", ["APP-VENDOR", RESEARCHER, ""])
def test_another_source_fails(source):
    found = ruling("item-source-member", scene(*GOOD, record=[seen("write", 16, on_record(source=source))]))
    assert found.outcome is Outcome.FAILED


def test_items_of_others_are_theirs():
    other = on_record("77", source="APP-VENDOR")
    assert (
        ruling("item-source-member", scene(*GOOD, record=[seen("write", 16, on_record(), other)])).outcome
        is Outcome.PASSED
    )


def test_what_orcid_refused_to_change_is_not_the_portals():
    other = on_record("77", source="APP-VENDOR")
    call = change(12, code="77", **refused(403, 9010))
    found = ruling("item-source-member", scene(add(), call, record=[seen("write", 16, on_record(), other)]))
    assert found.outcome is Outcome.PASSED


def test_nothing_seen_is_no_pass():
    assert ruling("item-source-member", scene(*GOOD, record=[])).outcome is Outcome.BLOCKED
    assert ruling("item-source-member", identity_only()).outcome is Outcome.NOT_APPLICABLE


# putcode-matches-record


def kept(*rows):
    return store(look("write", items=list(rows)))


def test_stored_codes_that_are_on_the_record_pass():
    assert ruling("putcode-matches-record", scene(*GOOD)).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "row", [item(type="AFFILIATION"), item("1001.0"), item(orcid=f"https://orcid.org/{RESEARCHER}")]
)
def test_portals_write_it_their_way(row):
    assert ruling("putcode-matches-record", scene(*GOOD, store=kept(row))).outcome is Outcome.PASSED


@pytest.mark.parametrize("row", [item("1002"), item("7")])
def test_codes_of_nothing_fail(row):
    assert ruling("putcode-matches-record", scene(*GOOD, store=kept(row))).outcome is Outcome.FAILED


def test_the_code_of_somebody_else_s_item_fails():
    looks = [seen("write", 16, on_record(), on_record("55", source="APP-VENDOR"))]
    found = ruling("putcode-matches-record", scene(*GOOD, record=looks, store=kept(item("55"))))
    assert found.outcome is Outcome.FAILED
    assert "APP-VENDOR" in found.observed


def test_one_code_in_two_sections_is_looked_up_in_the_right_one():
    looks = [seen("write", 16, on_record(), on_record("1001", section="work", source="APP-VENDOR"))]
    assert ruling("putcode-matches-record", scene(*GOOD, record=looks)).outcome is Outcome.PASSED


def test_the_code_of_an_item_of_another_section_is_a_question():
    kinds = [on_record("1001", section="work", title="On pots")]
    row = item(type="employment", local_id="9")
    found = ruling("putcode-matches-record", scene(*GOOD, record=[seen("write", 16, *kinds)], store=kept(row)))
    assert found.outcome is Outcome.NEEDS_PERSON
    named = item(type="works")
    found = ruling("putcode-matches-record", scene(*GOOD, record=[seen("write", 16, *kinds)], store=kept(named)))
    assert found.outcome is Outcome.PASSED


def test_a_row_of_what_was_removed_may_stay_as_history():
    rows = [item(), item("1002", local_id="8")]
    wire = [add(), add(11, code="1002"), remove(12, code="1002")]
    assert ruling("putcode-matches-record", scene(*wire, store=kept(*rows))).outcome is Outcome.PASSED
    late = [*wire[:2], remove(17, code="1002")]
    assert ruling("putcode-matches-record", scene(*late, store=kept(*rows))).outcome is Outcome.FAILED


def test_codes_from_before_may_be_of_items_that_people_removed():
    old = item("77", local_id="old")
    stored = store(look("start", items=[old]), look("write", items=[old, item()]))
    assert ruling("putcode-matches-record", scene(*GOOD, store=stored)).outcome is Outcome.NEEDS_PERSON
    fresh = store(look("start", items=[]), look("write", items=[old, item()]))
    assert ruling("putcode-matches-record", scene(*GOOD, store=fresh)).outcome is Outcome.FAILED


def test_rows_about_other_people_and_empty_codes_are_other_rules_business():
    rows = [item(), item("9", orcid="0000-0001-5109-3700"), item(""), item("0")]
    assert ruling("putcode-matches-record", scene(*GOOD, store=kept(*rows))).outcome is Outcome.PASSED


@pytest.mark.parametrize("changes", [{"record": []}, {"record": [UNREAD]}, {"store": store(look("write"))}])
def test_nothing_to_compare_is_no_pass(changes):
    assert ruling("putcode-matches-record", scene(*GOOD, **changes)).outcome is Outcome.BLOCKED


def test_after_removal_nothing_has_to_be_there():
    stored = store(look("write", items=[item()]), look("delete", items=[item()]))
    assert ruling("putcode-matches-record", scene(*GOOD, store=stored)).outcome is Outcome.PASSED


def test_a_work_s_path_is_its_section():
    looks = [*LOOKS, seen("write", 17, on_record("5", "On pots", section=ITEM.strip("/")))]
    assert ruling("putcode-matches-record", scene(*GOOD, record=looks)).outcome is Outcome.FAILED
