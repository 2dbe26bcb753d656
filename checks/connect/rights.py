"""Whose permission stands behind each write."""

from __future__ import annotations

from datetime import datetime

from checker.api import Authorization, Evidence, Ruling, failed, needs_person, passed, rule
from checker.orcid import scopes

from ..store._run import Write
from ._calls import GUIDE, PERSON, Grant, error_code, grant_of, grants, line, lines, writers

_SCOPE_MISSING = 9038
_OTHER_RECORD = 9017


@rule(
    "write-scope-granted",
    area="Connect",
    clause="Component 3",
    title="Each write is covered by the permission given",
    title_failed="The portal writes without the permission for it",
    remedy="Store the scopes that came with each token, and look at them before each call.",
    sources=[f"{GUIDE}, component 3"],
    decider="auto+ev",
)
def write_scope_granted(trips: list[Authorization], evidence: Evidence) -> Ruling:
    """ORCID refuses such a call, and the person never agreed to it."""
    done = writers(trips, evidence)
    if isinstance(done, Ruling):
        return done
    given = grants(evidence.wire or [])
    wrong = [(w, why) for w in done if (why := _uncovered(w, grant_of(w.exchange, given)))]
    if wrong:
        return failed(
            f"{len(wrong)} of {len(done)} writes are not covered by a permission: {wrong[0][1]}.",
            expected="/activities/update for activities, /person/update for a person's own data",
            observed="; ".join(f"{line(w.exchange)}: {why}" for w, why in wrong),
            at=[w.spot(why) for w, why in wrong],
        )
    if unknown := [w for w in done if grant_of(w.exchange, given) is None and w.exchange.status >= 400]:
        return needs_person(
            "Some writes use a token from before this review, and ORCID refused them. Did its permission cover them?",
            observed=lines(w.exchange for w in unknown), at=[w.spot() for w in unknown],
        )  # fmt: skip
    known = [g for w in done if (g := grant_of(w.exchange, given))]
    return passed(
        f"All {len(done)} writes are covered by the permission that came with their token.",
        observed="; ".join(dict.fromkeys(" ".join(sorted(g.scopes)) for g in known)),
        at=[w.spot() for w in done],
    )


def _uncovered(write: Write, grant: Grant | None) -> str:
    if not write.exchange.token:
        return "no token"
    if error_code(write.exchange) == _SCOPE_MISSING:
        return "ORCID says that the scope is missing"
    if grant is None:
        return ""
    needed = "/person/update" if write.section in PERSON else "/activities/update"
    current = {scopes.replacement(scope) or scope for scope in grant.scopes} | set(grant.scopes)
    # An old scope may cover what its replacement covers; what ORCID took was covered.
    if needed in current or write.exchange.status < 400 or error_code(write.exchange) == _OTHER_RECORD:
        return ""
    return f"the token has {' '.join(sorted(grant.scopes)) or 'no scope'}, {needed} is needed"


