"""Makes text from the evidence safe to show. What a portal wrote is hostile until it has been through here."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

# C0 and C1 controls but tab and newline: they move a terminal's cursor, or are not allowed in HTML.
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Embeddings and overrides of the writing direction could make one address look like another.
_DIRECTION: Final = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_PIECE: Final = re.compile(
    r"`(?P<code>[^`\n]+)`|(?P<url>https?://[^\s<>\"'`«»‹›]+[^\s<>\"'`«»‹›.,;:!?)\]])",
)


def clean(text: str) -> str:
    """Return the text with controls replaced and direction marks made visible."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _DIRECTION.sub(lambda m: f"[U+{ord(m[0]):04X}]", _CONTROLS.sub("\ufffd", text))


def cut(text: str, length: int) -> str:
    """Return at most `length` characters, saying how many were left out."""
    if len(text) <= length:
        return text
    return f"{text[:length].rstrip()} … ({len(text) - length} more characters)"


def one_line(text: str) -> str:
    """Fold all white space into single blanks."""
    return " ".join(clean(text).split())


def link(url: str) -> str:
    """Return the address if a reader may follow it (http or https, well-formed), else the empty text."""
    if clean(url) != url or re.search(r"\s", url):
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and host else ""


def pieces(text: str) -> list[tuple[str, str]]:
    """Split our own prose into (kind, text) pieces: `link`, `code` (written between backticks), `text`."""
    found, at = [], 0
    for match in _PIECE.finditer(text):
        code, url = match["code"], match["url"]
        if code is None and not link(url):
            continue
        found += [("text", text[at : match.start()]), ("link", url) if code is None else ("code", code)]
        at = match.end()
    found.append(("text", text[at:]))
    return [piece for piece in found if piece[1]]
