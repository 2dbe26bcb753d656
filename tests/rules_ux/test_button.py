from __future__ import annotations

import pytest

from checker.evidence.model import Block
from checker.evidence.page import Colour
from checker.review.model import Outcome
from tests.builders import PORTAL, authorization, evidence, journey, page, ruling
from tests.rules_ux.parts import connected, control, copy_of_icon, icon, link, page_with, walked

PASSED, FAILED, PERSON = Outcome.PASSED, Outcome.FAILED, Outcome.NEEDS_PERSON
RULES = (
    "branded-button-present", "button-text-approved", "button-icon-official", "button-contrast", "button-accessible",
)  # fmt: skip


def judged(check, *controls):
    return ruling(check, walked(page_with(controls=list(controls)))).outcome


class TestBrandedButtonPresent:
    def judged(self, *controls):
        return judged("branded-button-present", *controls)

    @pytest.mark.parametrize(
        "button",
        [
            control(),
            control("Mit ORCID anmelden", icons=[copy_of_icon()]),
            control(tag="button", type="submit"),
            control("ORCID", icons=[icon(kind="font", sha256="", source="ai ai-orcid")]),
            control(tag="div", role="button"),
        ],
    )
    def test_an_icon_and_orcids_name_pass(self, button):
        assert self.judged(button) is PASSED

    @pytest.mark.parametrize(
        "button",
        [
            control("Sign in with ORCID", tag="button", icons=[]),
            control("ORCID", icons=[]),
            control("", name=""),
            control(tag="div", focusable=False),
            control(icons=[icon(visible=False)], tag="button"),
            control(icons=[icon(loaded=False)], tag="button"),
            control("Connect"),
        ],
    )
    def test_what_is_no_branded_button_fails(self, button):
        assert self.judged(button) is FAILED

    def test_a_picture_of_the_whole_button_is_a_question(self):
        assert self.judged(control("", name="Create or connect your ORCID iD")) is PERSON

    def test_a_second_plain_link_beside_the_button_is_no_fault(self):
        assert self.judged(control("ORCID", 0, icons=[]), control(index=1)) is PASSED

    def test_an_altered_icon_is_another_rules_business(self):
        turned = control(icons=[icon(styles={"transform": "rotate(90deg)"})])
        assert self.judged(turned) is PASSED
        assert judged("button-icon-official", turned) is FAILED

    def test_the_button_before_a_page_in_between_counts(self):
        first = page_with("connect-01", controls=[link("Home", index=0), control(index=1)])
        between = page_with("connect-02", controls=[control("Continue", 0, icons=[])], url=f"{PORTAL}/confirm")
        trip = authorization(from_page="connect-02", control=0, landed=None)
        seen = evidence(journey(pages=[first, between], authorizations=[trip]))
        assert {ruling(check, seen).outcome for check in RULES} == {PASSED}

    def test_the_way_back_after_a_denial_does_not_count(self):
        first = page_with("deny-01", controls=[control()])
        landed = page_with("deny-02", controls=[control("Try again", icons=[])], url=f"{PORTAL}/callback")
        trips = [authorization(from_page="deny-01", answer="denied", landed="deny-02"),
                 authorization(from_page="deny-02", answer="none", landed=None)]  # fmt: skip
        seen = evidence(journey("deny", pages=[first, landed], authorizations=trips))
        assert ruling("branded-button-present", seen).outcome is PASSED

    def test_a_bad_button_on_one_of_two_pages_fails(self):
        bad = page_with("reconnect-01", controls=[control("ORCID", icons=[])], url=f"{PORTAL}/me")
        again = journey("reconnect", pages=[bad], authorizations=[authorization(from_page="reconnect-01")])
        seen = evidence(connected(page_with(controls=[control()])), again)
        assert ruling("branded-button-present", seen).outcome is FAILED


class TestButtonTextApproved:
    def judged(self, text, **changes):
        return judged("button-text-approved", control(text, **changes))

    @pytest.mark.parametrize(
        "text",
        ["Create or connect your ORCID iD", "Register or connect your ORCID iD", "Connect your ORCID iD",
         "Link your ORCID iD", "Authorize and connect your ORCID iD", "Authorise and connect your ORCID iD",
         "Sign in with ORCID", "Log in with ORCID", "Login via ORCID", "Connect your  ORCID\niD now"],
    )  # fmt: skip
    def test_approved_wordings_pass(self, text):
        assert self.judged(text) is PASSED

    @pytest.mark.parametrize(
        "text",
        ["Enter your ORCID iD", "Add your ORCID iD", "Find ORCID iD", "Connect your ORCID ID", "Connect your Orcid iD",
         "Create or connect your ORCiD", "Sign in with Orcid", "Connect your ORCID id", "Click here", "Submit",
         "Connect ORCID iD by entering it", "ORCID iD eingeben", "Saisir votre ORCID iD", ""],
    )  # fmt: skip
    def test_other_demands_and_wrong_capitals_fail(self, text):
        assert self.judged(text, name=text) is FAILED

    @pytest.mark.parametrize(
        "text", ["ORCID iD verbinden", "Conecte su ORCID iD", "ORCID.org", "Connect with ORCID", "ORCID iDを連携する"]
    )
    def test_other_wordings_and_languages_are_a_question(self, text):
        assert self.judged(text) is PERSON

    def test_capitals_by_css_are_read_as_written(self):
        assert self.judged("CONNECT YOUR ORCID ID", name="Connect your ORCID iD") is PASSED

    def test_capitals_as_written_are_a_question(self):
        assert self.judged("CONNECT YOUR ORCID ID") is PERSON

    def test_a_text_in_a_picture_is_judged_by_its_name(self):
        assert self.judged("", name="Connect your ORCID iD") is PASSED


