"""Put-codes: the numbers by which the portal finds its items on a record again."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from typing import TypeVar

from checker.api import (
    Authorization,
    Evidence,
    Item,
    Ruling,
    Spot,
    StoreLook,
    blocked,
    failed,
    needs_person,
    not_applicable,
    passed,
    rule,
)
from checker.orcid.cells import read_put_code

from ._run import (
    Added,
    Write,
    additions,
    bare_id,
    has_column,
    may_write,
    no_store,
    no_wire,
    not_in_recording,
    same_thing,
    section_named,
    update_phase,
    writes,
)

_GUIDE = "LYRASIS, ORCID Member API custom integration guide (2022), Required 6"
_DUPLICATE = 9021
_NO_CODE = frozenset({"", "0", "null", "none", "nan", "-"})

_T = TypeVar("_T")


@rule(
    "store-putcodes",
    area="Store",
    clause="Required 6",
    title="Each item's put-code is stored",
    title_failed="Put-codes of written items are not stored",
    remedy="Read the put-code from the Location header of the answer (for works sent in bulk: from its body) and store"
    " it with the section and your own id of the item.",
    sources=[_GUIDE, "ORCID, FAQ: mandatory items", "ORCID, FAQ: integration best practices"],
    decider="auto+ev",
)
def store_putcodes(trips: list[Authorization], evidence: Evidence) -> Ruling:
    """Only with its put-code can an item be corrected or taken back."""
    done = writes(evidence.wire or [])
    if ruling := _no_writer(done, trips, evidence) or no_wire(evidence) or no_store(evidence):
        return ruling
    written = {(w.kind, code): w for w in done if w.exchange.method == "POST" for code in w.put_codes}
    if not written:
        return _not_written(done, evidence)
    rows = _ever_stored(evidence)
    if rows is None:
        return blocked(
            "The plan does not say where the portal stores put-codes.",
            whose="member",
            todo="Name the query or file under [store] items: orcid, put_code, type, local_id.",
        )
    stored = {key: [r for r in rows if _stands_for(r, key, written)] for key in written}
    lost = {key: w for key, w in written.items() if not stored[key] and _was_looked_for(evidence, done, w, key[1])}
    kept = ", ".join(dict.fromkeys(row.put_code or "empty" for row in rows)) or "no rows"
    if lost:
        unclear = {key for key, w in lost.items() if any(_may_hold(r, key[1], w, evidence) for r in rows)}
        missing = ", ".join(code for _, code in lost)
        if unclear == lost.keys():
            return needs_person(
                "Put-codes are stored in a form that cannot be read here. Can the portal tell which belongs to which"
                " item, and are they those that ORCID gave?",
                expected=f"put-codes {missing}",
                observed=f"stored: {kept}",
            )
        return failed(
            f"{len(lost)} of {len(written)} put-codes that ORCID gave in this run are not in the store.",
            expected=f"put-codes {', '.join(code for _, code in written)}",
            observed=f"missing {missing}; stored: {kept}",
            at=[write.spot("ORCID's answer names the put-code") for write in lost.values()],
        )
    kept_ones = [key for key in written if stored[key]]
    if not kept_ones:
        return blocked(
            "The store was not looked at while what was added was on the record.",
            whose="member",
            todo="Let [steps] write wait until the item is on the record, and end while it is there.",
        )
    found = [row for key in kept_ones for row in stored[key]]
    if bare := [(row, key) for key in kept_ones for row in stored[key] if not _is_whole(row, key)]:
        return needs_person(
            "The put-codes are stored. Is each kept with the kind of item and the portal's own id of it?",
            expected="put-code, section and local id together",
            observed="; ".join(dict.fromkeys(f"{_shown(row)} ({key[0]} at ORCID)" for row, key in bare)),
        )
    return passed(
        f"All {len(kept_ones)} put-codes that ORCID gave in this run and that could be looked for are stored, with type"
        " and local id."
        if len(kept_ones) < len(written)
        else f"All {len(written)} put-codes that ORCID gave in this run are stored, with type and local id.",
        observed="; ".join(dict.fromkeys(_shown(row) for row in found)),
        at=[written[key].spot() for key in kept_ones],
    )


def _stands_for(row: Item, key: tuple[str, str], written: dict[tuple[str, str], Write]) -> bool:
    """Say whether a row is about an item: codes are unique within a section only."""
    section, code = key
    if _code(row) != code or not _same_person(row, written[key]):
        return False
    named = section_named(row.type)
    return named == section or (named, code) not in written


def _is_whole(row: Item, key: tuple[str, str]) -> bool:
    return bool(row.local_id and row.type) and section_named(row.type) in {"", key[0]}


def _may_hold(row: Item, code: str, write: Write, evidence: Evidence) -> bool:
    """Say whether a cell may hold a code that cannot be read from it: one of several, or a number as exports round."""
    form = read_put_code(row.put_code).form
    exported = any(look.from_files for look in evidence.store.looks)
    held = (form == "list" and code in re.findall(r"[0-9]+", row.put_code)) or (form == "scientific" and exported)
    return held and _same_person(row, write)


def _was_looked_for(evidence: Evidence, done: list[Write], write: Write, code: str) -> bool:
    """Say whether the store was looked at after an addition, before the item was removed or the person disconnected."""
    ends = [
        w.exchange.at
        for w in done
        if _took_away(w)
        and _about(w) == (write.orcid, write.kind, (code,))
        and w.exchange.number > write.exchange.number
    ]
    begun = write.exchange.at
    if (parting := evidence.journey("disconnect")) and parting.started > begun:
        ends.append(parting.started)
    return any(begun <= moment and not any(end <= moment for end in ends) for moment in _moments(evidence).values())


def _moments(evidence: Evidence) -> dict[str, datetime]:
    """Return when each look at the store was taken, as far as the journeys tell."""
    looked: set[str] = {look.when for look in evidence.store.looks}
    phases = [
        (phase, step.at)
        for journey in evidence.journeys
        for step in journey.steps
        for _, found, phase in [step.label.partition("[steps] ")]
        if found and phase in looked
    ]
    whole: dict[str, datetime] = {j.name: j.ended for j in evidence.journeys if j.name in looked}
    return whole | dict(phases) | ({"end": evidence.ended} if "end" in looked else {})


@rule(
    "putcode-mapped",
    area="Store",
    clause="Required 6",
    title="Each put-code belongs to one item of one person",
    title_failed="Put-codes and items do not go together one to one",
    remedy="Store iD, section, your own id of the item and put-code in one row, unique both ways.",
    sources=[_GUIDE, "ORCID, FAQ: what to store"],
    decider="auto+ev",
)
def putcode_mapped(trips: list[Authorization], evidence: Evidence) -> Ruling:
    """A put-code that fits two items sooner or later overwrites the wrong one."""
    look = max(reversed(evidence.store.looks), key=lambda look: len(_coded(look)), default=StoreLook(when="end"))
    rows = _coded(look)
    if not rows:
        if ruling := _no_writer(writes(evidence.wire or []), trips, evidence) or no_store(evidence):
            return ruling
        return blocked(
            "The store shows no put-code.",
            whose="member",
            todo="Name the query or file under [store] items: orcid, put_code, type, local_id.",
        )
    if lacking := [m for m in ("orcid", "local_id") if not has_column(look.item_columns, m)]:
        return blocked(
            f"The export of items shows no column for {' and '.join(lacking)}.",
            whose="member",
            todo="Select orcid, put_code, type and local_id under [store] items.",
        )
    if ownerless := [row for row in rows if not row.orcid]:
        return _not_mapped("A put-code is stored without an iD.", ownerless)
    # Codes are unique within a section only; without the section, two equal codes may be two things.
    typed = [row for row in rows if row.type]
    if shared := _clash(typed, by=lambda r: (r.type.lower(), _code(r)), of=lambda r: (_owner(r), r.local_id)):
        return _not_mapped("One put-code stands for several items.", shared)
    if foreign := _given_to_others(typed, evidence):
        return _not_mapped("A put-code stands beside another person than the one it was given for.", foreign)
    # A row of what was removed before may stay, as history.
    seen = _moments(evidence).get(look.when, evidence.ended)
    removals = [w for w in writes(evidence.wire or []) if _took_away(w) and w.exchange.at <= seen]
    there = [row for row in rows if not any(_is_row_of(row, w) for w in removals)]
    moved = _clash(there, by=lambda r: (_owner(r), r.type.lower(), r.local_id), of=_code)
    if moved and all(row.local_id and row.type for row in moved):
        return _not_mapped("One item has several put-codes.", moved)
    if moved or len(typed) < len(rows) or not all(row.local_id for row in rows):
        return needs_person(
            "Some put-codes stand without type or local id. Can the portal tell for each which item it belongs to?",
            observed="; ".join(_shown(row) for row in rows if not (row.local_id and row.type)),
        )
    return passed(
        f"Each of the {len(rows) + look.more_items} put-codes belongs to one item of one person.",
        observed="; ".join(_shown(row) for row in rows[:5]),
    )


@rule(
    "putcode-used-on-update",
    area="Store",
    clause="Required 6",
    title="A change replaces the item by its put-code",
    title_failed="A change adds the item again",
    remedy="Send changes with PUT to /{iD}/{section}/{put-code}, with the same put-code in the body.",
    sources=[_GUIDE, "ORCID, FAQ: integration best practices"],
    decider="auto+ev",
)
def putcode_used_on_update(trips: list[Authorization], evidence: Evidence) -> Ruling:
    """A second addition leaves two items on the person's record, the old one wrong."""
    done = writes(evidence.wire or [])
    if ruling := _no_writer(done, trips, evidence) or no_wire(evidence):
        return ruling
    expected = "PUT to the item's put-code"
    again = _added_again(done, evidence)
    if again and evidence.run.recording:
        return needs_person(
            f"{evidence.run.recording} shows an item sent as a new one that was added before. Was it removed in"
            " between, by the person at ORCID for instance?",
            expected=expected,
            observed="; ".join(f"{w.exchange.method} {w.exchange.path} -> {w.exchange.status}" for w in again),
            at=[w.spot("the same item once more") for w in again],
        )
    if again:
        return failed(
            "A changed item was sent as a new one.",
            expected=expected,
            observed="; ".join(f"{w.exchange.method} {w.exchange.path} -> {w.exchange.status}" for w in again),
            at=[w.spot("the same item once more") for w in again],
        )
    puts = [w for w in done if w.exchange.method == "PUT"]
    good = [w for w in puts if w.exchange.status == 200 and w.put_codes]
    refused = [w for w in puts if w.exchange.status in {400, 404, 405, 409}]
    if refused and not good and evidence.run.recording:
        return needs_person(
            f"ORCID refused the change: {refused[0].exchange.status}. Did the person remove the item before, or does"
            " the portal send changes wrongly?",
            expected=f"{expected}, with the same put-code in the body",
            observed="; ".join(f"PUT {w.exchange.path} -> {w.exchange.status}" for w in refused),
            at=[w.spot() for w in refused],
        )
    if good:
        # Beside a change that was taken, only those of this run's items say something: others may be people's doing.
        given = {(i.write.orcid, i.write.kind, (i.put_code,)) for i in additions(done) if i.put_code}
        refused = [w for w in refused if _about(w) in given and not _settled(w, done)]
    if refused:
        return failed(
            f"ORCID refused the change: {refused[0].exchange.status}.",
            expected=f"{expected}, with the same put-code in the body",
            observed="; ".join(f"PUT {w.exchange.path} -> {w.exchange.status}" for w in refused),
            at=[w.spot() for w in refused],
        )
    if good:
        return passed(
            f"The portal changed {len(good)} item{'s' if len(good) > 1 else ''} by put-code, and ORCID took it.",
            observed="; ".join(f"PUT {w.exchange.path}" for w in good),
            at=[w.spot() for w in good],
        )
    if not done:
        return _not_written(done, evidence)
    return needs_person(
        "No change of a written item was seen. When an item changes in the portal, does it replace the one on the"
        " record by its put-code?",
        expected=expected,
        observed="; ".join(f"{w.exchange.method} {w.exchange.path} -> {w.exchange.status}" for w in done),
    )