@rule(
    "token-per-person",
    area="Connect",
    clause="Component 3",
    title="Each record is written with its owner's token",
    title_failed="A record is written with a token that is not its owner's",
    remedy="Keep iD and token together, and write to a record with the token of its owner only.",
    sources=[f"{GUIDE}, component 3", "ORCID API tutorial: works"],
    decider="auto+ev",
)
def token_per_person(trips: list[Authorization], evidence: Evidence) -> Ruling:
    """A mix-up of tokens puts one person's work on another's record, were ORCID not to refuse it."""
    done = writers(trips, evidence)
    if isinstance(done, Ruling):
        return done
    given = grants(evidence.wire or [])
    wrong, obo, open_ = [], [], []
    for write in done:
        grant = grant_of(write.exchange, given)
        if grant and grant.on_behalf:
            obo.append(write)
        elif (grant and grant.orcid != write.orcid) or error_code(write.exchange) == _OTHER_RECORD:
            wrong.append((write, _whose(grant)))
        elif grant is None and write.exchange.token and write.exchange.status >= 400:
            open_.append(write)
    if wrong:
        return failed(
            f"{len(wrong)} of {len(done)} writes use {wrong[0][1]}.",
            expected="the access token that the record's owner gave",
            observed="; ".join(f"{line(w.exchange)}: {whose}" for w, whose in wrong),
            at=[w.spot(whose) for w, whose in wrong],
        )
    if obo or open_:
        return needs_person(
            "Some writes use a token that came by token exchange. Did its person and its member agree to them?" if obo
            else "Some writes use a token from before this review, and ORCID refused them. Was it the owner's?",
            observed=lines(w.exchange for w in obo or open_), at=[w.spot() for w in obo or open_],
        )  # fmt: skip
    if tokenless := [w for w in done if not w.exchange.token]:
        return failed(
            f"{len(tokenless)} of {len(done)} writes use no token.",
            expected="the access token that the record's owner gave",
            observed=lines(w.exchange for w in tokenless), at=[w.spot() for w in tokenless],
        )  # fmt: skip
    return passed(
        f"All {len(done)} writes use the token of the record's owner.",
        observed=lines(w.exchange for w in done), at=[w.spot() for w in done],
    )  # fmt: skip


def _whose(grant: Grant | None) -> str:
    if grant is None:
        return "a token that is for another record"
    return f"the token of {grant.orcid}" if grant.orcid else "a token of the client's own, which no person gave"


@rule(
    "no-write-before-consent",
    area="Connect",
    clause="Component 3",
    title="Nothing is written before the person agrees",
    title_failed="The portal writes before the person has agreed",
    remedy="Keep what is to be written in a queue until the person's permission is there.",
    sources=[
        "ORCID, service provider workflow",
        "ORCID, collecting and sharing ORCID iDs",
        "ORCID, FAQ: mandatory items",
    ],
    decider="mixed",
)
def no_write_before_consent(trips: list[Authorization], evidence: Evidence) -> Ruling:
    """Only the person may say who adds to their record."""
    done = writers(trips, evidence)
    if isinstance(done, Ruling):
        return done
    given = grants(evidence.wire or [])
    first: dict[str, datetime] = {}
    for grant in given:
        if grant.orcid:
            first.setdefault(grant.orcid, grant.exchange.at)
    ours = {grant.tag for grant in given}
    before = [w for w in done if w.orcid not in first or w.exchange.at < first[w.orcid]]
    if evidence.run.recording and before:
        return needs_person(
            f"{evidence.run.recording} shows no permission before {len(before)} of {len(done)} writes; it may be older."
            " Does the portal write to the records of those alone who have agreed?",
            expected="nothing is written without a permission",
            observed=lines(w.exchange for w in before),
            at=[w.spot("no permission before it") for w in before],
        )
    # A token that this review did not give is of a permission from before it. On a record that lives on ORCID may also
    # give out the same one again.
    fresh = evidence.run.environment == "embedded"
    early = [w for w in before if not w.exchange.token or (fresh and w.exchange.token in ours)]
    if early:
        return failed(
            f"{len(early)} writes came before the person gave a permission.",
            expected="the first write after the permission",
            observed="; ".join(f"{line(w.exchange)} at {w.exchange.at:%H:%M:%S}" for w in early)
            + "; permission: " + (", ".join(f"{t:%H:%M:%S}" for t in first.values()) or "none"),
            at=[w.spot() for w in early],
        )  # fmt: skip
    if before:
        return needs_person(
            "Some writes use a token from before this review. Did their people agree to them?",
            expected="nothing is written without a permission",
            observed=lines(w.exchange for w in before),
            at=[w.spot() for w in before],
        )
    write = done[0].exchange
    seen = first[done[0].orcid]
    return needs_person(
        "In this review the portal wrote only after the person had agreed. Does it hold back everything for people who"
        " have not, in batches and nightly jobs too?",
        expected="nothing is written without a permission",
        observed=f"permission {seen:%H:%M:%S}, first write {write.at:%H:%M:%S}",
        at=[done[0].spot("the first write")],
    )  # fmt: skip