class TestButtonIconOfficial:
    def judged(self, *icons):
        return judged("button-icon-official", control(icons=list(icons)))

    def test_the_official_file_passes(self):
        assert self.judged(icon()) is PASSED

    @pytest.mark.parametrize(
        "bad",
        [
            icon(box=(0, 0, 40, 16)),
            icon(styles={"filter": "grayscale(1)"}),
            icon(box=(0, 0, 12, 12)),
            icon(sha256="", source="orcid-logo.png", box=(0, 0, 72, 24), natural=(72, 24)),
            copy_of_icon(colours=[Colour(hex="#FF7F00", share=0.6), Colour(hex="#FFFFFF", share=0.4)]),
        ],
    )
    def test_an_altered_small_or_other_mark_fails(self, bad):
        assert self.judged(bad) is FAILED

    @pytest.mark.parametrize("doubtful", [copy_of_icon(), icon(kind="font", sha256="", source="ai ai-orcid")])
    def test_a_copy_or_a_glyph_is_a_question(self, doubtful):
        assert self.judged(doubtful) is PERSON

    def test_another_mark_in_its_place_fails(self):
        red = copy_of_icon(orcid=False, source="red.svg",
                           colours=[Colour(hex="#C62828", share=0.6), Colour(hex="#FFFFFF", share=0.4)])  # fmt: skip
        assert self.judged(red) is FAILED

    def test_other_pictures_on_the_button_are_not_judged(self):
        arrow = icon(orcid=False, sha256="", source="arrow.svg", box=(0, 0, 8, 8))
        assert self.judged(icon(), arrow) is PASSED

    def test_no_icon_is_another_rules_business(self):
        assert judged("button-icon-official", control(tag="button", icons=[])) is Outcome.NOT_APPLICABLE


class TestButtonContrast:
    def judged(self, contrast, size=16.0, **changes):
        return judged("button-contrast", control(contrast=contrast, text_size=size, **changes))

    @pytest.mark.parametrize(("contrast", "size", "bold"), [(4.5, 16, False), (3.1, 24, False), (3.1, 19, True)])
    def test_enough_passes(self, contrast, size, bold):
        assert self.judged(contrast, size, text_bold=bold) is PASSED

    @pytest.mark.parametrize(("contrast", "size", "bold"), [(2.85, 40, True), (3.8, 16, True), (4.4, 19, False)])
    def test_too_little_fails(self, contrast, size, bold):
        assert self.judged(contrast, size, text_bold=bold) is FAILED

    def test_what_cannot_be_measured_is_a_question(self):
        assert self.judged(None) is PERSON
        assert self.judged(3.8, None) is PERSON

    def test_a_button_without_text_is_exempt(self):
        assert judged("button-contrast", control("", name="ORCID", contrast=None)) is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("check", RULES)
class TestMissingEvidence:
    def test_nobody_got_to_orcid(self, check):
        lost = journey(state="blocked", block=Block(code="no-way-to-orcid", message="no way", whose="member"))
        found = ruling(check, evidence(lost))
        assert (found.outcome, found.whose, found.message) == (Outcome.BLOCKED, "member", "no way")

    def test_the_portal_led_straight_to_orcid(self, check):
        straight = journey(authorizations=[authorization(how="start", from_page=None, control=None)])
        found = ruling(check, evidence(straight))
        assert (found.outcome, found.whose) == (Outcome.BLOCKED, "member")
        assert "directly" in found.message

    def test_nothing_was_seen(self, check):
        assert ruling(check, evidence()).outcome is Outcome.BLOCKED


def test_a_page_of_orcids_is_never_the_portals():
    theirs = page_with("connect-01", side="orcid", controls=[control()])
    seen = evidence(journey(pages=[theirs, page("connect-02")], authorizations=[authorization()]))
    assert ruling("branded-button-present", seen).outcome is Outcome.BLOCKED


class TestButtonAccessible:
    def judged(self, *controls):
        return judged("button-accessible", *controls)

    @pytest.mark.parametrize(
        "button", [control(), control(tag="button", type="submit"), control("", name="Connect your ORCID iD")]
    )
    def test_native_controls_with_a_name_pass(self, button):
        assert self.judged(button) is PASSED

    @pytest.mark.parametrize(
        "button",
        [
            control(tag="div", raw_href="", focusable=False),
            control(tag="span", raw_href="", focusable=True),
            control("", name=""),
            control(tag="button", focusable=False),
        ],
    )
    def test_what_needs_a_mouse_or_eyes_fails(self, button):
        assert self.judged(button) is FAILED

    def test_a_link_that_plays_a_button_is_a_question(self):
        assert self.judged(control(tag="a", raw_href="", role="button", focusable=True)) is PERSON

    def test_a_disabled_button_takes_no_focus_and_that_is_right(self):
        assert self.judged(control(tag="button", enabled=False, focusable=False)) is PASSED
