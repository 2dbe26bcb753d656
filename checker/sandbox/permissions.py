"""Scopes as ORCID's servers understand them: who may ask for what, and what a scope includes.

Documented (facts on OAuth, section 10). Observed in ORCID's code: the deprecated scopes and the inclusion table.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ..orcid import scopes
from .model import Client

_UPDATES: Final = ("affiliations", "funding", "orcid-works", "peer-review", "orcid-patents")

_DEPRECATED: Final = frozenset(
    {"/orcid-profile/read-limited", "/orcid-bio/read-limited", "/orcid-bio/update"}
    | {"/orcid-bio/external-identifiers/create"}
    | {f"/{family}/{right}" for family in _UPDATES for right in ("read-limited", "create", "update")}
)
"""Scopes of the API 1.2 era that ORCID still takes."""

_IGNORED: Final = frozenset({"profile", "email", "address", "phone", "offline_access"})
"""OpenID scopes that ORCID passes over in silence."""

_ACTIVITIES_READ: Final = frozenset(f"/{family}/read-limited" for family in _UPDATES)
_ACTIVITIES_UPDATE: Final = frozenset(f"/{family}/{right}" for family in _UPDATES for right in ("create", "update"))

_INCLUDES: Final[dict[str, frozenset[str]]] = {
    "openid": frozenset({"/authenticate"}),
    "/read-limited": frozenset({"/activities/read-limited", "/person/read-limited"}),
    "/orcid-profile/read-limited": frozenset({"/read-limited"}),
    "/activities/read-limited": _ACTIVITIES_READ,
    "/person/read-limited": frozenset({"/orcid-bio/read-limited"}),
    "/activities/update": _ACTIVITIES_UPDATE,
    "/person/update": frozenset({"/orcid-bio/update", "/orcid-bio/external-identifiers/create"}),
    "/orcid-bio/update": frozenset({"/orcid-bio/external-identifiers/create"}),
    "/premium-notification": frozenset({"/basic-notification"}),
    "/group-id-record/update": frozenset({"/group-id-record/read"}),
}

_WITHOUT_READ_PUBLIC: Final = frozenset(
    {"/webhook", "/premium-notification", "/basic-notification", "/group-id-record/read", "/group-id-record/update"}
)

_INTERNAL: Final = frozenset(
    {"/orcid-profile/create", "/basic-notification", "/identifier-types/create", "/orcid-internal"}
    | {"/orcid-internal/person/last_modified"}
    | {f"/member-list/{right}" for right in ("read", "write", "full-access")}
    | {f"/orcid-grants/{right}" for right in ("read-limited", "create", "update")}
)
"""Known, but nobody's to ask for: ORCID's own, retired, or an old alias."""

_PUBLIC: Final = frozenset({"/authenticate", "openid", "/read-public"})


def effective(granted: Iterable[str]) -> frozenset[str]:
    """Return the scopes with everything that they include."""
    found: set[str] = set()
    queue = list(granted)
    while queue:
        scope = queue.pop()
        if scope not in found:
            found.add(scope)
            queue.extend(_INCLUDES.get(scope, ()))
    if found - _WITHOUT_READ_PUBLIC:
        found.add("/read-public")
    return frozenset(found)


def asked(scope: str) -> tuple[str, ...]:
    """Split a `scope` parameter, without repeats and without what ORCID passes over."""
    return tuple(dict.fromkeys(s for s in scopes.split(scope) if s not in _IGNORED))


def of_person(client: Client, scope: str) -> bool:
    """Say whether the client may ask a person for the scope."""
    if scope in scopes.THREE_LEGGED:
        return scope in client.scopes
    if scope in _DEPRECATED:
        return scopes.replacement(scope) in client.scopes
    return scope in scopes.PRIVATE and "/read-limited" in client.scopes


def of_client(client: Client, scope: str) -> bool:
    """Say whether the client gets the scope with its own credentials."""
    return scope in scopes.TWO_LEGGED and scope in client.scopes


def is_known(scope: str) -> bool:
    """Say whether ORCID knows the scope at all."""
    return scope in scopes.THREE_LEGGED | scopes.TWO_LEGGED | scopes.PRIVATE | _DEPRECATED | _INTERNAL


def of_browser(scope: str) -> bool:
    """Say whether the scope can be had without a secret (implicit grant)."""
    return scope in {"/authenticate", "openid"}


def is_member(client: Client) -> bool:
    """Say whether the client is a member's and not one of the public API."""
    return not client.scopes <= _PUBLIC


DESCRIPTIONS: Final = {
    "/authenticate": "Get your ORCID iD",
    "openid": "Get your ORCID iD",
    "/read-limited": "Read the information that you share with trusted parties",
    "/activities/update": "Add or change your research activities: works, affiliations, funding",
    "/person/update": "Add or change other information about you: keywords, links, countries",
}
"""What the consent page says of a scope, in our words."""


def describe(scope: str) -> str:
    """Return the consent page's line for a scope; for a deprecated one that of its successor."""
    return DESCRIPTIONS.get(scope) or DESCRIPTIONS.get(scopes.replacement(scope) or "", "")
