from __future__ import annotations

import pytest

from checker.judge.content import load_rules
from tests.builders import page
from tests.rules_ux.parts import control, page_with

load_rules()
from checker.content.checks.ux import _text as text  # type: ignore[attr-defined]  # noqa: E402

ENGLISH = "Example University Library\nYour profile\nYour settings\nSearch the library\nSign out"
OTHERS = {
    "nl": "Uw profiel in de bibliotheek. Met ORCID houdt u uw publicaties bij elkaar. Het is een gratis nummer"
    " dat van u is. Wij lezen uw gegevens en tonen die op uw pagina. Dit was niet gelukt.",
    "da": "Din profil på biblioteket. Med ORCID får du et entydigt nummer, som er dit for altid. Log ud",
    "ca": "El vostre perfil a la biblioteca. ORCID és un identificador gratuït i permanent que us pertany. Llegim les"
    " vostres dades i les mostrem a la pàgina. No s'ha connectat amb el compte. Tanca la sessió.",
    "gl": "O seu perfil na biblioteca. ORCID é un identificador gratuíto e permanente que lle pertence. Lemos os seus"
    " datos e amosámolos na páxina. Non se conectou a conta. Pechar sesión",
    "ro": "Profilul dumneavoastră în bibliotecă. ORCID este un identificator gratuit și unic care vă aparține.",
    "pl": "Twój profil w bibliotece. ORCID to bezpłatny i trwały identyfikator, który należy do Ciebie.",
    "ja": "大学図書館 ORCID iDはあなたが所有する無料の識別子です。",
}


@pytest.mark.parametrize("lang", ["en", "en-GB", "EN_us", "", "de"])
def test_english_is_known_whatever_the_page_declares(lang):
    assert text.language(page(text=ENGLISH, lang=lang)) == "en"


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize("declared", ["own", "en", ""])
def test_other_languages_are_never_taken_for_known_ones(lang, declared):
    assert text.language(page(text=OTHERS[lang], lang=lang if declared == "own" else declared)) == ""


def test_curly_apostrophes_are_plain_ones():
    assert text.says("not_connected", "It wasn’t connected")


@pytest.mark.parametrize("sentence", ["It is now connected", "Unconnected wires", "The disconnected"])
def test_words_are_met_from_their_beginning(sentence):
    assert not text.says("not_connected", sentence)


def test_what_buttons_say_is_no_text_about_orcid():
    label = "Connect your ORCID iD to sign in here"
    assert text.about_orcid(page_with(text=f"Home\n{label}\nOpening hours", controls=[control(label)])) == []


@pytest.mark.parametrize("names", ["Curator, Rare Books Collection, Example University", "Your ORCID iD", "Sign out"])
def test_names_and_labels_are_no_prose(names):
    assert not text.is_prose(names)


@pytest.mark.parametrize(
    "prose", ["Connect your ORCID iD here", "Wir lesen Ihre Daten bei ORCID", "نعرض معرف أوركيد على صفحتك"]
)
def test_short_sentences_are_prose(prose):
    assert text.is_prose(prose)


def test_every_language_has_every_kind_of_words():
    kinds = {frozenset(words) for words in text._LANGUAGES.values()}
    assert len(kinds) == 1
    assert all(items for words in text._LANGUAGES.values() for items in words.values())
