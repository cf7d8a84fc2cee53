"""The only place that reads the time: calendar time, which a sandbox can move, and the machine's own clocks."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

DRIFT = timedelta(minutes=1)
"""Tolerance when two clock readings are compared, because some work is done between them."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Clock:
    """Calendar time, aware and in UTC: it decides what is due, who is at work and when a message was sent."""

    def __init__(self, now: Callable[[], datetime] = _utc_now) -> None:
        self.now = now
        self._ahead = timedelta(0)

    def offset_from_wall_clock(self, of: datetime) -> timedelta:
        """Return how far calendar time is ahead of the machine's wall clock, which read `of` just now.

        The result stays exactly the same until somebody changes calendar time, so instants shifted by it are
        comparable.
        """
        measured = self.now() - of
        if abs(measured - self._ahead) > DRIFT:
            self._ahead = measured
        return self._ahead


def monotonic_seconds() -> float:
    """Return the machine's monotonic clock in seconds. Use it for timeouts, never for dates."""
    return time.monotonic()


def read_wall_clock() -> datetime:
    """Return the machine's wall clock in UTC, which a sandbox cannot move.

    Use it for the age of another machine's signature, never for what is due.
    """
    return _utc_now()
