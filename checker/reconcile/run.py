"""A whole reconciliation, from what is named to the file with the result."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from . import sources, verdicts
from .engine import BadInput, Engine, Tell, text
from .model import Asked, Broken, Outcome, ReconcileError, Verdict, View
from .tables import Tables

FORMS: Final = {
    "csv": "format csv, header true",
    "json": "format json, array true",
    "ndjson": "format json, array false",
    "parquet": "format parquet, compression zstd",
}
"""Form of the result -> how the engine is asked for it."""


def reconcile(asked: Asked, out: Path | None, form: str = "csv", tell: Tell | None = None) -> Outcome:
    """Hold what is stored against the records.

    Args:
        asked: what to compare with what.
        out: file for the result, one line for each verdict on each item; None: only the numbers are wanted.
        form: one of :data:`FORMS`.
        tell: is told how far it is.

    Raises:
        ReconcileError: something that is named cannot be used, or there is no memory or disk left.
    """
    say: Tell = tell or (lambda _doing, _part: None)
    with tempfile.TemporaryDirectory(prefix="orcid-review-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "input").mkdir()
        engine = Engine(folder, asked.memory, say)
        try:
            return _reconcile(engine, asked, folder / "input", out, form, say)
        finally:
            engine.close()


def _reconcile(engine: Engine, asked: Asked, folder: Path, out: Path | None, form: str, say: Tell) -> Outcome:
    dumps, places = sources.sort(asked.records)
    tables = Tables(engine, asked, folder, say)
    for path in asked.stored:
        tables.stored(path)
    for path in dumps:
        tables.dumped(path, dumps)
    tables.read()
    if places:
        tables.documents(places)
    tables.finish()
    view = asked.view or _view(engine, asked.records)
    verdicts.compare(engine, asked, tables.files, view)
    outcome = _numbers(engine, view)
    outcome.notes = list(_notes(engine, asked, outcome))
    if out:
        _write(engine, out, form)
    return outcome


def _view(engine: Engine, records: Iterable[str]) -> View | None:
    if engine.count("select count(*) from (select 1 from items where hidden limit 1)"):
        return "member"
    return "public" if any(sources.is_public(name) for name in records) else None


def _numbers(engine: Engine, view: View | None) -> Outcome:
    counts = {Verdict(str(row[0])): int(row[1]) for row in engine.rows(
        "select verdict, count(*) from result group by verdict")}  # fmt: skip
    stored, people = engine.rows("select stored, people from counted")[0]
    touched = engine.count("select count(distinct line) from result where verdict <> 'ok'")
    return Outcome(
        stored=stored,
        people=people,
        items=engine.count("select count(*) from items"),
        records=engine.count("select count(*) from coverage"),
        counts={verdict: counts[verdict] for verdict in Verdict if verdict in counts},
        good=stored - touched,
        broken=engine.count("select count(*) from broken"),
        first_broken=[Broken(*row) for row in engine.rows("from broken order by file, line nulls last, why limit 20")],
        view=view,
    )


def _notes(engine: Engine, asked: Asked, outcome: Outcome) -> Iterable[str]:
    if not asked.clients:
        likely = engine.rows(
            "select i.source from items i semi join stored s on s.person = i.person and s.put = i.put"
            " where i.source like 'APP-%' group by i.source order by count(*) desc limit 1"
        )
        hint = f"; most of what you stored is of {likely[0][0]}" if likely else ""
        yield f"Without --client nothing can be told foreign or unknown, nor twice on a record{hint}."
    elif engine.count("select count(*) from (select 1 from items where ours is not null limit 1)") == 0:
        yield "The records do not say whose the items are: nothing can be told foreign or unknown."
    if outcome.view is None:
        yield (
            "Nothing shows who read the records, so nothing is told missing: say --view member if it was your own"
            " client's token, --view public if it was the public API or ORCID's public data file."
        )
    if unread := engine.count("select count(*) from stored where moment is null and modified is not null"):
        yield f"{unread:,} stored times are in no form that is understood (ISO 8601 or epoch)."
    if not asked.zone and engine.count(
        "select count(*) from (select modified as x from stored where x is not null limit 1000)"
        " where not is_epoch(x) and not is_zoned(x)"
    ):
        yield "Stored times name no zone, so half a day is allowed for it; say --time-zone to be exact."


def _write(engine: Engine, out: Path, form: str) -> None:
    part = out.with_name(f".{out.name}.part")
    order = "order by row is null, file, row, orcid, type, put_code, verdict, reason, stored, record, source"
    columns = ", ".join(verdicts.HEAD)
    broken = """select 'broken' as verdict, '' as orcid, '' as type, '' as put_code, '' as local_id, file, null as row,
        case when line is null then '' else 'line ' || line || ': ' end || why as reason, '' as stored, '' as record,
        '' as source from broken"""
    query = f"select {columns} from (select {columns} from result union all {broken}) {order}"
    try:
        engine.run(f"copy ({query}) to {text(str(part))} ({FORMS[form]})", doing="Writing")
        part.replace(out)
    except (BadInput, OSError):
        raise ReconcileError(f"{out} cannot be written; look at the folder and the space on it", usage=False) from None
    finally:
        part.unlink(missing_ok=True)
