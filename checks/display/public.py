"""Does a stranger see it?"""

from __future__ import annotations

from collections.abc import Sequence

from checker.api import (
    Display,
    Evidence,
    Journey,
    Occurrence,
    Page,
    Ruling,
    Spot,
    blocked,
    failed,
    needs_person,
    not_applicable,
    passed,
    rule,
)
from checker.orcid import ids

from ._analysis import Analysis
from ._case import Case, case_of

_EXPECTED = "the connected iD, visible to everybody on a page with the person's name, in one of the three formats"


@rule(
    "id-publicly-displayed",
    area="Display",
    clause="Required 3",
    title="The connected iD is shown to everybody",
    title_failed="The connected iD is not shown to everybody",
    remedy="Show the connected iD on every public page with the person's name, not only on their settings page.",
    sources=["LYRASIS guide, Required 3", "ORCID FAQ on mandatory items", "Collect and Connect slides, Display"],
    decider="mixed",
)
def publicly_displayed(evidence: Evidence) -> Ruling:
    """An iD that only its owner sees tells nobody who did the work."""
    case = case_of(evidence)
    pages_alone = evidence.journey("display")
    if pages_alone:
        return _on_pages_alone(pages_alone, case)
    stranger = evidence.journey("stranger")
    if stranger is None or not stranger.pages:
        return _not_visited(stranger, evidence, case)
    if stranger.state != "done" and not _shown(stranger.pages, case):
        block = stranger.block
        why = block.message if block else "the public pages were not all visited"
        return blocked(why, whose=block.whose if block else "operator", todo=block.todo if block else "")
    return _as_stranger(stranger, evidence, case)


def _as_stranger(stranger: Journey, evidence: Evidence, case: Case) -> Ruling:
    pages = [page for page in stranger.pages if page.side == "portal"]
    shown = _shown(pages, case)
    mine = [a for a in shown if a.id in case.owned or not case.owned]
    good = [a for a in mine if _right_format(a)]
    named = [a for a in good if _names_the_person(a, case)]
    if named:
        closed = all(a.shown.hidden_by == "details" for a in named)
        note = ". Note: a visitor must open a closed part of the page first" if closed else ""
        return passed(f"A visitor without an account sees {named[0].id} on {named[0].display.page.url}{note}",
                      at=[a.display.spot() for a in named[:3]])  # fmt: skip
    if good:
        return needs_person(
            f"{good[0].id} is shown on {good[0].display.page.url}, but {case.researcher_name or 'the name'} was not "
            "found there. Does the page show the person's name?",
            at=[a.display.spot() for a in good[:3]],
        )
    if mine:
        return blocked(
            "a visitor sees the iD, but in none of the three formats; id-display-format-valid, id-icon-present or "
            "id-not-truncated says what is missing",
            whose="member",
            todo="mend the format, then run the review again",
            at=[a.display.spot() for a in mine[:3]],
        )
    if fields := _in_fields(pages):
        return blocked(
            "a visitor meets the iD only inside a form field, which is no display",
            whose="member",
            todo="show the iD as text with icon and link",
            at=fields,
        )
    if trouble := _no_sight(pages):
        return trouble
    if unseen := _unseen(pages, case):
        return failed(
            f"The iD is in the public page but does not meet the eye: {unseen[0].note}",
            expected=_EXPECTED, observed=unseen[0].snippet, at=unseen,
        )  # fmt: skip
    own = _shown(
        [page for j in evidence.journeys if j is not stranger for page in j.pages if page.side == "portal"], case
    )
    others = sorted({a.id for a in shown if a.id})
    seen_by_owner = any(a.id in case.owned for a in own)
    observed = "seen by the person alone, after signing in" if seen_by_owner else "seen on no page"
    if others:
        observed += f"; the public pages show {', '.join(others[:3])}"
    return failed(
        "No public page shows the connected iD" + (" to a visitor; only the person sees it" if seen_by_owner else ""),
        expected=_EXPECTED,
        observed=observed,
        at=[Spot(page=page.id, url=page.url) for page in pages],
    )


def _on_pages_alone(journey: Journey, case: Case) -> Ruling:
    """Pages without a sign-in: what they hide can be told; who may see them only where they came from the web."""
    shown = [a for a in _shown(journey.pages, case) if not a.is_example]
    if good := [a for a in shown if _right_format(a)]:
        if all(a.display.page.url.startswith("file:") for a in good):
            return not_applicable(
                "the iD is visible on the saved page; who may see that page a file does not tell",
                at=[a.display.spot() for a in good[:3]],
            )
        return passed(f"A visitor without a session sees {good[0].id}", at=[a.display.spot() for a in good[:3]])
    if shown:
        return blocked(
            "an iD is visible, but in none of the three formats; another rule says what is missing",
            whose="member",
            todo="mend the format first",
            at=[a.display.spot() for a in shown[:3]],
        )
    if fields := _in_fields(journey.pages):
        return blocked("an iD stands only inside a form field, which is no display", whose="member", at=fields)
    if unseen := _unseen(journey.pages, case):
        return failed(
            f"The iD is in the page but does not meet the eye: {unseen[0].note}",
            expected="the iD, visible, in one of the three formats", observed=unseen[0].snippet, at=unseen,
        )  # fmt: skip
    return blocked("no iD was found on the page", whose="operator", todo="name a page that shows an iD")


