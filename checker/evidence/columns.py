"""What a column of the portal's store means, told by its name.

Portals name their columns as they like; a query may also rename them (`select orcid_id as orcid`). Case, spaces,
hyphens and a table's prefix do not matter.
"""

from __future__ import annotations

import re
from typing import Final

MEANINGS: Final[dict[str, frozenset[str]]] = {
    "orcid": frozenset(
        {"orcid", "orcid_id", "orcidid", "orcid_identifier", "orcid_uri", "orcid_path", "identifier_orcid", "uid"}
    ),
    "access_token": frozenset(
        {"access_token", "accesstoken", "token", "orcid_token", "orcid_access_token", "oauth_token", "access"}
    ),
    "refresh_token": frozenset(
        {"refresh_token", "refreshtoken", "refresh", "orcid_refresh_token", "token_secret", "oauth_refresh_token"}
    ),
    "scope": frozenset({"scope", "scopes", "orcid_scope", "orcid_scopes", "granted_scope", "granted_scopes"}),
    "name": frozenset({"name", "credit_name", "creditname", "orcid_name", "display_name", "full_name"}),
    "expires": frozenset({"expires", "expires_at", "expires_in", "expiry", "expiration", "expires_on", "valid_until"}),
    "authenticated": frozenset(
        {"authenticated", "is_authenticated", "verified", "is_verified", "orcid_authenticated", "orcid_verified"}
    ),
    "put_code": frozenset({"put_code", "putcode", "put_codes", "orcid_put_code", "orcid_putcode", "put"}),
    "type": frozenset({"type", "section", "item_type", "kind", "orcid_type", "activity_type", "work_type"}),
    "local_id": frozenset(
        {"local_id", "localid", "id", "item_id", "itemid", "object_id", "record_id", "work_id", "local", "local_key"}
    ),
}
"""Meaning -> the names that carry it, in plain form."""


def plain(name: str) -> str:
    """Return a column's name in lower case with single underscores, without its table.

    >>> plain("Tokens.Access-Token")
    'access_token'
    """
    last = name.strip().strip('"`[]').rpartition(".")[2]
    last = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", last)
    return re.sub(r"[^a-z0-9]+", "_", last.lower()).strip("_")


def meaning(name: str) -> str:
    """Return what a column's name means, one of :data:`MEANINGS`, or "" for none of them."""
    word = plain(name)
    flat = word.replace("_", "")
    return next((m for m, names in MEANINGS.items() if word in names or flat in names), "")
