"""The stage «Synchronize» as such, and what keeps a connection alive."""

from __future__ import annotations

from checker.api import (
    Authorization,
    Evidence,
    Exchange,
    Journey,
    Ruling,
    blocked,
    failed,
    needs_person,
    not_applicable,
    passed,
    rule,
)
from checker.orcid import api_path

from ..connect._calls import ITEMS, SLIDES, api_calls, grants, lines, may_connect, spot
from ..connect.stage import explained
from ..store._run import no_wire, not_in_recording
from ..ux._text import fold, says


@rule(
    "sync-mode-declared",
    area="Synchronize",
    clause="Synchronize stage",
    title="Portal and record are kept in step",
    title_failed="Portal and record are not kept in step",
    remedy="Decide how: send changes as they happen, let Crossref or DataCite update records, or offer a search and"
    " link wizard.",
    sources=[f"{SLIDES}: Synchronize"],
)
def sync_mode_declared(trips: list[Authorization], evidence: Evidence) -> Ruling:
    """What is copied once and never looked at again grows apart."""
    if not may_connect(trips, evidence):
        return not_applicable("The portal asks for the iD only: it neither reads nor changes records.")
    if ruling := no_wire(evidence):
        return ruling
    calls = api_calls(evidence.wire or [])
    changed = [
        e for e in calls if e.method == "PUT" and e.status == 200 and api_path.parse(e.path).section in ITEMS
    ]  # fmt: skip
    if changed:
        return passed("The portal sends changes to the record.", observed=lines(changed), at=[spot(changed[0])])
    if hooks := [e for e in calls if "/webhook/" in e.path and e.method == "PUT" and e.status in {201, 204}]:
        return passed("ORCID tells the portal of changes to the record.", observed=lines(hooks), at=[spot(hooks[0])])
    if not calls and (ruling := not_in_recording(evidence, "call of the portal's server to the API")):
        return ruling
    if not evidence.run.recording and not any(g.by_person for g in grants(evidence.wire or [])):
        return blocked("The portal never got a person's token in this run, so nothing could be kept in step.",
                       whose="member")  # fmt: skip
    where = "recording" if evidence.run.recording else "review"
    return needs_person(
        f"Nothing was kept in step in this {where}. Does the portal do it some other way: in a nightly job, by Crossref"
        " or DataCite, by a search and link wizard?",
        observed=lines(calls) or "no API call",
    )


@rule(
    "sync-benefits-explained",
    area="Synchronize",
    clause="Synchronize stage",
    title="People are told what happens by itself",
    title_failed="Nothing tells people what happens by itself",
    remedy="Say which updates happen by themselves, and what they spare people.",
    sources=[f"{SLIDES}: Synchronize"],
    decider="mixed",
)
def sync_benefits_explained(trips: list[Authorization], journeys: list[Journey], evidence: Evidence) -> Ruling:
    """Who knows that the record is kept up to date need not do it by hand."""
    if not may_connect(trips, evidence):
        return not_applicable("The portal asks for the iD only: nothing is kept in step.")
    return explained(
        journeys,
        "which updates happen by themselves later on, and what is good about that",
        lambda sentence: says("write", sentence) or says("read", sentence) or says("benefit", sentence),
    )


@rule(
    "refresh-token-use",
    area="Synchronize",
    clause="Maintenance",
    title="Tokens are renewed the way ORCID renews them",
    title_failed="ORCID refused to renew a token",
    remedy="Renew with grant_type=refresh_token, the refresh token that came with the access token, and a scope that is"
    " no wider; keep the new pair.",
    sources=["ORCID API tutorial: refresh tokens"],
    decider="auto+ev",
)
def refresh_token_use(evidence: Evidence) -> Ruling:
    """Access tokens live for twenty years, so that a fault in renewing them is found late."""
    if ruling := no_wire(evidence):
        return ruling
    wire = evidence.wire or []
    renewals = [e for e in wire if e.kind == "token" and e.grant == "refresh_token" and e.side == "server"]
    # A permission that has ended cannot be renewed, and to ask is the way to learn of it; nor is «busy» a refusal.
    refused = [e for e in renewals if e.status in range(400, 500) and e.status != 429]
    wrong = [e for e in refused if not _has_ended(e, wire)]
    if wrong and evidence.run.recording:
        return needs_person(
            f"ORCID refused {len(wrong)} of {len(renewals)} renewals. Had the people ended those permissions"
            " themselves, before the recording?",
            expected="200 and a new pair of tokens",
            observed="; ".join(f"{e.status}: {fold(e.response_body)[:160]}" for e in wrong),
            at=[spot(e) for e in wrong],
        )
    if wrong:
        return failed(
            f"ORCID refused {len(wrong)} of {len(renewals)} renewals.",
            expected="200 and a new pair of tokens",
            observed="; ".join(f"{e.status}: {fold(e.response_body)[:160]}" for e in wrong),
            at=[spot(e) for e in wrong],
        )  # fmt: skip
    if good := [e for e in renewals if e.status == 200]:
        return passed(f"ORCID renewed the token {len(good)} times.", at=[spot(e) for e in good])
    if renewals:
        return needs_person(
            "ORCID renewed no token, after a permission had ended or for a fault of its own. Does the portal renew a"
            " token that has run out?",
            observed="; ".join(f"{e.status}: {fold(e.response_body)[:160]}" for e in renewals),
            at=[spot(e) for e in renewals],
        )  # fmt: skip
    if ruling := not_in_recording(evidence, "request with grant_type=refresh_token"):
        return ruling
    given = [g for g in grants(wire) if g.by_person]
    if not given:
        return blocked("The portal never got a person's token in this run.", whose="member")
    if not any("refresh_token" in g.exchange.response_body for g in given):
        return not_applicable("ORCID gave the portal no refresh token.")
    return needs_person(
        "No token ran out in this review. Does the portal renew one that has, or ask the person again?",
        observed="no request with grant_type=refresh_token",
    )


def _has_ended(renewal: Exchange, wire: list[Exchange]) -> bool:
    """Say whether a permission was given up before a renewal, and none was given since."""
    turns = [
        e.kind
        for e in wire
        if e.number < renewal.number and e.status == 200
        and (e.kind == "revoke" or (e.kind == "token" and e.grant == "authorization_code"))
    ]  # fmt: skip
    return turns[-1:] == ["revoke"]


@rule(
    "search-link-wizard",
    area="Synchronize",
    clause="Synchronize stage",
    title="People can claim their items from ORCID's list of wizards",
    title_failed="People cannot claim their items from ORCID's list of wizards",
    remedy="Ask ORCID to list your search and link wizard, and let people choose each item themselves.",
    sources=[f"{SLIDES}: Synchronize", "ORCID, search and link workflow"],
    decider="mixed",
)
def search_link_wizard(trips: list[Authorization], evidence: Evidence) -> Ruling:
    """A catalogue of works serves people best where they look for their own: at ORCID."""
    if not may_connect(trips, evidence):
        return not_applicable("The portal asks for the iD only: it adds nothing that people could claim.")
    return needs_person(
        "If the portal holds works that people may claim: is it in ORCID's list of search and link wizards, and does"
        " everybody choose each item themselves? Answer not-applicable where it offers no wizard.",
        observed="the sandbox shows no list of wizards",
    )
