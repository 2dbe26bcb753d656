from __future__ import annotations

import pytest

from checker.evidence.model import Block
from checker.review.model import Outcome
from tests.builders import (
    PORTAL,
    RESEARCHER,
    STATE,
    authorization,
    connection,
    evidence,
    journey,
    look,
    ruling,
    run,
    store,
    stored,
)  # fmt: skip
from tests.rules_ux.parts import control, form, link, page_with, shown

PASSED, FAILED, PERSON, BLOCKED = Outcome.PASSED, Outcome.FAILED, Outcome.NEEDS_PERSON, Outcome.BLOCKED
RULES = (
    "deny-workflow-handled", "deny-returns-to-app", "deny-message-shown", "deny-explains-why", "deny-retry-offered",
    "deny-nothing-stored",
)  # fmt: skip

BEFORE = """Example University Library
Your profile, Josiah Carberry
Connect your ORCID iD so that your works are credited to you.
Create or connect your ORCID iD"""
GOOD = f"""Your ORCID iD was not connected
You decided not to give the library access, so we saved nothing.
We ask for the connection so that your work is credited to you and you need not retype it.
{BEFORE}"""


def denied(text=GOOD, *, again=True, before=BEFORE, journey_changes=None, **changes):
    """The denial: a page before, a trip that was denied, the page after, and the way pressed once more."""
    start = page_with("deny-01", before, controls=[control()])
    values = {"url": f"{PORTAL}/profile?orcid=denied", "controls": [control()]} | changes
    landed = page_with("deny-02", text, **values)
    trips = [authorization(from_page="deny-01", answer="denied", landed="deny-02",
                           returned=f"{PORTAL}/callback?error=access_denied&state={STATE}")]  # fmt: skip
    if again:
        trips.append(authorization(from_page="deny-02", answer="none", returned="", landed=None))
    return journey("deny", **({"pages": [start, landed], "authorizations": trips} | (journey_changes or {})))


def outcomes(*journeys, **changes):
    seen = evidence(*journeys, **changes)
    return {check: ruling(check, seen).outcome for check in RULES}


def failing(*journeys, **changes):
    return {check for check, found in outcomes(*journeys, **changes).items() if found is FAILED}


EMPTY = store(look("start"), look("deny"))


def test_a_good_answer_passes_all_but_what_a_person_reads():
    found = outcomes(denied(), store=EMPTY)
    assert found.pop("deny-explains-why") is PERSON
    assert set(found.values()) == {PASSED}


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("de", "Ihre ORCID iD wurde nicht verbunden.\nSie haben den Zugriff abgelehnt."),
        ("fr", "Votre ORCID iD n'a pas été connecté.\nVous avez refusé l'accès."),
        ("es", "Su ORCID iD no se ha conectado.\nHa rechazado el acceso."),
        ("pt", "Seu ORCID iD não foi conectado.\nVocê recusou o acesso."),
        ("it", "Il tuo ORCID iD non è stato collegato.\nHai rifiutato l'accesso."),
        ("en", "No ORCID iD is connected."),
        ("en", "You cancelled the connection to ORCID."),
        ("en", "Third-party login cancelled\nYou decided to cancel logging in with ORCID."),
        ("en", "You rejected the authentication request.\nSign in with ORCID"),
        ("en", "ORCID hasn’t been connected because you didn’t authorise us."),
    ],
)
def test_plain_words_pass_in_any_known_language(lang, text):
    found = outcomes(denied(text, lang=lang))
    assert found["deny-message-shown"] is PASSED
    assert found["deny-workflow-handled"] is PASSED


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "Internal Server Error", "status": 500},
        {"text": "Bad Request: missing code", "status": 400},
        {"text": "Traceback (most recent call last)\n  File \"app.py\", line 12", "status": 200},
        {"text": "Your ORCID iD was not connected", "status": 404},
    ],
)  # fmt: skip
def test_a_broken_page_is_one_fault_not_six(changes):
    found = outcomes(denied(**changes, again=False, controls=[]))
    assert found["deny-workflow-handled"] is FAILED
    assert found["deny-returns-to-app"] is FAILED
    assert found["deny-message-shown"] is found["deny-explains-why"] is found["deny-retry-offered"] is BLOCKED


