"""The write journal: everything that a review caused at ORCID, and taking it back at the end, last things first."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, Literal
from urllib.parse import quote, unquote

from ..evidence.model import Exchange, RecordItem, RecordLook, Written
from ..orcid import api_path
from .errors import GatherError
from .record import OrcidReader

MOST_ORIGINALS: Final = 200
"""Items of the client that were there before and are kept in mind, so that a change to them can be taken back."""

_ACTIONS: Final[dict[str, Literal["added", "changed", "removed"]]] = {
    "POST": "added", "PUT": "changed", "DELETE": "removed",
}  # fmt: skip
_OWN_SCOPES: Final = {
    "webhook": "/webhook",
    "group-id-record": "/group-id-record/update",
    "notification-permission": "/premium-notification",
}
"""What the client does with a token of its own, not with a person's."""
_MADE_BY_ORCID: Final = ("put-code", "path", "source", "created-date", "last-modified-date", "visibility")

Key = tuple[str, str, str]
"""iD, section, put-code."""


def journal(wire: Sequence[Exchange], looks: Sequence[RecordLook], client_id: str) -> list[Written]:
    """Return what was added, changed and removed, in order.

    Args:
        wire: what ORCID was told; what it refused is left out.
        looks: of the record: they also show what came another way than over the wire that was recorded.
        client_id: of the client under review.
    """
    found = [line for exchange in wire for line in _lines(exchange)]
    known = {_key(line) for line in found}
    for orcid in dict.fromkeys(look.orcid for look in looks):
        found += _unheard(orcid, looks, client_id, known)
    return _settled(sorted(found, key=lambda line: line.at), looks)


def _lines(exchange: Exchange) -> Iterable[Written]:
    path = api_path.parse(exchange.path)
    if exchange.kind != "api" or exchange.method not in _ACTIONS or not 200 <= exchange.status < 300:
        return
    action = _ACTIONS[exchange.method]
    codes = [path.put_code]
    if path.section == "webhook":
        # The address to call is part of the path; a second registration of it (204) changes nothing.
        action = "removed" if exchange.method == "DELETE" else "added"
        codes = (
            [unquote(exchange.path.partition("/webhook/")[2])] if exchange.status != 204 or action != "added" else []
        )
    elif action == "added":
        codes = _answered(exchange)
    for code in codes:
        yield Written(
            at=exchange.at, journey=exchange.journey, exchange=exchange.number, action=action,
            orcid=path.orcid, section="work" if path.section == "works" else path.section, put_code=code,
        )  # fmt: skip


def _answered(exchange: Exchange) -> list[str]:
    """Return the put-codes in an answer to an addition; one that names none was an addition all the same."""
    if exchange.status == 201:
        headers = {name.lower(): value for name, value in exchange.response_headers.items()}
        return [api_path.parse(headers.get("location", "")).put_code]
    try:
        works = [part.get("work") or {} for part in json.loads(exchange.response_body)["bulk"]]
        return [str(work["put-code"]) for work in works if work.get("put-code")]
    except (ValueError, KeyError, TypeError, AttributeError):
        from lxml import etree

        try:
            root = etree.fromstring(exchange.response_body.encode(), etree.XMLParser(resolve_entities=False))
        except etree.XMLSyntaxError:
            return []
        return [code for work in root if (code := work.get("put-code"))]


def _unheard(orcid: str, looks: Sequence[RecordLook], client_id: str, known: set[Key]) -> list[Written]:
    """Return the client's items that came or went between the looks at a record without a word on the wire."""
    seen = [look for look in looks if look.orcid == orcid and look.block is None]
    found = []
    for before, after in pairwise(seen):
        mine = [{(orcid, i.section, i.put_code): i for i in look.of(client_id)} for look in (before, after)]
        steps: tuple[tuple[Literal["added", "removed"], dict[Key, RecordItem], dict[Key, RecordItem]], ...] = (
            ("removed", mine[0], mine[1]),
            ("added", mine[1], mine[0]),
        )
        for action, has, lacks in steps:
            found += [
                Written(at=after.at, journey="", action=action, orcid=orcid, section=i.section, put_code=i.put_code,
                        title=i.title, note="seen on the record; not heard on the wire")
                for key, i in has.items() if key not in lacks and key not in known
            ]  # fmt: skip
    return found


