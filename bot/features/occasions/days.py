"""When a birthday or an anniversary is kept: rules of dates, without a database.

A day off moves it to the next working day. 29 February is kept on the 28th in common years. In public the team's zone,
days and holidays count; in private the person's own.
"""

from calendar import isleap
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.directory import Person
from bot.features.occasions.settings import Wish
from bot.features.occasions.tables import Kind
from bot.hours import moment as hours_moment
from bot.hours import routine as hours_routine
from bot.hours.routine import Routine
from bot.teams.tables import Team

LATEST = timedelta(days=31)
"""Who is away for longer than this after their day would wonder at it."""
IN_THE_MORNING = time(10)

__all__ = ["LATEST", "Kind", "coming", "in_year", "moment", "opens"]


def in_year(day: date, year: int) -> date:
    """The same day in a year."""
    if (day.month, day.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return day.replace(year=year)


def coming(kind: Kind, first: date, start: date, end: date) -> Iterator[date]:
    """When it comes again between two days, both included. The day somebody began is no anniversary yet."""
    for year in range(start.year, end.year + 1):
        day = in_year(first, year)
        if start <= day <= end and (kind is Kind.BIRTHDAY or year > first.year):
            yield day


def moment(team: Team, person: Person, wish: Wish, day: date, after: datetime | None = None) -> datetime | None:
    """When it is said: that morning, or on the next working day, and not while they are away. None when too late.

    With `after`, which is when somebody named a day that has begun: not before it.
    """
    if wish is Wish.PUBLIC:
        routine = replace(hours_routine.of_team(team), absences=person.absences)
        earliest = _instant(day, IN_THE_MORNING, team.zone)
    else:
        routine = replace(hours_routine.of_person(person, team), quiet=None)
        earliest = _instant(day, time(), person.zone)
    at = hours_moment.next_good(routine, max(earliest, after or earliest))
    if at and wish is Wish.PUBLIC:
        at = _in_the_morning(routine, at)
    return at if at and at <= earliest + LATEST else None


def _in_the_morning(routine: Routine, at: datetime) -> datetime:
    """Return `at`, or 10:00 of its day if that is later, unless the hours of that day have ended by then."""
    zone = ZoneInfo(routine.zone)
    its_day = at.astimezone(zone).date()
    later = hours_moment.next_good(routine, max(at, _instant(its_day, IN_THE_MORNING, routine.zone)))
    return later if later and later.astimezone(zone).date() == its_day else at


def opens(team: Team, due_at: datetime, working_days: int) -> datetime:
    """From when on a card is signed."""
    return hours_moment.days_before(hours_routine.of_team(team), due_at, working_days)


def _instant(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)
