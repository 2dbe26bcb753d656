"""How far long work is: a bar on a terminal's standard error, else nothing."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any, Final, Self, TypeVar

from ._common import is_terminal

_PATIENCE: Final = 1.0
"""Seconds of work before a bar is shown."""
_EACH: Final = 1000
"""Rows between two looks at the clock."""

Row = TypeVar("Row")


class Bar:
    """Shown as a context manager once work has taken a second, and gone afterwards."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._began = time.monotonic()
        self._wanted = not quiet and is_terminal(sys.stderr) and os.environ.get("TERM") != "dumb"
        self._progress: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress:
            self._progress.stop()

    def tell(self, doing: str, part: float = -1) -> None:
        """Show what goes on; `part` of it is done, 0 to 1; less than 0: not known how much."""
        if not self._wanted or time.monotonic() - self._began < _PATIENCE:
            return
        if self._progress is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

            self._progress = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                TaskProgressColumn(),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._progress.add_task(doing, total=1.0)
            self._progress.start()
        known = part >= 0
        self._progress.update(
            self._progress.task_ids[0], description=doing, total=1.0 if known else None, completed=max(part, 0.0)
        )

    def counted(self, rows: Iterable[Row], doing: str) -> Iterator[Row]:
        """Hand rows on, and show how many there were."""
        for number, row in enumerate(rows, start=1):
            if not number % _EACH:
                self.tell(f"{doing}: {number:,} rows")
            yield row
