"""What happens on the record when something changes at the portal, or somebody leaves."""

from __future__ import annotations

from datetime import datetime

from checker.api import (
    Authorization,
    Evidence,
    Exchange,
    Item,
    RecordItem,
    RecordLook,
    Ruling,
    Spot,
    blocked,
    failed,
    needs_person,
    not_applicable,
    passed,
    rule,
)

from ..connect._calls import AFFILIATIONS, GUIDE, ITEMS, SLIDES, content, grants, lines, text, writers
from ..store._run import Write, additions, update_phase, writes


@rule(
    "update-on-change",
    area="Synchronize",
    clause="Synchronize stage",
    title="A change at the portal reaches the record",
    title_failed="A change at the portal does not reach the record as one",
    remedy="When an item changes, send it with PUT to its put-code.",
    sources=[f"{SLIDES}: Synchronize", "ORCID, FAQ: integration best practices"],
    decider="auto+ev",
)
def update_on_change(trips: list[Authorization], evidence: Evidence) -> Ruling:
    """A record that is right once and wrong ever after helps nobody."""
    done = writers(trips, evidence)
    if isinstance(done, Ruling):
        if found := [(a, b) for a, b in _changed_without_wire(evidence) if not _same(a, b)]:
            old, new = found[0]
            return passed(
                f"The record shows the change under the same put-code, {new.put_code}.",
                observed=f"before: {_shown(old)}; after: {_shown(new)}",
            )
        return done
    if evidence.run.recording:
        return _changed_on_recording(done)
    in_update = update_phase(evidence)
    sent = [w for w in done if in_update(w.exchange) and w.section in ITEMS and w.exchange.method in {"POST", "PUT"}]
    good = [w for w in sent if w.exchange.method == "PUT" and w.exchange.status == 200 and w.put_codes]
    given = {(i.write.orcid, i.write.kind, (i.put_code,)) for i in additions(done) if i.put_code}
    refused = [
        w
        for w in sent
        if w.exchange.status >= 400
        # Beside a change that was taken, only those of this run's items say something: others may be people's doing.
        and (not good or ((w.orcid, w.kind, w.put_codes) in given and not _mended(w, good)))
    ]
    if doubled := _doubled(evidence):
        return failed(
            "After the change the same item is on the record more than once.",
            expected="one item, changed, under the same put-code",
            observed="; ".join(f"{i.section} {i.put_code}: {i.title}" for i in doubled),
            at=[w.spot() for w in sent] or [Spot(snippet=f"{i.section} {i.put_code}: {i.title}") for i in doubled],
        )
    if refused:
        return failed(
            "ORCID refused the change, and the record still has the old values.",
            expected="one item, changed, under the same put-code",
            observed=lines(w.exchange for w in refused),
            at=[w.spot() for w in refused],
        )
    if not good:
        return needs_person(
            "No change of a written item reached ORCID in this review. When an item changes in the portal, does the"
            " record show it, and how soon?",
            expected="one item, changed, under the same put-code",
            observed=lines(w.exchange for w in done),
        )
    write = good[-1]
    before = _item(evidence, write, until=write.exchange.at)
    after = _item(evidence, write, since=write.exchange.at)
    if after is None:
        if _removed_since(done, write):
            return _seen_in_answer(good)
        return blocked(
            "The record was not seen after the change.",
            whose="operator",
            todo="Run again: the review reads the record after [steps] update.",
        )
    if before is None:
        return needs_person(
            "The change reached ORCID, and the record was not seen before it. Is what changed in the portal on the"
            " record?",
            observed=_shown(after),
            at=[w.spot() for w in good],
        )
    if _same(before, after):
        return needs_person(
            "The change reached ORCID, though the list of the record shows no difference. Is what changed in the portal"
            " on the record?",
            observed=f"{after.section} {after.put_code}: {after.title}",
            at=[w.spot() for w in good],
        )
    return passed(
        f"The record shows the change under the same put-code, {after.put_code}.",
        observed=f"before: {_shown(before)}; after: {_shown(after)}",
        at=[w.spot() for w in good],
    )


