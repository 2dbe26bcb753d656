"""ORCID's rate limit: 24 requests a second, 40 more wait their turn, and what comes on top is refused with 503.

Documented (facts on the API, section 15). Our choice: it counts as nginx's `limit_req` does, one allowance for all
callers, because on a loopback address there is one.
"""

from __future__ import annotations

from typing import Final

PER_SECOND: Final = 24
BURST: Final = 40


class RateLimit:
    """A bucket that leaks so many requests a second and holds so many more."""

    def __init__(self, per_second: float = PER_SECOND, burst: int = BURST) -> None:
        self._per_second = per_second
        self._burst = burst
        self._taken = 0.0
        self._last = 0.0

    def admit(self, now: float) -> float | None:
        """Count a request.

        Args:
            now: seconds on a clock that never goes back.

        Returns:
            Seconds that it has to wait, or None when it is refused.
        """
        ahead = max(0.0, self._taken - (now - self._last) * self._per_second)
        self._taken, self._last = ahead, now
        if ahead > self._burst:
            return None  # and takes no place, as in nginx
        self._taken += 1
        return ahead / self._per_second
