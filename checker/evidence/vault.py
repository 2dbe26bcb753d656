"""The vault: knows every secret of a run and puts a stable tag in its place before anything is written.

A tag such as ‹access-token:1› tells what kind of secret stood there and which one it was; two places that held the
same secret hold the same tag.
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
import threading
import zlib
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

SHORTEST = 5
"""Secrets shorter than this many characters are not replaced: that would garble everything else."""

WORDS = frozenset({"admin", "login", "orcid", "password", "passwort", "reader", "secret", "testtest", "username"})
"""Passwords that are words of any page: replacing them would garble the evidence and hide nothing."""

_URLSAFE = str.maketrans("+/", "-_")
_BASE64_RUN = re.compile(rb"[A-Za-z0-9_\-+/%]{16,}={0,2}")
TAG = re.compile(r"‹([a-z-]+):(\d+)›")


class Leak(Exception):
    """A file about to be written still holds a secret."""


class Vault:
    """Every secret of one run, in the forms in which it may turn up.

    Safe to use from several threads: the recorder of the wire learns while the browser's side redacts.
    """

    def __init__(self) -> None:
        self._tags: dict[str, str] = {}
        self._forms: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        self._context: dict[str, str] = {}
        self._found: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None
        self._lock = threading.RLock()

    def learn(self, kind: str, value: str) -> str:
        """Remember a secret and return its tag; an empty or too short value is not one, and gives ""."""
        if len(value) < SHORTEST or value.lower() in WORDS or TAG.fullmatch(value):
            return ""
        with self._lock:
            if known := self._tags.get(value):
                return known
            tag = self._new_tag(kind)
            self._tags[value] = tag
            for form in _forms(value):
                self._forms.setdefault(form, tag)
            self._pattern = None
            return tag

    def learn_code(self, value: str) -> str:
        """Remember an authorization code. It is short, so it counts only where it stands as a parameter."""
        if not value or TAG.fullmatch(value):
            return ""
        with self._lock:
            if value not in self._context:
                self._context[value] = self._new_tag("code")
                self._pattern = None
            return self._context[value]

    def take_over(self, text: str) -> None:
        """Know the tags that a text has already, so that no secret that is learnt from now on gets one of them."""
        with self._lock:
            for match in TAG.finditer(text):
                kind, number = match.group(1), int(match.group(2))
                self._found[match.group(0)] = kind
                self._numbers[kind] = max(self._numbers.get(kind, 0), number)

    def new_tag(self, kind: str) -> str:
        """Return a tag for something that is not there to be learnt."""
        with self._lock:
            tag = self._new_tag(kind)
            self._found[tag] = kind
            return tag

    def tag_of(self, value: str) -> str:
        """Return the tag of a value that is a secret, "" when it is none."""
        return self._tags.get(value) or self._context.get(value, "")

    @property
    def kinds(self) -> dict[str, str]:
        """Tag -> kind of all secrets."""
        own = {tag: tag[1:].partition(":")[0] for tag in [*self._tags.values(), *self._context.values()]}
        return self._found | own

    def redact(self, text: str) -> str:
        """Return the text with every secret, in every form, replaced by its tag."""
        if not self._tags and not self._context:
            return text
        pattern = self._compiled()
        return pattern.sub(self._replacement, text)

    def tags_in(self, data: str | bytes) -> list[str]:
        """Return the tags of the secrets that data holds: as they are, URL-encoded, base64, or inside a base64 or
        zlib-compressed part (as signed session cookies carry them).
        """
        raw = data.encode("utf-8", "replace") if isinstance(data, str) else data
        with self._lock:
            forms, codes = dict(self._forms), list(self._context)
        found: dict[str, None] = {}
        for text in _readings(raw):
            # One by one, not by the pattern: a secret may stand inside another, a token inside a session cookie.
            for form, tag in forms.items():
                if form in text:
                    found.setdefault(tag)
            for match in self._compiled().finditer(text) if codes else ():
                found.setdefault(self._tag_for(match))
            for match in TAG.finditer(text):
                found.setdefault(match.group(0))
        return list(found)

    def values(self, kinds: frozenset[str]) -> list[str]:
        """Return the raw secrets of some kinds, for hiding them on screenshots. Never write them anywhere."""
        with self._lock:
            return [value for value, tag in self._tags.items() if tag[1:].partition(":")[0] in kinds]

    def check(self, text: str, name: str) -> None:
        """Refuse a text that is about to leave and still holds a secret.

        Raises:
            Leak: with the name of the file and the tag, never the secret.
        """
        if held := [t for t in self.tags_in(TAG.sub("", text)) if t]:
            raise Leak(f"{name} was not written: it still held {', '.join(held)}")

    def _new_tag(self, kind: str) -> str:
        self._numbers[kind] = self._numbers.get(kind, 0) + 1
        return f"‹{kind}:{self._numbers[kind]}›"

    def _compiled(self) -> re.Pattern[str]:
        with self._lock:
            if self._pattern is None:
                self._pattern = self._compile()
            return self._pattern

    def _compile(self) -> re.Pattern[str]:
        plain = sorted(self._forms, key=len, reverse=True)
        codes = sorted(self._context, key=len, reverse=True)
        parts = []
        if plain:
            parts.append("|".join(re.escape(form) for form in plain))
        if codes:
            joined = "|".join(re.escape(code) for code in codes)
            before = ("code=", "code%3D", '"code": "', '"code":"')
            parts += [rf"(?<={re.escape(b)})(?:{joined})(?![A-Za-z0-9])" for b in before]
        return re.compile("|".join(parts))

    def _tag_for(self, match: re.Match[str]) -> str:
        text = match.group(0)
        return self._forms.get(text) or self._context[text]

    def _replacement(self, match: re.Match[str]) -> str:
        return self._tag_for(match)


def _forms(value: str) -> Iterator[str]:
    """Yield the ways in which a secret is commonly written."""
    yield value
    for encoded in (quote(value, safe=""), quote(value), quote_plus(value)):
        yield encoded
        yield re.sub(r"%[0-9A-F]{2}", lambda match: match.group(0).lower(), encoded)
    yield html.escape(value)
    yield json.dumps(value)[1:-1]
    yield value.encode("unicode_escape").decode()
    for before in range(3):
        yield from _base64_core(value, before)


def _base64_core(value: str, before: int) -> Iterator[str]:
    """Yield the base64 letters that any text holding `value` after `before` (mod 3) bytes must contain."""
    raw = value.encode()
    encoded = base64.b64encode(b"\0" * before + raw).decode().rstrip("=")
    start = (before * 8 + 5) // 6
    # The last letter also depends on what follows unless the bytes end on a border of three.
    end = len(encoded) if (before + len(raw)) % 3 == 0 else len(encoded) - 1
    core = encoded[start:end]
    if len(core) >= 8:
        yield core
        yield core.translate(_URLSAFE)


def _readings(raw: bytes) -> Iterator[str]:
    """Yield data as text, then whatever its base64-looking parts decode or decompress to."""
    yield raw.decode("utf-8", "replace")
    for match in _BASE64_RUN.finditer(raw[:2_000_000]):
        letters = match.group(0).translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
        try:
            decoded = base64.b64decode(letters + b"=" * (-len(letters) % 4))
        except (binascii.Error, ValueError):
            continue
        if decoded[:1] == b"\x78":
            try:
                yield zlib.decompressobj().decompress(decoded, 1_000_000).decode("utf-8", "replace")
            except zlib.error:
                continue
