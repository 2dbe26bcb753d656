"""Fills the engine's tables: what is stored, what is on the records, and which sections of whose record were shown."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from . import columns, kinds
from .engine import BadInput, Engine, Tell, text
from .exports import Table, mended, opened
from .model import Asked, Broken, ReconcileError
from .sources import Document, documents

# Not `in (…)`: that would become a join, which looks at every cell and hands the rows on in any order.
_BLANK: Final = r"regexp_full_match(x, '\p{Zs}*(|null|none|nan|nat|\\n|n/a|-)\p{Zs}*', 'i')"
"""SQL that tells of a cell x whether it is one of the ways in which exports write nothing."""

_HALF_DAY: Final = 12 * 3600 * 1000
_DAY: Final = 24 * 3600 * 1000
_MS: Final = """case when is_epoch(x) then cast(x as bigint) * case length(x) when 10 then 1000 else 1 end
    when is_zoned(x) then epoch_ms(try_cast(x as timestamptz))
    when zone = '' then epoch_ms(try_cast(x as timestamp))
    else epoch_ms(try(timezone(zone, try_cast(x as timestamp)))) end"""
"""A time in epoch milliseconds."""
_SLACK: Final = f"""case when is_epoch(x) or is_zoned(x) then 0
    else case when zone = '' then {_HALF_DAY} else 0 end + case when length(x) <= 10 then {_DAY} else 0 end end"""
"""How much later it may have been: it names no zone, or only a day."""

_Writer = Callable[[Iterable[object]], object]

_MACROS: Final = (
    r"""create macro digits_of(x) as regexp_replace(upper(x),
        '^\s*(HTTPS?://)?([A-Z.]*\.)?ORCID\.ORG/|[\s–‐-]', '', 'g')""",
    r"""create macro hyphened(x) as case when regexp_full_match(x, '\d{15}[\dX]|\d{7,15}|\d{7,14}X')
        then regexp_replace(lpad(x, 16, '0'), '(.{4})(.{4})(.{4})(.{4})', '\1-\2-\3-\4') end""",
    # Nearly all iDs are well written. Those that only look so are found out when no record is theirs.
    """create macro person_of(x) as case when x glob '????-????-????-???[0-9X]' then x
        else hyphened(digits_of(x)) end""",
    # ISO 7064 MOD 11-2, as ORCID uses it.
    r"""create macro is_orcid(x) as case when regexp_full_match(x, '\d{4}-\d{4}-\d{4}-\d{3}[\dX]')
        then right(x, 1) = list_extract(['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'], 1 + cast(list_sum(
            list_transform(range(1, 16), lambda n: try_cast(replace(x, '-', '')[n] as integer) * (1 << (16 - n))))
            % 11 as integer)) else false end""",
    # As it is, which a number that was written back tells fastest; as a spreadsheet writes a number; or as the end of
    # the address that ORCID gave.
    r"""create macro put_of(x) as case
        when try_cast(x as bigint) between 1 and 999999999999999999 and cast(try_cast(x as bigint) as varchar) = x
        then try_cast(x as bigint)
        else try_cast(nullif(regexp_extract(x,
            '^\s*(?:\S*/[0-9X-]{16,19}/[a-z-]+/)?0*([1-9][0-9]{0,17})(?:\.0+)?\s*$', 1), '') as bigint) end""",
    f"create macro cell(x) as case when {_BLANK} then null else x end",
    r"create macro is_zoned(x) as right(x, 1) in ('Z', 'z')"
    r" or regexp_matches(x, '\d:\d\d.*([+-]\d\d(:?\d\d)?|UTC|GMT)\s*$')",
    r"create macro is_epoch(x) as regexp_full_match(x, '\d{10}|\d{13}')",
    f"create macro at_ms(x, zone) as {_MS}",
    f"create macro slack(x, zone) as {_SLACK}",
    # Most times name themselves exact by their last letter.
    """create macro moment_of(x, zone, way) as case when suffix(x, 'Z') then epoch_ms(try_cast(x as timestamp))
        else at_ms(x, zone) + way * slack(x, zone) end""",
    # The text of the others is kept: to show them, and because one that is none is to be told.
    "create macro as_written(moment, x) as case when moment is null or not suffix(x, 'Z') then cell(x) end",
    "create macro ms(moment, x, zone) as case when x is null then moment else at_ms(x, zone) end",
    # Days of people who never leave are no days of leaving.
    r"create macro end_of(x) as case when x is null or regexp_matches(x, '^(9999|2999|0000)|9999$')"
    f" or {_BLANK} then ''"
    r" else regexp_replace(trim(x), '[T ].*$|(-00)+$', '') end",
    # One identifier is written in many ways.
    r"create macro norm(x) as regexp_replace(lower(x),"
    r" '(https?://)?(www\.)?(dx\.)?doi\.org/|doi:\s*|https?://(www\.)?|[\[\]\x22\x27]', '', 'g')",
    r"create macro ids_of(x) as string_split_regex("
    r"norm(case when x like '[%' then replace(x, ',', '|') else x end), '[|\s\x1f]+')",
)
# A moment is in epoch milliseconds: the latest at which a row may have been stored, the earliest at which an item may
# have changed. Beside it stands the text, where it tells more.
_TABLES: Final = (
    "create table stored (file utinyint, person varchar, put bigint, kind varchar, local varchar,"
    " moment bigint, modified varchar, ended varchar, ids varchar, bad_orcid varchar, bad_put varchar)",
    "create table items (person varchar, put bigint, kind varchar, ours boolean, source varchar,"
    " moment bigint, modified varchar, ended varchar, ids varchar, selfs varchar, hidden boolean)",
    "create table shown (person varchar, mask integer)",
    "create table broken (file varchar, line bigint, why varchar)",
    "create table kinds (name varchar, family utinyint, need integer)",
)


@dataclass(frozen=True, slots=True)
class _Filling:
    """A file on its way into a table."""

    source: Table
    statement: Callable[[Table], str]
    """SQL that reads it, or what is left of it."""


class Tables:
    """Fills the tables `stored`, `items`, `shown`, `broken`, `types` and `coverage`."""

    def __init__(self, engine: Engine, asked: Asked, folder: Path, tell: Tell) -> None:
        self._engine = engine
        self._asked = asked
        self._folder = folder
        self._tell = tell
        self._stored: list[_Filling] = []
        self._dumped: list[_Filling] = []
        self.files: list[str] = []
        """Of the stored exports; their position is `stored.file`."""
        values = ", ".join(f"({text(name)}, {family}, {need})" for name, family, need in kinds.named())
        # Nearly all items have one source, which is not kept a million times: see `_items`.
        usual = text(asked.clients[0]) if asked.clients else "null"
        source = f"create macro source_of(ours, source) as coalesce(source, case when ours then {usual} end)"
        engine.run("; ".join((*_MACROS, source, *_TABLES, f"insert into kinds values {values}")))

    def stored(self, path: Path) -> None:
        """Look at one export of what is stored.

        Raises:
            ReconcileError: it cannot be used.
        """
        table = _named(opened(path, self._engine, self._folder, self._asked.encoding), path, self._asked.stored)
        at = columns.found(table.columns, columns.STORED, table.file, given=self._asked.columns, option="--column")
        number = len(self.files)
        if number == 255:
            raise ReconcileError("more than 255 exports; put them together")
        self.files.append(table.file)
        latest = _moment(self._asked.zone, 1)

        def statement(source: Table) -> str:
            return f"""insert into stored by position
                with keyed as (select *, person_of(orcid) as person, put_of(put_code) as put
                               from {_rows(source, at)})
                select {number}, person, put, {_or(at, "type", "''", "coalesce(type, '')")},
                       {_or(at, "local_id", "null", "local_id")}, {_or(at, "modified", "null, null", latest)},
                       {_or(at, "ended", "null", "end_of(ended)")}, {_or(at, "ids", "null", "ids")},
                       case when person is null then coalesce(cell(orcid), '') end,
                       case when put is null then coalesce(cell(put_code), '') end
                from keyed"""

        self._stored.append(_Filling(table, statement))

    def dumped(self, path: Path, among: Iterable[Path]) -> None:
        """Look at one table of items of records, of all that there are.

        Raises:
            ReconcileError: it cannot be used.
        """
        table = _named(opened(path, self._engine, self._folder), path, among)
        at = columns.found(table.columns, columns.DUMPED, table.file)
        # A table says nothing of lists that are empty. Who is in it is taken to be shown with every kind that is.
        typed = "(select bit_or(coalesce(need, 0)) from types_of_items)" if "type" in at else str(kinds.ANY)

        def statement(source: Table) -> str:
            return f"""{self._items(source, at)};
                create or replace temp table types_of_items as select distinct k.need
                from (select distinct kind from items) t left join kinds k on k.name =
                    regexp_replace(lower(t.kind), '[^a-z]', '', 'g');
                insert into shown select distinct person, {typed} from items"""

        self._dumped.append(_Filling(table, statement))

    def read(self) -> None:
        """Read all that was looked at, exports and tables of items side by side."""
        sides = (self._stored, self._dumped)
        failed = self._engine.run_side_by_side(
            [[one.statement(one.source) for one in side] for side in sides], doing="Reading tables"
        )
        for side, positions in zip(sides, failed, strict=True):
            for position in positions:
                self._mend(side[position])
        # Rows of the exports are named by their numbers; where an item stands is nowhere said.
        self._engine.run("set preserve_insertion_order = false")
        if self._dumped and self._asked.complete:
            self._engine.run(
                f"insert into shown select distinct person, {kinds.ANY} from stored where person is not null"
                f" union all select distinct person, {kinds.ANY} from items"
            )

    def documents(self, places: Iterable[str]) -> None:
        """Read all documents in some places."""
        from .documents import COLUMNS  # not wanted for tables

        spool, covers = self._folder / "items.spool.csv", self._folder / "shown.spool.csv"
        total = _size(places)
        done = count = 0
        with (
            spool.open("w", encoding="utf-8", errors="backslashreplace", newline="") as items,
            covers.open("w", encoding="utf-8", newline="") as shown,
        ):
            item_rows, shown_rows = csv.writer(items), csv.writer(shown)
            item_rows.writerow(COLUMNS)
            for given in documents(places):
                if isinstance(given, Document):
                    done += given.cost
                    count += 1
                    if not count % 200:
                        self._tell(f"Reading records, {count:,} so far", done / total if total else -1)
                    self._one(given, item_rows.writerow, shown_rows.writerow)
                else:
                    self.note([given])
        at = {("type" if name == "kind" else name): position for position, name in enumerate(COLUMNS)}
        filling = _Filling(Table("the records", spool, "csv", COLUMNS), lambda source: self._items(source, at))
        try:
            self._fill(filling, filling.source)
        except BadInput:
            self._mend(filling)
        self._engine.run(
            "insert into shown select person_of(o), m from read_csv("
            f"{text(str(covers))}, auto_detect = false, columns = {{'o': 'VARCHAR', 'm': 'INTEGER'}})"
        )

    def note(self, broken: Iterable[Broken]) -> None:
        """Keep what could not be read for the result."""
        rows = list(broken)
        for begin in range(0, len(rows), 1000):
            values = ", ".join(
                f"({text(one.file)}, {'null' if one.line is None else one.line}, {text(one.why)})"
                for one in rows[begin : begin + 1000]
            )
            self._engine.run(f"insert into broken values {values}")

    def finish(self) -> None:
        """Make the tables ready to be compared: each item once, each kind looked up, what is shown put together."""
        if self._engine.count("select count(put) - count(distinct put) from items"):
            self._engine.run(
                """create or replace table items as select * exclude (nth) from (select *, row_number() over (
                    partition by person, put, kind order by moment desc nulls last,
                    (modified, ours, source, ended, ids, selfs, hidden) desc) as nth from items) where nth = 1""",
                doing="Putting the records together",
            )
        self._engine.run(
            f"""create table types as
            select t.kind, coalesce(k.family, 0) as family, coalesce(k.need, {kinds.ANY}) as need
            from (select kind from stored group by kind union select kind from items group by kind) t
            left join kinds k on k.name = regexp_replace(lower(
                case when cell(t.kind) is null then {text(self._asked.kind)} else t.kind end), '[^a-z]', '', 'g')"""
        )
        self._engine.run("create table coverage as select person, bit_or(mask) as mask from shown group by person")

    def _one(self, given: Document, item_row: _Writer, shown_row: _Writer) -> None:
        from .documents import NoRecord, cells, read

        try:
            shown = read(given.body, given.file)
        except NoRecord as error:
            self.note([Broken(given.file, given.line, str(error))])
            return
        shown_row((shown.orcid, shown.sections))
        for item in shown.items:
            item_row(cells(item))

    def _items(self, source: Table, at: dict[str, int]) -> str:
        """SQL that reads items of records."""
        clients = ", ".join(text(client) for client in self._asked.clients)
        ours, whose = "null", _or(at, "source", "null", "source")
        if clients and "source" in at:
            whose = f"nullif(source, {text(self._asked.clients[0])})"
            origin = f" or coalesce(origin in ({clients}), false)" if "origin" in at else ""
            ours = f"case when source is not null then source in ({clients}){origin} end"
        # An address of a client or a researcher ends in what identifies it.
        sourced = "replace (case when contains(source, '/') then regexp_extract(source, '[^/]*$') else source end"
        sourced = f"{sourced} as source)" if "source" in at else ""
        earliest = _moment("UTC", -1)
        return f"""insert into items by position
            with keyed as (select * {sourced}, person_of(orcid) as person, put_of(put_code) as put
                           from {_rows(source, at)})
            select person, put, {_or(at, "type", "''", "coalesce(type, '')")}, {ours},
                   {whose}, {_or(at, "modified", "null, null", earliest)},
                   {_or(at, "ended", "null", "end_of(ended)")}, {_or(at, "ids", "null", "ids")},
                   {_or(at, "selfs", "null", "selfs")},
                   {_or(at, "visibility", "false", "coalesce(lower(visibility) in ('limited', 'private'), false)")}
            from keyed;
            insert into broken
                select {text(source.file)}, null, format('{{:,}} of its items have no iD or no put-code', count(*))
                from items where person is null or put is null having count(*) > 0;
            delete from items where person is null or put is null"""

    def _fill(self, filling: _Filling, source: Table) -> None:
        self._engine.run(filling.statement(source), doing=f"Reading {source.file}")

    def _mend(self, filling: _Filling) -> None:
        good, broken = mended(filling.source, self._folder)
        self.note(broken)
        try:
            self._fill(filling, good)
        except BadInput:
            raise ReconcileError(f"{filling.source.file} cannot be read; export it again", usage=False) from None


def _named(table: Table, path: Path, among: Iterable[Path]) -> Table:
    """Return a table called by its file's whole path when others have the same name."""
    return replace(table, file=str(path)) if [one.name for one in among].count(path.name) > 1 else table


def _moment(zone: str, way: int) -> str:
    """SQL of the columns of a time: 1 for the latest that it may be, -1 for the earliest."""
    return f"moment_of(modified, {text(zone)}, {way}) as moment, as_written(moment, modified)"


def _rows(source: Table, at: dict[str, int]) -> str:
    """SQL of a file's rows, which fails at one that is none."""
    if source.form != "lines" or source.whole:
        return source.relation(at)
    # A line with a list or a number on it gives the engine a row of nothing.
    nothing = " and ".join(f"{meaning} is null" for meaning in at)
    return (
        f"(from {source.relation(at)} where case when {nothing} then cast(error('no object') as boolean) else true end)"
    )


def _or(at: dict[str, int], meaning: str, otherwise: str, expression: str) -> str:
    return expression if meaning in at else otherwise


def _size(places: Iterable[str]) -> int:
    """Return the bytes of all that is named, 0 when a folder is among it."""
    return sum(os.path.getsize(p) for p in places) if all(os.path.isfile(p) for p in places) else 0
