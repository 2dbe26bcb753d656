"""New items and changes: put-codes and visibility. Only the wire tells how a payload is sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from checker.api import Evidence, Payload, Ruling, blocked, needs_person, passed, rule
from checker.orcid import api_path
from checker.orcid.payloads import KINDS, Problem, Record, Stored, check

from ._checked import Seen
from ._rule import API, Clauses, Concern, Found, broken, concerned, conclude, counted, decide, none_of, places

_TUTORIAL = "ORCID, works tutorial"

_ON_POST = Concern(
    what="new items",
    expected="no put-code in what is sent with POST",
    method="POST",
    reads="root",
    breaks=[Clauses({"put-code-on-notification", "put-code-on-post"})],
    codes=frozenset({9024}),
)


@rule(
    "payload-no-putcode-on-post",
    area="Connect",
    clause="Component 3.3",
    title="New items are sent without a put-code",
    title_failed="A new item is sent with a put-code",
    remedy="Remove put-code when adding; with a put-code, PUT the item to the address that ends in it.",
    sources=[_TUTORIAL, API],
    decider="auto+ev",
)
def payload_no_putcode_on_post(payloads: list[Payload], evidence: Evidence) -> Ruling:
    """ORCID gives out put-codes; it refuses a new item that brings one."""
    return decide(_ON_POST, payloads, evidence)


_ON_PUT = Concern(
    what="changes of items",
    expected="the same put-code in the payload and at the end of the address",
    method="PUT",
    reads="root",
    breaks=[Clauses({"put-code-mismatch", "put-code-missing"})],
    codes=frozenset({9019}),
)


@rule(
    "payload-putcode-on-put",
    area="Connect",
    clause="Component 3.3",
    title="Changes carry the put-code of their address",
    title_failed="A change lacks the put-code of its address",
    remedy="Put the same put-code into the payload and the address.",
    sources=[_TUTORIAL, API],
    decider="auto+ev",
)
def payload_putcode_on_put(payloads: list[Payload], evidence: Evidence) -> Ruling:
    """ORCID refuses a change whose put-code is not in the payload too."""
    return decide(_ON_PUT, payloads, evidence)


_VISIBILITY = Concern(
    what="payloads on the wire",
    reads="root",
    method="POST or PUT",
    expected="no visibility in new items; in changes none, or the one that was read",
    codes=frozenset({9035}),
)
_PUBLIC = "public"


@rule(
    "payload-visibility-unchanged",
    area="Connect",
    clause="Component 3.3",
    title="Visibility is left to the person",
    title_failed="A payload sets or changes the visibility of an item",
    remedy="Leave visibility out of new items; in a change, leave it out or send what you read.",
    sources=["ORCID, visibility settings", API],
    decider="auto+ev",
)
def payload_visibility_unchanged(payloads: list[Payload], evidence: Evidence) -> Ruling:
    """Who sees an item is the person's decision, and nobody else's."""
    mine = concerned(_VISIBILITY, payloads)
    if ruling := none_of(_VISIBILITY, payloads, evidence, mine):
        return ruling
    read = [one for one in mine if not (one.unread or one.lost)]
    found = broken(_VISIBILITY, read)
    forced = [Found(one, p) for one in read for p in _on_post(one) if (p.found or "").lower() == _PUBLIC]
    known: dict[int, str | None] = {}
    for one in read:
        if one.payload.method == "PUT" and one.checked.kind:
            known[id(one)] = before = _before(one, evidence)
            found += [Found(one, p) for p in _changed(one, before)]
    if found or forced or len(read) < len(mine):
        return conclude(_VISIBILITY, mine, [*found, *forced], evidence)
    if unsure := [one for one in read if _says(one) and id(one) in known and known[id(one)] is None and not one.taken]:
        return blocked(
            f"{counted(unsure)} with a visibility could not be compared with the item before: it was not read.",
            whose="member",
            todo="Let the portal read the item before it changes it, or leave visibility out.",
            at=[one.spot() for one in unsure[:3]],
        )
    if silent := [Found(one, p) for one in read for p in _on_post(one)]:
        return needs_person(
            "New items are sent with a visibility, which ORCID does not look at on a record that has an owner. Is who"
            " sees them still left to the person?",
            expected=_VISIBILITY.expected,
            observed=places([one.seen for one in silent]),
            at=[one.spot for one in silent[:3]],
        )
    said = [one for one in read if _says(one)]
    return passed(
        f"{counted(said)} with the visibility that the item had, {counted(read)} in all."
        if said
        else f"No visibility in {counted(read)}.",
        observed=places(read),
    )


def _on_post(one: Seen) -> list[Problem]:
    return [problem for problem in one.problems() if problem.name == "visibility-on-post"]


def _changed(one: Seen, before: str | None) -> list[Problem]:
    """Return that a change would change the visibility, judged with the one from before."""
    p, kind = one.payload, one.checked.kind
    if before is None or p.put_code is None or kind is None:
        return []
    record = Record(stored=(Stored(p.put_code, kind, {"": ""}, "", before),))
    found = check(
        p.body, kind=kind, media_type=one.checked.media_type, method="PUT", put_code=p.put_code, record=record
    )
    return [problem for problem in found.problems if problem.name == "visibility-changed"]


# What the wire and the looks at the record tell of an item's visibility.

_KIND_AT = {kind.path: name for name, kind in KINDS.items()}

_ELEMENT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)\s([^<>]*)>")
_ATTRIBUTE = re.compile(r"""\b(put-code|visibility)\s*=\s*["']([\w-]+)["']""")


def _says(one: Seen) -> bool:
    """Say whether a payload has a visibility of its own."""
    return any(visibility for _, _, visibility in _states(one.text, one.payload.kind or ""))


def _before(one: Seen, evidence: Evidence) -> str | None:
    """Return an item's visibility before a change, as ORCID told it last; None when it did not."""
    change, kind, code = one.payload.exchange, one.checked.kind or "", str(one.payload.put_code)
    if change is None:
        return None
    told = []
    for exchange in evidence.wire or []:
        path = api_path.parse(exchange.path)
        earlier = exchange.number < change.number and path.orcid == change.orcid
        if earlier and exchange.kind == "api" and exchange.status == 200:
            states = _states(exchange.response_body, _KIND_AT.get(path.section, ""))
            told += [(exchange.at, visibility) for name, found, visibility in states if (name, found) == (kind, code)]
    for look in evidence.record:
        if look.at < change.at and look.orcid == change.orcid:
            items = [item for item in look.items if (_KIND_AT.get(item.section), item.put_code) == (kind, code)]
            told += [(look.at, item.visibility) for item in items]
    known = [(at, visibility.lower()) for at, visibility in told if visibility]
    return sorted(known, key=lambda pair: pair[0])[-1][1] if known else None


def _states(text: str, kind: str) -> Iterator[tuple[str, str, str]]:
    """Yield kind, put-code and visibility of each item in a document of ORCID's, or of the portal's."""
    if text.lstrip("\ufeff \r\n\t").startswith("<"):
        for name, attributes in _ELEMENT.findall(text):
            given = dict(_ATTRIBUTE.findall(attributes))
            if given:
                yield _singular(name), given.get("put-code", ""), given.get("visibility", "")
        return
    try:
        document = json.loads(text)
    except ValueError:
        return
    yield from _objects(document, kind)


def _objects(value: object, kind: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, dict):
        if "put-code" in value or "visibility" in value:
            yield kind, str(value.get("put-code") or ""), str(value.get("visibility") or "")
        for name, part in value.items():
            yield from _objects(part, _singular(str(name)))
    elif isinstance(value, list):
        for part in value:
            yield from _objects(part, kind)


def _singular(name: str) -> str:
    return name.removesuffix("-summary")
