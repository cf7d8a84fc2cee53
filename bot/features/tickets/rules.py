"""Decide when a number of tickets is a spike, with a rule simple enough to explain to anybody.

A count of independent arrivals deviates from its mean by about the square root of the mean. A control chart for counts
sets its limit three of these deviations above the mean (W. Shewhart's c-chart; NIST/SEMATECH e-Handbook of Statistical
Methods, 6.3.3.1); one deviation is ordinary noise. A spike starts at the higher bound and ends at the lower bound
(hysteresis), so that it does not flap.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil, floor, sqrt
from zoneinfo import ZoneInfo

from bot.alerts import Signal

MIN_WEEKS = 2
"""How many weeks an hour of the week must be known before its mean is used."""
NEWEST_SHARE = 0.2
"""The minimum weight of the newest week; until the plain mean gives it less, the plain mean is used."""


@dataclass(frozen=True)
class Usual:
    """The mean number of tickets that arrive in 15 minutes at one hour of the week, over a number of weeks."""

    mean: float = 0.0
    weeks: int = 0

    def update_baseline(self, count: float) -> "Usual":
        """Return the usual weekly number of tickets, updated with one more week.

        It is an exponentially weighted mean that adapts within a month or two.
        """
        share = max(1 / (self.weeks + 1), NEWEST_SHARE)
        return Usual(self.mean + share * (count - self.mean), self.weeks + 1)


@dataclass(frozen=True)
class Bounds:
    fires: int
    """The spike starts at this count or above."""
    calm: int
    """The spike ends at this count or below; always less than `fires`."""


def spike_bounds(usual: Usual, *, limit: int, least: int) -> Bounds:
    """Return the numbers of tickets at which a spike starts and ends.

    Until the hour's usual number is known, a spike starts at `limit`; afterwards at the control limit, but never below
    `least`.
    """
    if usual.weeks < MIN_WEEKS:
        return Bounds(limit, limit // 2)
    noise = sqrt(usual.mean)
    fires = max(least, ceil(usual.mean + 3 * noise))
    return Bounds(fires, min(fires - 1, max(least // 2, floor(usual.mean + noise))))


def lower_bounds(bounds: Bounds, percent: int) -> Bounds:
    """Return bounds that are both lowered to a percentage. The first is rounded up, and at least 2, as any limit is."""
    fires = max(2, -(-bounds.fires * percent // 100))
    return Bounds(fires, max(1, min(fires - 1, bounds.calm * percent // 100)))


def mix_hours(before: Usual, hour: Usual, minutes: float) -> Usual:
    """Return the usual number of tickets for the last 15 minutes: the weighted mean of the two hours they lie in.

    `minutes` is how much of the second hour has passed.
    """
    share = min(minutes, 15) / 15
    known = [each.weeks for each, part in ((hour, share), (before, 1 - share)) if part]
    return Usual(share * hour.mean + (1 - share) * before.mean, min(known))


GROWTH_FACTOR = 1.25
"""A spike is reported again when it has grown by this factor."""


def find_signal(came: int, allowed: Bounds, last_reported: int) -> Signal | None:
    """Return the alert signal for a number of tickets, or None if there is nothing to report.

    `last_reported` is 0 if there is no spike.
    """
    if last_reported:
        if came <= allowed.calm:
            return Signal.RESOLVED
        return Signal.FIRING if came >= last_reported * GROWTH_FACTOR else None
    return Signal.FIRING if came >= allowed.fires else None


AN_HOUR = timedelta(hours=1)


def full_hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def next_hour(moment: datetime) -> datetime:
    return full_hour(moment) + AN_HOUR


def hour_of_week(moment: datetime, zone: str) -> int:
    """Return the hour of the week in a time zone; Monday's first hour is 0."""
    local = full_hour(moment).astimezone(ZoneInfo(zone))
    return local.weekday() * 24 + local.hour