def _added_again(done: list[Write], evidence: Evidence) -> list[Write]:
    """Return the additions that stand for a change of something added before."""
    in_update = update_phase(evidence)
    items = additions(done)
    changes = [w for w in done if w.exchange.method == "PUT" and w.exchange.status == 200]
    again: dict[int, Write] = {}
    for place, one in enumerate(items):
        call = one.write.exchange
        if not one.put_code and call.status != 409 and one.error != _DUPLICATE:
            continue
        where = (one.write.orcid, one.write.kind)
        before = [
            b
            for b in items[:place]
            if b.put_code and b.write is not one.write and (b.write.orcid, b.write.kind) == where
        ]
        same = [(b, same_thing(b.body, one.body)) for b in before]
        left = [b for b, answer in same if answer and not _removed(done, b, one.write)]
        # ORCID compares clean identifiers, and knows better whether it has an item.
        unlike = one.error != _DUPLICATE and all(answer is False for _, answer in same)
        # ORCID refused to have it twice, and the portal changed the one that is there.
        solved = not one.put_code and any(
            _is_of(c, b) for b in left for c in changes if c.exchange.number > call.number
        )
        # What is added beside a change that was sent as one may be anything.
        beside = any(_is_of(c, b) for b in before for c in changes if in_update(c.exchange))
        if (left and not solved) or (in_update(call) and not unlike and not beside and not solved):
            again[call.number] = one.write
    return list(again.values())


