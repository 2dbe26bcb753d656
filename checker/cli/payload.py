"""`orcid-review payload`: payloads for ORCID's Member API 3.0, judged before they are sent. No network."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ._common import Exit, is_terminal, quiet_option, stop

if TYPE_CHECKING:
    from .payload_formats import Tally

_FORMATS: Final = ("text", "json", "junit", "sarif")
_OWN_FAULT: Final = 5
_ALSO: Final = {"group": "group-id", "permission-notification": "notification"}


def _kind(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Return the kind that is meant: its name, its XML root or the path it is sent to."""
    if value is None:
        return None
    from ..orcid.payloads.kinds import KINDS

    names = {name: kind.name for kind in KINDS.values() for name in (kind.element, kind.path, kind.name)} | _ALSO
    if value.lower() in names:
        return names[value.lower()]
    import difflib

    close = difflib.get_close_matches(value.lower(), names, n=1)
    hint = f" Did you mean {close[0]}?" if close else ""
    raise click.BadParameter(f"there is no kind {value!r}.{hint} There are: {', '.join(KINDS)}.", context, parameter)


def _size(context: click.Context, parameter: click.Parameter, value: str) -> int:
    units = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
    unit = units.get(value[-1:].lower(), 1)
    digits = value[:-1] if unit > 1 else value
    if not (digits.isascii() and digits.isdigit() and int(digits) and len(digits) < 12):
        raise click.BadParameter(f"{value!r} is no size; write for instance 500K, 10M or 1G", context, parameter)
    return int(digits) * unit


@click.command()
@click.argument("files", nargs=-1, metavar="FILE...", type=click.Path())
@click.option(
    "--kind",
    metavar="KIND",
    callback=_kind,
    help="What every payload is, for instance work; default: told by its root element or its shape.",
)
@click.option(
    "--media-type",
    metavar="TYPE",
    help="What every payload is sent as, for instance application/vnd.orcid+json; default: told by its first bytes.",
)
@click.option(
    "--method",
    type=click.Choice(["POST", "PUT"], case_sensitive=False),
    metavar="POST|PUT",
    default="POST",
    show_default=True,
    help="How it is sent: POST adds an item, PUT changes one.",
)
@click.option("--format", "form", type=click.Choice(_FORMATS), default="text", show_default=True)
@click.option(
    "--out", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="Write there, not to the output."
)
@click.option(
    "--jobs",
    "-j",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    help="Processes that judge, when there is enough to do.",
)
@click.option("--ndjson", is_flag=True, help="Every named file, and -, holds one payload per line, whatever its name.")
@click.option(
    "--only-payloads",
    is_flag=True,
    help="Pass over files that are no ORCID payload, and templates that are none before they are filled.",
)
@click.option("--no-advice", is_flag=True, help="Tell only what ORCID refuses.")
@click.option(
    "--max-size",
    metavar="SIZE",
    default="10M",
    show_default=True,
    callback=_size,
    help="Longest payload that is read.",
)
@quiet_option
@click.pass_context
def payload(
    ctx: click.Context,
    files: tuple[str, ...],
    kind: str | None,
    media_type: str | None,
    method: str,
    form: str,
    out: Path | None,
    jobs: int,
    ndjson: bool,
    only_payloads: bool,
    no_advice: bool,
    max_size: int,
    quiet: bool,
) -> None:
    """Tell what ORCID's Member API 3.0 would answer to payloads, before they are sent.

    FILE is an XML or JSON payload, NDJSON (*.ndjson, *.jsonl: one payload per line), a zip archive of these, a folder
    (searched for *.xml, *.json, *.ndjson, *.jsonl; hidden folders are not), a glob in quotes, or - for standard input.
    In the JSON form, "index" is the line of an NDJSON file, from 1; a member of an archive is called archive!member.

    \b
    Problems are of three layers:
      schema   the v3.0 schema refuses it
      rule     the API refuses it, beyond its schema
      advice   ORCID takes it, but a reviewer would speak
    A fourth, input, is for what could not be read or judged.

    \b
    Ends with 0 all accepted, 1 some refused, 2 wrong usage or no such file,
    3 nothing was judged or a kind could not be told, 4 some could not be read,
    5 a fault of orcid-review itself. Where several apply: 5, 1, 2, 4, 3.
    """
    if not files:
        raise click.UsageError("say which payloads, for instance: orcid-review payload 'samples/**/*.xml'")
    if out is not None and any(_same(name, out) for name in files):
        raise click.BadParameter(f"{out} is one of the files to judge", ctx, param_hint="--out")
    from ..gather.payload_files import Bounds, payloads
    from .payload_formats import Tally, form_named
    from .payload_judging import How, WorkersLost, batches
    from .payload_output import Meter, Sheet

    how = How(
        kind=kind,
        media_type=media_type,
        method=method.upper(),
        form=form,
        colour=out is None and ctx.color is not False and is_terminal(sys.stdout),
        advice=not no_advice,
        only_payloads=only_payloads,
        debug=bool(ctx.find_root().params.get("debug")),
    )
    stdin = sys.stdin.buffer if sys.stdin and "-" in files else None
    given = payloads(files, stdin=stdin, ndjson=ndjson, bounds=Bounds(payload=max_size), besides=out)
    tally = Tally()
    one_terminal = out is None and is_terminal(sys.stdout)
    try:
        with Sheet(out, form_named(form), tally) as sheet, Meter(files, quiet=quiet) as meter:
            for batch in batches(given, how, jobs, live="-" in files):
                tally.add(batch.tally)
                meter.beside(sheet.write, batch.text, same_terminal=one_terminal)
                meter.advance(batch.payloads, batch.cost)
    except WorkersLost:
        stop(Exit.NOT_RUN, "a worker process ended by itself, perhaps for want of memory; try again with --jobs 1")
    if not quiet:
        _notes(tally, summary=form != "text" or out is not None)
    ctx.exit(_exit_code(tally, only_payloads=only_payloads))


def _same(name: str, out: Path) -> bool:
    try:
        return os.path.samefile(name, out)
    except (OSError, ValueError):
        return False


def _notes(tally: Tally, *, summary: bool) -> None:
    from .payload_formats import Outcome, safe

    if summary:
        click.echo(tally.summary(), err=True)
    if tally.passed:
        more = tally.outcomes[Outcome.PASSED_OVER] - len(tally.passed)
        names = ", ".join(safe.line(name) for name in tally.passed) + (f" and {more:,} more" if more else "")
        click.echo(f"Passed over, no ORCID payload or a template: {names}", err=True)


def _exit_code(tally: Tally, *, only_payloads: bool) -> int:
    from .payload_formats import Outcome

    count = tally.outcomes
    if count[Outcome.FAULT]:
        return _OWN_FAULT
    if count[Outcome.REFUSED]:
        return Exit.FAIL
    if count[Outcome.ABSENT]:
        return Exit.USAGE
    # With --only-payloads, a commit without payloads is as good as one with good payloads.
    nothing = not tally.judged and not (only_payloads and count[Outcome.PASSED_OVER])
    if count[Outcome.UNREAD]:
        return Exit.NOT_RUN
    if count[Outcome.UNDECIDED] or count[Outcome.EMPTY] or nothing:
        return Exit.INCOMPLETE
    return Exit.PASS
