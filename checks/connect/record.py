"""What the record shows of what the portal wrote."""

from __future__ import annotations

from collections.abc import Iterable

from checker.api import (
    Authorization,
    Evidence,
    Item,
    RecordItem,
    RecordLook,
    Ruling,
    Spot,
    blocked,
    failed,
    needs_person,
    passed,
    rule,
)
from checker.orcid import api_path

from ..store._run import Write, bare_id
from ._calls import GUIDE, content, lines, text, writers

_MOMENTS = ("write", "update")


@rule(
    "item-on-record",
    area="Connect",
    clause="Component 3",
    title="What the portal writes is on the record",
    title_failed="What the portal wrote is not on the record",
    remedy="Look at the status of each answer: 201 with a Location is success, everything else is not; tell people and"
    " staff of what failed.",
    sources=[f"{GUIDE}, component 3", "ORCID API tutorials"],
    decider="auto+ev",
)  # fmt: skip
def item_on_record(trips: list[Authorization], evidence: Evidence) -> Ruling:
    """A portal that takes a refusal for success leaves people with a record that lacks what it says it added."""
    done = writers(trips, evidence)
    if isinstance(done, Ruling):
        return _seen_without_wire(evidence) or done
    added = [w for w in done if w.exchange.method == "POST"]
    sent = [w for w in done if w.exchange.method in {"POST", "PUT"}]
    if not sent:
        return blocked("The portal added no item in this review.", whose="member")
    lost = [w for w in added if not _taken(w) and not _mended(w, done)]
    if lost and evidence.run.recording:
        return needs_person(
            f"ORCID refused {len(lost)} of {len(added)} additions, and {evidence.run.recording} shows none of them"
            " mended. Were they mended later, or was somebody told?",
            expected="the item on the record",
            observed=lines(w.exchange for w in lost),
            at=[w.spot() for w in lost],
        )
    if lost:
        return failed(
            f"ORCID refused {len(lost)} of {len(added)} additions, and the portal did not mend them.",
            expected="the item on the record",
            observed=lines(w.exchange for w in lost),
            at=[w.spot() for w in lost],
        )
    taken = {(_section(w), code): (w, code) for w in reversed(sent) if _taken(w) for code in w.put_codes}
    codes = list(reversed(taken.values()))
    missing: list[tuple[Write, str]] = []
    seen: list[tuple[Write, RecordItem]] = []
    for write, code in codes:
        look = _look_after(evidence, write)
        if look is None or _removed_before(done, write, code, look):
            continue
        if item := _find(look.items, _section(write), code):
            seen.append((write, item))
        else:
            missing.append((write, code))
    if missing:
        return failed(
            f"{len(missing)} of {len(codes)} items that ORCID took are not on the record.",
            expected="the item on the record",
            observed="; ".join(f"{_section(w)} {code}" for w, code in missing),
            at=[w.spot("not on the record when the review looked") for w, _ in missing],
        )
    if not seen:
        return _unseen(evidence, "No item stayed on the record long enough to be looked at there.")
    if other := [(w, i) for w, i in seen if _differs(w, i, done)]:
        return needs_person(
            "An item on the record has another name than the one that was sent. Is it right?",
            observed="; ".join(f"sent «{_sent_name(w)}», on the record «{i.title}»" for w, i in other),
            at=[w.spot() for w, _ in other],
        )  # fmt: skip
    return passed(
        f"All {len(seen)} items that were sent were seen on the record.",
        observed="; ".join(f"{i.section} {i.put_code}: {i.title}" for _, i in seen),
        at=[w.spot() for w, _ in seen],
    )


@rule(
    "item-source-member",
    area="Connect",
    clause="Component 3",
    title="The record names the member as source",
    title_failed="The record names another source than the member",
    remedy="Write with the member's own client; a service provider writes on behalf of the member.",
    sources=["ORCID, FAQ: registering credentials", "ORCID, service provider workflow: source and assertion origin"],
    decider="auto+ev",
)
def item_source_member(trips: list[Authorization], evidence: Evidence) -> Ruling:
    """The source is what readers of a record trust, and who alone may change the item."""
    done = writers(trips, evidence)
    if isinstance(done, Ruling):
        return _seen_without_wire(evidence) or done
    written = {(w.orcid, _section(w), code) for w in done if w.exchange.method != "DELETE" for code in w.put_codes}
    found = [
        item for look in evidence.record for item in look.items if (look.orcid, item.section, item.put_code) in written
    ]
    if not found:
        return _unseen(evidence, "Nothing that the portal wrote was seen on the record.")
    client = evidence.run.client_id
    if foreign := [i for i in found if client not in {i.source, i.origin}]:
        return failed(
            "What the portal wrote stands on the record under another source.",
            expected=client,
            observed="; ".join(dict.fromkeys(f"{i.section} {i.put_code}: {i.source or 'no source'}" for i in foreign)),
            at=[Spot(snippet=f"{i.section} {i.put_code}: {i.title}", note="on the record") for i in foreign],
        )
    return passed(
        f"The record names {client} as source of what the portal wrote.",
        observed="; ".join(dict.fromkeys(f"{i.section} {i.put_code}" for i in found)),
    )


