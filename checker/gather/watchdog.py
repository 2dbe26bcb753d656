"""Ends a browser page that has stopped answering: a script in an endless loop blocks every question put to it.

Playwright waits for such a page for ever. The watchdog ends the page's process instead, which Playwright reports as a
crash, and the journey is blocked rather than the whole run.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

_RENDERER = b"--type=renderer"


class Watchdog:
    """Watches as a context manager; `feed` it with every sign of life.

    Works where there is a `/proc` (Linux); elsewhere it does nothing.
    """

    def __init__(self, patience: float) -> None:
        """Take the seconds without a sign of life after which the pages are ended."""
        self._patience = patience
        self._fed = threading.Event()
        self._over = False
        self._held = False
        self.bit = False
        """Whether it had to end a page."""
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over = True
        self._fed.set()
        self._thread.join(5)

    def feed(self) -> None:
        """Show a sign of life."""
        self._fed.set()

    @contextmanager
    def held(self) -> Iterator[None]:
        """End nothing meanwhile: something else than a page takes its time."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
            self.feed()

    def _watch(self) -> None:
        while not self._over:
            if self._fed.wait(self._patience):
                self._fed.clear()
            elif not (self._over or self._held):
                self.bit = True
                for process in descendants(os.getpid()):
                    if _RENDERER in command_line(process):
                        with suppress(ProcessLookupError, PermissionError):
                            os.kill(process, signal.SIGKILL)


def descendants(root: int) -> list[int]:
    """Return the processes that a process has started, and those that they have."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):
            # The name, in brackets, may hold anything; the parent is the second word after it.
            parent = int((folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(folder.name))
    found, waiting = [], [root]
    while waiting:
        born = children.get(waiting.pop(), [])
        found += born
        waiting += born
    return found


def command_line(process: int) -> bytes:
    """Return the words of a process, NUL between them; empty when it is gone."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""
