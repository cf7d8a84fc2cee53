"""What moves a tank, by how much, how much of it counts on one day, and what would help: one table."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

START = 60


class Cause(StrEnum):
    START = "start"
    SHOUTOUT = "shout-out"
    CELEBRATION = "celebration"
    OCCASION = "occasion"
    """A birthday or work anniversary, in the channel."""
    RITUAL = "ritual"
    """Somebody takes part."""
    PROMISE = "promise"
    """One that was kept."""
    ROADBLOCK = "roadblock"
    """One that is out of the way."""
    SPIKE = "spike"
    DRAIN = "drain"
    """A working day goes by."""
    CONTACT = "contact"
    """A customer treated somebody badly."""
    PRIVATE_THANKS = "private thanks"
    PRIVATE = "private"
    """A week of what is private, in one sum."""


EASY_BELOW = 50
"""From a tank below, a working day takes nothing while the team goes on filling it."""


class Rate(NamedTuple):
    amount: int
    """By how much it moves the tank, unless the caller knows better."""
    daily: int | None = None
    """The most of it on one day, up or down."""
    is_private: bool = False
    """It never moves the tank itself: it is only summed, so that the gauge points at nobody."""


RATES = {
    Cause.START: Rate(START),
    Cause.SHOUTOUT: Rate(1, daily=10),
    Cause.CELEBRATION: Rate(8, daily=16),
    Cause.OCCASION: Rate(8, daily=8),
    Cause.RITUAL: Rate(1, daily=10),
    Cause.PROMISE: Rate(3, daily=9),
    Cause.ROADBLOCK: Rate(4, daily=12),
    Cause.SPIKE: Rate(-5, daily=20),
    Cause.DRAIN: Rate(-1),
    Cause.CONTACT: Rate(-3, daily=12, is_private=True),
    Cause.PRIVATE_THANKS: Rate(1, daily=10, is_private=True),
    Cause.PRIVATE: Rate(0),
}
FULL = 100
ENOUGH = 3
"""Of so many people, what is private in a week is summed; of fewer it would point at somebody, and moves nothing."""
HARD_WEEK = -10
"""When spikes have taken so much in a week, they are what to begin with."""


class Help(StrEnum):
    """One thing that would help."""

    NOTHING = "nothing"
    REST = "rest"
    """After hard days in the queue."""
    THANK = "thank"
    RITUAL = "ritual"
    CELEBRATE = "celebrate"
    ROADBLOCK = "roadblock"


class Moved(NamedTuple):
    """What one cause came to."""

    times: int
    amount: int


def clamp(level: int) -> int:
    return min(FULL, max(0, level))


def cap_for_day(rate: Rate, wanted: int, used: int) -> int:
    """As much of it as still counts on a day on which so much of its cause has counted."""
    if rate.daily is None:
        return wanted
    left = max(0, rate.daily - abs(used))
    return max(-left, min(wanted, left))


def daily_drain(level: int, usual: int, *, is_filled: bool) -> int:
    """What a working day takes: the team's usual, and two more for every five above where tanks begin.

    So a team that goes on as it does finds a level of its own, and an ordinary week neither empties nor fills a tank.
    """
    if not usual or (is_filled and level < EASY_BELOW):
        return 0
    return -usual - max(0, level - START) * 2 // 5


def spike_drain(minutes: float, peak: float | None, threshold: float | None) -> int:
    """5 for any spike, up to 5 more for its length and up to 5 for its size.

    Two hours are a long one, twice the limit a large one; of one whose size nobody told only the length counts.
    """
    is_known = peak is not None and threshold is not None and threshold > 0
    over = peak / threshold - 1 if is_known and peak and threshold else 0.0
    return -round(5 + 5 * min(1.0, max(0.0, minutes / 120)) + 5 * min(1.0, max(0.0, over)))


def suggest_help(level: int, high: int, moved: Mapping[Cause, Moved]) -> Help:
    """What the last seven days lacked most."""
    if level > high:
        return Help.NOTHING
    if Cause.SPIKE in moved and moved[Cause.SPIKE].amount <= HARD_WEEK:
        return Help.REST
    lacking = {Cause.SHOUTOUT: Help.THANK, Cause.RITUAL: Help.RITUAL, Cause.CELEBRATION: Help.CELEBRATE}
    return next((help for cause, help in lacking.items() if cause not in moved), Help.ROADBLOCK)
