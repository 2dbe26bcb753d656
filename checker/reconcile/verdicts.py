"""The comparison itself: a join of the stored rows with the records, and what follows from it."""

from __future__ import annotations

from typing import Final

from .engine import Engine, text
from .kinds import AFFILIATION
from .model import Asked, View

_IDS: Final = 128
_KIND: Final = 256
_UNKNOWN: Final = 512

HEAD: Final = (
    "verdict",
    "orcid",
    "type",
    "put_code",
    "local_id",
    "file",
    "row",
    "reason",
    "stored",
    "record",
    "source",
)
"""Columns of the result."""

_FAMILIES: Final = "(st.family = 0 or it.family = 0 or st.family = it.family)"


def compare(engine: Engine, asked: Asked, files: list[str], view: View | None) -> None:
    """Fill the tables `result`, a line for each verdict on each item, and `counted`, how many rows are stored.

    Args:
        engine: with the tables filled.
        asked: what to compare with.
        files: names of the stored exports.
        view: who read the records; None: not known, so nothing can be told missing.
    """
    alike = engine.count("select count(*) from (select distinct family, need from types)") < 2
    compared = [one for one in ("ids", "ended") if engine.count(f"select count({one}) from stored")]
    engine.run(_pairings(asked, alike, compared), doing="Comparing")
    engine.run(f"{_pairs(asked)}; {_result(asked, files, view)}; {_COUNTED}", doing="Comparing")
    _duplicates(engine, files)
    _elsewhere(engine)


_COUNTED: Final = """create table counted as
    select count(*) as stored, count(distinct person) as people, count(put) - count(distinct put) as twice
    from stored"""


def _pairings(asked: Asked, alike: bool, compared: list[str]) -> str:
    """SQL of the pairs of rows that there may be something to say of.

    What the join carries along for all rows is what it costs: the rest is fetched for the few that it finds.
    """
    looked = "case when s.rowid is null then i.ours else "
    # What is null on one side is not compared: neither true nor false.
    looked += " or ".join(
        (
            "i.rowid is null or not i.ours",
            _late(asked, "i.moment", "s.moment"),
            *(f"s.{one} <> i.{one}" for one in compared),
        )
    )
    looked += " end" if alike else " or st.need <> it.need end"
    return f"""create table pairings as select s.rowid as row, i.rowid as item
        from {_typed("stored s", alike)} full join {_typed("items i", alike)}
            on s.person = i.person and s.put = i.put {"" if alike else f"and {_FAMILIES}"}
        where {"s.rowid is not null or i.ours" if asked.every else looked}"""


def _late(asked: Asked, changed: str, stored: str) -> str:
    """SQL that tells whether one moment is later than another one, for certain."""
    return f"{changed} > {stored} + {asked.tolerance * 1000}"


def _typed(table: str, alike: bool) -> str:
    """SQL of a table with the family and the sections of its kinds; most portals write things of one kind alone."""
    short = table[-1]
    return table if alike else f"({table} join types {short}t on {short}t.kind = {short}.kind)"


