"""Runs a command by itself and says what it took."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Took:
    """What a command took, start-up included, and what it printed."""

    seconds: float
    busy: float
    """Seconds of processor."""
    peak: int
    """Most memory, in KiB."""
    output: str


def alone(command: Sequence[str]) -> Took:
    """Run a command in a process of its own. One that ends with neither 0 nor 1 (differences found) ends everything."""
    begun = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdout
        output = process.stdout.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begun
    if process.returncode not in {0, 1}:
        raise SystemExit(f"{command[:4]} ended with {process.returncode}:\n{output[-2000:]}")
    return Took(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, output)