def _changed_on_recording(done: list[Write]) -> Ruling:
    """What became of the record, and what had changed at the portal, a recording does not tell."""
    sent = [w for w in done if w.section in ITEMS and w.exchange.method == "PUT"]
    taken = [w for w in sent if w.exchange.status == 200]
    shown = f"{len(sent)} changes of items, of which ORCID took {len(taken)}" if sent else "no change of an item"
    return needs_person(
        f"The recording shows {shown}. Does every change at the portal reach the record under the same put-code, and"
        " how soon?",
        expected="one item, changed, under the same put-code",
        observed=lines(w.exchange for w in sent or done),
        at=[w.spot() for w in sent],
    )


def _changed_without_wire(evidence: Evidence) -> list[tuple[RecordItem, RecordItem]]:
    """Return the client's items before and after [steps] update, where nobody heard the portal's calls."""
    if evidence.wire is not None:
        return []
    looks = {look.when: look for look in evidence.record if look.block is None}
    if not {"write", "update"} <= looks.keys():
        return []
    after = {(i.section, i.put_code): i for i in looks["update"].of(evidence.run.client_id)}
    return [
        (i, after[i.section, i.put_code])
        for i in looks["write"].of(evidence.run.client_id)
        if (i.section, i.put_code) in after
    ]


def _mended(refused: Write, good: list[Write]) -> bool:
    """Say whether a refused change was sent again with success."""
    return any(
        (w.orcid, w.kind, w.put_codes) == (refused.orcid, refused.kind, refused.put_codes)
        and w.exchange.number > refused.exchange.number
        for w in good
    )


def _seen_in_answer(good: list[Write]) -> Ruling:
    return needs_person(
        "ORCID took the change, and the item was removed before the record was looked at. Did the record show it?",
        observed=lines(w.exchange for w in good),
        at=[w.spot() for w in good],
    )


def _looks(evidence: Evidence, orcid: str) -> list[RecordLook]:
    return [look for look in evidence.record if look.orcid == orcid and look.block is None]


def _item(
    evidence: Evidence, write: Write, *, until: datetime | None = None, since: datetime | None = None
) -> RecordItem | None:
    found = None
    for look in _looks(evidence, write.orcid):
        if (until and look.at > until) or (since and look.at < since):
            continue
        item = next((i for i in look.items if (i.section, i.put_code) == (write.kind, write.put_codes[0])), None)
        if item and since:
            return item
        found = item or found
    return found


def _same(before: RecordItem, after: RecordItem) -> bool:
    """Say whether nothing changed that a portal sends: who sees an item is the person's doing."""
    aside = {"modified": None, "visibility": ""}
    return before.model_copy(update=aside) == after.model_copy(update=aside)


def _shown(item: RecordItem) -> str:
    dates = f" ({item.start or '?'} to {item.end or 'now'})" if item.start or item.end else ""
    return f"«{item.title}»{dates}"


def _removed_since(done: list[Write], write: Write) -> bool:
    return any(
        w.exchange.method == "DELETE"
        and (w.orcid, w.kind, w.put_codes) == (write.orcid, write.kind, write.put_codes)
        and w.exchange.number > write.exchange.number
        for w in done
    )


def _doubled(evidence: Evidence) -> list[RecordItem]:
    """Return items of ours that came to the record in the update and stand beside the one that they are a change of."""
    in_update = update_phase(evidence)
    for added in additions(writes(evidence.wire or [])):
        call = added.write.exchange
        if not (added.put_code and in_update(call)):
            continue
        for look in _looks(evidence, added.write.orcid):
            ours = [i for i in look.of(evidence.run.client_id) if look.when == "update" and look.at >= call.at]
            new = next((i for i in ours if (i.section, i.put_code) == (added.write.kind, added.put_code)), None)
            same = [i for i in ours if new and i.section == new.section and _is_one(i, new)]
            if new and len(same) > 1 and not _wanted(evidence, same):
                return same
    return []


def _is_one(one: RecordItem, other: RecordItem) -> bool:
    """Say whether two items are one thing: by an identifier of its own, an affiliation else by place and start."""
    if one.identifiers and other.identifiers:
        return bool(set(one.identifiers) & set(other.identifiers))
    if one.section in AFFILIATIONS:
        return one.title.rpartition(", ")[2] == other.title.rpartition(", ")[2] and one.start == other.start
    return one.title == other.title


