from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from checker.evidence.model import Block, Step, Store
from checker.review.model import Outcome
from tests.builders import (
    NOW,
    ORCID,
    RESEARCHER,
    api_call,
    authorization,
    evidence,
    item,
    journey,
    look,
    ruling,
    run,
    store,
    token_answer,
)

BASE = f"/v3.0/{RESEARCHER}"
READING = f"{ORCID}/oauth/authorize?client_id=APP-1&scope=%2Fread-limited"
WORK = """<work:work><common:external-ids><common:external-id><common:external-id-type>doi</common:external-id-type>
<common:external-id-value>{0}</common:external-id-value><common:external-id-relationship>{1}</common:external-id-relationship>
</common:external-id></common:external-ids><work:title>{2}</work:title></work:work>"""


REVIEW = json.dumps(
    {
        "review-identifiers": {"external-id": [{"external-id-type": "source-work-id", "external-id-value": "NUMBER"}]},
        "subject-external-identifier": {"external-id-type": "doi", "external-id-value": "10.1/a"},
    }
)


def add(number: int, code: str = "1001", section: str = "employment", **changes):
    header = {"location": f"{ORCID}{BASE}/{section}/{code}"} if code else {}
    return api_call(number, f"{BASE}/{section}", **({"method": "POST", "status": 201, "journey": "write",
                    "response_headers": header} | changes))  # fmt: skip


def change(number: int, code: str = "1001", section: str = "employment", **changes):
    return api_call(number, f"{BASE}/{section}/{code}", **({"method": "PUT", "journey": "write"} | changes))


def remove(number: int, code: str = "1001", section: str = "employment", **changes):
    return api_call(number, f"{BASE}/{section}/{code}", **({"method": "DELETE", "status": 204, "journey": "write"}
                    | changes))  # fmt: skip


def elsewhere(number: int, method: str, status: int):
    other = "0000-0001-5109-3700"
    return api_call(number, f"/v3.0/{other}/employment/1001", method=method, status=status, orcid=other)


def bulk(number: int, dois: list[str], *answers: str):
    works = [
        {"work": {"external-ids": {"external-id": [{"external-id-type": "doi", "external-id-value": doi}]}}}
        for doi in dois
    ]
    return add(
        number, "", "works", status=200, request_body=json.dumps({"bulk": works}),
        response_body=f'{{"bulk": [{", ".join(answers)}]}}',
    )  # fmt: skip


def seen(*wire, items=(), looks=None, url="", steps=(), **changes: Any):
    parts: dict[str, Any] = {
        "wire": [token_answer(1), *wire],
        "store": store(*(looks or [look("write", items=None if items is None else list(items))])),
        "run": run(writes=True, scopes=None if url else ["/activities/update"]),
    }
    trip = authorization(**({"url": url} if url else {}))
    walks = [journey(authorizations=[trip]), journey("write", steps=list(steps))]
    return evidence(*walks, **(parts | changes))


ALL = ["store-putcodes", "putcode-mapped", "putcode-used-on-update"]


@pytest.mark.parametrize("check", ALL)
class TestWhetherTheyConcernThePortal:
    def test_a_portal_that_may_not_write_and_did_not_is_not_concerned(self, check):
        assert ruling(check, seen(url=READING)).outcome is Outcome.NOT_APPLICABLE
        old = f"{ORCID}/oauth/authorize?scope=%2Forcid-profile%2Fread-limited%20%2Forcid-bio%2Fread-limited"
        assert ruling(check, seen(url=old)).outcome is Outcome.NOT_APPLICABLE
        bare = seen(url=READING, store=Store(), run=run(scopes=["/read-limited"]))
        assert ruling(check, bare.model_copy(update={"wire": None})).outcome is Outcome.NOT_APPLICABLE

    @pytest.mark.parametrize("scope", ["%2Factivities%2Fupdate", "%2Fperson%2Fupdate", "%2Forcid-works%2Fcreate"])
    def test_a_portal_that_may_write_is(self, check, scope):
        may = seen(url=f"{ORCID}/oauth/authorize?scope=%2Fauthenticate%20{scope}")
        assert ruling(check, may).outcome is not Outcome.NOT_APPLICABLE

    def test_nor_is_one_let_off_whose_plan_declares_an_update_scope(self, check):
        declared = seen(url=READING, run=run(scopes=["/activities/update"]))
        assert ruling(check, declared).outcome is not Outcome.NOT_APPLICABLE

    def test_no_visit_to_orcid_blocks(self, check):
        assert ruling(check, evidence(journey())).outcome is Outcome.BLOCKED


