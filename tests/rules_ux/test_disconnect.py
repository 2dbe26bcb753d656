from __future__ import annotations

import json

import pytest

from checker.evidence.model import Block, Dialog
from checker.review.model import Outcome
from tests.builders import (
    PORTAL,
    RESEARCHER,
    authorization,
    connection,
    evidence,
    exchange,
    journey,
    look,
    ruling,
    run,
    store,
    stored,
)  # fmt: skip
from tests.rules_ux.parts import connected, control, form, link, page_with, shown

PASSED, FAILED, PERSON, BLOCKED, NOT = (
    Outcome.PASSED, Outcome.FAILED, Outcome.NEEDS_PERSON, Outcome.BLOCKED, Outcome.NOT_APPLICABLE,
)  # fmt: skip
RULES = (
    "disconnect-offered", "disconnect-works", "disconnect-removes-id", "disconnect-revokes-token",
    "disconnect-explained", "disconnect-not-lockout",
)  # fmt: skip

HEAD = "Example University Library\nYour profile, and your settings\n"
OFF = control("Disconnect ORCID iD", 0, tag="button", icons=[])


def parted(*after, before_text="", **changes):
    """The journey: a page with the control, and what came after pressing it."""
    before = page_with("disconnect-01", f"{HEAD}{before_text}", controls=[OFF], occurrences=[shown()])
    if not after:
        after = (gone(),)
    values = {"pressed": "Disconnect ORCID iD", "pressed_page": "disconnect-01", "pages": [before, *after]}
    return journey("disconnect", **(values | changes))


def gone(id="disconnect-02", text="Your ORCID iD is no longer connected.", **changes):
    return page_with(id, f"{HEAD}{text}", **({"controls": [control()]} | changes))


def judged(check, *journeys, **changes):
    return ruling(check, evidence(*journeys, **changes)).outcome


class TestOffered:
    def judged(self, *journeys, **changes):
        return judged("disconnect-offered", *journeys, **changes)

    def without(self, text="", lang="en", **parts):
        return journey("disconnect", pages=[page_with("disconnect-01", f"{HEAD}{text}", lang=lang, **parts)])

    def test_a_control_that_was_pressed_passes(self):
        assert self.judged(parted()) is PASSED

    def test_a_control_named_in_the_plan_passes(self):
        found = ruling("disconnect-offered", evidence(parted(pressed='click "#off"')))
        assert found.outcome is PASSED
        assert "[steps] disconnect" in found.message
        assert self.judged(parted(pressed='click "#off"', pressed_page=None)) is PASSED

    def test_no_control_fails(self):
        assert self.judged(self.without()) is FAILED

    def test_a_way_by_mail_is_a_question(self):
        assert self.judged(self.without("To remove your ORCID iD, write to support.")) is PERSON

    def test_an_unknown_language_is_a_question(self):
        seen = journey(
            "disconnect", pages=[page_with("disconnect-01", "Twój profil badacza w repozytorium", lang="pl")]
        )
        assert self.judged(seen) is PERSON

    def test_where_orcid_is_the_only_sign_in_it_is_a_question(self):
        seen = self.without(controls=[control("Sign in with ORCID")])
        assert self.judged(seen) is PERSON
        assert self.judged(seen, run=run(has_sign_in=True)) is FAILED


