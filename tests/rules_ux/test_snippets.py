"""The connect controls of the table of judged snippets (numbers 69 to 84): good, borderline, bad."""

from __future__ import annotations

import pytest

from checker.evidence.model import Block
from checker.evidence.page import Control
from checker.review.model import Outcome
from tests.builders import ORCID, PORTAL, STATE, authorization, evidence, journey, request, ruling
from tests.rules_ux.parts import connected, control, field, icon, link, page_with, walked

RULES = (
    "branded-button-present", "button-text-approved", "button-icon-official", "button-contrast", "oauth-authorize-used",
    "oauth-not-framed", "id-not-typable", "id-not-searchable",
)  # fmt: skip
JUDGED = {Outcome.PASSED, Outcome.NOT_APPLICABLE}


def outcomes(seen) -> dict[str, Outcome]:
    return {check: ruling(check, seen).outcome for check in RULES}


def faults(seen, outcome=Outcome.FAILED) -> set[str]:
    return {check for check, found in outcomes(seen).items() if found is outcome}


def pressed(button: Control):
    return walked(page_with(controls=[button]))


def never_reached(page, **changes):
    block = Block(code="no-way-to-orcid", message="no control led to ORCID", whose="member")
    return evidence(journey(state="blocked", block=block, pages=[page], **changes))


GOOD = {
    69: control("Create or connect your ORCID iD"),
    70: control("Register or connect your ORCID iD", tag="button", type="submit", href=f"{PORTAL}/orcid/start"),
    71: control("Connect your ORCID iD"),
    72: control("Sign in with ORCID", href=f"{PORTAL}/login/orcid"),
    # By the list of wordings it passes.
    73: control("Link your ORCID iD"),
    74: control("Authorize and connect your ORCID iD"),
    84: control(href=authorization().url),
}


@pytest.mark.parametrize("number", GOOD)
def test_good(number):
    assert set(outcomes(pressed(GOOD[number])).values()) == {Outcome.PASSED}


def test_75_a_link_without_the_icon_is_for_a_person():
    found = outcomes(pressed(control("Connect your ORCID iD", icons=[])))
    assert Outcome.FAILED not in found.values()
    assert found["branded-button-present"] is Outcome.NEEDS_PERSON
    assert found["button-text-approved"] is Outcome.PASSED


def test_76_the_casing():
    assert faults(pressed(control("Connect your ORCID ID"))) == {"button-text-approved"}


def test_77_no_name_no_text():
    found = faults(pressed(control("", name="")))
    assert found == {"branded-button-present", "button-text-approved"}


def test_78_no_keyboard():
    div = control(
        "Connect your ORCID iD", tag="div", focusable=False, href="", raw_href="", icons=[icon(alt=None)],
        snippet='<div class="btn" onclick="go()">',
    )  # fmt: skip
    assert faults(pressed(div)) == {"branded-button-present"}


def test_79_a_field_to_type_into():
    save = control("Save", tag="button", type="submit", icons=[])
    page = page_with(fields=[field("ORCID iD", name="orcid", form=0)], controls=[save])
    assert faults(never_reached(page)) == {"id-not-typable"}


def test_80_a_look_up():
    page = page_with(controls=[control("Search ORCID", tag="button", href="", icons=[])])
    assert faults(never_reached(page)) == {"id-not-searchable"}


def test_81_registering_without_oauth():
    button = control("Get an ORCID iD", href="https://orcid.org/register")
    gone = request(url="https://orcid.org/register", status=None, failure="blocked")
    assert faults(never_reached(page_with(controls=[button]), requests=[gone])) == {"oauth-authorize-used"}


def test_81_is_fine_as_a_second_link():
    help_link = link("Get an ORCID iD", "https://orcid.org/register")
    assert not faults(walked(page_with(controls=[control(), help_link])))


def test_82_the_contrast():
    pale = control("Create or connect your ORCID iD", tag="button", contrast=2.85)
    assert faults(pressed(pale)) == {"button-contrast"}


def test_83_a_frame():
    framed = page_with(frames=["https://orcid.org/oauth/authorize?client_id=APP-1&response_type=code"])
    assert faults(never_reached(framed)) == {"oauth-not-framed"}
    trip = authorization(how="frame", answer="none", returned="", landed=None, control=None)
    here = page_with(frames=[f"{ORCID}/oauth/authorize?state={STATE}"])
    assert faults(evidence(connected(here, authorizations=[trip], state="blocked"))) == {"oauth-not-framed"}