@pytest.mark.parametrize("check", ["store-putcodes", "putcode-used-on-update"])
class TestNothingWritten:
    def test_no_steps_to_write_asks_a_person(self, check):
        assert ruling(check, seen(run=run(writes=False))).outcome is Outcome.NEEDS_PERSON

    def test_steps_that_led_to_nothing_block(self, check):
        assert ruling(check, seen()).outcome is Outcome.BLOCKED

    def test_steps_that_could_not_be_done_block_with_the_reason(self, check):
        block = Block(code="step-failed", message="the button is missing")
        walks = [journey(authorizations=[authorization()]), journey("write", state="blocked", block=block)]
        found = ruling(check, seen().model_copy(update={"journeys": walks}))
        assert found.outcome is Outcome.BLOCKED
        assert found.message == "the button is missing"

    def test_without_a_wire_nothing_is_said(self, check):
        assert ruling(check, seen(items=[item()]).model_copy(update={"wire": None})).outcome is Outcome.BLOCKED


class TestStorePutcodes:
    def judged(self, *wire, **parts):
        return ruling("store-putcodes", seen(*wire, **parts))

    def test_every_code_stored_with_type_and_local_id_passes(self):
        items = [item("1001"), item("1002", type="work", local_id="8")]
        assert self.judged(add(2), add(3, "1002", "work"), items=items).outcome is Outcome.PASSED

    def test_codes_of_works_sent_in_bulk_come_in_the_body(self):
        body = '<bulk:bulk><work:work put-code="11"/><work:work put-code="12"/><error:error/></bulk:bulk>'
        bulk = add(2, "", "works", status=200, response_body=body)
        stored = [item("11", type="work"), item("12", type="work", local_id="8")]
        assert self.judged(bulk, items=stored).outcome is Outcome.PASSED
        assert self.judged(bulk, items=stored[:1]).outcome is Outcome.FAILED
        as_json = add(2, "", "works", status=200, response_body='{"bulk": [{"work": {"put-code": 11}}]}')
        assert self.judged(as_json, items=stored[:1]).outcome is Outcome.PASSED

    def test_what_was_removed_later_was_stored_all_the_same(self):
        looks = [look("write", items=[item()]), look("delete", items=[])]
        assert self.judged(add(2), remove(3), looks=looks).outcome is Outcome.PASSED

    def test_codes_are_told_apart_by_section(self):
        wire = [add(2, "5"), add(3, "5", "work")]
        both = [item("5"), item("5", type="works", local_id="8")]
        assert self.judged(*wire, items=both).outcome is Outcome.PASSED
        found = self.judged(*wire, items=both[:1])
        assert found.outcome is Outcome.FAILED
        assert [spot.exchange for spot in found.spots] == [3]

    def test_a_code_under_another_kind_of_item_asks_a_person(self):
        assert self.judged(add(2), items=[item(type="work")]).outcome is Outcome.NEEDS_PERSON
        assert self.judged(add(2), items=[item(type="appointment")]).outcome is Outcome.PASSED

    def test_what_was_removed_before_the_look_was_not_looked_for(self):
        assert self.judged(add(2), remove(3), items=[]).outcome is Outcome.BLOCKED
        rest = self.judged(add(2), remove(3), add(4, "1002"), items=[item("1002")])
        assert rest.outcome is Outcome.PASSED
        phases = [Step(at=NOW, label="look: the page after [steps] write")]
        later = remove(3).model_copy(update={"at": NOW + timedelta(seconds=9)})
        assert self.judged(add(2), later, items=[], steps=phases).outcome is Outcome.FAILED
        refused = remove(3).model_copy(update={"status": 404})
        assert self.judged(add(2), refused, items=[]).outcome is Outcome.FAILED

    def test_a_look_before_the_write_says_nothing(self):
        late = add(2, at=NOW + timedelta(seconds=50))
        steps = [Step(at=NOW, label="look: the page after [steps] write")]
        before = look("write", items=[])
        assert self.judged(late, looks=[before], steps=steps).outcome is Outcome.BLOCKED
        ended = {"ended": NOW + timedelta(seconds=60)}
        after = [before, look("end", items=[item()])]
        assert self.judged(late, looks=after, steps=steps, **ended).outcome is Outcome.PASSED
        never = [before, look("end", items=[])]
        assert self.judged(late, looks=never, steps=steps, **ended).outcome is Outcome.FAILED

    def test_what_went_with_the_connection_was_not_looked_for(self):
        late = add(2, at=NOW + timedelta(seconds=50))
        parting = journey("disconnect", started=NOW + timedelta(seconds=55), ended=NOW + timedelta(seconds=60))
        gone = seen(late, looks=[look("write", items=[]), look("disconnect", items=[])])
        gone = gone.model_copy(update={"journeys": [*gone.journeys, parting]})
        assert ruling("store-putcodes", gone).outcome is Outcome.BLOCKED

    @pytest.mark.parametrize("cell", ["[1001, 1002]", "1001;1002"])
    def test_several_codes_in_one_cell_ask_a_person(self, cell):
        assert self.judged(add(2), items=[item(cell)]).outcome is Outcome.NEEDS_PERSON
        assert self.judged(add(2, "1003"), items=[item(cell)]).outcome is Outcome.FAILED

    def test_what_a_spreadsheet_rounded_asks_a_person(self):
        exported = look("write", items=[item("1.2E+07")], from_files=True)
        assert self.judged(add(2, "12345678"), looks=[exported]).outcome is Outcome.NEEDS_PERSON
        assert self.judged(add(2, "12345678"), items=[item("1.2E+07")]).outcome is Outcome.FAILED

    @pytest.mark.parametrize("orcid", ["0000-****-****-0097", "gAAAAABmJvQ0Q2xvc2VkIGJ5IGEga2V5"])
    def test_a_masked_owner_says_nothing_against_it(self, orcid):
        assert self.judged(add(2), items=[item(orcid=orcid)]).outcome is Outcome.PASSED

    @pytest.mark.parametrize("code", ["1001.0", " 1001 ", "1,001", "0001001"])
    def test_what_an_export_adds_to_a_number_does_not_matter(self, code):
        assert self.judged(add(2), items=[item(code)]).outcome is Outcome.PASSED

    @pytest.mark.parametrize(
        "items",
        [
            [],
            [item("")],
            [item("0")],
            [item("1002")],
            [item("employment/1001")],
            [item("1001", orcid="0000-0001-5109-3700")],
        ],
    )
    def test_a_code_that_is_missing_null_zero_or_another_fails(self, items):
        found = self.judged(add(2), items=items)
        assert found.outcome is Outcome.FAILED
        assert "1001" in found.observed
        assert [spot.exchange for spot in found.spots] == [2]

    def test_one_code_for_many_items_fails(self):
        assert self.judged(add(2), add(3, "1002"), items=[item(), item(local_id="8")]).outcome is Outcome.FAILED

    @pytest.mark.parametrize("lacking", [{"type": ""}, {"local_id": ""}])
    def test_a_code_without_type_or_local_id_asks_a_person(self, lacking):
        assert self.judged(add(2), items=[item(**lacking)]).outcome is Outcome.NEEDS_PERSON

    def test_refused_additions_give_no_code_to_store(self):
        assert self.judged(add(2, "", status=400)).outcome is Outcome.BLOCKED

    def test_groups_and_webhooks_are_no_items(self):
        hook = api_call(2, f"/{RESEARCHER}/webhook/https%3A%2F%2Fx", method="PUT", status=201)
        assert self.judged(hook, url=READING).outcome is Outcome.NOT_APPLICABLE

    def test_missing_evidence_blocks(self):
        assert self.judged(add(2), items=None).outcome is Outcome.BLOCKED
        assert self.judged(add(2), store=Store()).outcome is Outcome.BLOCKED
        locked = self.judged(add(2), store=Store(block=Block(code="store-unreadable", message="it is locked")))
        assert (locked.outcome, locked.message) == (Outcome.BLOCKED, "it is locked")


