"""The 84 judged snippets, each rendered in its context: a good one fails nothing, a bad one fails its row alone."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from checker.evidence.model import Evidence
from checker.judge.content import load_profile, load_rules
from checker.judge.judge import rule_on
from checker.orcid import ids
from checker.review.model import Level, Outcome
from tests import builders

from .stage import ANA, PORTAL, Stage, judge_display, pages_alone

SNIPPETS: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("snippets.toml").read_text("utf-8"))["snippet"]
DISPLAYS = [s for s in SNIPPETS if s["number"] <= 68]
CONTROLS = [s for s in SNIPPETS if s["number"] > 68]

LEVELS = load_profile("lyrasis-2022").levels
REQUIRED = {check for check, level in LEVELS.items() if level is Level.REQUIRED}


def label(snippet: dict[str, Any]) -> str:
    return f"{snippet['number']}-{snippet['verdict']}-{snippet['row']}"


def shown_ids(html: str) -> list[str]:
    return [ids.normalise(loose) for loose in ids.find_loose(html)] or [ANA]


def evidence_for(stage: Stage, snippet: dict[str, Any]) -> Evidence:
    setting, html = snippet.get("setting", ""), snippet["html"]
    names = ["Ana Ruiz", "Bo Li"]
    match setting:
        case "40 authors":
            html = "<ul>" + html * 40 + "</ul>"
        case "two people":
            pass
        case "print/PDF":
            pass
        case "dark page":
            html = f'<div style="background:#222;color:#fff"><h1>Ana Ruiz</h1>{html}</div>'
        case _:
            html = f"<h1>Ana Ruiz</h1><div>{html}</div>"
    status = {"auth": True, "unauth": False}.get(snippet["status"])
    flags = {} if status is None else dict.fromkeys(shown_ids(snippet["html"]), status)
    page = stage.looked(html=html, names=names, plain=setting == "print/PDF")
    if setting == "behind login":
        owner = page.model_copy(update={"id": "connect-02", "journey": "connect"})
        return builders.evidence(
            builders.journey("connect", pages=[owner], authorizations=[builders.authorization()]),
            run=builders.run(
                environment="production", orcid="https://orcid.org", researcher=ANA, researcher_name="Ana Ruiz",
                public_pages=[],
            ),
        )  # fmt: skip
    return pages_alone(page, environment=snippet["environment"], flags=flags)


@pytest.mark.browser
@pytest.mark.parametrize("snippet", DISPLAYS, ids=label)
def test_displayed_id(stage: Stage, snippet: dict[str, Any]) -> None:
    evidence = evidence_for(stage, snippet)
    said = judge_display(evidence)
    row = snippet["row"]
    failed = {check for check, ruling in said.items() if ruling.outcome is Outcome.FAILED}
    told = {check: f"{ruling.outcome}: {ruling.message}" for check, ruling in said.items()}
    match snippet["verdict"]:
        case "good":
            assert not failed, {check: told[check] for check in failed}
            assert said[row].outcome is Outcome.PASSED, told[row]
        case "bad" if row not in said:
            assert not failed & REQUIRED, told
            if row in load_rules():
                assert rule_on(load_rules()[row], evidence).outcome is not Outcome.PASSED
        case "bad":
            assert row in failed, told[row]
            assert failed & REQUIRED <= {row}, {check: told[check] for check in failed}
            ruling = said[row]
            assert ruling.expected
            assert ruling.observed
            assert ruling.whose == "member"
            assert ruling.spots[0].snippet
        case "borderline":
            assert said[row].outcome.value == snippet["outcome"], told[row]
            assert not (failed & REQUIRED) - {row}, {check: told[check] for check in failed}


def test_the_table_is_whole() -> None:
    assert [s["number"] for s in SNIPPETS] == list(range(1, 85))
    verdicts = [s["verdict"] for s in DISPLAYS]
    assert (verdicts.count("good"), verdicts.count("bad"), verdicts.count("borderline")) == (14, 39, 15)


# ---- connect controls: the facts that their rules go by ----


@pytest.mark.browser
@pytest.mark.parametrize("snippet", CONTROLS, ids=label)
def test_control_facts(stage: Stage, snippet: dict[str, Any]) -> None:
    snapshot = stage.show(snippet["html"])
    assert [o for o in snapshot.occurrences if o.context == "content"] == [], "a control is no display"
    facts = snippet["facts"]
    if "frames" in facts:
        assert snapshot.frames == facts["frames"]
        return
    control = snapshot.controls[0]
    seen: dict[str, Any] = {
        "text": control.text,
        "name": control.name,
        "href": control.href.removeprefix(PORTAL),
        "focusable": control.focusable,
        "icons": [icon.source.removeprefix(f"{PORTAL}/i/") for icon in control.icons],
        "contrast": control.contrast,
        "fields": [field.label for field in snapshot.fields],
    }
    assert {key: seen[key] for key in facts} == facts


@pytest.mark.browser
@pytest.mark.parametrize("snippet", CONTROLS, ids=label)
def test_connect_control(stage: Stage, snippet: dict[str, Any]) -> None:
    """Judged where the rule it is about is part of the rulebook."""
    rule = load_rules().get(snippet["row"])
    if rule is None:
        pytest.skip(f"this version of the rulebook has no {snippet['row']}")
    snapshot = stage.show(snippet["html"])
    page = builders.page("connect-01", stage.text(), url=f"{PORTAL}/profile", snapshot=snapshot)
    trip = builders.authorization(control=0 if snapshot.controls else None)
    trips = [trip] if snippet.get("starts_oauth", True) else []
    evidence = builders.evidence(builders.journey("connect", pages=[page], authorizations=trips))
    ruling = rule_on(rule, evidence)
    match snippet["verdict"]:
        case "good":
            assert ruling.outcome is Outcome.PASSED, ruling
        case "bad":
            assert ruling.outcome is not Outcome.PASSED, ruling
        case "borderline":
            assert ruling.outcome.value == snippet["outcome"], ruling
