"""What the run should have left in the portal's store: read from the wire, and from the plan where there is none."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from checker.api import (
    Authorization,
    Connection,
    Evidence,
    Exchange,
    Ruling,
    Run,
    Spot,
    StoreLook,
    blocked,
    column_meaning,
)
from checker.orcid import api_path, ids, scopes
from checker.orcid.answers import json_object
from checker.orcid.cells import read_id
from checker.orcid.payloads import KINDS

from ..collect._oauth import asked

_PUT_CODE = re.compile(r"""put-code["']?\s*[:=]\s*["']?(\d+)""")
_ERROR = re.compile(r"""error-code["']?\s*[:>]\s*["']?(\d+)""")
_BULK_ANSWER = re.compile(rf"{_PUT_CODE.pattern}|{_ERROR.pattern}")
_XML_WORK = re.compile(r"<(?:[\w-]+:)?work(?![\w:-]).*?</(?:[\w-]+:)?work\s*>", re.DOTALL)
_SECTIONS = frozenset(k.path for k in KINDS.values() if k.family not in {"bulk", "group", "notification"})
MORE = "Record the portal while it does that, if it does, or run a review: orcid-review run."
"""What to do where a recording holds too little."""

_NOT_ITEMS = frozenset({"", "webhook", "group-id-record", "notification-permission", "search"})


@dataclass(frozen=True)
class Issued:
    """An access token that ORCID gave the portal for one person."""

    tag: str
    orcid: str
    journey: str
    number: int
    """Of the exchange."""


@dataclass(frozen=True)
class Write:
    """One answered call that adds, changes or removes an item of a record."""

    exchange: Exchange
    orcid: str
    section: str
    put_codes: tuple[str, ...]
    """For an addition: what ORCID answered. For a change or removal: the one in the address."""

    @property
    def kind(self) -> str:
        """Section in which its items lie: works are sent in bulk to `works`, and each lies in `work`."""
        return "work" if self.section == "works" else self.section

    def spot(self, note: str = "") -> Spot:
        """Point at it."""
        e = self.exchange
        return Spot(exchange=e.number, snippet=f"{e.method} {e.path} -> {e.status}", note=note)


@dataclass(frozen=True)
class Added:
    """One item that a call would add: a bulk of works adds many, and ORCID answers each for itself."""

    write: Write
    body: str
    """What was sent of it; empty when it cannot be told from the others of its bulk."""
    put_code: str
    """Empty: ORCID did not take it."""
    error: int = 0
    """ORCID's error code for it, where it names one."""


def bare_id(text: str) -> str:
    """Return the first iD in a cell of the store, in bare form, however it is written; "" when there is none."""
    if read_id(text).form == "encoded":
        return ""
    found = ids.find_loose(text)
    # A number has lost its leading zeros.
    return ids.normalise(found[0]) if found else read_id(text).orcid


def rows_of(look: StoreLook, orcids: set[str]) -> list[Connection]:
    """Return the rows about the given people."""
    return [row for row in look.connections if bare_id(row.orcid) in orcids]


def has_column(columns: list[str], meaning: str) -> bool:
    """Say whether an export shows a column of this meaning."""
    return any(column_meaning(name) == meaning for name in columns)


def issued(wire: list[Exchange]) -> list[Issued]:
    """Return the access tokens given out for a person, in order."""
    found = []
    for exchange in wire:
        if exchange.kind == "token" and exchange.status == 200 and exchange.orcid:
            tag = json_object(exchange.response_body).get("access_token")
            if isinstance(tag, str) and tag:
                found.append(Issued(tag, exchange.orcid, exchange.journey, exchange.number))
    return found


def expected_ids(evidence: Evidence) -> set[str]:
    """Return the iDs that ORCID told the portal; without a wire, that of the researcher who signed in."""
    if evidence.wire is not None:
        return {e.orcid for e in evidence.wire if e.kind == "token" and e.status == 200 and e.orcid}
    came_back = any(a.answer in {"allowed", "silent"} for j in evidence.journeys for a in j.authorizations)
    return {evidence.run.researcher} if evidence.run.researcher and came_back else set()


def kept_in_use(wire: list[Exchange], tokens: list[Issued]) -> list[Exchange]:
    """Return the good API calls made with a token on a later journey than the one that brought it.

    Each journey has a fresh browser, so the portal's side must have kept the token in between.
    """
    found = []
    for call in wire:
        if call.kind == "api" and call.side == "server" and call.status < 400:
            brought = [t for t in tokens if t.tag == call.token and t.number < call.number]
            # ORCID may hand out the same token again: the last time before the call counts.
            if brought and brought[-1].journey != call.journey:
                found.append(call)
    return found


def writes(wire: list[Exchange]) -> list[Write]:
    """Return every call of the portal that would add, change or remove an item, whatever ORCID answered."""
    found = []
    for exchange in wire:
        path = api_path.parse(exchange.path)
        if exchange.kind != "api" or exchange.method not in {"POST", "PUT", "DELETE"} or path.section in _NOT_ITEMS:
            continue
        if exchange.method == "POST":
            codes = _answered_codes(exchange)
        else:
            codes = (path.put_code,) if path.put_code else ()
        found.append(Write(exchange, path.orcid, path.section, codes))
    return found


def additions(done: list[Write]) -> list[Added]:
    """Return every item that the calls would add, in order."""
    return [item for write in done if write.exchange.method == "POST" for item in _additions(write)]


def _additions(write: Write) -> list[Added]:
    exchange = write.exchange
    if write.section != "works" or exchange.status != 200:
        errors = _ERROR.findall(exchange.response_body) if exchange.status >= 400 else []
        code = write.put_codes[0] if write.put_codes else ""
        return [Added(write, exchange.request_body, code, int(errors[0]) if errors else 0)]
    answers = _bulk_answers(exchange.response_body)
    bodies = _bulk_bodies(exchange.request_body)
    if len(bodies) != len(answers):  # of a body that was cut, for instance
        bodies = [""] * len(answers)
    return [Added(write, body, code, error) for body, (code, error) in zip(bodies, answers, strict=True)]


def _bulk_bodies(body: str) -> list[str]:
    if works := json_object(body).get("bulk"):
        return [json.dumps(work) for work in works] if isinstance(works, list) else []
    return _XML_WORK.findall(body)


def _bulk_answers(body: str) -> list[tuple[str, int]]:
    """Return put-code or error code of each work, in the order in which they were sent."""
    return [(code, int(error or 0)) for code, error in _BULK_ANSWER.findall(body)]


def section_named(kind: str) -> str:
    """Return the section of a record that a row's type names, as ORCID writes it; "" when it is a word of its own.

    >>> section_named("Peer_Reviews"), section_named("journal-article")
    ('peer-review', '')
    """
    word = re.sub(r"[\s_]+", "-", kind.strip().lower())
    return next((name for name in (word, word.removesuffix("s"), f"{word}s") if name in _SECTIONS), "")


def asked_scopes(authorizations: list[Authorization]) -> set[str]:
    """Return the scopes of the authorization addresses."""
    return {scope for authorization in authorizations for scope in asked(authorization)}


def may_write(run: Run, authorizations: list[Authorization]) -> bool:
    """Say whether the portal declares, or asks for, a scope that lets it change a record.

    What it asks for besides, a recording does not show: there it may.
    """
    return bool(run.recording) or any(_writing(scope) for scope in asked_scopes(authorizations).union(run.scopes or []))


def update_phase(evidence: Evidence) -> Callable[[Exchange], bool]:
    """Return what says whether a call came while the plan's `[steps] update` were done."""
    journey = evidence.journey("write")
    ends = {
        name: step.at
        for step in (journey.steps if journey else [])
        for name in ("write", "update")
        if step.label.endswith(f"[steps] {name}")
    }
    if journey is None or "update" not in ends:
        return lambda _: False
    begin, end = ends.get("write", journey.started), ends["update"]
    return lambda exchange: exchange.journey == journey.name and begin < exchange.at <= end


def same_thing(one: str, other: str) -> bool | None:
    """Say whether two bodies are about one item, by their identifiers of the item itself; None when it is open."""
    if one and one == other:
        return True
    mine, theirs = set(_identifiers(one)), set(_identifiers(other))
    return bool(mine & theirs) if mine and theirs else None


def no_wire(evidence: Evidence) -> Ruling | None:
    """Rule `blocked` when ORCID's side was not recorded."""
    if unheard := evidence.unheard:
        return blocked(unheard.message, whose=unheard.whose, todo=unheard.todo)
    return None


def not_in_recording(evidence: Evidence, what: str) -> Ruling | None:
    """Rule `blocked` when a recording is judged that holds none of something: the portal may do it all the same."""
    if not evidence.run.recording:
        return None
    return blocked(
        f"{evidence.run.recording} holds no {what}.",
        todo=MORE,
    )


def no_store(evidence: Evidence) -> Ruling | None:
    """Rule `blocked` when the store was not seen."""
    if block := evidence.store.block:
        return blocked(block.message, whose=block.whose, todo=block.todo)
    if not evidence.store.looks:
        return blocked("The store was not looked at.", whose="member", todo="Name the store in [store] of the plan.")
    return None


def _identifiers(body: str) -> Iterator[tuple[str, str]]:
    """Yield type and value of each external identifier that is the item's own (relationship `self`)."""
    for block in _XML_IDENTIFIER.findall(body):
        kind, value, relationship = (_element(block, f"external-id-{n}") for n in ("type", "value", "relationship"))
        if value and relationship.lower() in {"", "self"}:
            yield kind.lower(), value.lower()
    for found in _objects(json_object(body)):
        own = str(found.get("external-id-relationship") or "self").lower() == "self"
        if own and (value := str(found.get("external-id-value") or "").strip()):
            yield str(found.get("external-id-type")).lower(), value.lower()


_XML_IDENTIFIER = re.compile(r"<(?:[\w-]+:)?external-id>(.*?)</(?:[\w-]+:)?external-id>", re.DOTALL)


def _element(xml: str, name: str) -> str:
    match = re.search(rf"<(?:[\w-]+:)?{name}>(.*?)<", xml, re.DOTALL)
    return match.group(1).strip() if match else ""


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, dict):
        yield data
        # What a review is about is not the review: the same manuscript is reviewed twice.
        data = [value for name, value in data.items() if name != "subject-external-identifier"]
    for value in data if isinstance(data, list) else []:
        yield from _objects(value)


def _writing(scope: str) -> bool:
    return scope in scopes.WRITING or (scopes.is_deprecated(scope) and scope.endswith(("/update", "/create")))


def _answered_codes(exchange: Exchange) -> tuple[str, ...]:
    if exchange.status == 201:
        headers = {name.lower(): value for name, value in exchange.response_headers.items()}
        code = api_path.parse(headers.get("location", "")).put_code
        return (code,) if code else ()
    # Works sent in bulk are answered in the body, one work or error for each.
    return tuple(dict.fromkeys(_PUT_CODE.findall(exchange.response_body))) if exchange.status == 200 else ()
