"""What the commands share: how they stop, the rulebook, and the way from evidence to reports."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from ..evidence.model import Evidence
    from ..judge.content import Profile
    from ..judge.rule import Rule
    from ..plan import Plan
    from ..review.model import Review


class Exit(IntEnum):
    """What a command ends with."""

    PASS = 0
    FAIL = 1
    USAGE = 2
    INCOMPLETE = 3
    NOT_RUN = 4


def stop(code: int, message: str) -> NoReturn:
    """End the command with one clear message."""
    click.echo(f"Error: {message}", err=True)
    raise click.exceptions.Exit(code)


def is_terminal(stream: Any) -> bool:
    """Whether a person sees what is written there."""
    try:
        return bool(stream.isatty())
    except (AttributeError, ValueError):  # closed, or none at all
        return False


profile_option = click.option("--profile", metavar="NAME", help="Text to review against, in place of the one named.")
checks_option = click.option(
    "--checks",
    metavar="DIR",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Folder with further rules. Can be given several times.",
)
format_option = click.option(
    "--format", "formats", metavar="NAME", multiple=True, help="Report to write; default: all. Can be repeated."
)
out_option = click.option(
    "--out",
    metavar="DIR",
    default="review",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder to write to.",
)
quiet_option = click.option("--quiet", "-q", is_flag=True, help="No progress and no warnings.")


def rulebook(extra: Sequence[Path] = ()) -> dict[str, Rule]:
    """Load all rules, or stop because a folder of `--checks` cannot be used."""
    from ..judge.content import ContentError, load_rules

    try:
        return load_rules(tuple(extra))
    except ContentError as error:
        stop(Exit.USAGE, str(error))


def profile_named(name: str, rules: Mapping[str, Rule] | None = None, extra: Sequence[Path] = ()) -> Profile:
    """Load a profile, with the rules of `--checks` folders in it, or stop because it cannot be used."""
    from ..judge.content import ContentError, load_profile, profile_names, with_extra
    from ..plan.wording import nearest

    try:
        return with_extra(load_profile(name), rules or {}, tuple(extra))
    except ContentError as error:
        close = nearest(name, profile_names())
        stop(Exit.USAGE, f"{error}{f'. Did you mean {close}?' if close else ''}")


def plan_of(file: Path, rules: Mapping[str, Rule], *, attended: bool, quiet: bool) -> Plan:
    """Load a plan and tell its warnings, or stop because it cannot be used."""
    from ..judge.content import profile_names
    from ..plan import PlanError, load

    try:
        plan = load(file, os.environ, profiles=profile_names(), rules=rules.keys(), attended=attended)
    except PlanError as error:
        stop(Exit.USAGE, str(error))
    for warning in () if quiet else plan.warnings:
        click.echo(f"Warning: {file}: {warning}", err=True)
    return plan


class Desk:
    """Where reports are written: a folder and the formats that were asked for.

    Made before anything starts, so that a wrong name or a folder that cannot be written ends the command early.
    """

    def __init__(self, out: Path, names: Sequence[str]) -> None:
        from importlib import import_module

        from ..plan.wording import nearest, one_of

        # Content: found in a checkout and in a wheel at run time, where a type checker does not look.
        self._formats: dict[str, Any] = import_module("checker.content.reports").formats()
        self._terminal: Any = import_module("checker.content.reports.terminal")
        files = [name for name, form in self._formats.items() if form.FILE]
        for name in names:
            if name not in files:
                hint = f"did you mean {close}?" if (close := nearest(name, files)) else f"there are {one_of(files)}"
                stop(Exit.USAGE, f"--format {name}: there is no such report; {hint}")
        self._names = list(names) or files
        self._out = out
        try:
            out.mkdir(parents=True, exist_ok=True)
            # A report of an earlier run must not be taken for one of this run, should this one end early.
            for name in files:
                (out / self._formats[name].FILE).unlink(missing_ok=True)
        except OSError as error:
            stop(Exit.USAGE, f"--out {out}: cannot be written: {error.strerror or error}")

    def progress(self, *, quiet: bool) -> Any:
        """Return what tells a person how a run goes on, as a context manager."""
        return self._terminal.Progress(quiet=quiet)

    def finish(self, review: Review, evidence: Evidence, folder: Path) -> None:
        """Write the reports and show the summary.

        Args:
            review: the result.
            evidence: what it was judged from.
            folder: the evidence folder, with the pictures.
        """
        from rich.console import Console

        written = []
        for name in self._names:
            form = self._formats[name]
            path = self._out / form.FILE
            try:
                path.write_text(form.render(review, evidence, folder), "utf-8")
            except OSError as error:
                stop(Exit.NOT_RUN, f"{path}: cannot be written: {error.strerror or error}")
            written.append(path)
        self._terminal.render_summary(review, console=Console(), reports=written)


def exit_code(review: Review) -> Exit:
    """Return what a verdict ends a command with."""
    return {"pass": Exit.PASS, "fail": Exit.FAIL, "incomplete": Exit.INCOMPLETE}[review.verdict]