def _pairs(asked: Asked) -> str:
    """SQL that judges them, as the sum of bits; all that is to be said of a pair goes along."""
    late = f"case when {_late(asked, 'there_moment', 'moment')} then 32 else 0 end"
    others = f"""case when ids = there_ids or cell(ids) is null or cell(there_ids) is null then 0
        when list_has_any(ids_of(ids), ids_of(there_ids)) then 0 else {_IDS} end"""
    ended = f"""case when ended is null or there_ended is null or ended = there_ended or there_family <> {AFFILIATION}
        then 0 when ended = '' or there_ended = '' then 64
        when regexp_full_match(ended, '\\d{{4}}(-\\d\\d){{0,2}}') and not starts_with(ended, there_ended)
            and not starts_with(there_ended, ended) then 64 else 0 end"""
    kind = f"case when family <> 0 and there_family <> 0 and (need & there_need) = 0 then {_KIND} else 0 end"
    # Missing is only what a record that was shown does not hold.
    absent = "case when mask is null and not is_orcid(person) then 1 when (mask & need) = need then 4 else 8 end"
    return f"""create table pairs as
        with mine as (
            select s.rowid as row, s.*, t.family, t.need, ms(moment, modified, {text(asked.zone)}) as written
            from stored s semi join pairings p on p.row = s.rowid join types t on t.kind = s.kind),
        theirs as (
            select i.rowid as item, i.*, t.family, t.need, ms(moment, modified, 'UTC') as changed
            from items i semi join pairings p on p.item = i.rowid join types t on t.kind = i.kind),
        joined as (
            select p.row, p.item, s.file, coalesce(s.person, i.person) as person, coalesce(s.put, i.put) as put, s.kind,
                s.local, s.bad_orcid, s.bad_put, s.ended, s.ids, s.family, s.need, s.moment, s.written,
                i.ours, i.kind as there_kind, source_of(i.ours, i.source) as source, i.moment as there_moment,
                i.changed, i.ended as there_ended, i.ids as there_ids, i.family as there_family, i.need as there_need
            from pairings p left join mine s on s.row = p.row left join theirs i on i.item = p.item)
        select joined.*, c.mask, case
            when row is null then {_UNKNOWN}
            when person is null then 1
            when put is null then case bad_put when '' then 2 else 1 end
            when item is null then {absent}
            when not ours then 16
            else {late} + {ended} + {others} + {kind} end as bits
        from joined left join coverage c using (person)"""


def _result(asked: Asked, files: list[str], view: View | None) -> str:
    """SQL that says it, a line for each bit."""
    lines = _lines(view)
    if asked.every:
        lines.append((0, "ok", "''", "''", "''"))
    said = ", ".join(f"({bit}, {text(verdict)})" for bit, verdict, *_ in lines)
    reason, stored, record = (
        "case v.bit " + " ".join(f"when {line[0]} then {line[at]}" for line in lines) + " end" for at in (2, 3, 4)
    )
    return f"""create table starts as select file, min(rowid) as first from stored group by file;
        create table result as
        select v.verdict, {_stored(files)}, {reason} as reason, {stored} as stored, {record} as record,
            coalesce(p.source, '') as source, p.row as line
        from pairs p left join starts b on b.file = p.file, (values {said}) v(bit, verdict)
        where case v.bit when 0 then p.bits = 0 else (p.bits & v.bit) <> 0 end"""


def _stored(files: list[str]) -> str:
    """SQL of the columns that say which item it is, from `pairs` p and `starts` b."""
    names = "case p.file " + " ".join(f"when {n} then {text(name)}" for n, name in enumerate(files)) + " else '' end"
    return f"""coalesce(p.person, {_shown("p.bad_orcid", 40)}) as orcid,
        coalesce(nullif(p.kind, ''), p.there_kind, '') as type,
        coalesce(cast(p.put as varchar), {_shown("p.bad_put", 20)}, '') as put_code, coalesce(p.local, '') as local_id,
        {names} as file, p.row - b.first + 1 as row"""


def _duplicates(engine: Engine, files: list[str]) -> None:
    if engine.count("select twice from counted"):
        engine.run(
            f"""insert into result by name
            with twice as (select person, family, put, count(*) as times from stored join types using (kind)
                where person is not null and put is not null group by person, family, put having count(*) > 1)
            select 'duplicate' as verdict, {_stored(files)}, 'stored ' || p.times || ' times' as reason, '' as stored,
                '' as record, '' as source, p.row as line
            from (select s.*, s.rowid as row, null as there_kind, t.times
                from twice t join stored s on s.person = t.person and s.put = t.put
                join types st on st.kind = s.kind and st.family = t.family) p join starts b on b.file = p.file""",
            doing="Looking for duplicates",
        )
    # Only what is ours: nobody answers for the items of others.
    engine.run(
        """insert into result by name
        with one as (select distinct i.person, i.put, i.rowid as item, i.kind, norm(u.id) as id
            from items i, unnest(string_split(i.selfs, chr(31))) as u(id) where i.ours and i.selfs <> ''),
        alike as (select person, kind, id, list(put order by put) as puts, list(item) as items from one
            group by person, kind, id having count(*) > 1)
        select 'duplicate' as verdict, a.person as orcid, i.kind as type, cast(i.put as varchar) as put_code,
            '' as local_id, '' as file, null as row, 'on the record ' || len(a.puts) || ' times' as reason,
            '' as stored, a.id || ' is also on ' || array_to_string(list_filter(a.puts, lambda x: x <> i.put), ', ')
            as record, source_of(i.ours, i.source) as source, null as line
        from alike a, unnest(a.items) as u(item) join items i on i.rowid = u.item""",
        doing="Looking for duplicates",
    )


