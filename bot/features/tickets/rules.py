"""When so many tickets are a spike: a rule of three numbers, so that it can be told to anybody.

A count of things that come by themselves strays from its mean by about the mean's square root. A control chart for
counts draws its limit three of those above the mean (W. Shewhart's c-chart; NIST/SEMATECH e-Handbook of Statistical
Methods, 6.3.3.1); one of them is everyday noise. Fires at the higher, ends at the lower, so that it does not flap.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil, floor, sqrt
from zoneinfo import ZoneInfo

from bot.alerts import Signal

MIN_WEEKS = 2
"""How often an hour of the week must have been seen before its own mean is believed."""
NEWEST_SHARE = 0.2
"""How much the newest week counts; before that it is the plain mean."""


@dataclass(frozen=True)
class Usual:
    """How many come in a quarter of an hour at this hour of the week, as a mean of so many weeks."""

    mean: float = 0.0
    weeks: int = 0

    def after(self, count: float) -> "Usual":
        """With one more week: an exponentially weighted mean, which forgets old habits in a month or two."""
        share = max(1 / (self.weeks + 1), NEWEST_SHARE)
        return Usual(self.mean + share * (count - self.mean), self.weeks + 1)


@dataclass(frozen=True)
class Bounds:
    fires: int
    """At so many or more."""
    calm: int
    """At so many or fewer it is over; always fewer than `fires`."""


def bounds(usual: Usual, *, limit: int, least: int) -> Bounds:
    """`limit` counts while the hour is not known; then what is usual does, and never fewer than `least`."""
    if usual.weeks < MIN_WEEKS:
        return Bounds(limit, limit // 2)
    noise = sqrt(usual.mean)
    fires = max(least, ceil(usual.mean + 3 * noise))
    return Bounds(fires, min(fires - 1, max(least // 2, floor(usual.mean + noise))))


def mix_hours(before: Usual, hour: Usual, minutes: float) -> Usual:
    """What is usual in a quarter that began in the hour before; `minutes` of it lie in this one."""
    share = min(minutes, 15) / 15
    known = [each.weeks for each, part in ((hour, share), (before, 1 - share)) if part]
    return Usual(share * hour.mean + (1 - share) * before.mean, min(known))


GROWTH_FACTOR = 1.25
"""A spike that goes on is told again when it has grown by so much."""


def judge(came: int, allowed: Bounds, told: int) -> Signal | None:
    """What is news after `told` was told last, 0 for nothing."""
    if told:
        if came <= allowed.calm:
            return Signal.RESOLVED
        return Signal.FIRING if came >= told * GROWTH_FACTOR else None
    return Signal.FIRING if came >= allowed.fires else None


AN_HOUR = timedelta(hours=1)


def full_hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def next_hour(moment: datetime) -> datetime:
    return full_hour(moment) + AN_HOUR


def hour_of_week(moment: datetime, zone: str) -> int:
    """The hour of the week, by the team's own clock."""
    local = full_hour(moment).astimezone(ZoneInfo(zone))
    return local.weekday() * 24 + local.hour