class TestPutcodeMapped:
    def judged(self, *items, **parts):
        return ruling("putcode-mapped", seen(add(2), items=items, **parts))

    @pytest.mark.parametrize(
        "items",
        [
            [item()],
            [item("1"), item("2", local_id="8")],
            # Codes are unique within a section, local ids within a kind of item.
            [item("1"), item("1", type="work", local_id="8")],
            [item("1"), item("2", type="work")],
            # Two people share a paper: each has an own code.
            [item("1", type="work"), item("2", type="work", orcid="0000-0001-5109-3700")],
            [item("1", type="work", orcid="0000-****-****-0097"), item("2", type="work", orcid="0000-****-****-3700")],
            # The same row twice comes from a join in the query.
            [item("1"), item("1")],
            # Not yet written.
            [item("1"), item("", local_id="8"), item("0", local_id="9")],
        ],
    )
    def test_one_to_one_passes(self, items):
        assert self.judged(*items).outcome is Outcome.PASSED

    @pytest.mark.parametrize(
        "items",
        [
            [item("1"), item("1", local_id="8")],
            [item("1"), item("1", orcid="0000-0001-5109-3700", local_id="8")],
            [item("1"), item("2")],
            [item("1", orcid="")],
        ],
    )
    def test_duplicates_and_codes_without_an_owner_fail(self, items):
        found = self.judged(*items)
        assert found.outcome is Outcome.FAILED
        assert found.spots

    def test_an_item_written_again_after_its_removal_is_no_duplicate(self):
        looks = [look("write", items=[item("1")]), look("delete", items=[]), look("reconnect", items=[item("2")])]
        assert self.judged(looks=looks).outcome is Outcome.PASSED

    def test_a_row_of_what_was_removed_may_stay_as_history(self):
        rows = [item("1001"), item("1002")]
        again = seen(add(2), remove(3), add(4, "1002"), items=rows)
        assert ruling("putcode-mapped", again).outcome is Outcome.PASSED
        kept = seen(add(2), remove(3, section="work"), add(4, "1002"), items=rows)
        assert ruling("putcode-mapped", kept).outcome is Outcome.FAILED

    def test_two_put_codes_of_an_item_that_was_removed_after_the_look_are_no_history(self):
        rows = [item("1001"), item("1002")]
        steps = [Step(at=NOW + timedelta(seconds=10), label="see the page after [steps] write")]
        late = remove(3, at=NOW + timedelta(seconds=30))
        assert ruling("putcode-mapped", seen(add(2), late, items=rows, steps=steps)).outcome is Outcome.FAILED
        early = remove(3, at=NOW + timedelta(seconds=5))
        assert ruling("putcode-mapped", seen(add(2), early, items=rows, steps=steps)).outcome is Outcome.PASSED

    @pytest.mark.parametrize("items", [[item(type="")], [item(local_id="")], [item("1", type=""), item("1", type="")],
                                       [item("1", local_id=""), item("2", local_id="")]])  # fmt: skip
    def test_without_type_or_local_id_a_person_says(self, items):
        assert self.judged(*items).outcome is Outcome.NEEDS_PERSON

    def test_missing_evidence_blocks(self):
        assert self.judged().outcome is Outcome.BLOCKED
        assert self.judged(store=Store()).outcome is Outcome.BLOCKED
        narrow = look("write", items=[item(local_id="")], item_columns=["orcid", "put_code"])
        assert self.judged(looks=[narrow]).outcome is Outcome.BLOCKED


