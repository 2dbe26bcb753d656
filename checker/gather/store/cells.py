"""Turns a token cell into what may be known of it: is there one, which one, in what form. Never the value."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from ...evidence.model import StoredToken
from ...evidence.vault import Vault

_UUID: Final = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.IGNORECASE)
"""ORCID's access and refresh tokens have this shape."""

_ABSENT: Final = frozenset({"", "null", "none", "nil", "n/a", "no", "false", "0", "missing", "absent", "empty", "-"})
_MASK: Final = re.compile(
    r"[\w-]{0,8}(?:[*•●·#…]+|\.{3,}|x{4,})[\w*•●·#….-]*"
    r"|[\[(<]?(?:present|set|yes|true|stored|hidden|masked|redacted|secret)\b.{0,40}",
    re.IGNORECASE,
)


def stored_token(cell: str, kind: str, vault: Vault) -> StoredToken:
    """Describe a token cell.

    Args:
        cell: as stored or exported.
        kind: the vault's kind for this column, `access-token` or `refresh-token`.
        vault: told of a token that it did not know.
    """
    value = cell.strip()
    if value.lower() in _ABSENT:
        return StoredToken(present=False)
    if tag := vault.tag_of(value):
        return StoredToken(present=True, length=len(value), tag=tag, form="clear")
    decoded = _base64(value)
    if tag := _held(decoded, kind, vault):
        return StoredToken(present=True, length=len(value), tag=tag, form="base64")
    if tag := _held(value, kind, vault):
        # Within other text, a whole token response for instance; or packed, and then as readable as base64.
        clear = tag in vault.redact(value)
        return StoredToken(present=True, length=len(value), tag=tag, form="clear" if clear else "base64")
    if _MASK.fullmatch(value):
        return StoredToken(present=True, length=len(value), form="masked")
    if _UUID.fullmatch(value):
        return StoredToken(present=True, length=len(value), tag=vault.learn(kind, value), form="clear")
    if _UUID.fullmatch(decoded):
        return StoredToken(present=True, length=len(value), tag=vault.learn(kind, decoded), form="base64")
    return StoredToken(present=True, length=len(value), form="opaque")


def _held(value: str, kind: str, vault: Vault) -> str:
    """Return the tag of a secret that the value holds, one of the column's kind first."""
    tags = vault.tags_in(value) if value else []
    return next((tag for tag in tags if tag.startswith(f"‹{kind}:")), tags[0] if tags else "")


def _base64(value: str) -> str:
    letters = value.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(letters + "=" * (-len(letters) % 4), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""