def _wanted(evidence: Evidence, items: list[RecordItem]) -> bool:
    """Say whether the portal itself knows them as several things: two contracts at one place are."""
    stored = evidence.store.at("update")
    rows: list[Item] = stored.items or [] if stored else []
    known = {row.local_id for row in rows if row.put_code in {i.put_code for i in items} and row.local_id}
    return len(known) == len(items)


@rule(
    "affiliation-end-date",
    area="Synchronize",
    clause="Maintenance 2",
    title="Affiliations are ended when people leave",
    title_failed="Affiliations are not ended when people leave",
    remedy="Take the end date from your staff system and send it with PUT to the affiliation's put-code.",
    sources=[f"{GUIDE}, Maintenance 2"],
    decider="auto+ev",
)
def affiliation_end_date(trips: list[Authorization], evidence: Evidence) -> Ruling:
    """An open affiliation says that somebody still works where they have long left."""
    done = _affiliations(trips, evidence)
    if isinstance(done, Ruling):
        found = [b for a, b in _changed_without_wire(evidence) if b.section in AFFILIATIONS and b.end and not a.end]
        if found:
            return passed("The portal ended an affiliation under its put-code.", observed=_shown(found[0]))
        return done
    ended = [w for w in done if w.exchange.method in {"POST", "PUT"} and text_date(w.exchange)]
    expected = "PUT to the affiliation's put-code, with an end date"
    taken = [w for w in ended if w.exchange.method == "PUT" and w.exchange.status == 200 and w.put_codes]
    good = [w for w in taken if not _was_over(w, done, evidence)]
    if good:
        return passed(
            "The portal ended an affiliation under its put-code.",
            observed="; ".join(f"PUT {w.exchange.path}: end {text_date(w.exchange)}" for w in good),
            at=[w.spot() for w in good],
        )
    added = [w for w in done if w.exchange.method == "POST" and w.put_codes]
    again = [
        w for w in ended if w.exchange.method == "POST" and w.exchange.status == 201
        and any(_is_end_of(a, w) and not _removed_between(done, a, w) for a in added)
    ]  # fmt: skip
    if again:
        return failed(
            "The end of an affiliation was sent as a new item, beside the one without end.",
            expected=expected, observed=lines(w.exchange for w in again), at=[w.spot() for w in again],
        )  # fmt: skip
    # After the permission has ended (401) the order is wrong, and end-date-before-token-loss says so. Busy (429)
    # is no refusal. What is gone (404) the person may have removed before a recording began.
    excused = {401, 404, 429} if evidence.run.recording else {401, 429}
    if refused := [
        w
        for w in ended
        if w.exchange.method == "PUT"
        and w.exchange.status in range(400, 500)
        and w.exchange.status not in excused
        and not _mended(w, taken)
        and not _was_over(w, done, evidence)
    ]:
        return failed(
            "ORCID refused the end of an affiliation.",
            expected=expected, observed=lines(w.exchange for w in refused), at=[w.spot() for w in refused],
        )  # fmt: skip
    return needs_person(
        "Nobody left in this review. When somebody leaves, does the portal send the end date of their affiliation?",
        expected=expected,
        observed=lines(w.exchange for w in done),
    )


def text_date(exchange: Exchange) -> str:
    """Return the end date that a body sends, as far as it goes."""
    end = content(exchange).get("end-date")
    return (
        "-".join(p for p in (text(end.get(n)) for n in ("year", "month", "day")) if p) if isinstance(end, dict) else ""
    )


def _removed_between(done: list[Write], before: Write, after: Write) -> bool:
    return any(
        w.exchange.method == "DELETE" and set(w.put_codes) & set(before.put_codes)
        and before.exchange.number < w.exchange.number < after.exchange.number
        for w in done
    )  # fmt: skip


def _was_over(change: Write, done: list[Write], evidence: Evidence) -> bool:
    """Say whether an affiliation had ended before a change, by what was sent of it last or the record showed."""
    sent = [
        w for w in done
        if w.exchange.number < change.exchange.number and w.exchange.status in {200, 201}
        and w.exchange.method in {"POST", "PUT"}
        and (w.orcid, w.kind, w.put_codes) == (change.orcid, change.kind, change.put_codes)
    ]  # fmt: skip
    if sent:
        return bool(text_date(sent[-1].exchange))
    before = _item(evidence, change, until=change.exchange.at)
    return before is not None and bool(before.end)