def test_a_way_back_that_works_is_seen_even_after_a_broken_page():
    found = outcomes(denied("Internal Server Error", status=500, controls=[]))
    assert found["deny-retry-offered"] is PASSED


def test_a_loop_fails_and_ends():
    loop = denied("Sign in to ORCID", again=False, side="orcid", journey_changes={"loops": True})
    assert failing(loop) == {"deny-workflow-handled", "deny-returns-to-app", "deny-retry-offered"}


def test_being_left_at_orcid_fails():
    assert "deny-returns-to-app" in failing(denied("ORCID", again=False, side="orcid"))


def test_another_host_is_a_question():
    found = outcomes(denied(url="https://sso.example.edu/error"))
    assert found["deny-returns-to-app"] is PERSON


@pytest.mark.parametrize(
    ("text", "before"),
    [
        (BEFORE, BEFORE),
        ("", BEFORE),
        (f"Welcome back to your profile, {BEFORE}", BEFORE),
        (f"error=access_denied\n{BEFORE}", BEFORE),
        (f"Your ORCID iD has been connected.\n{BEFORE}", BEFORE),
        (f"Success\nYour ORCID iD was connected.\n{BEFORE}", BEFORE),
    ],
)
def test_saying_nothing_plain_fails(text, before):
    found = failing(denied(text, before=before))
    assert {"deny-message-shown", "deny-workflow-handled"} <= found
    assert "deny-returns-to-app" not in found
    assert "deny-retry-offered" not in found


@pytest.mark.parametrize(
    "text", [f"Access denied\n{BEFORE}", f"Login failed.\n{BEFORE}", f"Something went wrong.\n{BEFORE}"]
)
def test_words_that_might_mean_anything_are_a_question(text):
    assert outcomes(denied(text))["deny-message-shown"] is PERSON


def test_a_standing_remark_is_a_question():
    standing = f"You have not connected your ORCID iD.\nNo ORCID iD is connected.\n{BEFORE}"
    assert outcomes(denied(standing, before=standing))["deny-message-shown"] is PERSON


def test_a_denial_that_does_not_name_orcid_is_a_question():
    found = outcomes(denied("You cancelled the connection.\nGo back to the page", controls=[link("Continue")]))
    assert found["deny-message-shown"] is PERSON


@pytest.mark.parametrize("lang", ["pl", "en", ""])
def test_an_unknown_language_is_a_question(lang):
    text = "Twój identyfikator ORCID nie został połączony z naszym repozytorium i nic nie zapisano."
    assert outcomes(denied(text, lang=lang))["deny-message-shown"] is PERSON


def test_being_signed_out_fails_the_whole():
    login = denied(forms=[form("User name Password")])
    assert failing(login) == {"deny-workflow-handled"}


def test_a_sign_in_page_that_was_there_before_is_no_sign_out():
    seen = denied(forms=[form("User name Password")])
    start = seen.pages[0].model_copy(update={"snapshot": seen.pages[1].snapshot})
    assert not failing(seen.model_copy(update={"pages": [start, seen.pages[1]]}))


def test_a_sentence_about_what_would_be_is_no_success():
    text = f"Your ORCID iD was not connected.\nOnce your ORCID iD is connected, your works are shown.\n{BEFORE}"
    assert not failing(denied(text))


def test_no_reason_fails_and_a_link_is_a_question():
    bare = "Your ORCID iD was not connected.\nYou can go back to your profile.\nSign out"
    assert failing(denied(bare)) == {"deny-explains-why"}
    more = link("Why do we ask for your ORCID iD?")
    assert outcomes(denied(bare, controls=[control(), more]))["deny-explains-why"] is PERSON


