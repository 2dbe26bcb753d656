"""What happens to people who say no at ORCID."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from checker.api import (
    Authorization,
    Connection,
    Evidence,
    Journey,
    Outcome,
    Page,
    Ruling,
    Spot,
    blocked,
    failed,
    needs_person,
    passed,
    rule,
)

from ..collect._at import at
from ._shown import shows
from ._text import about_orcid, explains_elsewhere, fold, language, quoted, says, sentences, with_words
from ._way import starts_oauth

_GUIDE = "LYRASIS, ORCID Member API custom integration guide (2022), Recommended 2"
_FAQ = "ORCID, FAQ on integration best practices"

_TRACE = re.compile(
    r"Traceback \(most recent call last\)|\bat [\w$.]+\([\w$]+\.(java|kt|scala):\d+\)|Whitelabel Error Page"
    r"|\b(Fatal|Parse) error: |Stack ?trace:|Unhandled exception|\.(py|rb|php|js)(\(|:| on line |\", line )\d+",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Denial:
    """What came of denying: the journey, its trip to ORCID, the page before it and the one the browser rests on."""

    journey: Journey
    trip: Authorization
    before: Page | None
    page: Page
    later: Page | None = None
    """The same page some seconds later, where it then said something else."""

    @property
    def broken(self) -> str:
        """Why the page cannot be called an answer of the portal's; empty when it can."""
        if self.journey.loops:
            return "the portal sent the browser back to ORCID"
        if self.page.side == "orcid":
            return "the browser was left at ORCID"
        if self.page.status is not None and self.page.status >= 400:
            return f"the page is an error, HTTP {self.page.status}"
        return "the page shows an error of the program" if _TRACE.search(self.page.text) else ""

    @property
    def new(self) -> list[str]:
        """What the page says that the page before did not."""
        old = set(sentences(self.before.text)) if self.before else set()
        return [s for s in sentences(self.page.text) if s not in old]

    @property
    def spot(self) -> Spot:
        """Point at the page."""
        return at(self.page)


def _denial(journeys: list[Journey]) -> Denial | Ruling:
    """Return the denial, or `blocked` with why there was none."""
    journey = next((j for j in journeys if j.name == "deny"), None)
    if journey is None:
        return blocked("Nobody denied: the journey «deny» was not begun.")
    trip = next((a for a in journey.authorizations if a.answer == "denied"), None)
    page = next((p for p in journey.pages if trip and p.id == trip.landed), None)
    if trip and page:
        before = next((p for p in journey.pages if p.id == trip.from_page), None)
        later = next((p for p in journey.pages if "seconds later" in p.label), None)
        return Denial(journey, trip, before, page, later)
    if any(a.consent == "skipped" for a in journey.authorizations):
        return blocked(
            "ORCID did not ask for consent, because the researcher had agreed before.",
            todo="remove the portal under Trusted organizations at ORCID, or use a fresh user",
        )
    if journey.block:
        return blocked(journey.block.message, whose=journey.block.whose, todo=journey.block.todo)
    return blocked("The browser was not seen to come back from ORCID after denying.")


def _broken(denial: Denial) -> Ruling:
    return blocked(
        f"There is no answer to judge: {denial.broken} (see deny-workflow-handled).", whose="member", at=[denial.spot]
    )


@rule(
    "deny-workflow-handled",
    area="User experience",
    clause="Recommended 2",
    title="The portal handles a denial",
    title_failed="The portal does not handle a denial",
    remedy="Handle `error=access_denied` on the redirect URI, and show a friendly page.",
    sources=(_GUIDE, _FAQ),
    implies=("deny-returns-to-app", "deny-message-shown", "deny-retry-offered"),
)
def deny_workflow_handled(journeys: list[Journey]) -> Ruling:
    """Saying no is everybody's right; whoever does so should not end on an error."""
    denial = _denial(journeys)
    if isinstance(denial, Ruling):
        return denial
    expected = "a page of the portal, without error, that says that the iD was not connected"
    parts = [_returns(denial), _message(denial)]
    if denial.broken:
        faults = [denial.broken]
    else:
        faults = [p.message.rstrip(".") for p in parts if p.outcome is Outcome.FAILED]
        faults += ["the person is signed out"] if _signed_out(denial) else []
        faults += ["the page speaks of success"] if any(map(_claims_success, denial.new)) else []
    if faults:
        return failed(
            f"After a denial {'; '.join(faults)}."
            if denial.broken
            else f"A denial is not handled: {'; '.join(faults)}.",
            expected=expected,
            observed=_saw(denial),
            at=[denial.spot],
        )
    if doubt := next((p for p in parts if p.outcome is not Outcome.PASSED), None):
        return doubt
    return passed("After a denial the portal shows a page that says so.", observed=_saw(denial), at=[denial.spot])