class TestWorks:
    def judged(self, *journeys, **changes):
        return judged("disconnect-works", *journeys, **changes)

    def test_an_id_gone_and_a_button_back_passes(self):
        assert self.judged(parted()) is PASSED

    def test_an_id_still_shown_fails(self):
        assert self.judged(parted(gone(occurrences=[shown()]))) is FAILED

    def test_a_question_in_between_does_not_count(self):
        asked = page_with("disconnect-02", "Disconnect?", occurrences=[shown()], controls=[OFF])
        assert self.judged(parted(asked, gone("disconnect-03"))) is PASSED

    def test_a_message_that_names_the_id_is_no_display(self):
        message = f"The iD {RESEARCHER} was removed"
        page = gone(text=message, messages=[message], occurrences=[shown(text=RESEARCHER)])
        assert self.judged(parted(page)) is PASSED

    def test_an_id_that_comes_back_in_a_new_session_fails(self):
        back = page_with("reconnect-01", HEAD, occurrences=[shown()], controls=[control()])
        again = journey("reconnect", pages=[back], authorizations=[authorization(from_page="reconnect-01")])
        assert self.judged(parted(), again) is FAILED

    def test_a_signed_out_page_does_not_hide_an_id_that_stays(self):
        home = page_with("reconnect-01", HEAD, controls=[control("Sign in with ORCID")])
        again = journey("reconnect", pages=[home], authorizations=[authorization(from_page="reconnect-01")])
        assert self.judged(parted(gone(occurrences=[shown()])), again) is FAILED

    def test_an_error_fails_also_where_it_ended_the_journey(self):
        block = Block(code="portal-error", message="answered 500", whose="member")
        broken = parted(gone(text="Internal Server Error", status=500, controls=[]), state="blocked", block=block)
        assert self.judged(broken) is FAILED

    def test_a_control_that_could_not_be_pressed_is_blocked(self):
        block = Block(code="step-failed", message="could not be pressed", whose="operator")
        assert self.judged(parted(gone(occurrences=[shown()]), state="blocked", block=block)) is BLOCKED

    def test_a_person_signed_out_by_it_is_no_error(self):
        page = gone(status=401, controls=[control("Sign in with ORCID")])
        assert self.judged(parted(page)) is PASSED

    def test_a_public_page_is_another_rules_business(self):
        public = gone("disconnect-03", url=f"{PORTAL}/people/1", occurrences=[shown()])
        assert self.judged(parted(gone(), public)) is PASSED

    def test_the_delete_of_something_else_is_a_question(self):
        offered = [control("Delete", 0, icons=[]), control("Remove photo", 1, icons=[])]
        before = page_with("disconnect-01", HEAD, controls=offered, occurrences=[shown()])
        seen = parted(pressed="Delete").model_copy(update={"pages": [before, gone(occurrences=[shown()])]})
        assert self.judged(seen) is PERSON

    def test_no_button_back_is_a_question(self):
        assert self.judged(parted(gone(controls=[]))) is PERSON

    def test_asking_for_a_password_first_is_a_question(self):
        page = gone(text="Please set a password first: ORCID is your only way to sign in.", occurrences=[shown()])
        assert self.judged(parted(page)) is PERSON


NONE = stored().model_copy(update={"present": False, "tag": ""})


class TestRemovesId:
    def judged(self, *after, before=None, **changes):
        held = [connection()] if before is None else before
        looks = store(look("connect", *held), look("disconnect", *after))
        return judged("disconnect-removes-id", parted(), **({"store": looks} | changes))

    def test_a_deleted_or_blanked_row_passes(self):
        assert self.judged() is PASSED
        assert self.judged(connection("", NONE)) is PASSED

    def test_other_peoples_rows_are_no_fault(self):
        other = connection("0000-0002-1694-233X", stored(tag="", form="opaque"))
        assert self.judged(other, before=(connection(), other)) is PASSED

    @pytest.mark.parametrize(
        "row", [connection(), connection(""), connection(RESEARCHER, NONE, refresh_token=stored("‹refresh-token:1›"))]
    )
    def test_a_token_left_fails(self, row):
        assert self.judged(row) is FAILED

    def test_the_id_alone_is_a_question(self):
        assert self.judged(connection(RESEARCHER, NONE)) is PERSON

    def test_a_store_that_never_had_it_is_blocked(self):
        assert self.judged(before=()) is BLOCKED

    def test_no_store_is_blocked(self):
        assert self.judged(store=store()) is BLOCKED
        assert self.judged(store=store(look("connect", connection()))) is BLOCKED


def given(number, tag=1, during="connect", grant="authorization_code", **changes):
    body = {"access_token": f"‹access-token:{tag}›", "refresh_token": f"‹refresh-token:{tag}›", "orcid": RESEARCHER}
    return exchange(number, journey=during, grant=grant, response_body=json.dumps(body), **changes)


def revoke(number, token="‹access-token:1›", during="disconnect", status=200):
    return exchange(number, journey=during, path="/oauth/revoke", kind="revoke", grant="", token=token, status=status)


class TestRevokesToken:
    def judged(self, *wire):
        return judged("disconnect-revokes-token", parted(), wire=list(wire))

    @pytest.mark.parametrize("token", ["‹access-token:1›", "‹refresh-token:1›"])
    def test_either_token_of_the_pair_ends_it(self, token):
        assert self.judged(given(1), revoke(2, token)) is PASSED

    def test_no_call_fails(self):
        found = ruling("disconnect-revokes-token", evidence(parted(), wire=[given(1)]))
        assert found.outcome is FAILED
        assert "‹access-token:1›" in found.observed

    @pytest.mark.parametrize("call", [revoke(2, "‹access-token:9›"), revoke(2, ""), revoke(2, status=401)])
    def test_a_call_that_ends_nothing_fails(self, call):
        assert self.judged(given(1), call) is FAILED

    def test_every_token_of_the_run_must_go(self):
        wire = [given(1), given(2, tag=2, during="return"), revoke(3, "‹access-token:2›")]
        found = ruling("disconnect-revokes-token", evidence(parted(), wire=wire))
        assert found.outcome is FAILED
        assert "«connect»" in found.observed
        assert "«return»" not in found.observed
        assert self.judged(*wire, revoke(4)) is PASSED

    def test_the_same_token_given_twice_is_one(self):
        assert self.judged(given(1), given(2, during="return"), revoke(3)) is PASSED

    def test_a_refreshed_pair_is_replaced(self):
        fresh = given(2, tag=2, grant="refresh_token", request_body="refresh_token=‹refresh-token:1›")
        assert self.judged(given(1), fresh, revoke(3, "‹access-token:2›")) is PASSED

    def test_a_token_given_afterwards_is_no_fault(self):
        later = given(4, tag=2, during="reconnect")
        assert self.judged(given(1), revoke(2), given(3, tag=3, during="certificate"), later) is PASSED

    def test_a_revoke_that_came_only_with_reconnecting_is_too_late(self):
        page = exchange(2, journey="disconnect", kind="page", method="GET", path="/", grant="", side="browser")
        assert self.judged(given(1), page, revoke(3, during="reconnect")) is FAILED

    def test_tokens_without_a_person_are_not_meant(self):
        own = exchange(
            1, grant="client_credentials", response_body='{"access_token": "‹access-token:7›", "orcid": null}'
        )
        assert self.judged(own, given(2), revoke(3)) is PASSED

    def test_no_record_of_the_calls_is_a_question(self):
        assert judged("disconnect-revokes-token", parted(), wire=None) is PERSON

    def test_no_token_seen_is_blocked(self):
        assert self.judged() is BLOCKED


