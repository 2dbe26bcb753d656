"""`orcid-review explain`: one rule in full."""

from __future__ import annotations

from pathlib import Path

import click

from ._common import Exit, checks_option, rulebook, stop
from .rules import all_profiles

_DECIDERS = {
    "auto": "the program, from the evidence",
    "auto+ev": "the program, from evidence that must be supplied (the wire, a store)",
    "mixed": "the program where it can tell, else a person",
    "person": "a person",
}

_ANSWER = """
A person answers in the plan:

  [answers.{id}]
  answer = "yes"        # yes | no | not-applicable
  by = "name"
  on = 2026-11-20
  note = "what was looked at"
"""


@click.command()
@click.argument("id")
@checks_option
def explain(id: str, checks: tuple[Path, ...]) -> None:
    """Say what the rule ID asks for, why, from which evidence, and what to do."""
    from ..judge.needs import NEEDS

    known = rulebook(checks)
    if id not in known:
        stop(Exit.USAGE, _no_such(id, list(known)))
    rule = known[id]
    levels = [f"{p.levels[id]} in {p.name}" for p in all_profiles() if id in p.levels]
    parts = [
        ("Area", rule.area),
        ("Clause", rule.clause),
        ("Level", ", ".join(levels) or "in no profile"),
        ("Why", rule.why),
        ("Evidence", "; ".join(NEEDS[need].what for need in rule.needs) or "none"),
        ("Who decides", _DECIDERS[rule.decider]),
        ("Fails with it", ", ".join(rule.implies)),
        ("When it fails", rule.title_failed),
        ("What to do", rule.remedy),
        ("Sources", "\n".join(rule.sources)),
    ]
    click.echo(click.style(rule.title, bold=True) + f"  ({rule.id})\n")
    for name, text in parts:
        if text:
            click.echo(_entry(name, text))
    if rule.decider in {"mixed", "person"}:
        click.echo(_ANSWER.format(id=id), nl=False)


def _no_such(id: str, known: list[str]) -> str:
    import difflib

    close = difflib.get_close_matches(id.lower(), known, n=3)
    hint = f"did you mean {' or '.join(close)}?" if close else "see orcid-review rules"
    return f"there is no rule {id!r}; {hint}"


def _entry(name: str, text: str) -> str:
    indent = " " * 15
    first, *rest = [
        line
        for paragraph in text.splitlines()
        for line in (click.wrap_text(paragraph, width=84).splitlines() or [""])
    ]  # fmt: skip
    return "\n".join([f"{name + ':':<15}{first}", *(f"{indent}{line}".rstrip() for line in rest)])
