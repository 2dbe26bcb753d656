"""`orcid-review rules`: the rulebook as a list, for people and for programs."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ._common import checks_option, profile_named, rulebook

if TYPE_CHECKING:
    from ..judge.content import Profile
    from ..judge.rule import Rule


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--profile", metavar="NAME", help="Only the rules of this profile, in its order.")
@checks_option
def rules(form: str, profile: str | None, checks: tuple[Path, ...]) -> None:
    """List the rules: id, level, title; as JSON all there is to know about each."""
    known = rulebook(checks)
    profiles = all_profiles()
    asked = profile_named(profile) if profile else None
    listed = [known[id] for id in asked.levels if id in known] if asked else list(known.values())
    absent = [id for id in asked.levels if id not in known] if asked else []
    if form == "json":
        click.echo(
            json.dumps({"rules": [facts(r, profiles) for r in listed], "absent": absent}, indent=2, ensure_ascii=False)
        )
        return
    click.echo(_text(listed, [asked] if asked else profiles))
    if absent:
        click.echo(f"\nOf this profile, but without a check in this version: {', '.join(absent)}", err=True)


def all_profiles() -> list[Profile]:
    """Return every profile there is."""
    from ..judge.content import profile_names

    return [profile_named(name) for name in profile_names()]


def facts(rule: Rule, profiles: list[Profile]) -> dict[str, Any]:
    """Return all there is to know about a rule, ready for JSON."""
    from ..judge.needs import NEEDS

    return {
        "id": rule.id,
        "title": rule.title,
        "area": rule.area,
        "levels": {p.name: str(p.levels[rule.id]) for p in profiles if rule.id in p.levels},
        "clause": rule.clause,
        "sources": list(rule.sources),
        "evidence": [{"name": need, "what": NEEDS[need].what} for need in rule.needs],
        "decider": rule.decider,
        "implies": list(rule.implies),
        "remedy": rule.remedy,
        "why": rule.why,
    }


def _text(listed: list[Rule], profiles: list[Profile]) -> str:
    width = max((len(rule.id) for rule in listed), default=0)
    lines = []
    by_area = sorted(listed, key=lambda rule: rule.area)
    for area, group in groupby(by_area, key=lambda rule: rule.area):
        lines += ["", click.style(area, bold=True)]
        for rule in group:
            levels = dict.fromkeys(str(p.levels[rule.id]) for p in profiles if rule.id in p.levels)
            lines.append(f"  {rule.id:<{width}}  {'/'.join(levels) or '-':<13}  {rule.title}")
    lines += ["", f"{len(listed)} rules. What one asks for, and why: orcid-review explain ID"]
    return "\n".join(lines[1:])
