"""`orcid-review judge`: evidence that was kept, or a recording. Touches no portal, no browser, no network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ._common import (
    Desk,
    Exit,
    checks_option,
    exit_code,
    format_option,
    out_option,
    plan_of,
    profile_named,
    profile_option,
    rulebook,
    stop,
)

if TYPE_CHECKING:
    from ..evidence.model import Evidence
    from ..gather.relay.har import Archive
    from ..plan import Plan

_PROFILE: Final = "collect-and-connect"
"""Of an archive without a plan: it is the one that asks what a portal sends."""


@click.command()
@click.argument("source", metavar="EVIDENCE", type=click.Path(path_type=Path))
@click.option(
    "--plan",
    "plan_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="For an HTTP archive: the review.toml that says what it cannot, such as client and declared scopes.",
)
@out_option
@profile_option
@checks_option
@format_option
@click.pass_context
def judge(
    ctx: click.Context,
    source: Path,
    plan_file: Path | None,
    out: Path,
    profile: str | None,
    checks: tuple[Path, ...],
    formats: tuple[str, ...],
) -> None:
    """Judge EVIDENCE and write the reports.

    \b
    EVIDENCE is the folder of an earlier run, or a zip of it; or an HTTP archive
    (.har) of what a portal said to ORCID, as orcid-review relay, mitmproxy, Charles
    or a browser records it. From an archive the wire alone is judged; rules that
    need more are blocked. Its evidence, without secrets, is written to OUT/evidence.
    """
    from ..judge.judge import judge as judged

    rules = rulebook(checks)
    recorded = source.is_file() and _is_archive(source)
    if plan_file and not recorded:
        stop(Exit.USAGE, f"--plan {plan_file}: it goes with an HTTP archive alone, and {source} is none")
    if recorded:
        archive = _read(source)
        plan = plan_of(plan_file, rules, attended=True, quiet=False) if plan_file else None
        asked = profile_named(profile or (plan.profile if plan else _PROFILE), rules, checks)
        folder = out / "evidence"
        _spare(folder)
        desk = Desk(out, formats)
        evidence = _recorded(source.name, archive, asked.name, folder, plan)
    else:
        evidence, folder = _kept(source)
        asked = profile_named(profile or evidence.run.profile, rules, checks)
        desk = Desk(out, formats)
    review = judged(evidence, asked, rules)
    desk.finish(review, evidence, folder)
    ctx.exit(exit_code(review))


def _is_archive(file: Path) -> bool:
    """Say whether a file is meant as an HTTP archive: by its name, or because it begins as JSON does."""
    if file.suffix.lower() == ".har":
        return True
    try:
        with file.open("rb") as opened:
            return opened.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"
    except OSError:
        return False


def _spare(folder: Path) -> None:
    """Refuse to put a recording's evidence in the place of a review's, which cannot be had again from an archive."""
    from ..evidence.bundle import BundleError, load

    if not (folder / "evidence.json").exists():
        return
    try:
        kept, _ = load(folder)
    except BundleError:
        kept = None
    if kept is None or not kept.run.recording:
        stop(
            Exit.USAGE, f"{folder} holds what another review saw, and the archive's evidence would take its place; name"
            " another folder with --out",
        )  # fmt: skip


def _kept(source: Path) -> tuple[Evidence, Path]:
    from ..evidence.bundle import BundleError, load

    inside = source / "evidence"
    try:
        return load(inside if (inside / "evidence.json").is_file() else source)
    except BundleError as error:
        stop(Exit.USAGE, str(error))


def _read(file: Path) -> Archive:
    from ..gather.recorded import read
    from ..gather.relay.har import HarError

    try:
        return read(file)
    except HarError as error:
        stop(Exit.USAGE, str(error))


def _recorded(name: str, archive: Archive, profile: str, out: Path, plan: Plan | None) -> Evidence:
    from ..gather.recorded import gather

    try:
        return gather(name, archive, profile, out=out, plan=plan)
    except OSError as error:
        stop(Exit.NOT_RUN, f"{out}: cannot be written: {error.strerror or error}")
