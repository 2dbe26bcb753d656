"""Turns a token cell into what may be known of it: is there one, which one, in what form. Never the value."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
from contextlib import suppress
from typing import Final, Literal

from ...evidence.model import StoredToken
from ...evidence.vault import Vault

_TOKEN: Final = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}", re.IGNORECASE
)
"""ORCID's access and refresh tokens have this shape. Without hyphens any MD5 looks like one, so that there the digits
count that tell a random UUID."""

_HASHED: Final = re.compile(
    r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128}|\$(?:2[abxy]?|argon2\w*|5|6|y|scrypt|pbkdf2[\w-]*)\$.+"
    r"|\{(?:S?SHA\d*|S?MD5|CRYPT)\}.+|(?:pbkdf2_sha\d+|argon2|bcrypt(?:_sha256)?|scrypt|sha\d+|md5)[$:].+",
    re.IGNORECASE | re.DOTALL,
)
_ENCRYPTED: Final = re.compile(
    r"gAAAAA[\w-]{60,}"  # Fernet
    r"|eyJ(?:[\w-]*\.){4}[\w-]*$"  # JSON Web Encryption
    r"|eyJpdiI6"  # Laravel: {"iv":
    r"|vault:v\d+:|AQICAH|k\d+:\w+:|-----BEGIN PGP MESSAGE|\\xc30d|c30d0[4-9]|jA0E"
    r"|enc(?:rypted)?[:({$]|\{cipher\}"
    r"|[\w+/]{40,}={0,2}--[\w+/]{16,}={0,2}(?:--[\w+/]+={0,2})?$",  # Rails
    re.IGNORECASE,
)
_LETTERS: Final = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
_KEY: Final = os.urandom(32)

_Form = Literal["clear", "base64", "encrypted", "hashed", "opaque", "masked"]

_ABSENT: Final = frozenset({"", "null", "none", "nil", "n/a", "no", "false", "0", "missing", "absent", "empty", "-"})
_MASK: Final = re.compile(
    r"[\w-]{0,8}(?:[*•●·#…]+|\.{3,}|x{4,})[\w*•●·#….-]*"
    r"|[\[(<]?(?:present|set|yes|true|stored|hidden|masked|redacted|secret)\b.{0,40}",
    re.IGNORECASE,
)


def stored_token(cell: str, kind: str, vault: Vault, *, learn: bool = True) -> StoredToken:
    """Describe a token cell.

    Args:
        cell: as stored or exported.
        kind: the vault's kind for this column, `access-token` or `refresh-token`.
        vault: asked for the tag, and told of a token that it did not know.
        learn: whether to tell it. A vault looks for all that it knows in all that is written, so it must not learn
            the tokens of a whole institution.
    """
    value = cell.strip()
    if value.lower() in _ABSENT:
        return StoredToken(present=False)

    def seen(form: _Form, tag: str = "") -> StoredToken:
        return StoredToken(
            present=True, length=len(value), tag=tag, form=form, fingerprint="" if form == "masked" else _print(value)
        )

    if tag := vault.tag_of(value):
        return seen("clear", tag)
    decoded = _base64(value)
    if tag := _held(decoded, kind, vault):
        return seen("base64", tag)
    if tag := _held(value, kind, vault):
        # Within other text, a whole token response for instance; or packed, and then as readable as base64.
        return seen("clear" if tag in vault.redact(value) else "base64", tag)
    if _MASK.fullmatch(value):
        return seen("masked")
    if _TOKEN.fullmatch(value):
        return seen("clear", vault.learn(kind, value) if learn else "")
    if _TOKEN.fullmatch(decoded):
        return seen("base64", vault.learn(kind, decoded) if learn else "")
    if _HASHED.fullmatch(value):
        return seen("hashed")
    return seen("encrypted" if _ENCRYPTED.match(value) or _looks_random(value) else "opaque")


def _print(value: str) -> str:
    return hashlib.blake2b(value.encode("utf-8", "replace"), key=_KEY, digest_size=8).hexdigest()


def _looks_random(value: str) -> bool:
    """Say whether a cell is long, in base64 or hexadecimal letters, and decodes to no text."""
    if len(value) < 44 or not _LETTERS.fullmatch(value):
        return False
    with suppress(ValueError):
        raw = bytes.fromhex(value)
        return (
            len(set(raw)) > min(len(raw), 256) // 3 and not raw.isascii()
        )  # a token in hexadecimal is as good as read
    return not _base64(value) and len(set(value)) > 20


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