def _claims_success(sentence: str) -> bool:
    return says("success", sentence) and not any(
        says(kind, sentence) for kind in ("not_connected", "later", "condition")
    )


def _signed_out(denial: Denial) -> bool:
    def asks(page: Page) -> bool:
        return any(f.has_password and f.visible for f in page.snapshot.forms)

    return denial.before is not None and asks(denial.page) and not asks(denial.before)


def _saw(denial: Denial) -> str:
    page = denial.page
    status = f"HTTP {page.status}" if page.status else "status not seen"
    return f"{page.url.partition('?')[0]} ({status}): {quoted(denial.new) or '(nothing new on the page)'}"


@rule(
    "deny-returns-to-app",
    area="User experience",
    clause="Recommended 2",
    title="A denial leads back to the portal",
    title_failed="A denial does not lead back to the portal",
    remedy="Register a redirect URI that can take `error` as well as `code`, and lead on from there to a page.",
    sources=(_GUIDE, "ORCID, API documentation on access_denied"),
    implies=("deny-workflow-handled",),
)
def deny_returns_to_app(journeys: list[Journey]) -> Ruling:
    """Whoever says no to ORCID still wants to use the portal."""
    denial = _denial(journeys)
    return denial if isinstance(denial, Ruling) else _returns(denial)


def _returns(denial: Denial) -> Ruling:
    if denial.broken:
        return failed(
            f"After a denial {denial.broken}.", expected="a page of the portal", observed=_saw(denial), at=[denial.spot]
        )
    home = urlsplit(denial.trip.returned).hostname or (urlsplit(denial.before.url).hostname if denial.before else None)
    here = urlsplit(denial.page.url).hostname
    if denial.page.side == "other" or (home and here != home):
        return needs_person(
            f"After a denial the browser rests on {here}. Is that a page of the portal?", observed=_saw(denial),
            at=[denial.spot],
        )  # fmt: skip
    return passed("After a denial the browser is back at the portal.", observed=_saw(denial), at=[denial.spot])


@rule(
    "deny-message-shown",
    area="User experience",
    clause="Recommended 2",
    title="A denial is answered: the iD was not connected",
    title_failed="After a denial nothing says that the iD was not connected",
    remedy="Say plainly, in a heading or an alert, that the connection was not made and nothing was saved.",
    sources=(_GUIDE, _FAQ),
    implies=("deny-workflow-handled",),
)
def deny_message_shown(journeys: list[Journey]) -> Ruling:
    """Without a word people cannot know whether their no was heard."""
    denial = _denial(journeys)
    if isinstance(denial, Ruling):
        return denial
    return _broken(denial) if denial.broken else _message(denial)


def _message(denial: Denial) -> Ruling:
    if denial.broken:
        return _broken(denial)
    page, spots, expected = denial.page, [denial.spot], "a text on the page: the iD was not connected"
    told = [m for m in map(fold, page.snapshot.messages) if m in fold(page.text)]
    new = [*denial.new, *(m for m in told if denial.before is None or m not in fold(denial.before.text))]
    plain = with_words("not_connected", new)
    if plain and denial.later and not any(s in fold(denial.later.text) for s in plain):
        return failed("The message that the iD was not connected is gone within five seconds.",
                      expected="a text that stays on the page", observed=quoted(plain),
                      at=[*spots, at(denial.later)])  # fmt: skip
    if plain and (any("orcid" in s.lower() for s in [*plain, page.text])):
        return passed("The page says that the iD was not connected.", observed=quoted(plain), at=spots)
    if plain:
        return needs_person("The page says that something was not done, without naming ORCID. Is it clear enough?",
                            observed=quoted(plain), expected=expected, at=spots)  # fmt: skip
    if standing := with_words("not_connected", sentences(page.text)):
        return needs_person(
            "The page says what it said before the denial. Does that tell people that their no was heard?",
            observed=quoted(standing),
            expected=expected,
            at=spots,
        )
    words = [s for s in new if not re.fullmatch(r"\W*(error\W+)?access_denied\W*", s)]
    if trouble := with_words("trouble", words):
        return needs_person("Does this text tell people that their iD was not connected?", observed=quoted(trouble),
                            expected=expected, at=spots)  # fmt: skip
    if words and not language(page):
        return needs_person(
            "The page is in a language that the rulebook does not know. Does it say that the iD was not connected?",
            observed=quoted(words),
            expected=expected,
            at=spots,
        )
    return failed("Nothing on the page says that the iD was not connected.", expected=expected, observed=_saw(denial),
                  at=spots)  # fmt: skip


