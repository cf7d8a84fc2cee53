"""Working hours: the team's settings, a person's preferences, and the combination of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import IntEnum
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, ValidationInfo

from bot.db.models import Span
from bot.org.availability.holidays import country_of, is_known
from bot.org.people import Person
from bot.org.teams import settings
from bot.org.teams.models import Team


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
    title: ClassVar[str] = "My working hours"

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
