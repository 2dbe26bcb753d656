"""How Java looks at text: what is blank to it, and how long it is."""

from __future__ import annotations

from typing import Final, TypeGuard

_TRIMMED: Final = "".join(map(chr, range(0x21)))
"""What `String.trim` takes away. Other white space, a no-break space for instance, counts as text."""


def filled(text: str | None) -> TypeGuard[str]:
    """Return whether there is text that Java's trim leaves something of."""
    if not text:
        return False
    return text[0] > " " or bool(text.strip(_TRIMMED))


def length(text: str) -> int:
    """Return the number of UTF-16 units, as Java counts characters."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def shown(text: str, most: int = 80) -> str:
    """Return the text in quotation marks for a message, shortened when it is long."""
    return repr(text if len(text) <= most else f"{text[: most - 1]}…")
