"""`orcid-review demo`: the main job on two sample portals, to see what a review is like."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import click

from ._common import Exit, out_option
from .run import run

SAMPLES = {
    "library": (Exit.PASS, "a portal that does it right"),
    "careless": (Exit.FAIL, "a portal with many sins"),
}


@click.command()
@out_option
@click.option("--headed", is_flag=True, help="Show the browser while it works.")
@click.pass_context
def demo(ctx: click.Context, out: Path, headed: bool) -> None:
    """Review two sample portals, one good and one careless, against the embedded sandbox.

    Ends with 0 when the verdicts are the expected ones: pass and fail.
    """
    from ..content import ROOT

    as_expected = True
    with tempfile.TemporaryDirectory(prefix="orcid-review-demo-") as folder:
        # The samples keep their database beside them; the installed ones stay as they are.
        portals = shutil.copytree(
            ROOT / "fixtures" / "portals",
            Path(folder) / "portals",
            ignore=shutil.ignore_patterns("*.db", "__pycache__"),
        )
        for name, (expected, what) in SAMPLES.items():
            click.secho(f"\n{name}: {what}", bold=True)
            try:
                ctx.invoke(run, plan_file=portals / name / "review.toml", out=out / name, headed=headed, quiet=True)
            except click.exceptions.Exit as end:
                as_expected = as_expected and end.exit_code == expected
    click.secho("\nThe reports", bold=True)
    for name in SAMPLES:
        click.echo(f"  {out / name / 'report.html'}")
    ctx.exit(0 if as_expected else Exit.NOT_RUN)
