"""Which permissions the portal asks people for."""

from __future__ import annotations

from checker.api import Authorization, Evidence, Ruling, Run, blocked, failed, needs_person, passed, rule
from checker.orcid import scopes

from ._oauth import SOURCES, address, asked, words

_CURRENT = ", ".join(sorted(scopes.THREE_LEGGED))


def _all_asked(authorizations: list[Authorization]) -> list[str]:
    return list(dict.fromkeys(scope for a in authorizations for scope in asked(a)))


@rule(
    "oauth-scopes-declared",
    area="Collect",
    clause="Required 1",
    title="The portal asks for exactly the permissions that the member declares",
    title_failed="The permissions that the portal asks for are not the declared ones",
    remedy="Make the `scope` of the authorization address and the member's list of scopes the same, and say for each"
    " scope what it is for.",
    sources=SOURCES[:1],
    decider="auto+ev",
)
def oauth_scopes_declared(run: Run, authorizations: list[Authorization]) -> Ruling:
    """A reviewer can only weigh a request for permission that was made openly: the list and the request must agree."""
    bare = [a for a in authorizations if not asked(a)]
    if bare:
        return failed(
            "The portal sends people to ORCID without naming any permission.",
            expected="`scope` in the authorization address names the declared scopes",
            observed="`scope` is absent or empty",
            at=[address(a) for a in bare],
        )
    union = _all_asked(authorizations)
    spots = [address(a, words(asked(a))) for a in authorizations]
    if run.scopes is None:
        return blocked(
            f"The portal asks for {words(union)}, but the plan does not say what the member declares.",
            whose="member",
            todo="list the scopes that the integration is meant to ask for in [orcid] scopes of the plan",
            at=spots,
        )
    declared = set(run.scopes)
    extra, unused = set(union) - declared, declared - set(union)
    if unused and not extra and run.recording:
        return blocked(
            f"{run.recording} shows no request for {words(sorted(unused))}, which is declared; another way to ORCID"
            " may ask for it.",
            todo="record every way to ORCID, or run a review: orcid-review run",
            at=spots,
        )
    if extra or unused:
        faults = [f"asked for but not declared: {words(sorted(extra))}"] if extra else []
        faults += [f"declared but not asked for: {words(sorted(unused))}"] if unused else []
        return failed(
            f"The request and the declaration differ ({'; '.join(faults)}).",
            expected=words(run.scopes),
            observed=words(union),
            at=spots,
        )
    if any(set(asked(a)) != declared for a in authorizations):
        return needs_person(
            "Different ways to ORCID ask for different parts of the declared list. Is each right for its place?",
            observed="; ".join(dict.fromkeys(words(sorted(asked(a))) for a in authorizations)),
            expected=words(run.scopes),
            at=spots,
        )
    return passed("Every request asks for exactly the declared scopes.", observed=words(union), at=spots[:1])


@rule(
    "scope-known",
    area="Collect",
    clause="Required 1",
    title="Every permission asked for is one that ORCID knows",
    title_failed="The portal asks for a permission that ORCID does not know",
    remedy="Use only ORCID's current scope names, exactly as written there, separated by single encoded spaces.",
    sources=("ORCID, FAQ on OAuth scopes", "ORCID record_3.0 README, scopes"),
    implies=("oauth-scopes-declared",),
)
def scope_known(authorizations: list[Authorization]) -> Ruling:
    """ORCID refuses a request with a name it does not know, and the person sees an error page instead of a question."""
    union = _all_asked(authorizations)
    spots = [address(a) for a in authorizations]
    if not union:
        return blocked("No request names any scope, so there is nothing to compare with ORCID's list.", whose="member")
    current = [s for s in union if s in scopes.THREE_LEGGED]
    old = [s for s in union if scopes.is_deprecated(s)]
    listed = [s for s in union if s in scopes.TWO_LEGGED | scopes.PRIVATE]
    if unknown := [s for s in union if s not in {*current, *old, *listed}]:
        hints = [f"{s} ({hint})" for s in unknown if (hint := _hint(s))]
        return failed(
            f"ORCID has no scope called {words(unknown)}.",
            expected=f"any of {_CURRENT}",
            observed=words(hints or unknown),
            at=spots,
        )
    if two_legged := [s for s in listed if s in scopes.TWO_LEGGED]:
        return needs_person(
            f"People are asked for {words(two_legged)}, which ORCID's tutorials give to a client's own credentials"
            " only, while the LYRASIS guide lets /webhook stand here. Has ORCID confirmed it for this client?",
            observed=words(union),
            expected=f"any of {_CURRENT}",
            at=spots,
        )
    if listed:
        return needs_person(
            f"{words(listed)} is in ORCID's code but not in its current list. Has ORCID granted it to this client?",
            observed=words(union),
            at=spots,
        )
    note = f" (older names among them: {words(old)})" if old else ""
    return passed(f"ORCID knows every scope asked for{note}.", observed=words(union), at=spots[:1])


def _hint(scope: str) -> str:
    if "," in scope:
        return "scopes are separated by spaces, not commas"
    if scope in {"email", "profile"}:
        return "of OpenID Connect's scopes ORCID offers only openid"
    near = f"/{scope.strip('/').lower()}"
    if near in scopes.THREE_LEGGED:
        return f"meant is {near}"
    return "meant is openid" if near == "/openid" else ""


@rule(
    "scope-deprecated-absent",
    area="Collect",
    clause="Required 1",
    title="No permission of the old API 1.2 is asked for",
    title_failed="The portal asks for permissions of the old API 1.2",
    remedy="Replace every old `…/read-limited` by /read-limited, old scopes for works, affiliations and funding by"
    " /activities/update, and /orcid-bio/… by /person/update.",
    sources=("ORCID, FAQ on scopes of API 1.2", "ORCID, Collect and Connect"),
)
def scope_deprecated_absent(authorizations: list[Authorization], evidence: Evidence) -> Ruling:
    """Old scopes work only as long as ORCID keeps translating them; often they hide in a vendor's default settings."""
    if old := [s for s in _all_asked(authorizations) if scopes.is_deprecated(s)]:
        return failed(
            f"People are asked for {words(old)}, from the time of API 1.2.",
            expected=words([scopes.replacement(s) or "nothing: ORCID retired it" for s in old]),
            observed=words(old),
            at=[address(a) for a in authorizations if any(map(scopes.is_deprecated, asked(a)))],
        )
    rows = [c for look in evidence.store.looks[-1:] for c in look.connections]
    stored = sorted({s for c in rows for s in scopes.split(c.scope) if scopes.is_deprecated(s)})
    if stored:
        return needs_person(
            "Old scopes are stored with tokens but no longer asked for; such tokens keep working. Are they all from"
            " before the change?",
            observed=f"stored: {words(stored)}; asked for now: {words(_all_asked(authorizations))}",
        )
    return passed("No request names a scope of API 1.2.", observed=words(_all_asked(authorizations)))