def _not_visited(stranger: Journey | None, evidence: Evidence, case: Case) -> Ruling:
    if stranger and stranger.block and (evidence.run.public_pages or evidence.run.recording):
        return blocked(stranger.block.message, whose=stranger.block.whose, todo=stranger.block.todo)
    if evidence.run.public_pages:
        return blocked("the public pages were not visited", todo="run again; if it happens twice, look at the log")
    own = _shown([page for j in evidence.journeys for page in j.pages if page.side == "portal"], case)
    mine = [a for a in own if a.id in case.owned]
    seen = f"the person sees {mine[0].id} after signing in" if mine else "no page with the iD was seen"
    return needs_person(
        "The plan names no public page. Does the audience that this product is made for see the iD with the person's "
        "name (or is there a public output that carries it)?",
        expected=_EXPECTED,
        observed=seen,
        at=[a.display.spot() for a in mine[:3]],
    )


def _shown(pages: Sequence[Page], case: Case) -> list[Analysis]:
    return [
        Analysis(Display(page, occurrence, public=True), case)
        for page in pages
        for occurrence in page.snapshot.occurrences
        if occurrence.context == "content" and (occurrence.visible or occurrence.hidden_by == "details")
    ]


def _right_format(a: Analysis) -> bool:
    rules = ("id-display-format-valid", "id-icon-present", "id-not-truncated")
    return bool(a.id) and all(a.says(rule).kind in {"fine", "apart", "doubt"} for rule in rules)


def _names_the_person(a: Analysis, case: Case) -> bool:
    name = case.researcher_name
    return bool(a.shown.people) or (bool(name) and name.casefold() in a.display.page.text.casefold())


def _in_fields(pages: Sequence[Page]) -> list[Spot]:
    return [
        _at(page, occurrence, "a form field")
        for page in pages
        for occurrence in page.snapshot.occurrences
        if occurrence.context == "field" and occurrence.visible
    ]


_HIDDEN = {
    "attribute": "only in a tooltip or another attribute",
    "display": "hidden by CSS (display)",
    "visibility": "hidden by CSS (visibility)",
    "opacity": "transparent",
    "colour": "in the colour of its background",
    "size": "without any size",
    "clip": "clipped away",
    "off-screen": "placed off the screen",
    "frame": "in a frame that is not shown",
}


def _unseen(pages: Sequence[Page], case: Case) -> list[Spot]:
    found = []
    for page in pages:
        for one in page.snapshot.occurrences:
            if not one.visible and one.context in {"content", "attribute"} and _is_wanted(one.text, one, case):
                found.append(_at(page, one, _HIDDEN.get(one.hidden_by, "hidden")))
        for item in page.snapshot.metadata:
            if _is_wanted(item.value, None, case):
                found.append(Spot(page=page.id, url=page.url, snippet=item.snippet, note="only in metadata"))
    return found


def _is_wanted(text: str, occurrence: Occurrence | None, case: Case) -> bool:
    link = occurrence.link.raw_href if occurrence and occurrence.link else ""
    found = {ids.normalise(loose) for loose in ids.find_loose(f"{text} {link}")}
    return bool(found & case.owned) if case.owned else bool(found)


def _at(page: Page, one: Occurrence, note: str) -> Spot:
    return Spot(page=page.id, box=one.box, url=page.url, snippet=one.snippet, note=note)


def _no_sight(pages: Sequence[Page]) -> Ruling | None:
    """Pages that could not be seen say nothing against the portal."""
    errors = [page for page in pages if page.status and page.status >= 400 and page.status not in {401, 403}]
    if pages and len(errors) == len(pages):
        first = errors[0]
        return blocked(f"{first.url} answered {first.status}", whose="member", todo="name public pages that work",
                       at=[Spot(page=page.id, url=page.url) for page in errors])  # fmt: skip
    closed = [page for page in pages if page.status in {401, 403} or any(f.has_password for f in page.snapshot.forms)]
    if pages and len(closed) == len(pages):
        return needs_person(
            f"{closed[0].url} asks a visitor to sign in. Is everybody who signs in the audience this product is made "
            "for, and do they see the iD (or does a public output carry it)?",
            expected=_EXPECTED,
            at=[Spot(page=page.id, url=page.url) for page in closed],
        )
    return None
