"""`orcid-review payload`, the output: written as it comes, with a bar that says how far the work is."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from shutil import copyfileobj
from types import TracebackType
from typing import IO, TYPE_CHECKING, Final, Self

from ._bar import drawn, is_wanted
from ._common import Exit, stop
from .payload_formats import Form, Tally

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_IN_MEMORY: Final = 1 << 20
_PATIENCE: Final = 1.0
"""Seconds of work before a bar is shown, and at most between two writes to a pipe."""


class Sheet:
    """Where the result is written: standard output, or a file that is there only when it is whole.

    Use it as a context manager; leaving it without an error writes the end.
    """

    def __init__(self, out: Path | None, form: Form, tally: Tally) -> None:
        self._out = out
        self._form = form
        self._tally = tally
        self._some = False
        self._flushed = time.monotonic()
        self._stack = ExitStack()
        self._part: Path | None = None
        self._encoding = "utf-8"
        self._entries: IO[bytes]
        self._final: IO[bytes]

    def __enter__(self) -> Self:
        self._final = self._open()
        if self._form.counts_first:
            import tempfile

            self._entries = self._stack.enter_context(tempfile.SpooledTemporaryFile(_IN_MEMORY))
        else:
            self._entries = self._final
            self._put(self._form.begin(self._tally))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            # What could not be written is tried again on closing, and was said already.
            with suppress(OSError):
                self._stack.close()
            if self._part:
                with suppress(OSError):
                    self._part.unlink(missing_ok=True)

    def write(self, text: str) -> None:
        """Write one payload's part; nothing if it is empty."""
        if not text:
            return
        self._put(self._form.between + text if self._some else text)
        self._some = True

    def _open(self) -> IO[bytes]:
        if self._out is None:
            if not self._form.machine:
                self._encoding = sys.stdout.encoding or "utf-8"
            return sys.stdout.buffer
        try:
            if self._out.exists() and not stat.S_ISREG(self._out.stat().st_mode):
                return self._stack.enter_context(self._out.open("wb"))  # a pipe or a device cannot be replaced
            part = self._out.with_name(f".{self._out.name}.{os.getpid()}.part")
            opened = self._stack.enter_context(part.open("wb"))
            self._part = part
            return opened
        except OSError as error:
            stop(Exit.USAGE, f"--out {self._out}: cannot be written: {error.strerror or error}")

    def _put(self, text: str) -> None:
        try:
            self._entries.write(text.encode(self._encoding, "backslashreplace"))
            # Whoever reads a pipe wants to see results while the work goes on; a disk does not mind.
            if self._out is None and (now := time.monotonic()) - self._flushed > _PATIENCE:
                self._entries.flush()
                self._flushed = now
        except OSError as error:
            self._failed(error)

    def _finish(self) -> None:
        try:
            if self._form.counts_first:
                kept, self._entries = self._entries, self._final
                self._put(self._form.begin(self._tally))
                kept.seek(0)
                copyfileobj(kept, self._final)
            end = self._form.end(self._tally)
            self._put("\n" + end if self._some and not self._form.machine else end)
            self._final.flush()
            if self._out and self._part:
                self._final.close()  # a network disk may refuse as late as here
                self._part.replace(self._out)
        except OSError as error:
            self._failed(error)

    def _failed(self, error: OSError) -> None:
        if isinstance(error, BrokenPipeError):  # whoever read has seen enough
            raise error
        place = "standard output" if self._out is None else f"--out {self._out}"
        stop(Exit.NOT_RUN, f"{place}: cannot be written: {error.strerror or error}")


class Meter:
    """Says on standard error how far long work is: a bar on a terminal, else nothing."""

    def __init__(self, files: Sequence[str], *, quiet: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._files = files
        self._clock = clock
        self._began = clock()
        self._wanted = is_wanted(quiet=quiet)
        self._progress: Progress | None = None
        self._task: TaskID
        self._count = self._cost = 0
        self._shown = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress:
            self._progress.stop()

    def advance(self, payloads: int, cost: int) -> None:
        """Note that so many more payloads are done, which took `cost` bytes to read."""
        self._count += payloads
        self._cost += cost
        if not self._wanted:
            return
        now = self._clock()
        if self._progress is None and now - self._began > _PATIENCE:
            self._start()
        if self._progress and now - self._shown > 0.1:
            self._progress.update(self._task, completed=self._cost, count=self._count)
            self._shown = now

    def beside(self, write: Callable[[str], None], text: str, *, same_terminal: bool) -> None:
        """Write a part of the result, above the bar where both are shown on one terminal."""
        if not (self._progress and same_terminal and text):
            write(text)
            return
        from rich.text import Text

        self._progress.console.print(Text.from_ansi(text), soft_wrap=True, highlight=False)

    def _start(self) -> None:
        self._progress = drawn("{task.fields[count]:,} payloads", redirect_stdout=False, redirect_stderr=False)
        self._task = self._progress.add_task("", total=self._total(), count=self._count)
        self._progress.start()

    def _total(self) -> int | None:
        """Return the bytes of all that is named, where that is known without looking into folders."""
        try:
            states = [os.stat(file) for file in self._files]
        except (OSError, ValueError):
            return None
        return sum(one.st_size for one in states) if all(stat.S_ISREG(one.st_mode) for one in states) else None
