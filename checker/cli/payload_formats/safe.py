"""Makes what stands in a file safe to show: no control of a terminal, no character that XML has not."""

from __future__ import annotations

import re
from typing import Final

# Controls move a terminal's cursor; embeddings and overrides of the writing direction disguise what is written.
_UNSAFE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def line(text: str) -> str:
    """Return the text as one line, what is unsafe in it written as an escape (`\\x1b`); a tab becomes a blank."""
    return _UNSAFE.sub(_escaped, text.replace("\t", " ")) if not text.isascii() or not text.isprintable() else text


def _escaped(match: re.Match[str]) -> str:
    number = ord(match[0])
    if match[0] == "\n":
        return "\\n"
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"


def cut(text: str, length: int) -> str:
    """Return at most about `length` characters, saying how many were left out."""
    if len(text) <= length + 30:
        return text
    return f"{text[:length].rstrip()} … ({len(text) - length:,} more characters)"
