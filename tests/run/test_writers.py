"""Portals that write, in three styles: reviewed from end to end, their traces listed and taken back."""

from __future__ import annotations

import signal

import pytest

pytestmark = pytest.mark.browser

STYLES = {
    "xml": [("added", "employment"), ("added", "membership"), ("changed", "employment"), ("changed", "membership"),
            ("removed", "employment"), ("removed", "membership")],
    "json": [("added", "funding"), ("changed", "funding"), ("removed", "funding")],
    "bulk": [("added", "work")] * 3 + [("changed", "work")] + [("removed", "work")] * 3,
}  # fmt: skip

SEEN = [
    "api-methods-correct", "write-scope-granted", "token-per-person", "item-on-record", "item-source-member",
    "putcode-matches-record", "update-on-change", "read-prefill", "read-token-used", "connect-mode-declared",
    "sync-mode-declared", "payload-well-formed", "payload-schema-valid",
]  # fmt: skip
"""What the evidence shows by itself, without a person's word."""


@pytest.mark.parametrize("style", STYLES)
def test_a_good_portal_passes_in_any_style(command, sample, style):
    done = command.run(sample("writers"), env={"STYLE": style})
    assert done.failed() == set(), [f for f in done.review["findings"] if f["outcome"] == "failed"]
    outcomes = done.outcomes()
    assert {check: outcomes[check] for check in SEEN} == dict.fromkeys(SEEN, "passed")
    assert outcomes["affiliation-end-date"] == ("passed" if style == "xml" else "not-applicable")
    open_required = [
        f["check"] for f in done.review["findings"]
        if f["level"] == "required" and f["outcome"] in {"needs-person", "blocked"}
    ]  # fmt: skip
    assert open_required == []
    assert (done.code, done.review["verdict"]) == (0, "pass"), done.out + done.err
    assert [(line["action"], line["section"]) for line in done.evidence["written"]] == STYLES[style]
    assert {line["state"] for line in done.evidence["written"]} == {"gone"}
    looks = {look["when"]: look["items"] for look in done.evidence["record"]}
    assert list(looks) == ["start", "connect", "write", "update", "delete", "disconnect", "reconnect", "end"]
    assert len(looks["write"]) == len([line for line in STYLES[style] if line[0] == "added"])
    assert looks["end"] == looks["start"] == []


def test_what_a_webhook_answered_is_seen(command, sample):
    plan = sample("library")
    # What this flaw lacks is the membership: the webhook itself is sound.
    text = plan.read_text("utf-8").replace("portal.py --port", "portal.py --flaw webhook-premium --port")
    plan.write_text(text, "utf-8")
    done = command.run(plan, "--profile", "collect-and-connect")
    told = {(d["tries"], d["status"]) for d in done.evidence["deliveries"]}
    assert told == {(1, 204)}
    outcomes = done.outcomes()
    assert {rule: outcomes[f"webhook-{rule}"] for rule in ("callback", "two-legged", "unregister", "premium")} == {
        "callback": "passed", "two-legged": "passed", "unregister": "passed", "premium": "needs-person",
    }  # fmt: skip


def _without_removal(plan):
    lines = plan.read_text("utf-8").splitlines(keepends=True)
    plan.write_text("".join(line for line in lines if not line.startswith("delete = ")), "utf-8")
    return plan


def test_what_the_portal_left_is_taken_back_if_asked(command, sample):
    done = command.run(_without_removal(sample("writers")), "--undo", env={"STYLE": "bulk"})
    assert "take back what was written" in done.err
    assert [line["state"] for line in done.evidence["written"]] == ["undone"] * 4
    looks = {look["when"]: look["items"] for look in done.evidence["record"]}
    assert len(looks["end"]) == 3
    # The portal's calls are evidence, the review's own are not.
    assert not [e for e in done.evidence["wire"] if e["method"] == "DELETE"]


def test_what_the_portal_left_is_listed_if_not(command, sample):
    done = command.run(_without_removal(sample("writers")), "--quiet", env={"STYLE": "json"})
    assert [(line["action"], line["state"]) for line in done.evidence["written"]] == [
        ("added", "kept"), ("changed", "kept"),
    ]  # fmt: skip


def test_it_is_taken_back_after_ctrl_c_too(command, sample, monkeypatch):
    monkeypatch.setenv("STYLE", "json")
    plan = sample("writers")
    plan.write_text(plan.read_text("utf-8").replace("[orcid]\n", "[orcid]\nundo = true\n"), "utf-8")
    process = command.start(plan)
    assert process.stdout is not None
    said = []
    for line in process.stdout:  # wait for the event, not for a time
        said.append(line)
        if "click #change" in line:
            break
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=90)
    text = "".join(said) + rest
    assert process.returncode == 130, text
    assert "Traceback" not in text
    kept = command("judge", str(command.out / "evidence"), "--out", str(command.out))
    assert kept.evidence["written"][0]["action"] == "added"
    assert {line["state"] for line in kept.evidence["written"]} <= {"undone", "gone"}
    # It ends there and then: one more look, if it failed, would hide that it was to end.
    assert "the page after [steps] update" not in {p["label"] for j in kept.evidence["journeys"] for p in j["pages"]}
