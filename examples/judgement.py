"""Holds what the reviews of the examples found against a person's judgement, and prints both side by side.

`make -C examples all` runs it at the end. Each example's `judgement.toml` says, rule by rule, what a person found with
the product at hand; a finding that differs is a false claim (or a change in the product) and ends this with 1.
"""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Print one table per run, then the sum."""
    differing = compared = 0
    for file in sorted(HERE.glob("*/judgement.toml")):
        runs = tomllib.loads(file.read_text("utf-8"))
        for run, rules in runs.items():
            if like := rules.pop("like", ""):
                rules = runs[like] | rules
            report = HERE / "review" / run / "review.json"
            if not report.is_file():
                print(f"{run}: not reviewed yet; run: make -C examples {run}", file=sys.stderr)
                differing += 1
                continue
            findings = {f["check"]: f for f in json.loads(report.read_text("utf-8"))["findings"]}
            print(f"\n{run}\n{'rule':32} {'found':15} {'a person':15}")
            for rule, (judged, why) in rules.items():
                found = findings[rule]["outcome"]
                compared += 1
                differing += found != judged
                print(f"{rule:32} {found:15} {judged:15} {'' if found == judged else 'DIFFERS  '}{why}")
            claimed = {rule for rule, f in findings.items() if f["outcome"] == "failed"}
            for rule in sorted(claimed - rules.keys()):
                differing += 1
                print(f"{rule:32} {'failed':15} {'(not judged)':15} DIFFERS  {findings[rule]['message']}")
    print(f"\nexamples: {compared} findings held against a person's judgement, {differing} differ")
    return 1 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
