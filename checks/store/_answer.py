"""The store's rows about the people who connected, each beside ORCID's token response that it should keep."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

from checker.api import Connection, Evidence, Exchange, Outcome, Ruling, Spot, StoreLook, blocked, needs_person
from checker.orcid import scopes
from checker.orcid.answers import json_object

from ._run import bare_id, expected_ids, has_column

_WORST_FIRST = (Outcome.FAILED, Outcome.BLOCKED, Outcome.NEEDS_PERSON, Outcome.PASSED, Outcome.NOT_APPLICABLE)
_LATER = frozenset({"disconnect", "certificate", "reconnect"})
_NOTHING = frozenset({"", "null", "none", "nil", "nan", "-", "never", "0"})


@dataclass(frozen=True)
class Told:
    """A row of the store, and what ORCID had answered for it."""

    row: Connection
    body: dict[str, Any] | None
    """The token response; None when the wire was not recorded."""
    at: datetime | None = None
    """When it came."""
    owner: str = ""
    """iD of the person whom the row is about."""

    def says(self, key: str) -> str:
        """Return a value of the response as text; "" when there is none."""
        value = (self.body or {}).get(key)
        return "" if value is None else str(value)

    def spot(self, note: str = "row of the store") -> Spot:
        """Point at the row."""
        token = self.row.access_token.tag or self.row.access_token.form
        return Spot(snippet=f"orcid={self.row.orcid} access_token={token}", note=note)


def told(look: StoreLook, evidence: Evidence) -> list[Told] | Ruling:
    """Return the rows of those who connected, of each the newest as far as tokens tell; or why there is none."""
    expected = expected_ids(evidence)
    if not expected:
        return blocked("ORCID never gave the portal a token for a person in this run.", whose="member")
    answers = _answers(look, evidence)
    by_tag = {str(body.get("access_token")): (e, body) for e, body in answers}
    by_orcid = {e.orcid: (e, body) for e, body in answers}
    rows = [row for row in look.connections if row.access_token.tag in by_tag or bare_id(row.orcid) in expected]
    if not rows:
        return blocked(f"The store has no row for {' or '.join(sorted(expected))}.", whose="member")
    found: dict[str, list[tuple[int, Told]]] = defaultdict(list)
    for row in rows:
        answer = by_tag.get(row.access_token.tag) or by_orcid.get(bare_id(row.orcid))
        owner = answer[0].orcid if answer else bare_id(row.orcid)
        one = Told(row, answer[1] if answer else None, answer[0].at if answer else None, owner)
        # A person may have an older row beside the new one, of a token from another time or without any.
        age = 0 if row.access_token.tag in by_tag else 1 if row.access_token.present else 2
        found[one.owner].append((age, one))
    return [one for ages in found.values() for age, one in ages if age == min(ages, key=lambda pair: pair[0])[0]]


def each_person(rows: list[Told], judge: Callable[[list[Told]], Ruling]) -> Ruling:
    """Judge the rows of each person by themselves; what is worst for one is said."""
    rulings = [judge([row for row in rows if row.owner == owner]) for owner in dict.fromkeys(r.owner for r in rows)]
    return min(rulings, key=lambda ruling: _WORST_FIRST.index(ruling.outcome))


def unshown(look: StoreLook, meaning: str, what: str) -> Ruling | None:
    """Ask a person when the export does not show a column: it may be kept elsewhere."""
    if has_column(look.connection_columns, meaning):
        return None
    return needs_person(
        f"The store export shows no column for {what}. Is it kept elsewhere?",
        observed=f"columns: {', '.join(look.connection_columns)}",
    )


def is_nothing(cell: str) -> bool:
    """Say whether a cell holds no value, only a word for none."""
    return cell.strip().lower() in _NOTHING


def is_hidden(cell: str) -> bool:
    """Say whether an export hides the value."""
    return re.search(r"[*•●…]|x{4}|\bmasked|\bredacted|\bhidden", cell, re.IGNORECASE) is not None


def scope_set(text: str) -> set[str] | None:
    """Return the scopes in a cell, however they are written, by their common names; None when it names none.

    >>> sorted(scope_set('["/read-limited", "ACTIVITIES_UPDATE"]'))
    ['/activities/update', '/read-limited']
    """
    words = [word for word in re.split(r"[\s,;|\"'\[\]{}()+]+", unquote(text)) if word]
    if not words:
        return None
    names = {_flat(scope): scope for scope in (*scopes.THREE_LEGGED, *scopes.TWO_LEGGED, *scopes.PRIVATE)}
    found = {names.get(_flat(word), word) for word in words}
    return found if any(_flat(word) in names or word.startswith("/") for word in words) else None


@dataclass(frozen=True)
class Expiry:
    """What a cell says about the end of a token."""

    at: datetime | None = None
    seconds: float | None = None
    """From when it was given."""


def expiry(cell: str) -> Expiry | None:
    """Read a point in time, or a length of time in seconds; None when it is neither.

    Numbers below 1,000,000,000 are lengths: as points in time they would lie before 2001.
    """
    value = cell.strip()
    if re.fullmatch(r"-?\d+(?:\.\d+)?", value):
        number = float(value)
        if number < 1e9:
            return Expiry(seconds=number)
        for unit in (1e11, 1e14, 1e17):  # seconds, milliseconds, microseconds
            if number < unit:
                return _moment(number / (unit / 1e11))
        return None
    text = re.sub(r"\s*(?:UTC|GMT)$", "+00:00", value).replace(",", ".")
    text = re.sub(r"([+-]\d\d)$", r"\1:00", text) if ":" in text else text
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return Expiry(at=at if at.tzinfo else at.replace(tzinfo=UTC))


def _moment(seconds: float) -> Expiry | None:
    try:
        return Expiry(at=datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))
    except OverflowError:
        return None


def _answers(look: StoreLook, evidence: Evidence) -> list[tuple[Exchange, dict[str, Any]]]:
    """Return ORCID's token responses about a person that had come by the time of a look."""
    found = []
    for exchange in evidence.wire or []:
        late = exchange.journey in _LATER and look.when != "reconnect"
        if exchange.kind == "token" and exchange.status == 200 and exchange.orcid and not late:
            body = json_object(exchange.response_body)
            if body.get("access_token"):
                found.append((exchange, body))
    return found


def _flat(scope: str) -> str:
    return re.sub(r"[/_-]+", " ", scope).strip().lower()
