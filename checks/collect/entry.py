"""No other way in: the iD is never typed, changed, searched for or imported as if its owner had signed in."""

from __future__ import annotations

import re

from checker.api import Control, Evidence, Field, Page, Ruling, Spot, failed, needs_person, passed, rule
from checker.orcid.hosts import PRODUCTION, SANDBOX

from . import _fields as fields
from ._at import at
from ._oauth import environment, is_orcids, not_walked
from ._words import is_nothing_but, mentions

_SOURCES = (
    "LYRASIS, ORCID Member API custom integration guide (2022), Required 2",
    "ORCID, minimum requirements for member integrations",
)
_NO = frozenset({"", "0", "false", "no", "f", "n", "none", "null"})
_SEARCH_PATH = re.compile(r"^/(v\d[\d.]*(_rc\d)?/)?(expanded-search|csv-search|search)(/|$)")


def _name(field: Field) -> str:
    return field.label or field.placeholder or field.name or field.id


@rule(
    "id-not-typable",
    area="Collect",
    clause="Required 2",
    title="Nobody can type an iD",
    title_failed="An iD can be typed in",
    remedy="Replace the field by the button that connects at ORCID; once connected, show the iD as text.",
    sources=_SOURCES,
    implies=("id-not-editable",),
)
def id_not_typable(pages: list[Page], evidence: Evidence) -> Ruling:
    """A typed iD may hold a slip of the finger or belong to somebody else; nothing proves whose it is."""
    taking = [
        (page, field, fields.use(page, field))
        for page, field in fields.portal_fields(pages)
        if fields.fillable(field) and not fields.holds_id(field)
    ]
    if own := [(page, field) for page, field, use in taking if use == "self"]:
        return failed(
            f"A visitor can type an iD into «{_name(own[0][1])}».",
            expected="no field of the signed-in person takes an iD",
            observed=f"{len(own)} such field(s), first on {own[0][0].url}",
            at=[at(page, field) for page, field in own],
        )
    if doubtful := [(page, field) for page, field, use in taking if use in {"others", "unclear", "sign-in"}]:
        named = ", ".join(dict.fromkeys(f"«{_name(field)}»" for _, field in doubtful))
        return needs_person(
            f"Is it true that {named} never takes the iD of the person who is signed in?",
            observed="fields that take iDs, it seems of other people, for signing in, or of several kinds",
            expected="iDs of people who cannot be asked may be typed, and are marked as not authenticated",
            at=[at(page, field) for page, field in doubtful],
        )
    return not_walked(evidence) or passed(
        "No page that was seen has a field that takes an iD.", observed=fields.looked_at(evidence)
    )


@rule(
    "id-not-editable",
    area="Collect",
    clause="Required 2",
    title="Nobody can change a connected iD by hand",
    title_failed="A connected iD can be changed by hand",
    remedy="Show the iD as text, ignore any iD that the browser sends, and take it only from the token answer.",
    sources=_SOURCES[:1],
)
def id_not_editable(pages: list[Page], evidence: Evidence) -> Ruling:
    """An iD that is proved once and may then be overwritten is proved no longer."""
    holding = [(p, f) for p, f in fields.portal_fields(pages) if fields.holds_id(f) and fields.use(p, f) != "search"]
    researcher = evidence.run.researcher
    open_to_all = [(p, f) for p, f in holding if fields.fillable(f)]
    own = [(p, f) for p, f in open_to_all if fields.holds_id(f) == researcher or fields.use(p, f) == "self"]
    if own:
        return failed(
            f"The iD stands in the field «{_name(own[0][1])}», where it can be overwritten.",
            expected="the iD is shown as text",
            observed=f"{fields.holds_id(own[0][1])} in a field that can be edited, on {own[0][0].url}",
            at=[at(page, field) for page, field in own],
        )
    changing = [(p, c) for p in pages for c in p.snapshot.controls if _offers_change(c)]
    sent_back = [(p, f) for p, f in holding if f.readonly and f.visible and f.enabled and f.form is not None and f.name]
    if open_to_all or changing or sent_back:
        spots = [at(p, thing) for p, thing in [*open_to_all, *sent_back]] + [at(p, c) for p, c in changing]
        return needs_person(
            "Does the iD of a connected person stay as it is, whatever the browser sends, until they sign in at ORCID"
            " again?",
            observed="; ".join(
                [f"«{c.text or c.name}» offers a change" for _, c in changing]
                + [f"the read-only field «{_name(f)}» is sent with its form" for _, f in sent_back]
                + [f"«{_name(f)}» holds {fields.holds_id(f)}" for _, f in open_to_all]
            ),
            at=spots,
        )
    return not_walked(evidence) or passed(
        "No page that was seen offers to change the iD (the server was not sent a forged one).",
        observed=fields.looked_at(evidence),
    )


def _offers_change(control: Control) -> bool:
    text = control.text or control.name
    return control.visible and control.enabled and "orcid" in text.lower() and mentions("change", text)