class TestRetry:
    def judged(self, **changes):
        return outcomes(denied(again=False, **changes))["deny-retry-offered"]

    def elsewhere(self, *controls):
        """The way was found again only by going back to the portal's address."""
        seen = denied(controls=list(controls))
        pages = [*seen.pages, page_with("deny-03", BEFORE, controls=[control()])]
        trips = [seen.authorizations[0], authorization(from_page="deny-03", answer="none", landed=None)]
        return outcomes(seen.model_copy(update={"pages": pages, "authorizations": trips}))["deny-retry-offered"]

    def test_a_link_to_the_page_with_the_button_passes(self):
        assert self.elsewhere(link("Your profile", f"{PORTAL}/profile")) is PASSED

    def test_a_page_that_leads_nowhere_fails_though_the_address_still_works(self):
        assert self.elsewhere(link("Opening hours", f"{PORTAL}/hours")) is FAILED
        assert self.elsewhere() is FAILED

    def test_a_button_that_might_lead_back_is_a_question(self):
        back = control("Back to your profile", tag="button", href="", icons=[])
        assert self.elsewhere(back) is PERSON

    def test_a_button_that_vanished_fails(self):
        assert self.judged(controls=[link("Home"), link("Learn about the library")]) is FAILED

    def test_a_disabled_button_fails(self):
        assert self.judged(controls=[control(enabled=False)]) is FAILED

    def test_a_button_that_was_not_seen_to_work_is_a_question(self):
        assert self.judged(controls=[control()]) is PERSON
        assert self.judged(controls=[link("Try again")]) is PERSON


class TestNothingStored:
    def judged(self, *looks, seen=None, **changes):
        return outcomes(seen or denied(), store=store(*looks), **changes)["deny-nothing-stored"]

    def test_an_empty_store_passes(self):
        assert self.judged(look("start"), look("deny")) is PASSED

    def test_an_earlier_connection_that_stays_passes(self):
        row = connection("0000-0002-1694-233X", stored(tag="", form="opaque"))
        assert self.judged(look("start", row), look("deny", row)) is PASSED

    def test_a_note_of_the_denial_passes(self):
        note = connection("", stored().model_copy(update={"present": False}), name="denied 2026-11-20")
        assert self.judged(look("start"), look("deny", note)) is PASSED

    @pytest.mark.parametrize(
        "row",
        [
            connection(),
            connection(RESEARCHER, stored().model_copy(update={"present": False})),
            connection(""),
            connection("", stored().model_copy(update={"present": False}), authenticated="1"),
        ],
    )
    def test_a_new_row_with_an_id_or_token_fails(self, row):
        assert self.judged(look("start"), look("deny", row)) is FAILED

    def test_an_old_connection_wiped_is_a_question(self):
        assert self.judged(look("start", connection()), look("deny")) is PERSON

    def test_no_look_before_is_a_question(self):
        assert self.judged(look("deny", connection())) is PERSON
        assert self.judged(look("deny")) is PASSED

    def test_no_store_is_a_question(self):
        assert self.judged() is PERSON

    def test_an_id_on_the_page_fails(self):
        assert self.judged(seen=denied(occurrences=[shown()])) is FAILED

    def test_an_id_that_was_there_before_is_no_proof(self):
        seen = denied(occurrences=[shown()])
        start = seen.pages[0].model_copy(update={"snapshot": seen.pages[1].snapshot})
        seen = seen.model_copy(update={"pages": [start, seen.pages[1]]})
        assert self.judged(look("start"), look("deny"), seen=seen) is PASSED


@pytest.mark.parametrize("check", RULES)
class TestMissingEvidence:
    def test_no_journey(self, check):
        assert ruling(check, evidence(journey("connect"))).outcome is BLOCKED
        assert ruling(check, evidence()).outcome is BLOCKED

    def test_consent_was_skipped(self, check):
        skipped = authorization(consent="skipped", answer="silent", landed=None)
        found = ruling(check, evidence(journey("deny", state="blocked", authorizations=[skipped])))
        assert found.outcome is BLOCKED
        assert "agreed before" in found.message

    def test_the_journey_was_blocked(self, check):
        block = Block(code="portal-hangs", message="the portal hangs", whose="member", todo="look")
        found = ruling(check, evidence(journey("deny", state="blocked", block=block), run=run()))
        assert (found.outcome, found.whose, found.message) == (BLOCKED, "member", "the portal hangs")
