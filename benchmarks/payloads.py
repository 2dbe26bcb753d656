"""The command `payload` on many works, beside other validators on the same files in the same run."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from .works import write_files, write_lines

ROOT: Final = Path(__file__).resolve().parent.parent
SHARED: Final = Path(os.environ.get("ORCID_REVIEW_SHARED", ROOT.parent / "shared"))
XSD: Final = SHARED / "orcid-schemas" / "record_3.0" / "work-3.0.xsd"


def payloads(count: int = 6000, rounds: int = 3) -> None:
    """Whole commands, start-up included, taken in turns; the best of the rounds counts."""
    if not XSD.is_file():
        print(f"payloads: skipped, ORCID's schemas are not at {SHARED} (set ORCID_REVIEW_SHARED)")
        return
    with tempfile.TemporaryDirectory() as name:
        xml, plain = write_files(Path(name), count)
        one, two = ("1", "2") if (os.cpu_count() or 1) > 1 else ("1", "1")
        commands = {
            "ours, XML": _ours(xml, one),
            "ours, XML, --jobs 2": _ours(xml, two),
            "lxml with ORCID's XSD": _peer("lxml", xml),
            "xmlschema with ORCID's XSD": _peer("xmlschema", xml),
            "ours, JSON": _ours(plain, one),
            "ours, JSON, --jobs 2": _ours(plain, two),
            "plain jsonschema": _peer("jsonschema", plain),
        }
        best = dict.fromkeys(commands, float("inf"))
        for _ in range(rounds):
            for label, command in commands.items():
                best[label] = min(best[label], _run(command)[0])
    print(f"payloads: {count} works, whole command, best of {rounds}")
    for label, seconds in best.items():
        print(f"  {count / seconds:8.0f} a second  {seconds:6.2f} s  {label}")
    for label, ours, peer, aim in (
        ("XML over xmlschema", "ours, XML", "xmlschema with ORCID's XSD", "5"),
        ("XML over lxml", "ours, XML", "lxml with ORCID's XSD", "0.15"),
        ("JSON over plain jsonschema", "ours, JSON", "plain jsonschema", "5"),
        ("XML, two jobs over one", "ours, XML, --jobs 2", "ours, XML", "near 2"),
        ("JSON, two jobs over one", "ours, JSON, --jobs 2", "ours, JSON", "near 2"),
    ):
        print(f"  ratio {best[peer] / best[ours]:6.2f}  {label} (aim: {aim})")


def lines(counts: Sequence[int] = (100_000, 1_000_000)) -> None:
    """NDJSON with ever more lines: the most memory that the command held."""
    print("lines: NDJSON, one work a line")
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "works.ndjson"
        peaks = []
        for count in counts:
            write_lines(path, count)
            seconds, peak = _run(_ours(path, "1"))
            peaks.append(peak)
            print(f"  {count:9,} lines  {count / seconds:8.0f} a second  at most {peak / 1024:6.1f} MiB")
    print(f"  ratio {peaks[-1] / peaks[0]:6.2f}  memory of the most lines over the fewest (flat: 1)")


def _ours(path: Path, jobs: str) -> list[str]:
    return [sys.executable, "-m", "checker", "payload", str(path), "--jobs", jobs, "--quiet"]


def _peer(name: str, folder: Path) -> list[str]:
    return [sys.executable, "-m", "benchmarks.peers", name, str(folder), str(XSD)]


def _run(command: Sequence[str]) -> tuple[float, int]:
    """Return seconds and the peak of memory in KiB, of the command and not of earlier ones."""
    begun = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdout
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begun
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{output.decode()[-2000:]}")
    peak: resource.struct_rusage = usage
    return seconds, peak.ru_maxrss