class TestExplained:
    def judged(self, *after, **changes):
        return judged("disconnect-explained", parted(*after, **changes))

    def test_a_box_that_explains_is_for_a_person(self):
        box = Dialog(kind="confirm", message="Disconnect? Items we added stay on your ORCID record.")
        found = ruling("disconnect-explained", evidence(parted(dialogs=[box])))
        assert found.outcome is PERSON
        assert "stay on your ORCID record" in found.observed

    def test_a_page_that_explains_is_for_a_person(self):
        assert self.judged(before_text="If you disconnect, we delete your iD and the permission stored here.") is PERSON

    def test_a_link_that_might_is_for_a_person(self):
        assert self.judged(gone(controls=[control(), link("Learn more about ORCID")])) is PERSON

    def test_what_was_said_before_connecting_is_about_something_else(self):
        text = "We read your ORCID record and keep the iD.\nYou can disconnect at any time."
        start = page_with("connect-01", f"{HEAD}{text}", controls=[control()])
        seen = evidence(connected(start), parted(gone(text=text)))
        assert ruling("disconnect-explained", seen).outcome is FAILED

    def test_silence_fails(self):
        assert self.judged(gone(text="Done.")) is FAILED
        assert self.judged(gone(text="Done."), dialogs=[Dialog(kind="confirm", message="Are you sure?")]) is FAILED

    def test_an_unknown_language_is_a_question(self):
        page = page_with("disconnect-02", "Twój identyfikator został odłączony.", lang="pl", controls=[control()])
        assert self.judged(page) is PERSON


class TestNotLockout:
    def judged(self, *journeys, **changes):
        return judged("disconnect-not-lockout", *journeys, **changes)

    def test_where_orcid_signs_nobody_in_it_does_not_apply(self):
        assert self.judged(parted()) is NOT
        assert self.judged(parted(), run=run(has_sign_in=True)) is NOT

    def test_where_it_does_a_person_is_asked(self):
        page = gone(controls=[control("Sign in with ORCID")])
        assert self.judged(parted(page)) is PERSON
        assert self.judged(parted(page), run=run(has_sign_in=True)) is PERSON

    def test_a_sign_in_that_ends_in_an_error_fails(self):
        page = gone(controls=[control("Sign in with ORCID")])
        error = page_with("reconnect-02", "No account for this iD", status=403)
        again = journey("reconnect", pages=[error], authorizations=[authorization(landed="reconnect-02")])
        assert self.judged(parted(page), again) is FAILED
        assert self.judged(parted(page), again, run=run(has_sign_in=True)) is PERSON

    def test_asking_for_another_way_first_is_for_a_person(self):
        page = gone(text="Please set a password first.", controls=[control("Sign in with ORCID")], forms=[form()])
        assert self.judged(parted(page)) is PERSON


@pytest.mark.parametrize("check", RULES)
class TestMissingEvidence:
    def test_no_journey(self, check):
        assert judged(check, journey("connect"), store=store(look("connect"))) is BLOCKED

    def test_the_journey_was_blocked(self, check):
        block = Block(code="not-connected", message="nobody could connect", whose="member", todo="mend it")
        skipped = journey("disconnect", state="skipped", block=block)
        found = ruling(check, evidence(skipped, store=store(look("connect"))))
        assert (found.outcome, found.whose, found.message) == (BLOCKED, "member", "nobody could connect")


@pytest.mark.parametrize("check", RULES[1:])
def test_where_nothing_is_offered_the_rest_does_not_apply(check):
    bare = journey("disconnect", pages=[page_with("disconnect-01", HEAD)])
    assert judged(check, bare, store=store(look("connect"))) is NOT
