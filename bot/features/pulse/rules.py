"""Decisions of the pulse: what is shown of the answers, when rounds may be compared, and when a round closes.

What is shown never pins down what one person said: with five answers or more, each level fits every rating by every
other person, even for somebody who knows their own.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.features.pulse.models import PulseRound
from bot.org.availability import working_hours
from bot.org.availability.good_moments import end_of_shift
from bot.org.availability.working_hours import WorkingHours

FEWEST_AGENTS = 5
FEWEST_ANSWERS = 5
"""How many answers are needed before a level is shown."""
FEWEST_COMMENTS = 3
"""How many people must have written a comment before comments are shown."""
FEWEST_CHANGES = 3
"""How many agents must have joined or left between two rounds that are compared, unless none did."""
DAYS = 7
"""How many working days a round runs, the day on which it opens included."""
REMINDER_DAYS = (3, 5)
MOST_LATE = timedelta(hours=12)
"""How late a round may close. A later one comes from an outage or a restored backup, and is discarded unread."""
ROUNDS_COMPARED = 6
SCORES = range(1, 6)
LONGEST_COMMENT = 1000


class Level(StrEnum):
    LOW = "low"
    MIXED = "mixed"
    HIGH = "high"


def find_level(scores: Sequence[int]) -> Level | None:
    """Return high if more than half said 4 or 5, low if more than half said 1 or 2, else mixed.

    Return None for fewer than `FEWEST_ANSWERS` answers.
    """
    if len(scores) < FEWEST_ANSWERS:
        return None
    if 2 * sum(score >= 4 for score in scores) > len(scores):
        return Level.HIGH
    return Level.LOW if 2 * sum(score <= 2 for score in scores) > len(scores) else Level.MIXED


def count_changes(before: Sequence[str], after: Sequence[str]) -> int:
    """Return how many members are in one of two lists of hashes and not in the other."""
    return len({*before} ^ {*after})


def can_compare(before: PulseRound, after: PulseRound) -> bool:
    """Return whether the levels of two consecutive rounds can be shown together without giving anybody away.

    Either nobody joined or left and everybody in the team answered both times, or at least `FEWEST_CHANGES` people
    joined or left.
    """
    if not (before.levels and after.levels) or after.changes is None:
        return False
    return _is_same_team(before, after) or after.changes >= FEWEST_CHANGES


def _is_same_team(before: PulseRound, after: PulseRound) -> bool:
    return after.changes == 0 and all(each.answered == each.members for each in (before, after))


def find_trend(rounds: Sequence[PulseRound]) -> list[PulseRound]:
    """Return the latest rounds any two of which can be compared, oldest first. `rounds` is newest first.

    The team changes at most once in a trend, because after two changes the first and the last round could differ by one
    person.
    """
    trend, has_changed = [*rounds[:1]], False
    for before in rounds[1:ROUNDS_COMPARED]:
        is_same = _is_same_team(before, trend[0])
        if not can_compare(before, trend[0]) or (has_changed and not is_same):
            break
        trend.insert(0, before)
        has_changed = has_changed or not is_same
    return trend


def find_day(routine: WorkingHours, opened_at: datetime, now: datetime) -> int:
    """Return the number of the round's working day, from 1 for the first one."""
    first, today = (at.astimezone(ZoneInfo(routine.zone)).date() for at in (opened_at, now))
    is_first_off = not working_hours.is_working_day(routine, first)
    return working_hours.working_days_between(routine, first, today) + (0 if is_first_off else 1)


def find_closing_time(routine: WorkingHours, opened_at: datetime) -> datetime:
    """Return when a round closes: on its last working day, an hour before the team's working hours end."""
    zone = ZoneInfo(routine.zone)
    day = opened_at.astimezone(zone).date()
    last = working_hours.add_working_days(
        routine, day, DAYS - 1 if working_hours.is_working_day(routine, day) else DAYS
    )
    starts = datetime.combine(last, routine.start, zone)
    ends = end_of_shift(routine, starts)
    assert ends  # noqa: S101
    return max(starts + timedelta(minutes=1), ends - timedelta(hours=1))
