"""Time, read in this one place: the calendar, which a sandbox may move, and the machine's own clock."""

import time
from collections.abc import Callable
from datetime import UTC, datetime


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Clock:
    """Calendar time: what is due, who is at work, when a message was sent. Aware and UTC."""

    def __init__(self, now: Callable[[], datetime] = _utc_now) -> None:
        self.now = now


def machine() -> float:
    """Seconds that only ever grow and that nobody moves: for time-outs, never for dates."""
    return time.monotonic()


def wall() -> datetime:
    """The machine's own date, which nobody moves: how old another machine's signature is, never what is due."""
    return _utc_now()
