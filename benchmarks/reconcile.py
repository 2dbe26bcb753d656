"""The command `reconcile` on a million stored items, beside the same anti-join written in DuckDB and in Polars.

The peers tell what is stored and not on the record, and nothing else. The command tells that, and what is stale,
foreign, twice there, unknown or ended besides, whatever way the cells are written.
"""

from __future__ import annotations

import csv
import random
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from checker.orcid.ids import check_character

from .alone import alone

CLIENT: Final = "APP-0000000000000001"
_DUCKDB: Final = """
import duckdb, sys
stored, items, out = sys.argv[1:]
duckdb.connect(config={"memory_limit": "512MB"}).execute(
    f"copy (select s.* from read_csv('{stored}', all_varchar=true) s anti join read_csv('{items}', all_varchar=true) i"
    f" on s.orcid = i.orcid and s.put_code = i.put_code) to '{out}'")
"""
_POLARS: Final = """
import polars, sys
stored, items, out = sys.argv[1:]
polars.scan_csv(stored, infer_schema=False).join(
    polars.scan_csv(items, infer_schema=False), on=["orcid", "put_code"], how="anti").sink_csv(out)
"""


def reconcile(count: int = 1_000_000, rounds: int = 3) -> None:
    """Whole processes, start-up included, taken in turns; the best of the rounds counts."""
    if not find_spec("duckdb"):
        print("reconcile: skipped, DuckDB is not installed (pip install 'orcid-review[reconcile]')")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stored, items = folder / "stored.csv", folder / "items.csv"
        missing = write(stored, items, count)
        ours = folder / "ours.csv"
        commands = {
            "ours": [
                *(sys.executable, "-m", "checker", "reconcile", str(items), "--stored", str(stored)),
                *("--client", CLIENT, "--view", "member", "--quiet", "--out", str(ours)),
            ],
            "DuckDB": [sys.executable, "-c", _DUCKDB, str(stored), str(items), str(folder / "duckdb.csv")],
        }  # fmt: skip
        if find_spec("polars"):
            commands["Polars"] = [sys.executable, "-c", _POLARS, str(stored), str(items), str(folder / "polars.csv")]
        best = dict.fromkeys(commands, float("inf"))
        work = dict.fromkeys(commands, float("inf"))
        peaks = dict.fromkeys(commands, 0)
        for _ in range(rounds):
            for label, command in commands.items():
                took = alone(command)
                best[label], work[label] = min(best[label], took.seconds), min(work[label], took.busy)
                peaks[label] = max(peaks[label], took.peak)
        found = {label: _lines(folder / f"{label.lower()}.csv", label == "ours") for label in commands}
    print(f"reconcile: {count:,} stored items beside {count:,} on records, whole process, best of {rounds}")
    for label, seconds in best.items():
        same = "" if found[label] == missing else f"  WRONG: {missing:,} are missing"
        used = f"{work[label]:6.2f} s of processor  at most {peaks[label] / 1024:6.1f} MiB"
        print(f"  {seconds:6.2f} s  {used}  {found[label]:,} missing  {label}{same}")
    for label in [one for one in commands if one != "ours"]:
        ratio, processor = best["ours"] / best[label], work["ours"] / work[label]
        print(
            f"  ratio {ratio:6.2f}  (of processor {processor:.2f})  over the bare anti-join in {label} (aim: at most 2)"
        )


def write(stored: Path, items: Path, count: int) -> int:
    """Write an export and a table of items, and return how many of the stored ones are missing."""
    luck = random.Random(20)
    people = [orcid(number) for number in range(max(1, count // 20))]
    missing = 0
    with stored.open("w", newline="") as first, items.open("w", newline="") as second:
        kept, there = csv.writer(first), csv.writer(second)
        kept.writerow(("orcid", "put_code", "type", "local_id", "updated_at", "doi"))
        there.writerow(("orcid", "put_code", "type", "source", "last_modified", "external_ids"))
        for number in range(count):
            cells = (people[number % len(people)], number + 1000, "work")
            chance = luck.random()
            kept.writerow((*cells, f"local-{number}", "2026-01-02T10:00:00Z", f"10.5555/{number}"))
            if chance < 0.01:
                missing += 1
            else:
                changed = "2026-03-02T10:00:00Z" if chance < 0.03 else "2026-01-02T09:59:00Z"
                there.writerow((*cells, CLIENT, changed, f"10.5555/{number}"))
    return missing


def orcid(number: int) -> str:
    """Return a valid iD, another for each number."""
    digits = f"{15_000_000 + number * 7:015d}"
    digits += check_character(digits)
    return "-".join(digits[at : at + 4] for at in range(0, 16, 4))


def _lines(path: Path, ours: bool) -> int:
    with path.open(newline="", encoding="utf-8") as stream:
        return sum(1 for row in csv.DictReader(stream) if not ours or row["verdict"] == "missing")


if __name__ == "__main__":
    reconcile(*(int(one) for one in sys.argv[1:]))
