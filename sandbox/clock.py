"""The workspace's clock: runs in real time, can be moved forward, and is paused while the sandbox is stopped."""

import time as machine
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HOME = ZoneInfo("Europe/Lisbon")
TUESDAY = 1


def first_morning(by: datetime | None = None) -> datetime:
    """Return Tuesday, 10:00 Lisbon time, of the current week, which is within working hours.

    If `by` is earlier, return the last Tuesday, 10:00, that is not after `by`.
    """
    this_week = _tuesday(datetime.now(HOME).date())
    if by is None or by >= this_week:
        return this_week
    then = _tuesday(by.astimezone(HOME).date())
    return then if then <= by else _tuesday(by.astimezone(HOME).date() - timedelta(weeks=1))


def _tuesday(day: date) -> datetime:
    tuesday = day + timedelta(days=TUESDAY - day.weekday())
    return datetime.combine(tuesday, time(10), HOME).astimezone(UTC)


class Clock:
    """The workspace's clock; it calls `keep` with each time that is set, to be stored."""

    def __init__(self, at: datetime, keep: Callable[[datetime], None]) -> None:
        self._at, self._since, self._keep = at, machine.monotonic(), keep
        self.is_still = False
        """Whether the clock moves only through `set`."""

    def now(self) -> datetime:
        if self.is_still:
            return self._at
        return self._at + timedelta(seconds=machine.monotonic() - self._since)

    def set(self, to: datetime) -> None:
        """Move the clock forward to an instant; an earlier one has no effect."""
        self._at, self._since = max(to.astimezone(UTC), self.now()), machine.monotonic()
        self._keep(self._at)


def seconds(instant: datetime) -> int:
    return int(instant.timestamp())


def timestamp(instant: datetime) -> str:
    """Format an instant as Slack's `ts`: seconds since 1970, a dot and six digits."""
    return f"{seconds(instant):010}.{instant.microsecond:06}"


def instant(ts: str) -> datetime:
    whole, _, fraction = ts.partition(".")
    return datetime.fromtimestamp(int(whole), UTC) + timedelta(microseconds=int((fraction or "0").ljust(6, "0")[:6]))
