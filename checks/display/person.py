"""Whose iD is it, and is it the right one?"""

from __future__ import annotations

from checker.api import Display, Evidence, Ruling, blocked, failed, needs_person, not_applicable, passed, rule

from ._analysis import Analysis
from ._case import Case, case_of
from ._over import nothing_shown, over


@rule(
    "id-associated-with-person",
    area="Display",
    clause="Required 3",
    title="It is clear whose iD it is",
    title_failed="It is not clear whose iD it is",
    remedy="Put each iD next to the name it belongs to, in the same row, list item or card.",
    sources=["Guidelines on the display of ORCID iDs in publications, 2018"],
    decider="mixed",
)
def associated(displays: list[Display], evidence: Evidence) -> Ruling:
    """An iD beside two names names nobody."""
    case = case_of(evidence)
    analyses = [Analysis(display, case) for display in displays]
    shown = {(a.display.page.id, a.id) for a in analyses}
    one_each = len(shown) == len({page for page, _ in shown})
    if displays and one_each and not any(a.shown.people for a in analyses):
        return not_applicable("each page shows one person's iD and no other, so it cannot be taken for somebody else's")
    return over("id-associated-with-person", displays, evidence, "Every iD stands with exactly one name")


@rule(
    "id-equals-authenticated-id",
    area="Display",
    clause="Required 3",
    title="The iD shown is the one that ORCID returned",
    title_failed="The iD shown is not the one that ORCID returned",
    remedy="Show the iD from the stored token response of this person.",
    sources=["LYRASIS guide, Required 1 and 3"],
    decider="auto+ev",
)
def equals_authenticated(displays: list[Display], evidence: Evidence) -> Ruling:
    """A placeholder, or the first user's iD for everybody, looks fine until somebody follows it."""
    case = case_of(evidence)
    if not any(journey.name != "display" for journey in evidence.journeys):
        return not_applicable("pages alone were looked at: nobody connected an iD that they could be compared with")
    if not case.owned:
        return blocked(
            "no iD came from ORCID in this run, so there is nothing to compare with", todo="let the researcher connect"
        )
    if not displays:
        return nothing_shown()
    analyses = [a for a in (Analysis(display, case) for display in displays) if a.id and not a.is_example]
    own = ", ".join(sorted(case.owned))
    if wrong := [a for a in analyses if a.id not in case.owned and _is_the_researchers(a, case)]:
        return failed(
            f"{wrong[0].id} is shown as the iD of the person who connected {own}",
            expected=own,
            observed=wrong[0].id,
            at=[a.display.spot() for a in wrong],
        )
    if right := [a for a in analyses if a.id in case.owned]:
        return passed(f"The iD that ORCID returned, {own}, is the one shown", at=[a.display.spot() for a in right[:3]])
    if not analyses:
        return blocked("no whole iD can be read on the pages", whose="member", todo="mend how the iD is written first")
    return needs_person(
        f"Other iDs than {own} are shown. Are they other people's, and right not to be that one?",
        observed=", ".join(dict.fromkeys(a.id for a in analyses[:5])),
        at=[a.display.spot() for a in analyses[:5]],
    )


def _is_the_researchers(a: Analysis, case: Case) -> bool:
    """The display is at the researcher's name, or the only one on a page of their own."""
    # A name in a heading further up is not enough: a name beside the iD may be one that nobody recognised.
    beside = case.researcher_name.casefold() in a.shown.container.casefold()
    if case.researcher_name and beside and a.shown.people == [case.researcher_name]:
        return True
    own_page = a.display.page.journey in {"connect", "return", "reconnect"}
    alone = {o.index for o in a.display.page.snapshot.occurrences if o.context == "content" and o.visible}
    return own_page and len(alone) == 1 and not a.shown.people
