"""Which form an answer of the Member API has, and which a body has (facts on the API, section 1: observed)."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from .submissions import JSON_TYPES, XML_TYPES

TAKEN: Final = frozenset(XML_TYPES + JSON_TYPES)
DEFAULT: Final = XML_TYPES[0]


def plain(content_type: str) -> str:
    """Return a media type without its parameters."""
    return content_type.partition(";")[0].strip().lower()


@lru_cache(maxsize=256)
def answer_type(accept: str, content_type: str) -> str | None:
    """Choose the answer's type: what is accepted, else what was sent, else XML; None when nothing fits."""
    accepted = []
    for part in accept.split(","):
        media, *parameters = (p.strip().lower() for p in part.split(";"))
        quality = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        if media:
            accepted.append((_float(quality), media))
    # A stable sort: of equals the first named wins.
    for _, media in sorted(accepted, key=lambda pair: -pair[0]):
        if media in TAKEN:
            return media
        if media in {"*/*", "application/*"}:
            break
    else:
        if accepted:
            return None
    sent_as = plain(content_type)
    return sent_as if sent_as in TAKEN else DEFAULT


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
