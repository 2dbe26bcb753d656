"""What people are told before they go to ORCID."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

from checker.api import Authorization, Journey, Page, Ruling, failed, needs_person, rule
from checker.orcid import scopes

from ..collect._at import at
from ..collect._oauth import asked, words
from ._text import about_orcid, explains_elsewhere, fold, is_prose, language, quoted, says, sentences, with_words
from ._way import not_reached, way_pages

_GUIDE = "LYRASIS, ORCID Member API custom integration guide (2022), Recommended 4"
_SLIDES = "ORCID, Collect and Connect"

_CLAUSE_END = re.compile(
    r"[;:,—–] |\b(?:and|or|but|und|oder|aber|sondern|et|ou|mais|y|pero|sino|e|o|mas|ma)\b ", re.IGNORECASE
)
_RECORD = re.compile(r"orcid|\b(?:it|ihn|es|le|lo|la|o)\b", re.IGNORECASE)
"""The record by name, or by a pronoun for it."""

Where = Literal["portal", "orcid", "privacy"]

_NO_PAGE = "The address in the plan leads straight to ORCID. Is there a page before it, or one click away, that {what}?"


def _judge(
    journeys: list[Journey],
    find: Callable[[list[str]], list[str]],
    *,
    what: str,
    none: str,
    links: Sequence[Where] = ("portal",),
) -> Ruling:
    """Look for candidate sentences. No text at all fails; what a text says is for a person.

    A text without a word from the lists may still say it in words that nobody thought of.

    Args:
        what: what the text should say, completing "a page that ...".
        none: what is missing, for the message.
        links: whose explanation behind a link may do as well.
    """
    pages = way_pages(journeys)
    if ruling := not_reached(journeys):
        return ruling
    if not pages:
        return needs_person(_NO_PAGE.format(what=what), observed="no page of the portal before ORCID's")
    told = [sentence for page in pages for sentence in about_orcid(page)]
    spots = [at(page) for page in pages]
    if found := find(told):
        return needs_person(
            f"Is there, before people go to ORCID, a text that {what}, truly and clearly?",
            observed=quoted(found),
            at=spots,
        )
    if elsewhere := [c for page in pages for where in links for c in explains_elsewhere(page, where=where)]:
        named = ", ".join(dict.fromkeys(f"«{fold(c.text or c.name)}»" for c in elsewhere))
        return needs_person(
            f"Does a page behind {named} hold a text that {what}?",
            observed=f"no such text beside the button; linked: {elsewhere[0].href}",
            at=[at(page, c) for page in pages for c in page.snapshot.controls if c in elsewhere],
        )
    if (told or _unread(pages)) and not all(language(page) for page in pages):
        return needs_person(
            f"The page is in a language that the rulebook does not know. Does it hold a text that {what}?",
            observed=quoted(told) or pages[0].lang,
            at=spots,
        )
    if related := [s for s in told if _is_related(s)]:
        return needs_person(
            f"Is there, in this text or elsewhere before people go to ORCID, something that {what}? No sentence was"
            " recognised as saying so.",
            expected=f"a text that {what}",
            observed=quoted(related),
            at=spots,
        )
    return failed(none, expected=f"a text that {what}", observed="no text about ORCID but the control", at=spots)


def _is_related(sentence: str) -> bool:
    """Prose about opening hours explains nothing; prose about ORCID, signing in or data may."""
    kinds = ("purpose", "benefit", "data_use", "definition", "sign_in")
    return "orcid" in sentence.lower() or any(says(kind, sentence) for kind in kinds)


def _unread(pages: list[Page]) -> bool:
    """There is prose, if none that names ORCID."""
    return any(is_prose(s) for page in pages for s in sentences(page.text))


@rule(
    "explain-purpose",
    area="User experience",
    clause="Recommended 4",
    title="People are told what connecting does here",
    title_failed="Nothing tells people what connecting does here",
    remedy="Write one or two sentences beside the button: what connecting does in this system.",
    sources=(_GUIDE, "ORCID, minimum requirements for member integrations"),
    decider="mixed",
    implies=(
        "explain-why-connect", "explain-data-use", "explain-scope-consistency", "explain-what-orcid-is",
        "explain-benefits-researcher", "explain-benefits-site",
    ),
)  # fmt: skip
def explain_purpose(journeys: list[Journey]) -> Ruling:
    """Consent is worth little from people who do not know what they consent to."""
    return _judge(
        journeys,
        lambda told: with_words("purpose", told) or told,
        what="says what this integration does",
        none="Beside the control there is no text about what connecting does.",
    )


@rule(
    "explain-why-connect",
    area="User experience",
    clause="Recommended 4",
    title="People are told why to connect",
    title_failed="Nothing tells people why to connect",
    remedy="Name one concrete benefit to the person: less typing, credit for their work, a policy that asks for it.",
    sources=(_GUIDE, _SLIDES),
    decider="mixed",
)
def explain_why_connect(journeys: list[Journey]) -> Ruling:
    """People connect when they see what is in it for them."""
    return _judge(
        journeys,
        lambda told: with_words("benefit", told),
        what="names a benefit of connecting to the person",
        none="No benefit of connecting is named.",
    )


@rule(
    "explain-data-use",
    area="User experience",
    clause="Recommended 4",
    title="People are told how their iD and data will be used",
    title_failed="Nothing tells people how their iD and data will be used",
    remedy="List what is read, what is written, what is stored, where it is shown and with whom it is shared.",
    sources=(_GUIDE, "ORCID, collecting and sharing ORCID iDs"),
    decider="mixed",
)
def explain_data_use(journeys: list[Journey]) -> Ruling:
    """ORCID's consent page says what may be done; only the portal can say what will be done."""
    return _judge(
        journeys,
        lambda told: with_words("data_use", told),
        what="says what is read, stored, shown, written and shared",
        none="Nothing is said about what is read, stored, shown, written or shared.",
        links=("portal", "privacy"),
    )


