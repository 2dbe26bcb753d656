"""DuckDB, which does the joins: bounded in memory, with what is over the bound on disk, and never on the network."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from .model import MEBIBYTE, ReconcileError

THREADS: Final = min(os.cpu_count() or 1, 8)
"""Each takes its share of the memory."""

Tell = Callable[[str, float], None]
"""Is told what goes on, and how far it is: 0 to 1, less than 0 when that is not known."""


class BadInput(Exception):
    """The engine could not read a file; which line it was is for a closer look to say."""


class Engine:
    """One database for one reconciliation, in a folder that goes away with it."""

    def __init__(self, folder: Path, memory: int, tell: Tell) -> None:
        try:
            import duckdb
        except ModuleNotFoundError:
            raise ReconcileError(
                "reconcile needs DuckDB, which is not installed; run: pip install 'orcid-review[reconcile]'",
                usage=False,
            ) from None
        self._duckdb = duckdb
        self._tell = tell
        self._connection = duckdb.connect(
            ":memory:",  # what is over the limit goes to the temporary directory, and only that
            config={
                # What is not in the package is not fetched: nothing here speaks to the network.
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "memory_limit": f"{memory // MEBIBYTE}MiB",
                "temp_directory": str(folder / "spill"),
                "threads": str(THREADS),
            },
        )
        self._connection.execute("set global TimeZone = 'UTC'")

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def run(self, statements: str, doing: str = "") -> None:
        """Run one or several statements, and tell how far they are.

        Raises:
            BadInput: a file that it reads is not what it should be.
            ReconcileError: no memory or no disk is left.
        """
        lane = _Lane(self._connection, [statements])
        self._wait_for([lane], doing)
        for error in lane.errors.values():
            raise self._translated(error) from None

    def run_side_by_side(self, lanes: Sequence[Sequence[str]], doing: str) -> list[list[int]]:
        """Run the statements of each lane in turn, and the lanes at the same time, none of which needs another one.

        Returns:
            of each lane, positions of the statements that could not read a file.

        Raises:
            ReconcileError: no memory or no disk is left.
        """
        running = [_Lane(self._connection.cursor(), lane) for lane in lanes]
        self._wait_for(running, doing)
        for lane in running:
            for error in map(self._translated, lane.errors.values()):
                if not isinstance(error, BadInput):
                    raise error
        return [list(lane.errors) for lane in running]

    def _wait_for(self, lanes: list[_Lane], doing: str) -> None:
        for lane in lanes:
            lane.start()
        try:
            for lane in lanes:
                while lane.is_alive():
                    lane.join(0.1)
                    if doing and lane.is_alive():
                        self._tell(doing, sum(one.part for one in lanes) / len(lanes))
        except BaseException:
            for lane in lanes:
                lane.stop()
            for lane in lanes:
                lane.join()
            raise

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the answer to a query that gives few rows."""
        try:
            return self._connection.execute(query).fetchall()
        except self._duckdb.Error as error:
            raise self._translated(error) from None

    def count(self, query: str) -> int:
        """Return the one number that a query gives."""
        return int(self.rows(query)[0][0] or 0)

    def _translated(self, error: BaseException) -> BaseException:
        # Its own words quote the line, which may hold a token: they are never passed on.
        kinds = self._duckdb
        if isinstance(error, kinds.OutOfMemoryException):
            return ReconcileError("the memory is not enough; say more, e.g. --memory 1G", usage=False)
        if isinstance(error, kinds.IOException) and "No space left" in str(error):
            return ReconcileError("no space is left in the temporary folder; name another one by TMPDIR", usage=False)
        if isinstance(
            error,
            kinds.InvalidInputException | kinds.ConversionException | kinds.IOException | kinds.SerializationException,
        ):
            return BadInput()
        return error


class _Lane(threading.Thread):
    """Statements in a thread of their own: the one that asks can be stopped by Ctrl-C, and ask how far they are."""

    def __init__(self, connection: Any, statements: Sequence[str]) -> None:
        super().__init__(daemon=True)
        self._connection = connection
        self._statements = statements
        self._done = 0
        self._stopped = False
        self.errors: dict[int, BaseException] = {}
        """Position of a statement -> why it failed."""

    def run(self) -> None:
        for position, statement in enumerate(self._statements):
            if self._stopped:
                return
            try:
                self._connection.execute(statement)
            except BaseException as error:  # for the thread that asked to say
                self.errors[position] = error
            self._done += 1

    def stop(self) -> None:
        self._stopped = True
        self._connection.interrupt()

    @property
    def part(self) -> float:
        """How much is done, 0 to 1."""
        if not self.is_alive():
            return 1.0
        now: float = self._connection.query_progress() / 100
        return (self._done + max(0.0, now)) / len(self._statements)


def text(value: str) -> str:
    """Return a text as SQL writes it.

    >>> text("it's")
    "'it''s'"
    """
    return "'" + value.replace("'", "''") + "'"


def name(value: str) -> str:
    """Return a name as SQL writes it.

    >>> name('a"b')
    '"a""b"'
    """
    return '"' + value.replace('"', '""') + '"'
