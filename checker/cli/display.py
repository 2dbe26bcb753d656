"""`orcid-review display`: judges the iDs shown on single pages, by the same display rules as a whole review."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import click

if TYPE_CHECKING:
    from ..evidence.model import StoreLook
    from ..evidence.page import Page
    from ..judge.content import Profile
    from ..judge.rule import Rule
    from ..review.model import Finding

# Reviews are against a profile; single pages are judged by all display rules, at the levels that this one gives them.
_LEVELS_OF = "lyrasis-2022"

_COLOURS = {"failed": "red", "needs-person": "yellow", "blocked": "yellow", "passed": "green"}


@dataclass(frozen=True)
class Looked:
    """One page with what was found on it, or why it could not be looked at."""

    place: str
    findings: Sequence[Finding] = ()
    shown: int = 0
    """How many iDs meet the eye."""
    error: str = ""
    missing: bool = False


@click.command()
@click.argument("pages", nargs=-1, required=True, metavar="PAGE...")
@click.option(
    "--environment",
    type=click.Choice(["production", "sandbox"]),
    default="production",
    show_default=True,
    help="The ORCID that the shown iDs come from.",
)
@click.option(
    "--authenticated",
    multiple=True,
    metavar="ID",
    help="An iD whose owner signed in at ORCID. May be given again.",
)
@click.option(
    "--unauthenticated",
    multiple=True,
    metavar="ID",
    help="An iD that was typed or imported. May be given again.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def display(
    context: click.Context,
    pages: tuple[str, ...],
    environment: Literal["production", "sandbox"],
    authenticated: tuple[str, ...],
    unauthenticated: tuple[str, ...],
    form: str,
) -> None:
    """Judge the iDs shown on single pages: saved files or addresses.

    Each PAGE is rendered in a browser, scripts and styles included, without any session. Exit codes: 0 nothing
    failed; 1 something failed; 2 wrong usage; 3 only a person can say, or no iD was found; 4 the browser could not run.
    """
    from ..gather.browser import browser
    from ..gather.errors import GatherError

    flags = _flags(authenticated, unauthenticated)
    rules, profile = _rulebook()
    looked: list[Looked] = []
    try:
        with browser() as started:
            for place in pages:
                looked.append(_look(started, place, environment, flags, rules, profile))
                if form == "text":
                    _print(looked[-1])
    except GatherError as error:
        _report(looked, form)
        click.echo(f"orcid-review display: {error.message}. What to do: {error.todo}", err=True)
        context.exit(error.exit_code)
    _report(looked, form)
    context.exit(_exit_code(looked))


def _flags(authenticated: Iterable[str], unauthenticated: Iterable[str]) -> dict[str, bool]:
    """Return iD -> authenticated.

    Raises:
        click.BadParameter: one is no iD, or is in both lists.
    """
    from ..orcid import ids

    flags: dict[str, bool] = {}
    for given, value in [*((one, True) for one in authenticated), *((one, False) for one in unauthenticated)]:
        bare = given.strip().rstrip("/").rpartition("/")[2]
        if not ids.is_valid(bare):
            raise click.BadParameter(f"{given!r} is not an ORCID iD such as 0000-0002-1825-0097")
        if flags.setdefault(bare, value) is not value:
            raise click.BadParameter(f"{bare} is given both as authenticated and as unauthenticated")
    return flags


def _rulebook() -> tuple[dict[str, Rule], Profile]:
    from ..judge.content import Profile, load_profile, load_rules

    rules = {id: rule for id, rule in load_rules().items() if rule.area == "Display"}
    levels = {check: level for check, level in load_profile(_LEVELS_OF).levels.items() if check in rules}
    return rules, Profile("display", "Displayed iDs", "The display rules alone.", levels)


def _look(
    started: Any, place: str, environment: str, flags: dict[str, bool], rules: dict[str, Rule], profile: Profile
) -> Looked:
    from ..gather.page.alone import PageError, look_at

    try:
        page = look_at(started, place)
    except PageError as error:
        return Looked(place, error=str(error), missing=error.missing)
    if page.status and page.status >= 400:
        return Looked(place, error=f"the page answered {page.status}")
    return Looked(place, findings=judge_page(page, environment, flags, rules, profile), shown=_count(page))


def _count(page: Page) -> int:
    found = page.snapshot.occurrences
    return sum(1 for one in found if one.context == "content" and (one.visible or one.hidden_by == "details"))


def judge_page(
    page: Page, environment: str, flags: dict[str, bool], rules: dict[str, Rule], profile: Profile
) -> list[Finding]:
    """Judge one page that was looked at alone, and return its findings, the worst first."""
    from ..evidence.model import Evidence, Journey, Run, Store
    from ..judge.judge import judge
    from ..orcid.hosts import PRODUCTION, SANDBOX

    now = datetime.now(UTC)
    site = SANDBOX.site if environment == "sandbox" else PRODUCTION.site
    evidence = Evidence(
        run=Run(
            tool="orcid-review display",
            portal_name=page.title or page.url,
            portal_url=page.url,
            environment="sandbox" if environment == "sandbox" else "production",
            orcid=site,
            client_id="",
            profile=profile.name,
        ),
        started=now,
        ended=now,
        journeys=[Journey(name="display", started=now, ended=now, state="done", pages=[page])],
        store=Store(looks=[_store(flags)] if flags else []),
    )
    order = ["failed", "needs-person", "blocked", "passed", "not-applicable"]
    return sorted(judge(evidence, profile, rules).findings, key=lambda finding: order.index(finding.outcome.value))


def _store(flags: dict[str, bool]) -> StoreLook:
    """What the options say about iDs, in the form in which a portal's store says it."""
    from ..evidence.model import Connection, StoreLook

    rows = [Connection(orcid=one, authenticated="true" if value else "false") for one, value in flags.items()]
    return StoreLook(when="end", connection_columns=["orcid", "authenticated"], connections=rows)


