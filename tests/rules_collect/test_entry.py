from __future__ import annotations

import pytest

from checker.evidence.model import Block
from checker.review.model import Outcome
from tests.builders import (
    ORCID,
    RESEARCHER,
    connection,
    evidence,
    exchange,
    journey,
    look,
    page,
    request,
    ruling,
    store,
    stored,
)
from tests.rules_ux.parts import connected, control, field, form, link, page_with, walked


def with_field(**changes):
    return walked(page_with(fields=[field(**changes)]))


BROKEN = journey("connect", state="blocked", block=Block(code="no-way-to-orcid", message="no way", whose="member"))


class TestIdNotTypable:
    def judged(self, **changes):
        return ruling("id-not-typable", with_field(**changes)).outcome

    @pytest.mark.parametrize(
        "changes",
        [
            {"label": "ORCID iD", "name": "orcid"},
            {"label": "Ihre ORCID", "name": "f1"},
            {"name": "user[orcid_id]"},
            {"label": "お持ちのORCID番号"},
            {"label": "Kennung", "placeholder": "0000-0002-1825-0097"},
            {"label": "ORCID", "type": "url"},
            {"label": "ORCID", "tag": "textarea", "type": ""},
            {"label": "Your ORCID iD", "context": "Author details"},
            {"label": "ORCID iD", "context": "It tells you apart from people with similar names. ORCID iD"},
            {"id": "orcid-input", "tag": "div", "type": ""},
        ],
    )
    def test_a_field_for_an_id_fails(self, changes):
        assert self.judged(**changes) is Outcome.FAILED

    @pytest.mark.parametrize(
        "changes",
        [
            {"label": "Search by name or ORCID iD", "type": "search", "name": "q"},
            {"label": "Search people or ORCID", "name": "q"},
            {"label": "ORCID iD", "readonly": True},
            {"label": "ORCID iD", "enabled": False},
            {"label": "ORCID iD", "visible": False},
            {"label": "Show my ORCID iD", "type": "checkbox"},
            {"label": "ORCID client ID", "name": "orcid_client_id"},
            {"label": "Comment on ORCID", "tag": "textarea", "name": "comment"},
            {"label": "Name"},
            {"label": "Card", "placeholder": "1234-5678-9012-3456"},
            {"label": "ORCID visibility", "tag": "select", "type": ""},
            {"label": "Identifier", "context": "ISBN, DOI"},
        ],
    )
    def test_other_fields_are_not_mistaken(self, changes):
        assert self.judged(**changes) is Outcome.PASSED

    @pytest.mark.parametrize(
        "changes",
        [
            {"label": "ORCID iD", "context": "Add a co-author Name E-mail ORCID iD"},
            {"label": "Contributor ORCID"},
            {"label": "ORCID der Mitautorin", "context": "Mitautoren"},
            {"label": "E-mail used at ORCID"},
            {"label": "Identifier", "context": "Identifier type: ORCID ISNI Scopus"},
        ],
    )
    def test_other_people_and_doubtful_fields_are_a_question(self, changes):
        assert self.judged(**changes) is Outcome.NEEDS_PERSON

    def test_a_sign_in_form_that_takes_an_id_is_a_question(self):
        login = page_with(fields=[field("ORCID iD or e-mail", form=0)], forms=[form("Sign in")])
        assert ruling("id-not-typable", walked(login)).outcome is Outcome.NEEDS_PERSON

    def test_a_field_fails_even_where_nobody_could_connect(self):
        lost = BROKEN.model_copy(update={"pages": [page_with(fields=[field("ORCID iD")])]})
        assert ruling("id-not-typable", evidence(lost)).outcome is Outcome.FAILED

    def test_a_portal_that_nobody_got_into_is_no_pass(self):
        lost = BROKEN.model_copy(update={"pages": [page()]})
        assert ruling("id-not-typable", evidence(lost)).outcome is Outcome.BLOCKED

    def test_a_field_on_orcids_own_page_is_not_the_portals(self):
        theirs = page_with("connect-09", side="orcid", fields=[field("Email or ORCID iD")])
        assert ruling("id-not-typable", evidence(connected(page(), theirs))).outcome is Outcome.PASSED


