"""What a portal says to the Member API: whose token, which permission, what it sends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from checker.api import Authorization, Evidence, Exchange, Ruling, Spot, blocked, not_applicable
from checker.orcid import api_path, scopes
from checker.orcid.answers import json_object
from checker.orcid.payloads import KINDS
from checker.orcid.payloads.json_form import read_json
from checker.orcid.payloads.xml_form import read_xml

from ..collect._oauth import asked
from ..store._run import Added, Write, additions, may_write, no_wire, not_in_recording, same_thing, writes

PERSON = frozenset(kind.path for kind in KINDS.values() if kind.family == "person")
AFFILIATIONS = frozenset(kind.path for kind in KINDS.values() if kind.family == "affiliation")
ITEMS = frozenset(kind.path for kind in KINDS.values() if kind.family not in {"group", "notification"})
"""Sections of a record that an item can be written to."""

_KIND_AT = {kind.path: kind for kind in KINDS.values()}
_READING = frozenset({"/read-limited", "/activities/update", "/person/update"})

GUIDE = "LYRASIS, ORCID Member API custom integration guide (2022)"
SLIDES = "ORCID, Collect and Connect"


@dataclass(frozen=True)
class Grant:
    """An access token as ORCID gave it."""

    tag: str
    grant: str
    """`grant_type`: authorization_code, refresh_token, client_credentials, token exchange ..."""
    orcid: str
    """Empty for a token of the client itself."""
    scopes: frozenset[str]
    exchange: Exchange

    @property
    def by_person(self) -> bool:
        """Whether a person's consent stands behind it."""
        return bool(self.orcid)

    @property
    def on_behalf(self) -> bool:
        """Whether it came by token exchange, so that another member stands behind it."""
        return "token-exchange" in self.grant


def grants(wire: Iterable[Exchange]) -> list[Grant]:
    """Return every token that ORCID gave out, in order."""
    found = []
    for exchange in wire:
        if exchange.kind != "token" or exchange.status != 200:
            continue
        body = json_object(exchange.response_body)
        tag = body.get("access_token")
        if isinstance(tag, str) and tag:
            given = frozenset(scopes.split(str(body.get("scope") or "")))
            found.append(Grant(tag, exchange.grant, exchange.orcid, given, exchange))
    return found


def grant_of(call: Exchange, given: Sequence[Grant]) -> Grant | None:
    """Return how the call's token was given; None: it has none, or one from before this run."""
    before = [g for g in given if g.tag == call.token and g.exchange.number < call.number]
    return before[-1] if before else None


def api_calls(wire: Iterable[Exchange]) -> list[Exchange]:
    """Return the calls of the portal's server to the API."""
    return [e for e in wire if e.kind == "api" and e.side == "server"]


def reads(wire: Iterable[Exchange]) -> list[Exchange]:
    """Return the calls that read a record."""
    return [e for e in api_calls(wire) if e.method == "GET" and e.orcid]


def spot(exchange: Exchange, note: str = "") -> Spot:
    """Point at a call."""
    return Spot(exchange=exchange.number, snippet=line(exchange), note=note)


def line(exchange: Exchange) -> str:
    """Say a call in one line."""
    return f"{exchange.method} {exchange.path} -> {exchange.status}"


def lines(calls: Iterable[Exchange], most: int = 6) -> str:
    """Say calls, each once."""
    said = list(dict.fromkeys(line(call) for call in calls))
    return "; ".join(said[:most]) + (f"; and {len(said) - most} more" if len(said) > most else "")


def error_code(exchange: Exchange) -> int:
    """Return ORCID's error code of an answer, 0 when it names none."""
    code = json_object(exchange.response_body).get("error-code")
    if isinstance(code, int):
        return code
    _, found, rest = exchange.response_body.partition("error-code>")
    digits = rest.partition("<")[0].strip()
    return int(digits) if found and digits.isascii() and digits.isdigit() else 0


