from __future__ import annotations

import pytest

from checker.evidence.model import Block
from checker.review.model import Outcome
from tests.builders import ORCID, PORTAL, authorization, evidence, journey, ruling
from tests.rules_ux.parts import connected, control, form, link, page_with, walked

FAILED, PERSON = Outcome.FAILED, Outcome.NEEDS_PERSON
RULES = (
    "explain-purpose", "explain-why-connect", "explain-data-use", "explain-what-orcid-is",
    "explain-benefits-researcher", "explain-benefits-site", "explain-scope-consistency",
)  # fmt: skip

BARE = "Example University Library\nYour profile\nJosiah Carberry\nCreate or connect your ORCID iD\nSign out"
FULL = """Example University Library
Your profile
ORCID gives you a free, lasting identifier that you own and that tells you apart from people with the same name.
Connect yours to the library so that your work is credited to you on your public page and you need not retype it.
We read your ORCID record, store your iD and the permission you give, show the iD on your page, and add your works.
Create or connect your ORCID iD"""

TEXTS = {
    "de": """Ihr Profil in der Bibliothek
Eine ORCID iD ist eine kostenlose, dauerhafte Kennung, die Ihnen gehört und Sie von Namensvettern unterscheidet.
Verbinden Sie sie mit der Bibliothek, damit Ihre Arbeiten auf Ihrer Seite Ihnen zugeordnet werden.
Wir lesen Ihren ORCID-Eintrag, speichern die iD, zeigen sie hier und ergänzen Ihre Publikationen.""",
    "fr": """Votre profil à la bibliothèque
ORCID est un identifiant gratuit et pérenne qui vous appartient et vous distingue de vos homonymes.
Connectez le vôtre afin que vos travaux vous soient attribués ici.
Nous lisons votre dossier ORCID, conservons votre iD, l'affichons sur votre page et ajoutons vos publications.""",
    "es": """Su perfil en la biblioteca
ORCID es un identificador gratuito y permanente que le pertenece y lo distingue de otras personas con el mismo nombre.
Conecte el suyo para que sus trabajos se le atribuyan en nuestra página.
Leemos su registro ORCID, guardamos su iD, lo mostramos en su página y añadimos sus publicaciones.""",
    "pt": """Seu perfil na biblioteca
ORCID é um identificador gratuito e permanente que pertence a você e o distingue de pessoas com o mesmo nome.
Conecte o seu para que seus trabalhos sejam atribuídos a você em nossa página.
Lemos seu registro ORCID, guardamos seu iD, mostramos o iD em sua página e adicionamos suas publicações.""",
    "it": """Il tuo profilo nella biblioteca
ORCID è un identificativo gratuito e permanente che ti appartiene e ti distingue da chi ha lo stesso nome.
Collega il tuo in modo che i tuoi lavori siano attribuiti a te sulla nostra pagina.
Leggiamo il tuo record ORCID, conserviamo il tuo iD, lo mostriamo qui e aggiungiamo le tue pubblicazioni.""",
}
POLISH = """Biblioteka Uniwersytecka
Twój profil badacza w naszym repozytorium jest gotowy do użycia od zaraz.
Identyfikator ORCID pozwala odróżnić Cię od innych osób o tym samym nazwisku i należy tylko do Ciebie."""


def told(text, lang="en", *controls, scope="%2Fread-limited%20%2Factivities%2Fupdate"):
    here = page_with(text=text, lang=lang, controls=[control(), *controls])
    trip = authorization(url=f"{ORCID}/oauth/authorize?client_id=A&scope={scope}")
    return evidence(connected(here, authorizations=[trip]))


@pytest.mark.parametrize("check", RULES)
class TestAllOfThem:
    def test_a_page_with_nothing_but_the_button_fails(self, check):
        found = ruling(check, told(BARE))
        assert found.outcome is FAILED
        assert found.expected
        assert found.spots[0].page == "connect-01"

    def test_a_full_text_is_for_a_person_and_is_shown(self, check):
        found = ruling(check, told(FULL))
        assert found.outcome is PERSON
        assert "«" in found.observed

    @pytest.mark.parametrize("lang", TEXTS)
    def test_a_full_text_in_another_language_is_for_a_person(self, check, lang):
        assert ruling(check, told(TEXTS[lang], lang)).outcome is PERSON

    @pytest.mark.parametrize("lang", ["pl", "en", ""])
    def test_an_unknown_language_is_never_failed_for_its_words(self, check, lang):
        assert ruling(check, told(POLISH, lang)).outcome is PERSON

    def test_a_script_without_spaces_is_read_too(self, check):
        text = "大学図書館\nORCID iDはあなたが所有する無料の識別子です。接続すると、著作がページに表示されます。"
        assert ruling(check, told(text, "ja")).outcome is PERSON

    def test_a_link_to_an_explanation_makes_it_a_question(self, check):
        more = link("Why do we ask for your ORCID iD?", f"{PORTAL}/help/orcid")
        assert ruling(check, told(BARE, "en", more)).outcome is PERSON

    def test_a_portal_that_leads_straight_to_orcid_is_a_question(self, check):
        straight = journey(authorizations=[authorization(how="start", from_page=None, control=None)])
        assert ruling(check, evidence(straight)).outcome is PERSON

    def test_nobody_got_to_orcid(self, check):
        lost = journey(state="blocked", block=Block(code="no-way-to-orcid", message="no way", whose="member"))
        assert ruling(check, evidence(lost)).outcome is Outcome.BLOCKED

    def test_text_behind_the_sign_in_page_does_not_count(self, check):
        login = page_with("connect-00", text=FULL, forms=[form()], url=f"{PORTAL}/login")
        seen = evidence(connected(login, page_with(text=BARE, controls=[control()]),
                                  authorizations=[authorization()]))  # fmt: skip
        assert ruling(check, seen).outcome is FAILED


