"""What the portal did with an answer of ORCID's: what it sent next, what it stored, what it told the person."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from checker.api import Evidence, Exchange, Item, Journey, Spot
from checker.orcid import api_path

_LONGEST: Final = 200
"""Characters of the page's words that are repeated."""


def aftermath(exchange: Exchange, evidence: Evidence) -> Spot | None:
    """Point at the page that the person saw after a write, and say what had been sent and stored by then.

    None where the write was not part of the plan's steps, after each of which page and store are looked at.
    """
    journey = evidence.journey("write")
    if journey is None or exchange.journey != journey.name:
        return None
    looks = [(s.label.partition("[steps] ")[2], s.at, s.page) for s in journey.steps if "[steps] " in s.label]
    after = next(((name, at, page) for name, at, page in looks if page and at >= exchange.at), None)
    if after is None:
        return None
    phase, until, page = after
    assert page is not None
    told = [_sent(exchange, evidence, until), _stored(exchange, evidence, phase), _showed(journey, page)]
    return Spot(page=page, note=f"After that the portal {'; '.join(part for part in told if part)}.")


def _sent(exchange: Exchange, evidence: Evidence, until: datetime) -> str:
    section = api_path.parse(exchange.path).section
    later = [
        e for e in evidence.wire or []
        if e.number > exchange.number and e.at <= until
        and e.method in {"POST", "PUT", "DELETE"} and e.orcid == exchange.orcid
        and api_path.parse(e.path).section == section
    ]  # fmt: skip
    if not later:
        return f"sent nothing more about {section}"
    return "sent " + " and ".join(f"{e.method} {e.path} (answer {e.status})" for e in later[:3])


def _stored(exchange: Exchange, evidence: Evidence, phase: str) -> str:
    looks = evidence.store.looks
    at = next((n for n, look in enumerate(looks) if look.when == phase), 0)
    if not at or looks[at].items is None or looks[at - 1].items is None:
        return ""
    before = set(_rows(looks[at - 1].items, exchange))
    new = [row for row in _rows(looks[at].items, exchange) if row not in before]
    if not new:
        return "nothing is new in its store"
    return "new in its store: " + ", ".join(
        f"{row.type or 'an item'} {row.put_code or 'without a put-code'}" for row in new[:4]
    )


def _rows(items: list[Item] | None, exchange: Exchange) -> list[Item]:
    return [row for row in items or [] if not row.orcid or exchange.orcid in row.orcid]


def _showed(journey: Journey, page_id: str) -> str:
    pages = [page for page in journey.pages if page.side == "portal"]
    at = next((n for n, page in enumerate(pages) if page.id == page_id), None)
    if at is None:
        return ""
    known = set(pages[at - 1].text.splitlines()) if at else set()
    new = " ".join(line.strip() for line in pages[at].text.splitlines() if line not in known).strip()
    if not new:
        return "it told the person nothing new"
    return f"it showed the person «{new[:_LONGEST]}{'…' if len(new) > _LONGEST else ''}»"
