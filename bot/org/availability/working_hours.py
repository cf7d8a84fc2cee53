"""Working hours: the team's settings, a person's preferences, and the combination of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from typing import Annotated, ClassVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidationInfo

from bot.db.models import Span
from bot.org.availability.absences import is_away
from bot.org.availability.holidays import country_of, is_holiday, is_known
from bot.org.people import Person
from bot.org.teams import settings
from bot.org.teams.models import Team

DAY = timedelta(days=1)
FARTHEST = 400
"""How many days are searched for a working day. There is always one unless every day is a holiday."""


class Day(IntEnum):
    """A weekday, numbered like `date.weekday`."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


def _known(code: str, info: ValidationInfo) -> str:
    if code and not info.context and not is_known(code):
        raise ValueError("I don't know the holidays there. Choose a country like PT, or a region like DE-BY.")
    return code


def _both(end: time | None, info: ValidationInfo) -> time | None:
    if (end is None) != (info.data.get("start") is None):
        raise ValueError("Enter both a start and an end, or neither.")
    return end


Country = Annotated[str, AfterValidator(_known)]


class WorkingHoursSettings(settings.Settings):
    """A team's working week. An end at or before the start is on the next day: a night shift, or 24 hours."""

    feature: ClassVar[str] = "hours"
    title: ClassVar[str] = "Working hours"

    days: list[Day] = Field(list(Day)[:5], title="Working days", min_length=1)
    start: time = Field(time(9), title="From")
    end: time = Field(
        time(17),
        title="To",
        description="In each person's time zone. If the end is before the start, it means the next day.",
    )
    country: Country = Field(
        "",
        title="Public holidays",
        description="Type a country, like Portugal. People in another country get that country's holidays.",
        json_schema_extra={"picks": "country"},
    )


class WorkingHoursPreferences(settings.Settings):
    """A person's own choices; None inherits the team's setting."""

    feature: ClassVar[str] = "hours"
    title: ClassVar[str] = "Your working hours"

    days: list[Day] | None = Field(None, title="Working days", description="Leave a field empty to use your team's.")
    start: time | None = Field(None, title="From")
    end: Annotated[time | None, AfterValidator(_both)] = Field(None, title="To", validate_default=True)
    country: Country | None = Field(None, title="Public holidays", json_schema_extra={"picks": "country"})


@dataclass(frozen=True)
class WorkingHours:
    """When a person works, in wall time of their zone, and their absences and Do Not Disturb."""

    zone: str
    days: frozenset[Day]
    start: time
    end: time
    country: str = ""
    absences: Sequence[Span] = ()
    quiet: tuple[datetime, datetime] | None = None
    """Do Not Disturb as Slack reports it: the current or next span. It repeats every day."""

    def to_wall_time(self, at: datetime) -> datetime:
        """Convert an instant to naive wall time in the person's zone."""
        return at.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)


def team_hours(team: Team) -> WorkingHours:
    """Return the working hours of the team as a whole."""
    week = WorkingHoursSettings.of(team)
    return WorkingHours(team.zone, frozenset(week.days), week.start, week.end, week.country)


def person_hours(person: Person, team: Team) -> WorkingHours:
    """Return a person's working hours in a team: the team's, in the person's zone, overridden by their preferences."""
    week, own = WorkingHoursSettings.of(team), WorkingHoursPreferences.of(person)
    country = week.country if person.zone == team.zone else country_of(person.zone) or week.country
    quiet = (person.quiet_from, person.quiet_until) if person.quiet_from and person.quiet_until else None
    return WorkingHours(
        zone=person.zone,
        days=frozenset(week.days if own.days is None else own.days),
        start=own.start or week.start,
        end=own.end or week.end,
        country=own.country or (country if week.country else ""),
        absences=person.absences,
        quiet=quiet,
    )


def is_working_day(routine: WorkingHours, day: date) -> bool:
    return day.weekday() in routine.days and not is_holiday(routine.country, day)


def is_at_work_on(routine: WorkingHours, day: date) -> bool:
    """Return whether a person is at work at the start of a day's shift, as far as that is known."""
    return is_working_day(routine, day) and not is_away(routine.absences, start_of_shift(routine, day))


def start_of_shift(routine: WorkingHours, day: date) -> datetime:
    return datetime.combine(day, routine.start, ZoneInfo(routine.zone))


def add_working_days(routine: WorkingHours, day: date, days: int) -> date:
    """Return the working day that is `days` working days after `day`; before it, if `days` is negative."""
    step, left = (DAY if days > 0 else -DAY), abs(days)
    for _ in range(FARTHEST):
        if not left:
            break
        day += step
        left -= is_working_day(routine, day)
    return day


def working_days_between(routine: WorkingHours, since: date, until: date) -> int:
    """Return how many working days come after `since`, up to and including `until`."""
    days = min((until - since).days, FARTHEST)
    return sum(is_working_day(routine, since + nth * DAY) for nth in range(1, days + 1))


def last_working_day_by(routine: WorkingHours, day: date, earliest: date) -> date:
    """Return `day` if it is a working day, else the working day before it, or after it if that is before `earliest`."""
    if is_working_day(routine, day):
        return day
    before = add_working_days(routine, day, -1)
    return before if before >= earliest else add_working_days(routine, day, 1)