def _removed(done: list[Write], item: Added, later: Write) -> bool:
    return any(
        _took_away(w) and _is_of(w, item)
        and item.write.exchange.number < w.exchange.number < later.exchange.number
        for w in done
    )  # fmt: skip


def _is_of(write: Write, item: Added) -> bool:
    return _about(write) == (item.write.orcid, item.write.kind, (item.put_code,))


def _settled(refused: Write, done: list[Write]) -> bool:
    """Say whether a refused change was sent again with success, or was of an item that had been removed."""
    same = [w.exchange for w in done if _about(w) == _about(refused)]
    return any(
        (e.method == "PUT" and e.status == 200 and e.number > refused.exchange.number)
        or (e.method == "DELETE" and e.status in {200, 204} and e.number < refused.exchange.number)
        for e in same
    )


def _is_row_of(row: Item, write: Write) -> bool:
    same = (bare_id(row.orcid), (_code(row),)) == (write.orcid, write.put_codes)
    return same and section_named(row.type) in {"", write.kind}


def _took_away(write: Write) -> bool:
    return write.exchange.method == "DELETE" and write.exchange.status in {200, 204}


def _about(write: Write) -> tuple[str, str, tuple[str, ...]]:
    return (write.orcid, write.kind, write.put_codes)


def _no_writer(done: list[Write], trips: list[Authorization], evidence: Evidence) -> Ruling | None:
    """Rule that put-codes do not concern a portal that neither may write nor wrote."""
    if done or may_write(evidence.run, trips):
        return None
    return not_applicable("The portal asks for no permission to change records, and changed none.")