def test_text_that_has_nothing_to_do_with_orcid_is_no_explanation():
    text = "\n".join(["We use cookies to store your settings and to show you the page.", *["Opening hours"] * 6, BARE])
    assert ruling("explain-purpose", told(text)).outcome is FAILED


def test_a_link_to_orcids_site_explains_orcid_but_not_the_portal():
    more = link("Learn more at orcid.org", "https://orcid.org/about")
    assert ruling("explain-what-orcid-is", told(BARE, "en", more)).outcome is PERSON
    assert ruling("explain-data-use", told(BARE, "en", more)).outcome is FAILED


def test_a_privacy_notice_may_tell_what_is_done_with_data_but_not_why():
    notice = link("Privacy notice", f"{PORTAL}/privacy")
    assert ruling("explain-data-use", told(BARE, "en", notice)).outcome is PERSON
    assert ruling("explain-why-connect", told(BARE, "en", notice)).outcome is FAILED


def test_a_line_that_says_whom_to_ask_explains_nothing():
    asking = "Questions? Write to orcid@library.example.edu and we will help you."
    assert ruling("explain-purpose", told(f"{BARE}\n{asking}")).outcome is FAILED


def test_a_benefit_in_words_that_nobody_thought_of_is_not_denied():
    seen = told(f"Tired of entering passwords? Your ORCID iD is all you need.\n{BARE}")
    found = ruling("explain-data-use", seen)
    assert found.outcome is PERSON
    assert "No sentence was recognised" in found.message
    assert "Your ORCID iD is all you need" in found.observed


class TestScopeConsistency:
    def judged(self, sentence, scope="%2Fread-limited%20%2Factivities%2Fupdate", lang="en"):
        head = "Example University Library\nYour profile and your settings\n"
        return ruling("explain-scope-consistency", told(f"{head}{sentence}\n{BARE}", lang, scope=scope)).outcome

    @pytest.mark.parametrize(
        "sentence",
        [
            "We read your ORCID iD and will not change your ORCID record.",
            "The library has read-only access to your ORCID record.",
            "We never add anything to your ORCID record.",
            "Your ORCID record will not be changed.",
            "We read your name from your ORCID record and never change it.",
        ],
    )
    def test_a_promise_not_to_write_contradicts_a_writing_scope(self, sentence):
        assert self.judged(sentence) is FAILED

    @pytest.mark.parametrize(
        "sentence",
        [
            "We will not change your ORCID record without your permission; we read it and add your works.",
            "We do not change items that others added to your ORCID record, we only add ours and read the rest.",
            "You do not need to update your ORCID record yourself: we read it and add your works.",
            "We will not store your password but add works to your ORCID record and read it.",
            "We do not update your ORCID record yet, but read it.",
            "We will not add you to any mailing list about ORCID, and we read your record and add works.",
            "We will not update you about ORCID news; we read your record.",
        ],
    )
    def test_what_only_sounds_like_it_is_for_a_person(self, sentence):
        assert self.judged(sentence) is PERSON

    @pytest.mark.parametrize(
        ("lang", "sentence"),
        [
            ("de", "Wir lesen Ihre ORCID iD und werden Ihren ORCID-Eintrag nicht ändern."),
            ("fr", "Nous lisons votre iD et nous ne modifions jamais votre dossier ORCID."),
            ("es", "Leemos su iD y no modificamos su registro ORCID."),
            ("pt", "Lemos seu iD e não alteramos seu registro ORCID."),
            ("it", "Leggiamo il tuo iD e non modifichiamo il tuo record ORCID."),
        ],
    )
    def test_the_promise_in_other_languages(self, lang, sentence):
        assert self.judged(sentence, lang=lang) is FAILED

    def test_a_denial_of_something_else_is_for_a_person(self):
        sentence = "Wir zeigen Ihre Adresse nicht und ergänzen und lesen Ihren ORCID-Eintrag."
        assert self.judged(sentence, lang="de") is PERSON

    def test_silence_about_writing_is_a_question(self):
        assert self.judged("We read your ORCID record to know your name.") is PERSON

    def test_silence_about_reading_is_a_question(self):
        assert self.judged("We will add your works to your ORCID record.", scope="/activities/update") is PERSON
        assert self.judged("We will add your works to your ORCID record.") is PERSON

    def test_a_promise_to_write_without_the_scope_fails(self):
        assert self.judged("We will add your works to your ORCID record.", scope="/authenticate") is FAILED

    @pytest.mark.parametrize(
        "sentence",
        ["In future we will add your works to your ORCID record.", "You can add your works to your ORCID record.",
         "Connect your ORCID iD to sign in and update your profile here.", "We will not change your ORCID record."],
    )  # fmt: skip
    def test_other_texts_agree_with_signing_in(self, sentence):
        assert self.judged(sentence, scope="/authenticate") is PERSON

    def test_a_list_with_commas_counts_for_what_was_meant(self):
        scope = "/read-limited,/activities/update"
        assert self.judged("We read and add works to your ORCID record.", scope=scope) is PERSON

    def test_old_scopes_count_as_what_they_allow(self):
        assert self.judged("We will not change your ORCID record.", scope="/orcid-works/update") is FAILED


def test_a_sentence_split_over_controls_is_still_found():
    here = page_with(text=f"{FULL}\nLearn more", controls=[control()])
    assert ruling("explain-data-use", walked(here)).outcome is PERSON
