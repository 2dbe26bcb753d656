"""What a finding says of what the portal did with ORCID's answer."""

from __future__ import annotations

import pytest

from checker.evidence.model import Step
from tests.builders import RESEARCHER, item, journey, look, page, ruling, store
from tests.rules_payload.samples import WORK, instead

from .scenes import BASE, add, asks, at, refused, scene

WRONG = instead(WORK, "journal-article", "article")
SENT = add(12, "work", code="", request_body=WRONG, **refused(400, 9051))
BEFORE = page("write-01", text="Your profile\nAdd my article")
AFTER = page("write-02", text="Your profile\nYour article is on your record.")
STEPS = [
    Step(at=at(5), label="see the portal's page before writing", page="write-01"),
    Step(at=at(19), label="see the page after [steps] write", page="write-02"),
    Step(at=at(29), label="see the page after [steps] update", page="write-03"),
]
WALK = journey("write", started=at(4), ended=at(40), pages=[BEFORE, AFTER], steps=STEPS)


def then(*wire, walk=WALK, rows=(), earlier=()):
    seen = store(look("return", items=list(earlier)), look("write", items=list(rows)))
    found = ruling("payload-type-title", scene(SENT, *wire, journeys=[asks(), walk], store=seen))
    return next(((spot.page, spot.note) for spot in found.spots if spot.note.startswith("After that")), None)


def test_success_shown_over_a_refusal_stands_out():
    assert then() == (
        "write-02",
        "After that the portal sent nothing more about work; nothing is new in its store; it showed the person"
        " «Your article is on your record.».",
    )


def test_a_refused_addition_is_followed_too():
    found = ruling("item-on-record", scene(SENT, journeys=[asks(), WALK]))
    assert [spot.exchange for spot in found.spots] == [12, None]
    assert found.spots[1].note.endswith("«Your article is on your record.».")


def test_a_second_try_is_told_and_what_comes_after_the_look_is_not():
    again = add(14, "work", code="77")
    _, note = then(again, add(25, "work", code="78"), add(15, "employment", code="79"))
    assert f"sent POST {BASE}/work (answer 201); " in note


@pytest.mark.parametrize(("code", "told"), [("0", "work 0"), ("", "work without a put-code")])
def test_what_was_stored_for_it_is_told(code, told):
    old = item("5", orcid=RESEARCHER, type="work", local_id="a")
    new = item(code, orcid=RESEARCHER, type="work", local_id="b")
    other = item("6", orcid="0000-0002-1694-233X", type="work", local_id="c")
    _, note = then(earlier=[old], rows=[old, new, other])
    assert f"new in its store: {told};" in note


def test_a_page_that_says_nothing_new_is_told():
    silent = WALK.model_copy(update={"pages": [BEFORE, page("write-02", text=BEFORE.text)]})
    _, note = then(walk=silent)
    assert note.endswith("it told the person nothing new.")


def test_outside_of_the_plans_steps_nothing_is_said():
    assert then(walk=WALK.model_copy(update={"name": "connect"})) is None
    assert then(walk=WALK.model_copy(update={"steps": STEPS[:1]})) is None
