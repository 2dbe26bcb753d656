"""Runs the matrix. Arguments name flaws; none: all of them."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed

from checker.judge.content import load_profile, load_rules
from checker.judge.judge import judge
from checker.review.model import Outcome

from .changes import CHANGES, NEVER_FAILS
from .portals import PROFILE, examples, failing, review_sample


def main(names: list[str]) -> int:
    """Run the good portal, then every flaw, then every change; print one line each and the sum."""
    known = [*examples(), *CHANGES]
    if unknown := [name for name in names if name not in known]:
        print(f"there is no example {', '.join(unknown)}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    chosen = names or known
    begun = time.monotonic()
    good, evidence = review_sample()
    base = failing(good)
    unseen = {f.check for f in good.findings if f.outcome in {Outcome.BLOCKED, Outcome.NEEDS_PERSON}}
    print(f"good portal: {good.verdict}; {len(base)} failed; no verdict on: {', '.join(sorted(unseen)) or 'none'}")

    survivors, collateral, broken = [], 0, set()

    def note(name: str, rule: str, implies: Iterable[str], failed: set[str]) -> None:
        nonlocal collateral
        broken.add(rule)
        extra = failed - base - {rule} - set(implies)
        collateral += len(extra)
        seen = rule in failed
        if not seen:
            survivors.append(name)
        verdict = "ok" if seen and not extra else "SURVIVED" if not seen else "COLLATERAL " + ", ".join(sorted(extra))
        if not seen and extra:
            verdict += " and COLLATERAL " + ", ".join(sorted(extra))
        print(f"{name:36} {rule:34} {verdict}", flush=True)

    flaws = {name: example for name, example in examples().items() if name in chosen}
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        running = {pool.submit(_failing_with, name): example for name, example in flaws.items()}
        for future in as_completed(running):
            example = running[future]
            note(example.name, example.rule, example.implies, future.result())

    rules, profile = load_rules(), load_profile(PROFILE)
    for name, (rule, implies, change) in CHANGES.items():
        if name in chosen:
            note(name, rule, implies, failing(judge(change(evidence), profile, rules)))

    lacking = set() if names else set(profile.levels) - broken - set(NEVER_FAILS)
    for rule in sorted(lacking):
        print(f"{'(no example)':36} {rule:34} SURVIVED")
    print(f"took {time.monotonic() - begun:.0f} s")
    print(
        f"matrix: {len(broken)} rules, {len(survivors) + len(lacking)} survivors, {collateral + len(base)} collateral"
    )
    return 1 if survivors or lacking or collateral or base else 0


def _failing_with(flaw: str) -> set[str]:
    return failing(review_sample(flaw)[0])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