@rule(
    "deny-explains-why",
    area="User experience",
    clause="Recommended 2",
    title="After a denial people learn why they were asked",
    title_failed="After a denial nothing tells people why they were asked",
    remedy="Add two sentences: why you ask for the connection, and what you would do with it.",
    sources=(_FAQ, _GUIDE),
    decider="mixed",
)
def deny_explains_why(journeys: list[Journey]) -> Ruling:
    """Many deny because they do not know what it is about; this is the place to tell them."""
    denial = _denial(journeys)
    if isinstance(denial, Ruling):
        return denial
    if denial.broken:
        return _broken(denial)
    page = denial.page
    told = about_orcid(page)
    reasons = [s for s in told if not says("not_connected", s) or says("benefit", s)]
    found = with_words("benefit", reasons) or with_words("definition", reasons) or with_words("data_use", reasons)
    links = [*explains_elsewhere(page), *explains_elsewhere(page, where="orcid")]
    if found or links:
        return needs_person(
            "Does the page tell people who denied what ORCID is, why they were asked, and what happens without it?",
            observed=quoted(found) or "linked: " + ", ".join(f"«{fold(c.text or c.name)}»" for c in links),
            at=[denial.spot],
        )
    if told and not language(page):
        return needs_person(
            "The page is in a language that the rulebook does not know. Does it say why people were asked?",
            observed=quoted(told),
            at=[denial.spot],
        )
    return failed(
        "The page gives no reason for having asked.",
        expected="what ORCID is, why the connection is asked for, what happens without it",
        observed=_saw(denial),
        at=[denial.spot],
    )


@rule(
    "deny-retry-offered",
    area="User experience",
    clause="Recommended 2",
    title="After a denial people can still connect",
    title_failed="After a denial there is no way to connect any more",
    remedy="Show the connect button again on the page that answers a denial.",
    sources=(_FAQ,),
)
def deny_retry_offered(journeys: list[Journey]) -> Ruling:
    """People change their minds, and a wrong click should not be final."""
    denial = _denial(journeys)
    if isinstance(denial, Ruling):
        return denial
    if denial.journey.loops:
        return failed(
            "The portal sends people back to ORCID by itself instead of offering it.",
            expected="a control that starts again when people want to",
            observed="the browser was sent back to ORCID",
            at=[denial.spot],
        )
    trips = denial.journey.authorizations
    again = trips[trips.index(denial.trip) + 1 :]
    if again and again[0].from_page == denial.page.id:
        return passed("The way to ORCID is open again, on the same page.", observed=again[0].url.partition("?")[0],
                      at=[denial.spot])  # fmt: skip
    if denial.broken:
        return _broken(denial)
    if again and (ruling := _one_click_away(denial, again[0])):
        return ruling
    controls = [c for c in denial.page.snapshot.controls if starts_oauth(c) or _is_pressed_one(denial, c.text)]
    usable = [c for c in controls if c.visible and c.enabled]
    retry = [c for c in denial.page.snapshot.controls if c.visible and c.enabled and says("retry", c.text)]
    if usable or retry:
        named = ", ".join(f"«{fold(c.text or c.name)}»" for c in usable or retry)
        return needs_person(f"The page holds {named}, but it was not seen to lead to ORCID. Does it?",
                            observed=named, at=[at(denial.page, c) for c in usable or retry])  # fmt: skip
    if not controls and not language(denial.page) and denial.page.snapshot.controls:
        return needs_person("Is there a way to connect on the page that answers a denial, or one click away?",
                            observed=_saw(denial), at=[denial.spot])  # fmt: skip
    return failed(
        "The control that connects is disabled after a denial." if controls else "No control leads to ORCID any more.",
        expected="a working control on the page, or one click away",
        observed=_saw(denial),
        at=[denial.spot],
    )


