"""ORCID's permissions (scopes): which there are, who may ask for them, which are past.

Source: ORCID's scope FAQ, the record_3.0 README, ORCID's scope type list.
"""

from __future__ import annotations

import re
from typing import Final

THREE_LEGGED: Final = frozenset({"/authenticate", "/read-limited", "/activities/update", "/person/update", "openid"})
"""Scopes that a person may be asked for."""

TWO_LEGGED: Final = frozenset(
    {"/read-public", "/webhook", "/premium-notification", "/group-id-record/read", "/group-id-record/update"}
)
"""Scopes that a client gets with its own credentials; wrong in an authorization URL."""

PRIVATE: Final = frozenset({"/activities/read-limited", "/person/read-limited", "/email/read-private"})
"""In ORCID's code but not in its current list: only ORCID can say whether a client may have them."""

WRITING: Final = frozenset({"/activities/update", "/person/update"})
"""Scopes that let a client add to, change and remove from a record."""

_OLD_FAMILIES: Final = re.compile(
    r"/(orcid-profile|orcid-bio|orcid-works|affiliations|funding|peer-review|orcid-patents|orcid-grants)/"
)


def split(scope: str) -> list[str]:
    """Split a decoded `scope` value on white space, keeping order and repeats."""
    return scope.split()


def is_deprecated(scope: str) -> bool:
    """Say whether a scope is of the API 1.2 era (still understood by ORCID, no longer to be asked for)."""
    return _OLD_FAMILIES.match(scope) is not None


def replacement(scope: str) -> str | None:
    """Return the current scope that covers a deprecated one, or None when there is none (record creation)."""
    if not is_deprecated(scope):
        return None
    if scope.endswith("read-limited"):
        return "/read-limited"
    if scope.startswith("/orcid-bio/"):
        return "/person/update"
    if scope.endswith(("/create", "/update")) and not scope.startswith("/orcid-profile/"):
        return "/activities/update"
    return None
