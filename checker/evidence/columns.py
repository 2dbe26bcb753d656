"""What a column of the portal's store means, told by its name.

Portals name their columns as they like; a query may also rename them (`select orcid_id as orcid`). Case, spaces,
hyphens and a table's prefix do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

MEANINGS: Final[dict[str, tuple[str, ...]]] = {
    "orcid": ("orcid", "orcid_id", "orcid_identifier", "orcid_uri", "orcid_path", "identifier_orcid", "uid"),
    "access_token": ("access_token", "orcid_access_token", "orcid_token", "oauth_token", "token"),
    "refresh_token": ("refresh_token", "orcid_refresh_token", "oauth_refresh_token", "token_secret"),
    "scope": ("scope", "scopes", "granted_scope", "granted_scopes", "orcid_scope", "orcid_scopes"),
    "name": ("name", "credit_name", "orcid_name", "display_name", "full_name"),
    "expires": (
        "expires",
        "expires_at",
        "expires_on",
        "token_expires",
        "token_expires_at",
        "access_token_expires_at",
        "orcid_expires_at",
        "orcid_token_expires_at",
        "expiry",
        "token_expiry",
        "expiration",
        "expiry_date",
        "expiration_date",
        "expires_at_ms",
        "valid_until",
        "expires_in",
        "token_expires_in",
    ),
    "granted": (
        "granted_at",
        "granted",
        "granted_on",
        "issued_at",
        "obtained_at",
        "authenticated_at",
        "connected_at",
        "linked_at",
        "token_created_at",
        "orcid_granted_at",
        "created_at",
        "created",
    ),
    "token_type": ("token_type", "orcid_token_type"),
    "authenticated": ("authenticated", "is_authenticated", "orcid_authenticated", "verified", "is_verified"),
    "put_code": ("put_code", "put_codes", "orcid_put_code"),
    "type": ("type", "section", "item_type", "orcid_type", "activity_type", "work_type", "kind"),
    "local_id": ("local_id", "local_key", "item_id", "object_id", "record_id", "work_id", "id"),
}
"""Meaning -> the names that carry it, the most telling one first."""


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
    return next((meaning for meaning in MEANINGS if _rank(name, meaning) is not None), "")


def recognise(columns: Sequence[str]) -> dict[str, int]:
    """Return the position of the column that carries each meaning; the most telling name wins."""
    found: dict[str, tuple[int, int]] = {}
    for position, name in enumerate(columns):
        what = meaning(name)
        rank = _rank(name, what) if what else None
        if rank is not None and (what not in found or rank < found[what][0]):
            found[what] = (rank, position)
    return {what: position for what, (_, position) in found.items()}


def _rank(name: str, meaning: str) -> int | None:
    flat = plain(name).replace("_", "")
    return next((i for i, n in enumerate(MEANINGS[meaning]) if n.replace("_", "") == flat), None)
