"""`python -m benchmarks [NAME...]`: run the benchmarks, all or the named ones, and print ratios."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

from .payloads import lines, payloads
from .reconcile import reconcile
from .relay import relay
from .store import store

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = ROOT / "fixtures" / "portals" / "library" / "review.toml"


def main(names: Sequence[str]) -> int:
    """Run the named benchmarks, or all of them."""
    known: dict[str, Callable[[], None]] = {
        "review": review,
        "help": start_up,
        "payloads": payloads,
        "lines": lines,
        "relay": relay,
        "reconcile": reconcile,
        "store": store,
    }
    if unknown := [name for name in names if name not in known]:
        print(f"no benchmark is called {', '.join(unknown)}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    for name in names or known:
        known[name]()
    return 0


def review(rounds: int = 3) -> None:
    """A whole review of the library sample, beside a bare script that visits the same pages and presses the same."""
    bare, full = [], []
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "checker", "run", str(LIBRARY), "--out", folder, "--quiet"]
        for _ in range(rounds):  # taken in turns, so that a busy moment of the machine hits both
            bare.append(_seconds([sys.executable, "-m", "benchmarks.bare"]))
            full.append(_seconds(command, may_end_with=(0, 1, 3)))
        parts = _where_the_time_goes(Path(folder))
    ratio = statistics.median(full) / statistics.median(bare)
    print(f"review      {statistics.median(full):6.2f} s   median of {rounds}, whole command")
    print(f"bare script {statistics.median(bare):6.2f} s   same pages, same buttons, nothing looked at")
    print(f"ratio       {ratio:6.2f}     (aim: at most 1.5)")
    print("where the review's time goes (last round):")
    for label, seconds in parts:
        print(f"  {seconds:6.2f} s  {label}")


def start_up(rounds: int = 20) -> None:
    """`orcid-review --help` beside a bare `import click`."""
    floor = min(_seconds([sys.executable, "-c", "import click"]) for _ in range(rounds))
    ours = min(_seconds([sys.executable, "-m", "checker", "--help"]) for _ in range(rounds))
    print(f"--help       {ours * 1000:6.1f} ms   best of {rounds}")
    print(f"import click {floor * 1000:6.1f} ms   best of {rounds}")
    print(f"ratio        {ours / floor:6.2f}      (aim: at most 1.8)")


def _seconds(command: Sequence[str], may_end_with: Sequence[int] = (0,)) -> float:
    begun = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begun
    if done.returncode not in may_end_with:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return seconds


def _where_the_time_goes(out: Path) -> list[tuple[str, float]]:
    """From the steps in the evidence: what came between one step and the next is what the former took."""
    from checker.evidence.bundle import load

    evidence, _ = load(out / "evidence")
    sums = {"going and pressing, ORCID's pages": 0.0, "looking (script, screenshot, HTML)": 0.0}
    for journey in evidence.journeys:
        moments = [
            (journey.started, False),
            *((s.at, s.page is not None) for s in journey.steps),
            (journey.ended, False),
        ]
        for (before, _), (after, looked) in pairwise(moments):
            key = "looking (script, screenshot, HTML)" if looked else "going and pressing, ORCID's pages"
            sums[key] += (after - before).total_seconds()
    walked = sum((j.ended - j.started).total_seconds() for j in evidence.journeys)
    rest = (evidence.ended - evidence.started).total_seconds() - walked
    sums["starting and stopping: browser, contexts, portal, sandbox, store"] = rest
    return sorted(sums.items(), key=lambda pair: -pair[1])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
