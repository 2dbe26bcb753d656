"""Whether a page shows somebody's iD."""

from __future__ import annotations

from checker.api import Occurrence, Page
from checker.orcid import ids

from ._text import fold


def shown(page: Page, orcid: str) -> list[Occurrence]:
    """Return the places where a page shows an iD as the person's own; a message that names it is none."""
    messages = [fold(m) for m in page.snapshot.messages]
    return [
        o
        for o in page.snapshot.occurrences
        if o.visible
        and o.context == "content"
        and orcid in _ids(o)
        and not any(orcid in m and fold(o.text) in m for m in messages)
    ]


def shows(page: Page, orcid: str) -> bool:
    """Say whether a page shows an iD as the person's own."""
    return bool(orcid and shown(page, orcid))


def _ids(occurrence: Occurrence) -> set[str]:
    target = occurrence.link.href if occurrence.link else ""
    return {ids.normalise(found) for found in ids.find_loose(f"{occurrence.text} {target}")}