@rule(
    "explain-what-orcid-is",
    area="User experience",
    clause="Recommended 4",
    title="People are told what ORCID is",
    title_failed="Nothing tells people what ORCID is",
    remedy="Say in a sentence that an ORCID iD is a free, lasting identifier that its owner controls, and link to"
    " orcid.org.",
    sources=("ORCID, FAQ on integration best practices", "ORCID, user experience display guidelines", _SLIDES),
    decider="mixed",
)
def explain_what_orcid_is(journeys: list[Journey]) -> Ruling:
    """Many people meet ORCID here for the first time."""
    return _judge(
        journeys,
        lambda told: with_words("definition", told),
        what="says what ORCID is (a free, lasting identifier owned by the person), with a link to orcid.org",
        none="Nothing says what ORCID is.",
        links=("portal", "orcid"),
    )


@rule(
    "explain-benefits-researcher",
    area="User experience",
    clause="Recommended 4",
    title="People are told what an iD gives them",
    title_failed="Nothing tells people what an iD gives them",
    remedy="Say what an iD gives a researcher: to be told apart, to be credited, to keep it through a career.",
    sources=(_SLIDES,),
    decider="mixed",
)
def explain_benefits_researcher(journeys: list[Journey]) -> Ruling:
    """An iD serves its owner everywhere, and that is the best reason to have one."""
    return _judge(
        journeys,
        lambda told: with_words("benefit_owner", told),
        what="says what an iD in general gives a researcher",
        none="No benefit of having an iD is named.",
        links=("portal", "orcid"),
    )


@rule(
    "explain-benefits-site",
    area="User experience",
    clause="Recommended 4",
    title="People are told what an iD does on this site",
    title_failed="Nothing tells people what an iD does on this site",
    remedy="Say what the iD does here: search, credit, forms that fill themselves in.",
    sources=(_SLIDES,),
    decider="mixed",
)
def explain_benefits_site(journeys: list[Journey]) -> Ruling:
    """A benefit close at hand convinces more than one in general."""
    return _judge(
        journeys,
        lambda told: [s for s in with_words("benefit_site", told) if says("benefit", s) or says("data_use", s)],
        what="says what the iD does on this site",
        none="No benefit of the iD on this site is named.",
    )


@rule(
    "explain-scope-consistency",
    area="User experience",
    clause="Recommended 4",
    title="What people are told agrees with the permissions asked for",
    title_failed="What people are told does not agree with the permissions asked for",
    remedy="Make the text and the scopes agree: say that the record will be read or added to where the scopes allow it,"
    " and promise nothing that they do not.",
    sources=(_GUIDE, "ORCID, minimum requirements: relevant scopes"),
    decider="mixed",
)
def explain_scope_consistency(journeys: list[Journey], authorizations: list[Authorization]) -> Ruling:
    """A text that says one thing and a request that asks for another make the consent void."""
    # A list with commas is another rule's business; here it counts for what was meant.
    want = {scope for a in authorizations for given in asked(a) for scope in given.split(",") if scope}
    current = want | {scopes.replacement(s) or s for s in want}
    writing, reading = bool(current & scopes.WRITING), "/read-limited" in current
    pages = way_pages(journeys)
    told = [sentence for page in pages for sentence in about_orcid(page)]
    wrong = [s for s in told if (_rules_out_writing(s) if writing else _promises_writing(s))]
    if wrong:
        return failed(
            "The text and the permissions contradict each other.",
            expected=f"a text that agrees with {words(sorted(want))}",
            observed=quoted(wrong),
            at=[at(page) for page in pages],
        )
    kinds = (["write"] if writing else []) + (["read"] if reading else [])
    missing = [kind for kind in kinds if not with_words(kind, told)]
    name = {"write": "written to their record", "read": "read from their record"}
    if missing and pages:
        what = "tells people what is " + " and ".join(name[kind] for kind in missing)
        return _judge(
            journeys, lambda _: [], what=what,
            none=f"The portal asks for {words(sorted(want))}, but nothing tells people what is"
            f" {' and '.join(name[kind] for kind in missing)}.",
        )  # fmt: skip
    return needs_person(
        f"Does the text that people see before ORCID agree with the permissions asked for ({words(sorted(want))})?",
        observed=quoted([s for s in told if says("write", s) or says("read", s)]) or quoted(told) or "no text was seen",
        at=[at(page) for page in pages],
    )


def _rules_out_writing(sentence: str) -> bool:
    """«We will not change your ORCID record», but not «... without your consent», «... what others added»."""
    if says("unless", sentence) or not (says("record", sentence) or "orcid" in sentence.lower()):
        return False
    clauses = _CLAUSE_END.split(fold(sentence))
    if any(says("write", c) and not says("no_write", c) and not says("later", c) for c in clauses):
        return False
    return any(says("no_write", c) and (says("record", c) or _RECORD.search(c)) for c in clauses)


def _promises_writing(sentence: str) -> bool:
    """«We add works to your ORCID record», but not «later», nor «you can add»."""
    return says("promise", sentence) and says("record", sentence) and not says("later", sentence)