def _settled(lines: list[Written], looks: Sequence[RecordLook]) -> list[Written]:
    """Name the items, and mark what the run itself has undone already: an addition that was removed again."""
    titles = {(look.orcid, i.section, i.put_code): i.title for look in looks for i in look.items}
    added = {_key(line) for line in lines if line.action == "added"}
    last = {_key(line): line.action for line in lines}
    return [
        line.model_copy(
            update={
                "title": line.title or titles.get(_key(line), ""),
                "state": "gone" if _key(line) in added and last[_key(line)] == "removed" else "kept",
            }
        )
        for line in lines
    ]


def _key(line: Written) -> Key:
    return (line.orcid, line.section, line.put_code)


@dataclass
class Undo:
    """Takes back what a journal names, in reverse order.

    Args:
        reader: the run's own calls to ORCID.
        tokens_for: the access tokens that may change a person's record, the best first.
        fresh_token: asked once a person's tokens are all ended: a new permission, or "" when there is none to be had.
    """

    reader: OrcidReader
    tokens_for: Callable[[str], Sequence[str]]
    fresh_token: Callable[[str], str] = lambda _: ""
    originals: dict[Key, dict[str, Any]] = field(default_factory=dict)
    """What items held before the review."""
    _fresh: dict[str, str] = field(default_factory=dict)

    def remember(self, look: RecordLook) -> None:
        """Keep in mind what the client's items held before anything is changed."""
        for item in look.of(self.reader.client_id)[:MOST_ORIGINALS]:
            key = (look.orcid, item.section, item.put_code)
            if key not in self.originals:
                try:
                    self.originals[key] = self.reader.whole(*key)
                except GatherError:
                    continue

    def take_back(self, lines: Sequence[Written]) -> list[Written]:
        """Undo the lines that are still in effect and return the journal with what became of each."""
        added = {_key(line) for line in lines if line.action == "added"}
        done: dict[int, Written] = {}
        settled: dict[Key, Written] = {}
        for number, line in reversed(list(enumerate(lines))):
            key = _key(line)
            if line.state != "kept":
                continue
            if line.action == "changed" and key in added:
                continue  # goes with the item
            if key not in settled:
                settled[key] = self._one(line)
            state = settled[key]
            done[number] = line.model_copy(update={"state": state.state, "note": state.note or line.note})
        for number, line in enumerate(lines):
            if line.state == "kept" and number not in done and _key(line) in settled:
                done[number] = line.model_copy(update={"state": settled[_key(line)].state})
        return [done.get(number, line) for number, line in enumerate(lines)]

    def _one(self, line: Written) -> Written:
        try:
            state, note = self._undo(line)
        except GatherError as error:
            state, note = "left", error.message
        return line.model_copy(update={"state": state, "note": note})

    def _undo(self, line: Written) -> tuple[str, str]:
        key = _key(line)
        address = f"{line.orcid}/webhook/{quote(line.put_code, safe='')}" if line.section == "webhook" else ""
        address = address or "/".join(part for part in ("v3.0", line.orcid, line.section, line.put_code) if part)
        if line.action == "added":
            return self._send(line, "DELETE", address, None, good={200, 204}, gone=404)
        if line.section == "webhook":
            return self._send(line, "PUT", address, None, good={201, 204})
        if (content := self.originals.get(key)) is None:
            return "left", "what it held before is not known"
        if line.action == "changed":
            return self._send(line, "PUT", address, content, good={200})
        again = {name: value for name, value in content.items() if name not in _MADE_BY_ORCID}
        state, note = self._send(line, "POST", f"v3.0/{line.orcid}/{line.section}", again, good={201})
        return state, note or "added again, under a new put-code"

    def _send(
        self, line: Written, method: str, address: str, content: Any, *, good: set[int], gone: int = 0
    ) -> tuple[str, str]:
        body = None if content is None else json.dumps(content, ensure_ascii=False)
        answer = None
        for token in self._tokens(line):
            answer = self.reader.call(method, address, token, body)
            if answer.status_code != 401:
                break
        if answer is None:
            return "left", "the portal's permission has ended, so it can be taken back by the researcher only"
        if answer.status_code in good:
            return "undone", ""
        if answer.status_code == gone:
            return "gone", ""
        return "left", f"ORCID answered {answer.status_code} to {method} /{address}"

    def _tokens(self, line: Written) -> Iterable[str]:
        if scope := _OWN_SCOPES.get(line.section):
            yield self.reader.own_token(scope)
            return
        yield from self.tokens_for(line.orcid)
        if line.orcid not in self._fresh:
            self._fresh[line.orcid] = self.fresh_token(line.orcid)
        if token := self._fresh[line.orcid]:
            yield token
