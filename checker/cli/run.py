"""`orcid-review run`: the main job, from a plan to the reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ._common import (
    Desk,
    checks_option,
    exit_code,
    format_option,
    out_option,
    plan_of,
    profile_named,
    profile_option,
    quiet_option,
    rulebook,
)

if TYPE_CHECKING:
    from ..gather.errors import GatherError


@click.command()
@click.argument("plan_file", metavar="[PLAN]", default="review.toml", type=click.Path(path_type=Path))
@out_option
@click.option("--headed", is_flag=True, help="Show the browser while it works.")
@click.option("--attended", is_flag=True, help="A person signs in at ORCID in the browser (implies --headed).")
@click.option("--undo", is_flag=True, help="Take back at the end what the review caused at ORCID.")
@click.option(
    "--timeout",
    type=click.FloatRange(0, 600, min_open=True),
    metavar="SECONDS",
    help="What one page or step may take, in place of [run] timeout.",
)
@profile_option
@checks_option
@format_option
@quiet_option
@click.pass_context
def run(
    ctx: click.Context,
    plan_file: Path,
    out: Path,
    headed: bool,
    attended: bool,
    undo: bool,
    timeout: float | None,
    profile: str | None,
    checks: tuple[Path, ...],
    formats: tuple[str, ...],
    quiet: bool,
) -> None:
    """Review a portal as PLAN says (default: review.toml) and write the reports.

    \b
    Ends with 0 pass, 1 fail, 2 wrong usage or plan, 3 incomplete,
    4 could not run, 5 a fault of orcid-review itself.
    """
    rules = rulebook(checks)
    plan = plan_of(plan_file, rules, attended=attended, quiet=quiet)
    asked = profile_named(profile or plan.profile, rules, checks)
    plan = plan.model_copy(update={"profile": asked.name})
    if timeout is not None:
        plan = plan.model_copy(update={"run": plan.run.model_copy(update={"timeout": timeout})})
    if undo:
        plan = plan.model_copy(update={"orcid": plan.orcid.model_copy(update={"undo": True})})
    desk = Desk(out, formats)

    from ..gather.errors import GatherError
    from ..gather.run import gather
    from ..judge.judge import judge

    ended = None
    try:
        with desk.progress(quiet=quiet) as progress:
            evidence = gather(plan, out=out, progress=progress, headed=headed or attended, attended=attended)
    except GatherError as error:
        _tell(error)
        if error.evidence is None:
            ctx.exit(error.exit_code)
        ended, evidence = error, error.evidence
    except KeyboardInterrupt:
        if (kept := out / "evidence" / "evidence.json").is_file():
            click.echo(
                f"\nWhat was seen so far is in {kept.parent}; see it with: orcid-review judge {kept.parent}", err=True
            )
        raise
    review = judge(evidence, asked, rules)
    desk.finish(review, evidence, out / "evidence")
    # A review that ended early has judged what it saw, but it is not a review: its verdict does not count.
    ctx.exit(ended.exit_code if ended else exit_code(review))


def _tell(error: GatherError) -> None:
    click.echo(f"Error: {error.message}", err=True)
    if error.todo:
        who = {"member": "the member", "operator": "whoever runs this", "orcid": "ORCID"}.get(error.whose, error.whose)
        click.echo(f"What to do ({who}): {error.todo}", err=True)