def _lines(view: View | None) -> list[tuple[int, str, str, str, str]]:
    """Return (bit, verdict, reason, stored, record), the last three in SQL."""
    absent = (
        ("missing", "'stored, and not on the record'")
        if view == "member"
        else ("not-public", "'stored, and not among the public items of the record'")
        if view == "public"
        else ("not-read", "'not on the record as shown; say who read it: --view member or --view public'")
    )
    bad = """case when p.person is null or p.bits = 1 and p.put is not null then 'the iD is none'
        when regexp_full_match(p.bad_put, '\\s*0+(\\.0*)?\\s*') then 'the put-code is none: it is 0'
        else 'the put-code is none: no whole number' end"""
    unread = """case when p.mask is null
        then 'no record of this person was handed in'
        else 'the record that was handed in does not show ' || case p.family when 0
            then 'every section; say what the stored items are: --type' else 'the section of its kind' end end"""
    open_end = """case when p.ended = '' then 'ended on the record, and not as stored' when p.there_ended = ''
        then 'ended as stored, and not on the record' else 'ended on another day' end"""
    changed = "'changed on the record after it was stored'"
    there = _time("p.changed")
    shorter = "left(replace({}, chr(31), ' '), 300)"
    return [
        (1, "unusable", bad, "''", "''"),
        (2, "no-put-code", "'stored without a put-code'", "''", "''"),
        (4, absent[0], absent[1], "''", "''"),
        (8, "not-read", unread, "''", "''"),
        (16, "foreign", "'the source is somebody else'", "''", "''"),
        (32, "stale", changed, _time("p.written"), there),
        (_IDS, "stale", "'no external id in common'", shorter.format("p.ids"), shorter.format("p.there_ids")),
        (_KIND, "stale", "'an item of another kind'", "p.kind", "p.there_kind"),
        (64, "end-date", open_end, "p.ended", "p.there_ended"),
        (_UNKNOWN, "unknown", "'on the record by us, and not stored'", "''", there),
    ]


def _elsewhere(engine: Engine) -> None:
    """Say of what is absent where its put-code is instead: put-codes are unique among all people."""
    engine.run(
        """update result set reason = reason || '; this put-code is on the record of ' || e.other from (
            select r.rowid as line, min(i.person) as other from result r
            join types rt on rt.kind = r.type and rt.family <> 0
            join items i on i.put = try_cast(r.put_code as bigint) join types it on it.kind = i.kind
            and it.family = rt.family where r.verdict in ('missing', 'not-public', 'not-read')
            and i.person <> r.orcid group by r.rowid) e
        where result.rowid = e.line"""
    )


def _shown(column: str, most: int) -> str:
    # A cell in a wrong column may be a token: what is long, or looks like one, is not repeated.
    return (
        f"case when length({column}) <= {most} and not regexp_matches({column}, '[0-9a-fA-F-]{{20,}}') then {column}"
        f" else '(' || length({column}) || ' characters)' end"
    )


def _time(column: str) -> str:
    return f"coalesce(strftime(make_timestamp({column} * 1000), '%Y-%m-%dT%H:%M:%SZ'), '')"