def _exit_code(looked: Sequence[Looked]) -> int:
    findings = [finding for page in looked for finding in page.findings]
    if any(finding.outcome.value == "failed" for finding in findings):
        return 1
    if any(page.missing for page in looked):
        return 2
    undecided = any(f.level.value == "required" and f.outcome.value in {"needs-person", "blocked"} for f in findings)
    nothing = any(not page.shown for page in looked)
    return 3 if undecided or nothing else 0


def _report(looked: Sequence[Looked], form: str) -> None:
    if form == "json":
        click.echo(json.dumps({"pages": [_as_json(page) for page in looked]}, indent=2, ensure_ascii=False))


def _as_json(page: Looked) -> dict[str, Any]:
    if page.error:
        return {"page": page.place, "error": page.error, "ids_shown": 0, "findings": []}
    findings = []
    for finding in page.findings:
        whole = finding.model_dump(mode="json", exclude={"answer"})
        whole["snippet"] = next((spot.snippet for spot in finding.evidence if spot.snippet), "")
        findings.append(whole)
    return {"page": page.place, "ids_shown": page.shown, "findings": findings}


def _print(page: Looked) -> None:
    click.secho(page.place, bold=True)
    if page.error:
        click.secho(f"  {page.error}", fg="red")
        return
    if not page.shown:
        click.secho("  no iD is shown on this page", fg="yellow")
    for finding in page.findings:
        outcome = finding.outcome.value
        telling = outcome in {"failed", "needs-person"} or (outcome == "blocked" and page.shown)
        if not telling or (outcome != "failed" and finding.level.value == "best-practice"):
            continue
        click.secho(f"  {outcome:<13}", fg=_COLOURS[outcome], nl=False)
        click.echo(f"{finding.check} ({finding.level.value}): {finding.message}")
        if outcome == "failed":
            click.echo(f"{'':15}expected: {finding.expected}")
            click.echo(f"{'':15}what to do: {finding.remedy}")
        if snippet := next((spot.snippet for spot in finding.evidence if spot.snippet and outcome == "failed"), ""):
            click.echo(f"{'':15}at: {snippet[:160]}")
    tally = {name: sum(1 for f in page.findings if f.outcome.value == name) for name in _COLOURS}
    click.echo(
        "  " + ", ".join(f"{count} {name}" for name, count in tally.items() if count) + f"; iDs shown: {page.shown}"
    )
