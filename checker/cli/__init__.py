"""The command line: one module per command, each loaded only when it is called.

Exit codes: 0 pass, 1 fail, 2 wrong usage or plan, 3 incomplete, 4 could not run, 5 a fault of ours, 130 Ctrl-C.
Results go to standard output, messages to standard error.
"""

from __future__ import annotations

import errno
import os
import signal
from importlib import import_module
from typing import Any, NoReturn

import click

from .. import __version__
from .stopping import Stopped, behind, stoppable

# Command -> what `--help` says of it. Its module and the object in it bear the same name.
_COMMANDS = {
    "run": "Review a portal, as its plan says, and write the reports.",
    "judge": "Judge kept evidence again: no portal, no browser, no network.",
    "payload": "Tell what ORCID would answer to payloads, before they are sent.",
    "display": "Judge how iDs are shown on saved pages or addresses.",
    "rules": "List the rules.",
    "explain": "Say what one rule asks for, why, and what to do.",
    "init": "Write a review.toml to begin with.",
    "demo": "Review two sample portals, to see what a review is like.",
    "sandbox": "Run the embedded ORCID sandbox by itself.",
    "stored": "Show what the portal's store holds, tokens as fingerprints.",
    "reconcile": "Hold stored put-codes against ORCID records, for many people at once.",
    "relay": "Stand between a portal and ORCID, and record what they say.",
}

_FAULT = 5


class LazyGroup(click.Group):
    """A group that knows its commands' names without loading them, and maps how they end to an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: D102, ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: D102, ARG002
        if cmd_name not in _COMMANDS:
            return None
        command = getattr(import_module(f"{__name__}.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(  # noqa: D102
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in _COMMANDS:
            import difflib

            close = difflib.get_close_matches(args[0], _COMMANDS, n=1)
            hint = f" Did you mean {close[0]}?" if close else f" There are: {', '.join(_COMMANDS)}."
            ctx.fail(f"there is no command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: D102, ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:  # noqa: D102
        if os.environ.get("NO_COLOR"):
            ctx.color = False
        try:
            with stoppable():
                return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            _stopped(ctx, stop.number if isinstance(stop, Stopped) else signal.SIGINT)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if hidden := behind(error):
                _stopped(ctx, hidden.number)
            if ctx.params.get("debug") or (isinstance(error, OSError) and error.errno == errno.EPIPE):
                raise
            _own_fault(ctx, error)


def _stopped(ctx: click.Context, number: int) -> NoReturn:
    click.echo("Stopped.", err=True)
    ctx.exit(128 + number)


def _own_fault(ctx: click.Context, error: Exception) -> NoReturn:
    # The error's own words are left out: they may quote a secret of the plan or the portal.
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    library = os.path.dirname(os.__file__)
    place, trace = "?", error.__traceback__
    while trace:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(os.path.join(root, "checker", "")):
            place = f"{os.path.relpath(file, root)}:{trace.tb_lineno}"
        elif not file.startswith((library, "<")):  # content, ours or of --checks
            place = f"{file}:{trace.tb_lineno}"
        trace = trace.tb_next
    click.echo(
        f"Error: a fault of orcid-review {__version__} itself ({type(error).__name__} at {place}). Please report it"
        " with what `orcid-review --debug …` says of the same command; look first whether it quotes a secret.",
        err=True,
    )
    ctx.exit(_FAULT)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="orcid-review")
@click.option("--debug", is_flag=True, envvar="ORCID_REVIEW_DEBUG", help="Show the traceback of a fault of ours.")
def main(debug: bool) -> None:
    """Review an ORCID integration in a real browser, with proof."""