@rule(
    "putcode-matches-record",
    area="Store",
    clause="Required 6",
    title="Each stored put-code is that of an item of ours on the record",
    title_failed="A stored put-code is not that of an item of ours on the record",
    remedy="Take the put-code from ORCID's answer to the very call that added the item, and store it with the iD.",
    sources=["ORCID API tutorial: works", "ORCID Member API 3.0: reading by put-code"],
    decider="auto+ev",
)
def putcode_matches_record(trips: list[Authorization], evidence: Evidence) -> Ruling:
    """With the wrong code the portal changes nothing, or the wrong thing."""
    pairs = [
        (stored, look)
        for moment in _MOMENTS
        if (stored := evidence.store.at(moment)) and stored.items is not None
        for look in evidence.record
        if look.when == moment and look.block is None
    ]
    rows = [(row, look) for stored, look in pairs for row in stored.items or [] if _of(row, look)]
    if not rows:
        done = writers(trips, evidence)
        if isinstance(done, Ruling):
            return done
        if block := evidence.store.block:
            return blocked(block.message, whose=block.whose, todo=block.todo)
        if not pairs and any(look.items is not None for look in evidence.store.looks):
            return _unseen(evidence, "The record was not read while the store held put-codes.")
        return blocked(
            "The store shows no put-code that could be looked up on the record.",
            whose="member",
            todo="Name the query or file under [store] items: orcid, put_code, type, local_id.",
        )
    client = evidence.run.client_id
    matched = [(row, look, _candidates(row, look)) for row, look in rows]
    lost = [(row, f"nothing has it in the section {row.type or 'given'}") for row, _, found in matched if not found]
    lost += [
        (row, f"it is an item of {found[0].source or 'nobody'}")
        for row, _, found in matched
        if found and not any(client in {i.source, i.origin} for i in found)
    ]
    if lost:
        return failed(
            f"{len({_code(row) for row, _ in lost})} stored put-codes are of no item of ours on the record.",
            expected=f"an item of {client} with each stored put-code",
            observed="; ".join(dict.fromkeys(f"put-code {_code(row)}: {why}" for row, why in lost)),
            at=[Spot(snippet=f"{row.orcid} {row.type} {row.put_code}", note="row of the store") for row, _ in lost],
        )
    return passed(
        f"All {len({_code(row) for row, _ in rows})} stored put-codes are of items of ours on the record.",
        observed="; ".join(dict.fromkeys(f"{f[0].section} {f[0].put_code}: {f[0].title}" for _, _, f in matched)),
    )


def _seen_without_wire(evidence: Evidence) -> Ruling | None:
    """Rule by the record alone where nobody heard the portal's calls: what came during the review, under its source."""
    came = [line for line in evidence.written if line.exchange is None and line.action == "added"]
    if evidence.wire is not None or not came:
        return None
    return passed(
        f"While the portal wrote, {len(came)} items of {evidence.run.client_id} came to the record.",
        observed="; ".join(f"{line.section} {line.put_code}: {line.title}" for line in came),
    )


def _taken(write: Write) -> bool:
    return write.exchange.status in {200, 201} and bool(write.put_codes)


def _mended(write: Write, done: list[Write]) -> bool:
    """Say whether a refused addition was followed by a good one, or by a change of what was there already."""
    return any(
        w.exchange.number > write.exchange.number and (w.orcid, _section(w)) == (write.orcid, _section(write))
        and w.exchange.method in {"POST", "PUT"} and w.exchange.status in {200, 201} and w.put_codes
        for w in done
    )  # fmt: skip


def _section(write: Write) -> str:
    return "work" if write.section == "works" else write.section


def _look_after(evidence: Evidence, write: Write) -> RecordLook | None:
    later = (r for r in evidence.record if r.orcid == write.orcid and r.at >= write.exchange.at and r.block is None)
    return next(later, None)


def _removed_before(done: list[Write], write: Write, code: str, look: RecordLook) -> bool:
    return any(
        w.exchange.method == "DELETE" and code in w.put_codes and _section(w) == _section(write)
        and write.exchange.at <= w.exchange.at <= look.at
        for w in done
    )  # fmt: skip


def _find(items: Iterable[RecordItem], section: str, code: str) -> RecordItem | None:
    return next((i for i in items if i.put_code == code and i.section == section), None)


def _differs(write: Write, item: RecordItem, done: list[Write]) -> bool:
    """Say whether the record shows another name than what was sent; not where it was changed since, nor in bulk."""
    changed = any(w.exchange.method == "PUT" and item.put_code in w.put_codes for w in done)
    name = "" if write.exchange.method == "PUT" else _sent_name(write)
    return bool(name and item.title) and not changed and write.section != "works" and name not in item.title


def _sent_name(write: Write) -> str:
    sent = content(write.exchange)
    title = sent.get("title")
    inner = title.get("title") if isinstance(title, dict) else title
    return text(inner) or text(sent.get("role-title")) or text((sent.get("organization") or {}).get("name"))


def _of(row: Item, look: RecordLook) -> bool:
    code = _code(row)
    return code.isascii() and code.isdigit() and int(code) > 0 and bare_id(row.orcid) in {"", look.orcid}


def _code(row: Item) -> str:
    return row.put_code.strip().removesuffix(".0")


def _candidates(row: Item, look: RecordLook) -> list[RecordItem]:
    """Return the items with the row's code; codes are unique within a section only, which the row may name its way."""
    found = [i for i in look.items if i.put_code == _code(row)]
    return [i for i in found if i.section == api_path.parse(f"/v3.0/{row.type}").section] or found


def _unseen(evidence: Evidence, why: str) -> Ruling:
    if block := next((look.block for look in evidence.record if look.block), None):
        return blocked(block.message, whose=block.whose, todo=block.todo)
    if not evidence.record:
        return blocked("The record was not read in this review.", todo="Run again: newer evidence holds the record.")
    return blocked(why, whose="member", todo="Let [steps] write end while the item is on the record.")