class TestIdNotEditable:
    def judged(self, *pages):
        return ruling("id-not-editable", walked(*pages)).outcome

    def test_an_id_in_an_open_field_fails_this_rule_alone(self):
        seen = walked(page_with(fields=[field("", name="orcid", value="0009-0001-2345-6786", filled=True)]))
        assert ruling("id-not-editable", seen).outcome is Outcome.FAILED
        assert ruling("id-not-typable", seen).outcome is Outcome.PASSED

    def test_the_own_id_fails_whatever_the_field_is_called(self):
        value = f"https://sandbox.orcid.org/{RESEARCHER}"
        assert self.judged(page_with(fields=[field("Identifier", value=value)])) is Outcome.FAILED

    def test_an_id_as_text_passes(self):
        assert self.judged(page()) is Outcome.PASSED

    @pytest.mark.parametrize(
        "changes", [{"enabled": False}, {"readonly": True, "form": None}, {"type": "search", "name": "q"}]
    )
    def test_a_field_that_nobody_can_use_to_change_it_passes(self, changes):
        assert self.judged(page_with(fields=[field("ORCID iD", value=RESEARCHER, **changes)])) is Outcome.PASSED

    def test_a_read_only_field_that_is_sent_along_is_a_question(self):
        sent = field("ORCID iD", name="orcid", value=RESEARCHER, readonly=True, form=0)
        assert self.judged(page_with(fields=[sent])) is Outcome.NEEDS_PERSON

    def test_a_co_authors_id_is_a_question(self):
        other = field("Co-author ORCID", value="0000-0002-1694-233X")
        assert self.judged(page_with(fields=[other])) is Outcome.NEEDS_PERSON

    @pytest.mark.parametrize("text", ["Edit ORCID iD", "ORCID iD ändern"])
    def test_a_control_that_offers_a_change_is_a_question(self, text):
        assert self.judged(page_with(controls=[link(text)])) is Outcome.NEEDS_PERSON

    def test_without_a_connection_it_is_blocked(self):
        assert (
            ruling("id-not-editable", evidence(BROKEN.model_copy(update={"pages": [page()]}))).outcome
            is Outcome.BLOCKED
        )


class TestIdNotSearchable:
    def judged(self, *pages, **changes):
        return ruling("id-not-searchable", walked(*pages, **changes)).outcome

    @pytest.mark.parametrize(
        "text",
        [
            "Search ORCID",
            "Find my ORCID iD",
            "Look up your ORCID iD",
            "Search the ORCID registry",
            "ORCID suchen",
            "Meine ORCID iD finden",
            "Rechercher mon ORCID iD",
            "Buscar en ORCID",
            "Pesquisar no ORCID",
            "Cerca in ORCID",
        ],
    )
    def test_a_control_that_looks_ids_up_fails(self, text):
        assert self.judged(page_with(controls=[control(text, tag="button", href="")])) is Outcome.FAILED

    @pytest.mark.parametrize(
        "changes",
        [
            {"label": "ORCID iD", "suggests": True},
            {"label": "Search for your ORCID iD"},
            {"placeholder": "Find my ORCID iD"},
        ],
    )
    def test_a_field_that_looks_ids_up_fails(self, changes):
        assert self.judged(page_with(fields=[field(**changes)])) is Outcome.FAILED

    @pytest.mark.parametrize(
        "shown",
        [
            link("Find out more about ORCID"),
            link("Where do I find my ORCID iD?"),
            link("Search by ORCID iD"),
            link("Search ORCID", "https://orcid.org/orcid-search/search"),
            control("Create or connect your ORCID iD"),
            link("Research"),
        ],
    )
    def test_other_controls_are_not_mistaken(self, shown):
        assert self.judged(page_with(controls=[shown])) is Outcome.PASSED

    def test_the_portals_own_search_passes(self):
        assert self.judged(page_with(fields=[field("Search people by name or ORCID iD", name="q")])) is Outcome.PASSED
        assert self.judged(page_with(fields=[field("City", suggests=True)])) is Outcome.PASSED

    @pytest.mark.parametrize("path", ["/v3.0/expanded-search/", "/v3.0/search", "/search", "/v3.0/csv-search"])
    def test_a_search_at_orcid_by_the_server_is_a_question(self, path):
        call = exchange(1, method="GET", path=path, query="q=carberry", kind="api", grant="")
        assert self.judged(page(), wire=[call]) is Outcome.NEEDS_PERSON

    def test_a_search_at_orcid_by_the_page_is_a_question(self):
        call = request(url="https://pub.orcid.org/v3.0/expanded-search?q=carberry", kind="fetch")
        assert ruling("id-not-searchable", evidence(connected(page(), requests=[call]))).outcome is Outcome.NEEDS_PERSON

    def test_reading_a_record_is_no_search(self):
        call = exchange(1, method="GET", path=f"/v3.0/{RESEARCHER}/record", kind="api", grant="")
        local = request(url="https://127.0.0.1:8443/search?q=orcid", kind="fetch")
        seen = evidence(connected(page(), requests=[local]), wire=[call])
        assert ruling("id-not-searchable", seen).outcome is Outcome.PASSED

    def test_a_lookup_of_co_authors_is_a_question(self):
        assert self.judged(page_with(fields=[field("Co-author ORCID", suggests=True)])) is Outcome.NEEDS_PERSON


