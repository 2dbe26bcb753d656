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
from checker.orcid.cells import read_put_code

from ..store._run import Added, Write, additions, bare_id, section_named, writes
from ._aftermath import aftermath
from ._calls import GUIDE, alike, content, line, sent_items, text, writers

_THERE_ALREADY = frozenset({9021, 9030})
"""ORCID's errors that say that it has the item."""
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
    sent = [w for w in done if w.exchange.method in {"POST", "PUT"}]
    if not sent:
        return blocked("The portal added no item in this review.", whose="member")
    items = sent_items(done)
    refused = [(i, _mended(i, items)) for i in items if not i.put_code and i.write.exchange.method == "POST"]
    lost = [i for i, mended in refused if mended is False and i.error not in _THERE_ALREADY]
    if lost and evidence.run.recording:
        return needs_person(
            f"ORCID refused {len(lost)} of {len(additions(done))} additions, and {evidence.run.recording} shows none of"
            " them mended. Were they mended later, or was somebody told?",
            expected="the item on the record",
            observed="; ".join(dict.fromkeys(_refusal(i) for i in lost)),
            at=[i.write.spot(_refusal(i)) for i in lost],
        )
    if lost:
        then = aftermath(lost[0].write.exchange, evidence)
        return failed(
            f"ORCID refused {len(lost)} of {len(additions(done))} additions, and the portal did not mend them.",
            expected="the item on the record",
            observed="; ".join(dict.fromkeys(_refusal(i) for i in lost)),
            at=[*(i.write.spot(_refusal(i)) for i in lost), *([then] if then else [])],
        )
    taken = {(i.write.kind, i.put_code): i.write for i in reversed(items) if i.put_code}
    missing: list[tuple[Write, str]] = []
    seen: list[tuple[Write, RecordItem]] = []
    for (section, code), write in reversed(taken.items()):
        looks = _looks_after(evidence, done, write, code)
        if item := next((found for look in looks if (found := _find(look.items, section, code))), None):
            seen.append((write, item))
        elif looks:
            missing.append((write, code))
    if missing:
        return failed(
            f"{len(missing)} of {len(taken)} items that ORCID took are not on the record.",
            expected="the item on the record",
            observed="; ".join(f"{w.kind} {code}" for w, code in missing),
            at=[w.spot("not on the record when the review looked") for w, _ in missing],
        )
    if unclear := [i for i, mended in refused if mended is not True]:
        return needs_person(
            "ORCID refused an addition. Was it mended by what was sent later, or is the item on the record already and"
            " known to the portal by its put-code?",
            expected="the item on the record",
            observed="; ".join(dict.fromkeys(_refusal(i) for i in unclear)),
            at=[i.write.spot(_refusal(i)) for i in unclear],
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
    # What ORCID refused to change is not the portal's doing.
    written = {(i.write.orcid, i.write.kind, i.put_code) for i in sent_items(done) if i.put_code}
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
    removed = [
        w for w in writes(evidence.wire or []) if w.exchange.method == "DELETE" and w.exchange.status in {200, 204}
    ]
    rows = [
        (row, look)
        for stored, look in pairs
        for row in stored.items or []
        # A row of what was removed may stay, as history.
        if _of(row, look) and not any(_is_removal_of(w, row, look) for w in removed)
    ]
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
    observed = "; ".join(dict.fromkeys(f"put-code {_code(row)}: {why}" for row, why in lost))
    spots = [Spot(snippet=f"{row.orcid} {row.type} {row.put_code}", note="row of the store") for row, _ in lost]
    older = _older(evidence)
    if any(_key(row) not in older for row, _ in lost):
        return failed(
            f"{len({_code(row) for row, _ in lost})} stored put-codes are of no item of ours on the record.",
            expected=f"an item of {client} with each stored put-code", observed=observed, at=spots,
        )  # fmt: skip
    if lost:
        return needs_person(
            "Put-codes that were stored before this review are of no item of ours on the record. Did their people"
            " remove those items?",
            expected=f"an item of {client} with each stored put-code", observed=observed, at=spots,
        )  # fmt: skip
    if other := [(row, found[0]) for row, _, found in matched if section_named(row.type) not in {"", found[0].section}]:
        return needs_person(
            "A put-code is stored for one kind of item, and the item of ours that has it is of another. Is it the one"
            " that is meant?",
            expected=f"an item of {client} with each stored put-code, in its section",
            observed="; ".join(dict.fromkeys(f"put-code {_code(r)}: {r.type}, there {i.section}" for r, i in other)),
            at=[Spot(snippet=f"{r.orcid} {r.type} {r.put_code}", note="row of the store") for r, _ in other],
        )  # fmt: skip
    return passed(
        f"All {len({_code(row) for row, _ in rows})} stored put-codes are of items of ours on the record.",
        observed="; ".join(dict.fromkeys(f"{f[0].section} {f[0].put_code}: {f[0].title}" for _, _, f in matched)),
    )


def _older(evidence: Evidence) -> set[tuple[str, str, str]]:
    """Return the rows about items that the store held at the start, but for those written in this run."""
    start = evidence.store.at("start")
    given = {code for write in writes(evidence.wire or []) for code in write.put_codes}
    return {_key(row) for row in (start.items if start else None) or [] if _code(row) not in given}


def _key(row: Item) -> tuple[str, str, str]:
    return (bare_id(row.orcid), row.type, _code(row))


def _seen_without_wire(evidence: Evidence) -> Ruling | None:
    """Rule by the record alone where nobody heard the portal's calls: what came during the review, under its source."""
    came = [line for line in evidence.written if line.exchange is None and line.action == "added"]
    if evidence.wire is not None or not came:
        return None
    return passed(
        f"While the portal wrote, {len(came)} items of {evidence.run.client_id} came to the record.",
        observed="; ".join(f"{line.section} {line.put_code}: {line.title}" for line in came),
    )


def _mended(refused: Added, items: list[Added]) -> bool | None:
    """Say whether what ORCID refused was taken another time; None when it cannot be told."""
    there = refused.error in _THERE_ALREADY
    answers = [
        alike(refused, other)
        for other in items
        if other.put_code and (there or other.write.exchange.number > refused.write.exchange.number)
    ]
    return True if True in answers else None if None in answers else False


def _refusal(item: Added) -> str:
    return f"{line(item.write.exchange)}{f': error {item.error}' if item.error else ''}"


def _looks_after(evidence: Evidence, done: list[Write], write: Write, code: str) -> list[RecordLook]:
    """Return the looks at a record between a write and the removal of the item."""
    gone = [
        w.exchange.at
        for w in done
        if w.exchange.method == "DELETE"
        and w.exchange.status in {200, 204}
        and (w.orcid, w.kind, w.put_codes) == (write.orcid, write.kind, (code,))
        and w.exchange.number > write.exchange.number
    ]
    return [
        look
        for look in evidence.record
        if look.orcid == write.orcid and look.block is None and look.at >= write.exchange.at
        and not any(at <= look.at for at in gone)
    ]  # fmt: skip


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


def _is_removal_of(write: Write, row: Item, look: RecordLook) -> bool:
    same = (write.orcid, write.put_codes) == (look.orcid, (_code(row),))
    return same and section_named(row.type) in {"", write.kind} and write.exchange.at <= look.at


def _code(row: Item) -> str:
    cell = read_put_code(row.put_code)
    return cell.code if cell.code and cell.form != "path" else row.put_code.strip()


def _candidates(row: Item, look: RecordLook) -> list[RecordItem]:
    """Return the items with the row's code, those of the section that the row names, or else all."""
    found = [i for i in look.items if i.put_code == _code(row)]
    return [i for i in found if i.section == section_named(row.type)] or found


def _unseen(evidence: Evidence, why: str) -> Ruling:
    if block := next((look.block for look in evidence.record if look.block), None):
        return blocked(block.message, whose=block.whose, todo=block.todo)
    if not evidence.record:
        return blocked("The record was not read in this review.", todo="Run again: newer evidence holds the record.")
    return blocked(why, whose="member", todo="Let [steps] write end while the item is on the record.")