class TestPutcodeUsedOnUpdate:
    def judged(self, *wire, **parts):
        return ruling("putcode-used-on-update", seen(*wire, **parts))

    PHASES = (
        Step(at=NOW + timedelta(seconds=10), label="see the page after [steps] write"),
        Step(at=NOW + timedelta(seconds=20), label="see the page after [steps] update"),
    )
    IN_UPDATE = {"at": NOW + timedelta(seconds=15)}

    @pytest.mark.parametrize(
        "wire",
        [
            [add(2), change(3)],
            [add(2), change(3), remove(4)],
            [add(2), add(3, "1002"), change(4, "1002")],
            [change(2, "77")],
            # A second, different item; the same thing again after its removal.
            [add(2, request_body=WORK.format("10.1/a", "self", "A")),
             add(3, "1002", request_body=WORK.format("10.1/b", "self", "B")), change(4)],
            [add(2, request_body="same"), change(3), remove(4), add(5, "1002", request_body="same")],
            # Sent again after ORCID refused the first one.
            [add(2, "", request_body="same", status=400), add(3, request_body="same"), change(4)],
            # Works sent again in one bulk with one that ORCID had not taken.
            [bulk(2, ["10.1/a", "10.1/b"], '{"work": {"put-code": 11}}', '{"error": {"error-code": 9022}}'),
             bulk(3, ["10.1/b"], '{"work": {"put-code": 12}}'), change(4, "11", "work")],
            # A conflict within a bulk, solved by replacing.
            [bulk(2, ["10.1/a"], '{"work": {"put-code": 11}}'), bulk(3, ["10.1/a"], '{"error": {"error-code": 9021}}'),
             change(4, "11", "work")],
            # The same manuscript reviewed twice.
            [add(2, section="peer-review", request_body=REVIEW.replace("NUMBER", "1")),
             add(3, "1002", "peer-review", request_body=REVIEW.replace("NUMBER", "2")),
             change(4, section="peer-review")],
            # A change of what had been removed, a refusal that was sent again.
            [add(2), add(3, "1002"), change(4), remove(5, "1002"), change(6, "1002", status=404)],
            [add(2), change(3, status=409), change(4)],
            # A conflict that the portal solved by replacing.
            [add(2, request_body="same"), add(3, "", request_body="same", status=409), change(4)],
        ],
    )  # fmt: skip
    def test_a_change_by_put_code_passes(self, wire):
        assert self.judged(*wire).outcome is Outcome.PASSED

    @pytest.mark.parametrize(
        "wire",
        [
            # The same identifier under another title; the same text; ORCID says that it has it.
            [add(2, section="work", request_body=WORK.format("10.1/A", "self", "Old")),
             add(3, "1002", "work", request_body=WORK.format("10.1/a", "self", "New"))],
            [add(2, request_body='{"external-id-type": "doi", "external-id-value": "10.1/a", "n": 1}'),
             add(3, "1002", request_body='{"external-id-type": "doi", "external-id-value": "10.1/a", "n": 2}')],
            [add(2, request_body="same"), add(3, "", request_body="same", status=409)],
            # On the record twice: a change of either, or of something else, mends nothing.
            [add(2, request_body="same"), add(3, "1002", request_body="same"), change(4, "1002")],
            [add(2, request_body="same"), add(3, "", request_body="same", status=409), change(4, "9")],
            [bulk(2, ["10.1/a"], '{"work": {"put-code": 11}}'), bulk(3, ["10.1/a"], '{"work": {"put-code": 12}}'),
             change(4, "12", "work")],
            # Another person's item, by chance of the same number, was removed or changed.
            [add(2, request_body="same"), elsewhere(3, "DELETE", 204), add(4, "1002", request_body="same")],
            [add(2, request_body="same"), add(3, "", request_body="same", status=409), elsewhere(4, "PUT", 200)],
            # A change that ORCID took does not stand for another that it refused.
            [add(2), add(3, "1002"), change(4), change(5, "1002", status=404)],
            # What happens to items of another section mends nothing.
            [add(2, section="work", request_body="same"), add(3, "1002", "work", request_body="same"), change(4)],
            [add(2, section="work", request_body="same"), remove(3), add(4, "1002", "work", request_body="same")],
            [add(2, section="work", request_body="same"), add(3, "1002", "work", request_body="same"),
             remove(4, section="work")],
            # ORCID has it, though it is written in another way.
            [add(2, section="work", request_body=WORK.format("10.1/a", "self", "A")),
             add(3, "", "work", request_body=WORK.format("https://doi.org/10.1/a", "self", "B"), status=409,
                 response_body='{"error-code": 9021}', **IN_UPDATE)],
            # Told by the time: the plan's update step made the portal add.
            [add(2), add(3, "1002", **IN_UPDATE)],
            [add(2), remove(3), add(4, "1002", **IN_UPDATE)],
            [add(2, request_body="no identifier"), add(3, "1002", request_body=WORK.format("10.1/a", "self", "A"),
             **IN_UPDATE)],
            # A change that names no code, or the wrong one.
            [add(2), api_call(3, f"{BASE}/employment", method="PUT", status=405)],
            [add(2), change(3, "9", status=404)],
            [add(2), change(3, status=400)],
        ],
    )  # fmt: skip
    def test_adding_again_or_a_refused_change_fails(self, wire):
        found = self.judged(*wire, steps=self.PHASES)
        assert found.outcome is Outcome.FAILED
        assert found.spots

    @pytest.mark.parametrize(
        "wire",
        [
            [add(2)],
            [add(2), add(3, "1002")],
            [add(2, "", request_body="same", status=400), add(3, request_body="same")],
            [add(2), remove(3)],
            [add(2), change(3, status=503)],
            # Two articles of one journal share the journal's number, and are two things all the same.
            [add(2, section="work", request_body=WORK.format("1234-5678", "part-of", "A")),
             add(3, "1002", "work", request_body=WORK.format("1234-5678", "part-of", "B"))],
        ],
    )  # fmt: skip
    def test_no_change_seen_asks_a_person(self, wire):
        assert self.judged(*wire, steps=self.PHASES).outcome is Outcome.NEEDS_PERSON

    def test_another_item_added_while_updating_is_no_change(self):
        first = add(2, section="work", request_body=WORK.format("10.1/a", "self", "A"))
        second = add(3, "1002", "work", request_body=WORK.format("10.1/b", "self", "B"), **self.IN_UPDATE)
        assert self.judged(first, second, steps=self.PHASES).outcome is Outcome.NEEDS_PERSON
