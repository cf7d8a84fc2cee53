"""Time, read in this one place: the calendar, which a sandbox may move, and the machine's own clock."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

DRIFT = timedelta(minutes=1)
"""What two readings of clocks that nobody moved may differ by: the second comes after some work."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Clock:
    """Calendar time: what is due, who is at work, when a message was sent. Aware and UTC."""

    def __init__(self, now: Callable[[], datetime] = _utc_now) -> None:
        self.now = now
        self._ahead = timedelta(0)

    def ahead(self, of: datetime) -> timedelta:
        """Return how far the calendar is ahead of the machine's date `of`, read just now.

        It is exactly the same until somebody moves the calendar: an instant that is moved by it may be compared.
        """
        measured = self.now() - of
        if abs(measured - self._ahead) > DRIFT:
            self._ahead = measured
        return self._ahead


def machine() -> float:
    """Seconds that only ever grow and that nobody moves: for time-outs, never for dates."""
    return time.monotonic()


def wall() -> datetime:
    """The machine's own date, which nobody moves: how old another machine's signature is, never what is due."""
    return _utc_now()