def content(exchange: Exchange) -> dict[str, Any]:
    """Return what a body sent to an item's address holds, as ORCID's JSON writes it; empty when it cannot be read."""
    kind = _KIND_AT.get(api_path.parse(exchange.path).section)
    if kind is None or not exchange.request_body.strip() or exchange.request_cut:
        return {}
    told = {name.lower(): value for name, value in exchange.request_headers.items()}.get("content-type", "")
    body = exchange.request_body
    if "json" in told or (not told and body.lstrip().startswith("{")):
        return read_json(body, kind.name).content or {}
    return read_xml(body.encode("utf-8", "replace"), kind.name).content or {}


def alike(one: Added, other: Added) -> bool | None:
    """Say whether two additions, or an addition and a change, are about one thing; None when it cannot be told.

    Without identifiers, a thing is told by what it is called, an affiliation by where and since when.
    """
    if (one.write.orcid, one.write.kind) != (other.write.orcid, other.write.kind):
        return False
    if (answer := same_thing(one.body, other.body)) is not None:
        return answer
    marks = [mark for item in (one, other) if (mark := _mark(item))]
    return True if len(marks) == 2 and marks[0] == marks[1] else None


def _mark(item: Added) -> tuple[str, ...]:
    held = content(item.write.exchange) if item.body == item.write.exchange.request_body else {}
    if item.write.kind in AFFILIATIONS:
        organization, start = held.get("organization"), held.get("start-date")
        where = text(organization.get("name")) if isinstance(organization, dict) else ""
        since = tuple(text(start.get(part)) for part in ("year", "month", "day")) if isinstance(start, dict) else ()
        return (where, *since) if where else ()
    title = held.get("title")
    name = text(title.get("title")) if isinstance(title, dict) else text(title)
    name = name or text(held.get("content"))
    return (name,) if name else ()


def sent_items(done: list[Write]) -> list[Added]:
    """Return every item that was sent, to be added or to replace one, in order."""
    changes = [
        Added(w, w.exchange.request_body, w.put_codes[0] if w.exchange.status == 200 and w.put_codes else "")
        for w in done
        if w.exchange.method == "PUT"
    ]
    return sorted([*additions(done), *changes], key=lambda item: item.write.exchange.number)


def text(value: Any) -> str:
    """Return a text of ORCID's JSON, wrapped or not."""
    inner = value.get("value") if isinstance(value, dict) else value
    return " ".join(inner.split()) if isinstance(inner, str) else ""


def writers(authorizations: list[Authorization], evidence: Evidence) -> list[Write] | Ruling:
    """Return the portal's answered writes to records, also those from the browser; or why there are none to judge."""
    return writes(evidence.wire or []) or none_written(authorizations, evidence)


def none_written(authorizations: list[Authorization], evidence: Evidence) -> Ruling:
    """Rule on a portal that wrote nothing: it need not, or it was not seen to."""
    if not may_write(evidence.run, authorizations):
        return not_applicable("The portal asks for no permission to change records, and changed none.")
    if ruling := no_wire(evidence) or not_in_recording(evidence, "write of the portal's server to a record"):
        return ruling
    if journey := evidence.journey("write"):
        if block := journey.block:
            return blocked(block.message, whose=block.whose, todo=block.todo)
        return blocked(
            "The steps that should make the portal write were done, and nothing reached ORCID.", whose="member"
        )
    if (connect := evidence.journey("connect")) and (block := connect.block):
        return blocked(block.message, whose=block.whose, todo=block.todo)
    return blocked(
        "The portal may change records and changed none in this review.",
        whose="member",
        todo="Name the steps that make it add an item under [steps] write.",
    )


def may_connect(authorizations: list[Authorization], evidence: Evidence) -> bool:
    """Say whether the portal declares or asks for a permission to read or change records.

    What it asks for besides, a recording does not show: there it may.
    """
    if evidence.run.recording:
        return True
    wanted = {scope for a in authorizations for scope in asked(a)}.union(evidence.run.scopes or [])
    current = wanted | {scopes.replacement(scope) or scope for scope in wanted}
    return bool(current & _READING)