def _not_written(done: list[Write], evidence: Evidence) -> Ruling:
    journey = evidence.journey("write")
    if done:
        first = done[0].exchange
        return blocked(
            f"No answer of ORCID named a put-code; the first: {first.method} {first.path} -> {first.status}.",
            whose="member",
            at=[done[0].spot()],
        )
    if ruling := not_in_recording(evidence, "write of the portal's server to a record"):
        return ruling
    if journey and journey.block:
        return blocked(journey.block.message, whose=journey.block.whose, todo=journey.block.todo)
    if evidence.run.writes:
        return blocked(
            "The steps that should make the portal write were done, and nothing reached ORCID.", whose="member"
        )
    return needs_person(
        "The portal may write to records and wrote nothing in this review. Let it add an item: does it store the"
        " put-code and use it for every later change?"
    )


def _ever_stored(evidence: Evidence) -> list[Item] | None:
    """Return every row about items that was seen at any time; None when the plan names no place for them.

    What was removed later on was stored all the same.
    """
    looks = [look.items for look in evidence.store.looks if look.items is not None]
    return list(dict.fromkeys(item for items in looks for item in items)) if looks else None


def _coded(look: StoreLook) -> list[Item]:
    return [row for row in [*(look.items or []), *look.odd_items] if _code(row) not in _NO_CODE]


def _code(row: Item) -> str:
    """Return a put-code as it stands in the store, without what exports add: white space, a decimal `.0`, marks."""
    cell = read_put_code(row.put_code)
    return cell.code if cell.code and cell.form != "path" else row.put_code.strip().lower()


def _same_person(row: Item, write: Write) -> bool:
    # An iD that is masked or encoded says nothing against it.
    return bare_id(row.orcid) in {"", write.orcid}


def _owner(row: Item) -> str:
    return bare_id(row.orcid) or row.orcid


def _clash(rows: Iterable[Item], *, by: Callable[[Item], Hashable], of: Callable[[Item], _T]) -> list[Item]:
    """Return the rows that agree in `by` and differ in `of`."""
    groups: dict[Hashable, list[Item]] = defaultdict(list)
    for row in rows:
        groups[by(row)].append(row)
    return [row for group in groups.values() if len({of(row) for row in group}) > 1 for row in group]


def _given_to_others(rows: list[Item], evidence: Evidence) -> list[Item]:
    """Return the rows whose put-code ORCID gave in this run, in the same section, for somebody else."""
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for write in writes(evidence.wire or []):
        if write.exchange.method == "POST":
            for code in write.put_codes:
                owners[write.kind, code].add(write.orcid)
    return [
        row
        for row in rows
        if (owner := bare_id(row.orcid))
        and (given := owners.get((section_named(row.type), _code(row))))
        and owner not in given
    ]


def _not_mapped(message: str, rows: list[Item]) -> Ruling:
    shown = [_shown(row) for row in rows]
    return failed(
        message,
        expected="one put-code for each iD, section and local id",
        observed="; ".join(shown),
        at=[Spot(snippet=text, note="row of the store") for text in shown],
    )


def _shown(row: Item) -> str:
    return f"put-code {row.put_code}: iD {row.orcid or '-'}, type {row.type or '-'}, local id {row.local_id or '-'}"