class TestIdNotImportedAsAuthenticated:
    def test_it_is_always_a_question(self):
        found = ruling("id-not-imported-as-authenticated", walked(page()))
        assert (found.outcome, found.whose) == (Outcome.NEEDS_PERSON, "reviewer")
        assert "not seen" in found.observed

    def test_rows_that_look_imported_are_shown(self):
        imported = connection(
            "0000-0002-1694-233X", stored().model_copy(update={"present": False}), authenticated="true"
        )
        found = ruling(
            "id-not-imported-as-authenticated", walked(page(), store=store(look("connect", connection(), imported)))
        )
        assert found.outcome is Outcome.NEEDS_PERSON
        assert "1 with an iD and no token, 1 of these marked" in found.observed


class TestOrcidPasswordNeverAsked:
    def judged(self, **parts):
        return ruling("orcid-password-never-asked", walked(page_with(**parts))).outcome

    def test_no_form_passes(self):
        assert self.judged() is Outcome.PASSED

    def test_the_portals_own_form_with_a_button_for_orcid_passes(self):
        button = control("Sign in with ORCID")
        assert (
            self.judged(forms=[form("User name Password Sign in Sign in with ORCID")], controls=[button])
            is Outcome.PASSED
        )
        account = control("Log in with your ORCID account")
        assert (
            self.judged(forms=[form("E-mail Password Log in with your ORCID account")], controls=[account])
            is Outcome.PASSED
        )

    def test_a_form_that_reassures_passes(self):
        text = "Sign in to the library. We will never ask for your ORCID password. User name Password"
        assert self.judged(forms=[form(text)], controls=[control("Sign in with ORCID")]) is Outcome.PASSED

    @pytest.mark.parametrize(
        "parts",
        [
            {"forms": [form("Sign in", action=f"{ORCID}/signin/auth.json")]},
            {"forms": [form("Sign in", action="https://orcid.org/signin")]},
            {"fields": [field("ORCID password", type="password", form=0)], "forms": [form("")]},
            {"fields": [field("Password", type="password", name="orcid_password")], "forms": [form("")]},
            {"forms": [form("Please enter your ORCID password to import your works.")]},
            {"forms": [form("Sign in with your ORCID account. E-mail Password")]},
            {"forms": [form("Geben Sie Ihr ORCID-Passwort ein.")]},
            {"forms": [form("Saisissez votre mot de passe ORCID.")]},
        ],
    )
    def test_asking_for_orcids_password_fails(self, parts):
        assert self.judged(**parts) is Outcome.FAILED

    @pytest.mark.parametrize(
        "parts",
        [
            {"forms": [form("ORCID E-mail Password Sign in")]},
            {
                "forms": [form("E-mail or ORCID iD Password")],
                "fields": [field("E-mail or ORCID iD", form=0)],
                "controls": [control("Sign in with ORCID")],
            },
            {
                "forms": [form("Log in with ORCID E-mail Password")],
                "controls": [control("Sign in with ORCID", tag="button", type="submit", href=form().action)],
            },
        ],
    )
    def test_a_form_that_might_is_a_question(self, parts):
        assert self.judged(**parts) is Outcome.NEEDS_PERSON

    def test_a_fake_fails_where_nobody_got_to_orcid(self):
        fake = page_with(fields=[field("ORCID password", type="password")], forms=[form("")])
        assert (
            ruling("orcid-password-never-asked", evidence(BROKEN.model_copy(update={"pages": [fake]}))).outcome
            is Outcome.FAILED
        )

    def test_too_little_seen_is_no_pass(self):
        found = ruling("orcid-password-never-asked", evidence(BROKEN.model_copy(update={"pages": [page()]})))
        assert found.outcome is Outcome.BLOCKED
