"""`orcid-review judge`: evidence that was kept, judged again. Touches no portal, no browser, no network."""

from __future__ import annotations

from pathlib import Path

import click

from ._common import (
    Desk,
    Exit,
    checks_option,
    exit_code,
    format_option,
    out_option,
    profile_named,
    profile_option,
    rulebook,
    stop,
)


@click.command()
@click.argument("bundle", metavar="EVIDENCE", type=click.Path(path_type=Path))
@out_option
@profile_option
@checks_option
@format_option
@click.pass_context
def judge(
    ctx: click.Context,
    bundle: Path,
    out: Path,
    profile: str | None,
    checks: tuple[Path, ...],
    formats: tuple[str, ...],
) -> None:
    """Judge EVIDENCE (the folder of an earlier run, or a zip of it) again and write the reports."""
    from ..evidence.bundle import BundleError, load
    from ..judge.judge import judge as judged

    rules = rulebook(checks)
    inside = bundle / "evidence"
    try:
        evidence, folder = load(inside if (inside / "evidence.json").is_file() else bundle)
    except BundleError as error:
        stop(Exit.USAGE, str(error))
    asked = profile_named(profile or evidence.run.profile, rules, checks)
    desk = Desk(out, formats)
    review = judged(evidence, asked, rules)
    desk.finish(review, evidence, folder)
    ctx.exit(exit_code(review))
