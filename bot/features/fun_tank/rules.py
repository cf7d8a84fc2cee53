"""How much each cause moves a fun tank, the daily caps, and suggestions for raising a low level."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

START = 60


class Cause(StrEnum):
    START = "start"
    SHOUTOUT = "shout-out"
    CELEBRATION = "celebration"
    OCCASION = "occasion"
    """A birthday or work anniversary was celebrated in the channel."""
    RITUAL = "ritual"
    """Somebody took part in a ritual."""
    PROMISE = "promise"
    """A promise was kept."""
    ROADBLOCK = "roadblock"
    """A roadblock was cleared."""
    IDEA = "idea"
    """An idea was carried out."""
    SPIKE = "spike"
    DRAIN = "drain"
    """A working day passed."""
    CONTACT = "contact"
    """A customer treated somebody badly."""
    PRIVATE_THANKS = "private thanks"
    PRIVATE_FOLLOWUP = "private follow-up"
    """A roadblock, idea or promise that the team cannot read was done."""
    PRIVATE = "private"
    """The sum of a week's private amounts."""


EASY_BELOW = 50
"""Below this level a working day drains nothing, provided that the team keeps filling the tank."""


class Rate(NamedTuple):
    amount: int
    """The default amount, which a caller may override."""
    daily: int | None = None
    """The daily cap, up or down."""
    is_private: bool = False
    """Whether the amount moves the tank only as part of a weekly sum, so that the gauge identifies nobody."""


RATES = {
    Cause.START: Rate(START),
    Cause.SHOUTOUT: Rate(1, daily=10),
    Cause.CELEBRATION: Rate(8, daily=16),
    Cause.OCCASION: Rate(8, daily=8),
    Cause.RITUAL: Rate(1, daily=10),
    Cause.PROMISE: Rate(3, daily=9),
    Cause.ROADBLOCK: Rate(4, daily=12),
    Cause.IDEA: Rate(4, daily=12),
    Cause.SPIKE: Rate(-5, daily=20),
    Cause.DRAIN: Rate(-1),
    Cause.CONTACT: Rate(-3, daily=12, is_private=True),
    Cause.PRIVATE_THANKS: Rate(1, daily=10, is_private=True),
    Cause.PRIVATE_FOLLOWUP: Rate(4, daily=12, is_private=True),
    Cause.PRIVATE: Rate(0),
}
FULL = 100
MIN_PEOPLE = 3
"""How many people a week's private sum needs. With fewer it could identify somebody, so it moves nothing."""
HARD_WEEK = -10
"""If spikes drained this much in a week, rest is the first suggestion."""


class Help(StrEnum):
    """A suggestion for raising the level of a fun tank."""

    NOTHING = "nothing"
    REST = "rest"
    """Rest after hard days in the queue."""
    THANK = "thank"
    RITUAL = "ritual"
    CELEBRATE = "celebrate"
    ROADBLOCK = "roadblock"


class Moved(NamedTuple):
    """How often one cause moved a fun tank, and by how much in total."""

    times: int
    amount: int


def clamp(level: int) -> int:
    return min(FULL, max(0, level))


def cap_for_day(rate: Rate, wanted: int, used: int) -> int:
    """Return how much of an amount still counts, given how much of the cause's daily cap is used."""
    if rate.daily is None:
        return wanted
    left = max(0, rate.daily - abs(used))
    return max(-left, min(wanted, left))


def daily_drain(level: int, usual: int, *, is_filled: bool) -> int:
    """Return how much a working day drains from a fun tank.

    It is the usual amount, plus three for every five points above the start level: by default 1 up to level 60, 4 at
    65, 7 at 70 and 13 at 80. With steady habits, the level settles where a day drains as much as it fills. Ordinary
    weeks neither empty nor fill a tank, even if the team also clears a roadblock a day.
    """
    if not usual or (is_filled and level < EASY_BELOW):
        return 0
    return -usual - max(0, level - START) * 3 // 5


def spike_drain(minutes: float, peak: float | None, threshold: float | None) -> int:
    """Return how much a spike drains from a fun tank: 5, up to 5 more for its length and up to 5 more for its size.

    The maximum is reached at two hours and at twice the threshold. If the size is unknown, only the length counts.
    """
    is_known = peak is not None and threshold is not None and threshold > 0
    over = peak / threshold - 1 if is_known and peak and threshold else 0.0
    return -round(5 + 5 * min(1.0, max(0.0, minutes / 120)) + 5 * min(1.0, max(0.0, over)))


def suggest_help(level: int, high: int, moved: Mapping[Cause, Moved]) -> Help:
    """Suggest how to raise the level of a fun tank, judging by what the last seven days lacked most."""
    if level > high:
        return Help.NOTHING
    if Cause.SPIKE in moved and moved[Cause.SPIKE].amount <= HARD_WEEK:
        return Help.REST
    lacking = {Cause.SHOUTOUT: Help.THANK, Cause.RITUAL: Help.RITUAL, Cause.CELEBRATION: Help.CELEBRATE}
    return next((help for cause, help in lacking.items() if cause not in moved), Help.ROADBLOCK)
