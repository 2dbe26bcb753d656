"""`orcid-review reconcile`: stored put-codes against ORCID records, for many researchers at once. No network."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from shutil import copyfileobj
from typing import TYPE_CHECKING, Any, Final

import click

from ._bar import Bar
from ._common import Exit, quiet_option, stop

if TYPE_CHECKING:
    from ..reconcile import Asked, Outcome

_FORMS: Final = ("csv", "ndjson", "json", "parquet")
_SAYS: Final = {
    "missing": "stored, not on the record",
    "stale": "the record changed since, or has other external ids",
    "duplicate": "stored twice, or twice on the record",
    "foreign": "on the record, the source is somebody else",
    "unknown": "ours, on the record, not stored",
    "end-date": "ended on one side only, or on another day",
    "unusable": "the stored iD or put-code is none",
    "no-put-code": "stored without a put-code",
    "not-public": "stored, not among the public items",
    "not-read": "the records handed in do not show it",
    "ok": "nothing to say",
}


def _size(_context: click.Context, _parameter: click.Parameter, value: str) -> int:
    units = {"m": 1 << 20, "g": 1 << 30}
    digits, unit = value[:-1], units.get(value[-1:].lower(), 0)
    if not (unit and digits.isascii() and digits.isdigit() and len(digits) < 7 and int(digits) * unit >= 256 << 20):
        raise click.BadParameter(f"{value!r} is no size; write for instance 512M or 2G, at least 256M")
    return int(digits) * unit


def _columns(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    from ..reconcile.columns import STORED

    said: dict[str, str] = {}
    for value in values:
        meaning, equals, name = value.partition("=")
        if not equals or meaning not in STORED or not name:
            raise click.BadParameter(f"{value!r}; write MEANING=COLUMN, where MEANING is one of {', '.join(STORED)}")
        said[meaning] = name
    return said


def _kind(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    from ..reconcile.kinds import named, plain

    names = [name for name, _, _ in named()]
    if value and plain(value) not in names:
        import difflib

        close = difflib.get_close_matches(plain(value), names, n=1)
        raise click.BadParameter(f"there is no kind {value!r}.{f' Did you mean {close[0]}?' if close else ''}")
    return value


def _zone(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not value:
        return value
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise click.BadParameter(f"there is no time zone {value!r}; write for instance UTC or Europe/Berlin") from None
    return value


def _encoding(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    import codecs

    try:
        if value:
            codecs.lookup(value)
    except LookupError:
        raise click.BadParameter(f"there is no encoding {value!r}; write for instance windows-1252") from None
    return value


@click.command()
@click.argument("records", nargs=-1, required=True, metavar="RECORDS...", type=click.Path())
@click.option(
    "--stored",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Export of what is stored. Repeatable.",
)
@click.option(
    "--plan", metavar="PLAN", type=click.Path(path_type=Path), help="Take [store] items and the client ID from a plan."
)
@click.option("--client", "clients", metavar="ID", multiple=True, help="Client ID of ours, APP-… . Repeatable.")
@click.option("--type", "kind", metavar="KIND", default="", callback=_kind, help="What stored rows are by default.")
@click.option(
    "--view",
    type=click.Choice(["member", "public"]),
    help="Who read the records: our own client's token (sees all that is ours), or the public. Default: as they show.",
)
@click.option("--complete", is_flag=True, help="A table of items is whole: who is not in it has no item.")
@click.option(
    "--column",
    "columns",
    metavar="MEANING=COLUMN",
    multiple=True,
    callback=_columns,
    help="Name a column of the stored exports, e.g. put_code=orcid_ref. Repeatable.",
)
@click.option("--encoding", metavar="NAME", default="", callback=_encoding, help="Of stored exports; default: UTF-8.")
@click.option("--time-zone", "zone", metavar="ZONE", default="", callback=_zone, help="Of stored times that name none.")
@click.option(
    "--tolerance", metavar="SECONDS", type=click.IntRange(0, 86400), default=60, show_default=True,
    help="By how much a record may be younger than what is stored.",
)  # fmt: skip
@click.option("--all", "every", is_flag=True, help="Write the items with nothing to say as well.")
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="File for the items.")
@click.option("--format", "form", type=click.Choice(_FORMS), help="Of the items; default: told by the name, else CSV.")
@click.option("--memory", metavar="SIZE", default="512M", show_default=True, callback=_size, help="To hold at most.")
@quiet_option
@click.pass_context
def reconcile(
    ctx: click.Context,
    records: tuple[str, ...],
    stored: tuple[Path, ...],
    plan: Path | None,
    clients: tuple[str, ...],
    kind: str,
    view: Any,
    complete: bool,
    columns: dict[str, str],
    encoding: str,
    zone: str,
    tolerance: int,
    every: bool,
    out: Path | None,
    form: str | None,
    memory: int,
    quiet: bool,
) -> None:
    """Hold stored put-codes against ORCID records, for many researchers at once.

    RECORDS are what ORCID's API gives: records, activities, works and so on, in JSON or XML, as files, folders, globs,
    NDJSON, zip or tar archives such as ORCID's public data file; or tables of their items (CSV, TSV, JSON, NDJSON,
    Parquet). What is stored comes as tables too, with an iD and a put-code in each row, and, where there are, type,
    local id, time, external ids and end date.

    \b
    Verdicts on items:
      missing    stored, not on the record      foreign    there, the source is somebody else
      stale      changed on the record since    unknown    ours, there, not stored
      duplicate  twice stored, or twice there   end-date   ended on one side only
      unusable   the iD or put-code is none
      no-put-code, not-public, not-read         nothing can be said yet

    \b
    Without --out the items go to standard output when --format is given, and the
    summary to standard error; else the summary alone is shown.
    Ends with 0 nothing to put right, 1 something, 2 wrong usage or files,
    3 something could not be compared, 4 could not run.
    """
    from ..reconcile import Asked, ReconcileError

    if not stored and not plan:
        raise click.UsageError("say what is stored: --stored FILE, or --plan PLAN")
    _writable(out)
    form = form or _told_by_name(out)
    with tempfile.TemporaryDirectory(prefix="orcid-review-") as folder:
        if plan:
            rows, client = _of_plan(plan, Path(folder), quiet)
            stored, clients = (*stored, rows), clients or (client,)
        asked = Asked(stored, records, clients, kind, view, complete, columns, encoding, zone, tolerance, every, memory)
        to_stdout = out is None and form is not None
        target = Path(folder) / "result" if to_stdout else out
        try:
            outcome = _work(asked, target, form or "csv", quiet)
        except ReconcileError as error:
            stop(Exit.USAGE if error.usage else Exit.NOT_RUN, str(error))
        if to_stdout and target:
            with target.open("rb") as result:
                copyfileobj(result, sys.stdout.buffer)
            sys.stdout.flush()
    if not (quiet and to_stdout):
        _summary(outcome, out, err=to_stdout)
    ctx.exit(Exit.FAIL if outcome.differs else Exit.INCOMPLETE if outcome.is_open else Exit.PASS)


def _work(asked: Asked, target: Path | None, form: str, quiet: bool) -> Outcome:
    from ..reconcile import reconcile as work

    with Bar(quiet=quiet) as bar:
        return work(asked, target, form, bar.tell)


def _told_by_name(out: Path | None) -> str | None:
    if out is None:
        return None
    return {".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson", ".parquet": "parquet"}.get(
        out.suffix.lower(), "csv"
    )


def _writable(out: Path | None) -> None:
    if out and not out.parent.is_dir():
        stop(Exit.USAGE, f"--out {out}: there is no folder {out.parent}")
    if out and not os.access(out if out.exists() else out.parent, os.W_OK):
        stop(Exit.USAGE, f"--out {out}: cannot be written")


def _of_plan(file: Path, folder: Path, quiet: bool) -> tuple[Path, str]:
    """Return an export of the plan's stored items, and its client ID."""
    import csv

    from ..gather.errors import GatherError
    from .stored import items_of

    plan, items = items_of(file)
    rows = folder / f"{file.stem}-items.csv"
    with rows.open("w", encoding="utf-8", newline="") as target, Bar(quiet=quiet) as bar:
        writer = csv.writer(target)
        writer.writerow(("orcid", "put_code", "type", "local_id"))
        try:
            for one in bar.counted(items, "Reading items"):
                writer.writerow((one.orcid, one.put_code, one.type, one.local_id))
        except GatherError as error:
            stop(Exit.NOT_RUN, f"{error.message}{f'; {error.todo}' if error.todo else ''}")
    return rows, plan.orcid.client_id


