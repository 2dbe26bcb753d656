"""The sandbox's clock: the machine's, or so many seconds ahead of or behind it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

FURTHEST: Final = timedelta(days=36_500)
"""A hundred years: five times as long as a token lives, and still a date that every library can hold."""


class Clock:
    """Tells the time in UTC when called."""

    def __init__(self) -> None:
        self._offset = timedelta()

    def __call__(self) -> datetime:
        """Return the present moment, in UTC."""
        return datetime.now(UTC) + self._offset

    @property
    def offset(self) -> float:
        """Seconds ahead of the machine's clock; negative when behind."""
        return self._offset.total_seconds()

    def set(self, offset: float) -> None:
        """Go `offset` seconds ahead of the machine's clock.

        Raises:
            ValueError: it is no number of seconds, or more than a hundred years.
        """
        try:
            chosen = timedelta(seconds=offset)
        except (OverflowError, ValueError):  # too large, or not a number
            chosen = FURTHEST * 2
        if abs(chosen) > FURTHEST:
            raise ValueError(f"expected at most {FURTHEST.total_seconds():.0f} seconds (a hundred years), got {offset}")
        self._offset = chosen