@rule(
    "id-not-searchable",
    area="Collect",
    clause="Required 2",
    title="Nobody can pick their iD from a search",
    title_failed="An iD can be picked from a search",
    remedy="Remove the search in ORCID, and invite the person to sign in there instead.",
    sources=(*_SOURCES, "ORCID, search tutorial: use OAuth to obtain iDs"),
    implies=("id-not-typable",),
)
def id_not_searchable(pages: list[Page], evidence: Evidence) -> Ruling:
    """Many people share a name: who picks an iD from a list may pick another person's."""
    # Looking something up at ORCID's own site gives the portal nothing.
    buttons = [(p, c) for p in pages for c in p.snapshot.controls
               if c.visible and not is_orcids(evidence.run, c.href)
               and is_nothing_but("offers_lookup", c.text or c.name)]  # fmt: skip
    suggesting = [(p, f, fields.use(p, f)) for p, f in fields.portal_fields(pages) if fields.fillable(f)]
    suggesting = [(p, f, use) for p, f, use in suggesting if use != "nothing" and (f.suggests or _own_search(f))]
    own = [(p, f) for p, f, use in suggesting if use == "self" or (use == "search" and _own_search(f))]
    if buttons or own:
        what = (buttons[0][1].text or buttons[0][1].name) if buttons else _name(own[0][1])
        spots = [at(p, c) for p, c in buttons] + [at(p, f) for p, f in own]
        return failed(
            f"«{what}» offers to look an iD up.",
            expected="the way to an iD is signing in at ORCID",
            observed=f"a search for iDs on {spots[0].url}",
            at=spots,
        )
    spots = [at(p, f) for p, f, _ in suggesting] + _searches(evidence)
    if spots:
        return needs_person(
            "Do the searches shown here serve only to describe or invite other people, never to give the signed-in"
            " person an iD?",
            observed=f"{len(spots)} field(s) that suggest iDs or search call(s) to ORCID",
            at=spots,
        )
    unseen = "" if evidence.wire is not None else "; what the portal's server asks of ORCID was not recorded"
    return not_walked(evidence) or passed(
        "No page that was seen offers to look an iD up, and no search at ORCID was seen.",
        observed=fields.looked_at(evidence) + unseen,
    )


def _own_search(field: Field) -> bool:
    """«Search for your ORCID iD»: a search, but not the portal's own."""
    text = fields.own(field)
    lookup = is_nothing_but("offers_lookup", field.label or field.placeholder)
    return lookup or (mentions("search", text) and mentions("mine", text))


def _searches(evidence: Evidence) -> list[Spot]:
    run = evidence.run
    spots = [
        Spot(exchange=e.number, snippet=f"{e.method} {e.path}?{e.query}", note=f"asked by the {e.side}")
        for e in evidence.wire or []
        if _SEARCH_PATH.match(e.path)
    ]
    bases = {o for e in (environment(run), SANDBOX, PRODUCTION) for o in e.origins}
    for journey in evidence.journeys:
        for request in journey.requests:
            base = next((b for b in bases if request.url.startswith(f"{b}/")), None)
            path = request.url.removeprefix(base or "").partition("?")[0]
            if base and request.kind != "document" and _SEARCH_PATH.match(path):
                spots.append(Spot(url=request.url, snippet=f"{request.method} {request.url}", note="asked by the page"))
    return spots


@rule(
    "id-not-imported-as-authenticated",
    area="Collect",
    clause="Required 2",
    title="Imported iDs do not pass for authenticated ones",
    title_failed="Imported iDs pass for authenticated ones",
    remedy="Mark imported iDs as not authenticated, and invite their owners to connect.",
    sources=("ORCID, collecting and sharing ORCID iDs", *_SOURCES[:1]),
    decider="mixed",
)
def id_not_imported_as_authenticated(evidence: Evidence) -> Ruling:
    """An import has no owner who signed in; how iDs came into the store happens out of sight of any browser."""
    look = evidence.store.looks[-1] if evidence.store.looks else None
    rows = look.connections if look else []
    doubtful = [c for c in rows if c.orcid and not c.access_token.present and not c.refresh_token.present]
    flagged = [c for c in doubtful if c.authenticated.strip().lower() not in _NO]
    observed = "the store was not seen"
    if look:
        observed = f"{len(rows)} row(s) in the store, {len(doubtful)} with an iD and no token"
        observed += f", {len(flagged)} of these marked as authenticated" if flagged else ""
    return needs_person(
        "Are iDs that came in by any import (files, staff systems, matching, other services) marked as not"
        " authenticated, or backed by a proof that their owners signed in?",
        observed=observed,
        expected="imported iDs are marked as not authenticated, or come with an id_token or token",
        at=[Spot(snippet=f"{c.orcid}: no token, authenticated={c.authenticated or '—'}") for c in doubtful[:10]],
    )