def _one_click_away(denial: Denial, trip: Authorization) -> Ruling | None:
    """The way was found again on another page: does the answer lead there?"""
    start = next((p for p in denial.journey.pages if p.id == trip.from_page), denial.before)
    pages = denial.journey.pages
    # The portal's page after the denial, and those between it and ORCID.
    way = {p.url.partition("#")[0] for p in [*pages[pages.index(denial.page) + 1 :], *([start] if start else [])]}
    usable = [c for c in denial.page.snapshot.controls if c.visible and c.enabled]
    there = [c for c in usable if c.href.partition("#")[0] in way]
    if there:
        return passed(f"The way to ORCID is open again, behind «{fold(there[0].text or there[0].name)}».",
                      observed=there[0].href, at=[at(denial.page, there[0])])  # fmt: skip
    by_script = [c for c in usable if c.tag != "a" and not c.href]
    if by_script:
        named = ", ".join(f"«{fold(c.text or c.name)}»" for c in by_script)
        return needs_person("The way to ORCID is open again on another page. Is it one click away from the answer?",
                            observed=f"controls without an address: {named}", at=[denial.spot])  # fmt: skip
    return None


def _is_pressed_one(denial: Denial, text: str) -> bool:
    before = denial.before.snapshot.controls if denial.before else []
    return bool(text) and text in {c.text for c in before if c.index == denial.trip.control}


@rule(
    "deny-nothing-stored",
    area="User experience",
    clause="Recommended 2",
    title="A denial leaves nothing behind",
    title_failed="The portal keeps something though it was denied",
    remedy="After a denial write nothing but that and when it happened.",
    sources=(_GUIDE, "RFC 6749, section 4.1.2.1"),
    decider="auto+ev",
)
def deny_nothing_stored(journeys: list[Journey], evidence: Evidence) -> Ruling:
    """What is kept without consent was taken."""
    denial = _denial(journeys)
    if isinstance(denial, Ruling):
        return denial
    researcher = evidence.run.researcher
    seen_before = denial.before is not None and shows(denial.before, researcher)
    if not denial.broken and not seen_before and shows(denial.page, researcher):
        return failed(
            "After a denial the portal shows the iD.", expected="no iD", observed=researcher, at=[denial.spot]
        )
    start, after = evidence.store.at("start"), evidence.store.at("deny")
    if after is None:
        return needs_person(
            "The store was not seen after the denial. Is nothing kept there but that the person denied?",
            observed="no page shows the iD after the denial",
        )
    before = [_key(c) for c in start.connections] if start else []
    kept = [c for c in after.connections if _is_live(c) and _key(c) not in before]
    if start is None and kept:
        return needs_person(
            "The store holds connections after a denial, and was not seen before it. Were they all there already?",
            observed=f"{len(kept)} row(s) with an iD or a token",
        )
    if kept:
        return failed(
            "The store holds more after the denial than before.",
            expected="no iD, no token, no connection",
            observed="; ".join(f"iD {c.orcid or '—'}, token {'yes' if c.access_token.present else 'no'}" for c in kept),
            at=[Spot(snippet=c.model_dump_json(exclude_defaults=True)) for c in kept],
        )
    held = [_key(c) for c in after.connections]
    if start and any(_is_live(c) and _key(c) not in held for c in start.connections):
        return needs_person(
            "An earlier connection is gone after the denial. Is that what the person wanted?",
            observed=f"{len(start.connections)} row(s) before, {len(after.connections)} after",
        )
    return passed("The store holds no iD and no token more than before.",
                  observed=f"{len(after.connections)} row(s) after the denial")  # fmt: skip


def _is_live(row: Connection) -> bool:
    flagged = row.authenticated.strip().lower() not in {"", "0", "false", "no", "f", "n", "none", "null"}
    return bool(row.orcid) or row.access_token.present or row.refresh_token.present or flagged


def _key(row: Connection) -> tuple[str, str, str, bool, bool]:
    return row.orcid, row.access_token.tag, row.refresh_token.tag, row.access_token.present, row.refresh_token.present