def _summary(outcome: Outcome, out: Path | None, *, err: bool) -> None:
    from ..reconcile.model import DIFFERENCES

    def say(line: str = "") -> None:
        click.echo(line, err=err)

    say(
        f"{_some(outcome.stored, 'stored row')} of {_some(outcome.people, 'person', 'people')} against"
        f" {_some(outcome.items, 'item')} on the {_some(outcome.records, 'record')} that were handed in"
    )
    for verdict, count in outcome.counts.items():
        if verdict != "ok":
            mark = "!" if verdict in DIFFERENCES else "?"
            say(f"  {mark} {verdict.value:<12}{count:>12,}  {_SAYS[verdict.value]}")
    say(f"    {'ok':<12}{outcome.good:>12,}  {_SAYS['ok']}")
    if outcome.broken:
        say(f"  ? {'broken':<12}{outcome.broken:>12,}  could not be read:")
        for one in outcome.first_broken:
            say(f"      {one.file}{f', line {one.line}' if one.line else ''}: {one.why}")
        if outcome.broken > len(outcome.first_broken):
            say(f"      … and {outcome.broken - len(outcome.first_broken):,} more, all of them in the result")
    for note in outcome.notes:
        say(f"Note: {note}")
    if out:
        say(f"Written to {out}")


def _some(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"
