"""How far long work is: a bar on a terminal's standard error, else nothing."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from ._common import is_terminal

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_PATIENCE: Final = 1.0
"""Seconds of work before a bar is shown."""
_EACH: Final = 1000
"""Rows between two looks at the clock."""

Row = TypeVar("Row")


def is_wanted(*, quiet: bool) -> bool:
    """Say whether there is a screen to show a bar on."""
    return not quiet and is_terminal(sys.stderr) and os.environ.get("TERM") != "dumb"


def drawn(words: str, **options: Any) -> Progress:
    """Return a bar that is yet to be started, with a text before it in the template language of rich's columns."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn(words),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        **options,
    )


class Bar:
    """Shown as a context manager once work has taken a second, and gone afterwards."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._began = time.monotonic()
        self._wanted = is_wanted(quiet=quiet)
        self._progress: Progress | None = None
        self._task: TaskID

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
            self._progress = drawn("{task.description}")
            self._task = self._progress.add_task(doing, total=1.0)
            self._progress.start()
        total = 1.0 if part >= 0 else None
        self._progress.update(self._task, description=doing, total=total, completed=max(part, 0.0))

    def counted(self, rows: Iterable[Row], doing: str) -> Iterator[Row]:
        """Hand rows on, and show how many there were."""
        for number, row in enumerate(rows, start=1):
            if not number % _EACH:
                self.tell(f"{doing}: {number:,} rows")
            yield row