def _is_end_of(before: Write, after: Write) -> bool:
    one, other = content(before.exchange), content(after.exchange)
    parts = ("start-date", "organization", "department-name")
    return (
        before.exchange.number < after.exchange.number
        and (before.orcid, before.section) == (after.orcid, after.section)
        and not text_date(before.exchange)
        and all(one.get(part) == other.get(part) for part in parts)
    )


@rule(
    "end-date-before-token-loss",
    area="Synchronize",
    clause="Maintenance 2",
    title="The end date is sent before the connection is cut",
    title_failed="The connection is cut before the end date is sent",
    remedy="When somebody leaves, send the end date first, and revoke the token after that.",
    sources=[f"{GUIDE}, Maintenance 2"],
    decider="mixed",
)
def end_date_before_token_loss(trips: list[Authorization], evidence: Evidence) -> Ruling:
    """Once the permission has ended nothing on the record can be changed any more."""
    done = _affiliations(trips, evidence)
    if isinstance(done, Ruling):
        return done
    revoked = [e for e in evidence.wire or [] if e.kind == "revoke" and e.status == 200]
    owner = {g.tag: g.orcid for g in grants(evidence.wire or [])}
    late = [
        w for w in done
        if w.exchange.method == "PUT" and w.exchange.status == 401
        and any(
            r.number < w.exchange.number and owner.get(r.token, w.orcid) == w.orcid and not _given_since(evidence, r, w)
            for r in revoked
        )
    ]  # fmt: skip
    if late:
        return failed(
            "An affiliation was changed after the portal had given up its permission, and ORCID refused.",
            expected="first PUT with the end date, then /oauth/revoke",
            observed=lines([*revoked[:1], *(w.exchange for w in late)]),
            at=[w.spot() for w in late],
        )
    left = [
        i for look in evidence.record for i in look.of(evidence.run.client_id)
        if look.when == "end" and i.section in AFFILIATIONS and not i.end
    ]  # fmt: skip
    return needs_person(
        "When somebody leaves for good, does the portal send the end date of their affiliation before it gives up the"
        " permission?",
        expected="first PUT with the end date, then /oauth/revoke",
        observed=lines([*(w.exchange for w in done[-3:]), *revoked[:1]])
        + (f"; still open on the record: {'; '.join(i.title for i in left)}" if left else ""),
    )


def _given_since(evidence: Evidence, revoked: Exchange, write: Write) -> bool:
    return any(
        g.orcid == write.orcid and revoked.number < g.exchange.number < write.exchange.number
        for g in grants(evidence.wire or [])
    )


def _affiliations(trips: list[Authorization], evidence: Evidence) -> list[Write] | Ruling:
    done = writers(trips, evidence)
    if isinstance(done, Ruling):
        return done
    found = [w for w in done if w.section in AFFILIATIONS]
    return found or not_applicable("The portal writes no affiliation: it wrote other kinds of item.")


@rule(
    "delete-after-user-revoke",
    area="Synchronize",
    clause="Maintenance 2",
    title="Wrong items can be removed after a person has ended the permission",
    title_failed="Wrong items stay after a person has ended the permission",
    remedy="Keep the token until what must be removed is removed: ORCID still takes a DELETE of your own items with it."
    " Remove what is wrong, not all.",
    sources=[f"{GUIDE}, Maintenance 2", "ORCID Member API 3.0: a token that its person revoked still removes"],
    decider="mixed",
)
def delete_after_user_revoke(trips: list[Authorization], evidence: Evidence) -> Ruling:
    """The person ended the permission, and the member still answers for what it stated."""
    done = writers(trips, evidence)
    if isinstance(done, Ruling):
        return done
    removed = [w for w in done if w.exchange.method == "DELETE"]
    return needs_person(
        "When a person has ended the permission at ORCID, does the portal keep the token for as long as it may have to"
        " remove wrong items, and leave right ones alone?",
        expected="DELETE of wrong items only, with the token that the person ended",
        observed=lines(w.exchange for w in removed) or "no item was removed in this review",
        at=[w.spot() for w in removed],
    )
