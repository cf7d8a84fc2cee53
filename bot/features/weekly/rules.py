"""Rules of the leader's week: when a week closes, what it covers, and what to suggest for the next one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.followups.models import Kind
from bot.org.availability.absences import is_away
from bot.org.availability.good_moments import end_of_week
from bot.org.availability.working_hours import WorkingHours, is_working_day

CLOSING_TIME = time(15, 30)
BEFORE_END = timedelta(minutes=30)
"""How long before the end of a working day, or an absence, its week closes if that comes by `CLOSING_TIME`."""
MOST_LATE = timedelta(hours=8, minutes=30)
"""How late a week can still be sent: from `CLOSING_TIME` until midnight. Night shifts get it when they begin."""
DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True)
class Week:
    """A week of one person, from the close of the week before to its own."""

    ends_on: date
    """Its last day in the calendar, working day or not."""
    since: datetime
    closes: datetime | None
    """When it closes; None if the person is away on all its days."""

    @property
    def label(self) -> str:
        return _label(self.ends_on)

    @property
    def label_before(self) -> str:
        return _label(self.ends_on - WEEK)

    def until(self, now: datetime) -> datetime:
        """Return the time up to which the week's data is complete."""
        return min(now, self.closes) if self.closes else now


def _label(day: date) -> str:
    year, number, _ = day.isocalendar()
    return f"{year}-W{number:02}"


def find_week(routine: WorkingHours, now: datetime) -> Week:
    """Return the week that an instant is in, from the calendar alone.

    It closes at 15:30 on the person's last working day of the week, which holidays and absences can move forward, or
    half an hour before the person leaves, if that is earlier. From then until the end of that week in the calendar, it
    is still the current one. A week that the person was away for closes as if they had been there.
    """
    ends_on = end_of_week(routine, now.astimezone(ZoneInfo(routine.zone)).date())
    before = ends_on - WEEK
    since = _find_close(routine, before, counts_absences=True) or _find_close(routine, before, counts_absences=False)
    return Week(ends_on, since or closing_time(routine, before), _find_close(routine, ends_on, counts_absences=True))


def _find_close(routine: WorkingHours, ends_on: date, *, counts_absences: bool) -> datetime | None:
    days = (day for nth in range(WEEK.days) if is_working_day(routine, day := ends_on - nth * DAY))
    closes = (_before_absence(routine, day) if counts_absences else closing_time(routine, day) for day in days)
    return next((at for at in closes if at), None)


def _before_absence(routine: WorkingHours, day: date) -> datetime | None:
    """Return when a week closes on a day; None if the person is away from the start of the day, or soon after it."""
    closes = closing_time(routine, day)
    leaves = next((start for start, end in routine.absences if start <= closes < end), None)
    if leaves is None:
        return closes
    starts = datetime.combine(day, routine.start, ZoneInfo(routine.zone))
    earlier = leaves - BEFORE_END
    return earlier if starts <= earlier and not is_away(routine.absences, earlier) else None


def closing_time(routine: WorkingHours, day: date) -> datetime:
    """Return when a week closes that has this day as its last working day."""
    wall = datetime.combine(day, CLOSING_TIME)
    if routine.start < routine.end <= CLOSING_TIME:
        wall = datetime.combine(day, routine.end) - BEFORE_END
    return wall.replace(tzinfo=ZoneInfo(routine.zone)).astimezone(UTC)


def closes_today(routine: WorkingHours, week: Week, now: datetime) -> bool:
    return week.closes is not None and routine.to_wall_time(week.closes).date() == routine.to_wall_time(now).date()


class Ahead(NamedTuple):
    """A promise that is due, or an experiment that ends, in the next week."""

    kind: Kind
    text: str
    day: date


@dataclass(frozen=True)
class Report:
    """What a leader did in a week, and what ends in the next one."""

    since: datetime
    until: datetime
    ahead_until: date
    """The last day of the next week."""
    minutes: int = 0
    """How much time was counted or logged in the week."""
    held: int = 0
    due: int = 0
    """How many one-on-ones were due, as far as it is known whether they were held."""
    thanks: int = 0
    waits: Sequence[timedelta] = ()
    """How long each agent waited whose hand-up the leader answered."""
    closed: Mapping[Kind, int] = field(default_factory=dict)
    ahead: Sequence[Ahead] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell. Older time entries and the fun tank are no reason for a message."""
        return not (self.minutes or self.held or self.thanks or self.waits or self.closed or self.ahead)


class Suggestion(StrEnum):
    """What to suggest for the next week."""

    REBALANCE = "rebalance"
    FILL_TANK = "fill_tank"
    MEET = "meet"
    THANK = "thank"


def suggest(report: Report, *, is_out_of_range: bool, is_tank_low: bool) -> Suggestion | None:
    """Return the one suggestion for the next week, or None if nothing stands out."""
    wanted = {
        Suggestion.REBALANCE: is_out_of_range,
        Suggestion.FILL_TANK: is_tank_low,
        Suggestion.MEET: report.held < report.due,
        Suggestion.THANK: not report.thanks,
    }
    return next((each for each, is_so in wanted.items() if is_so), None)
