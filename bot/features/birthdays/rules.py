"""When and in which team a birthday or anniversary is celebrated: rules without a database.

A day off moves it to the next working day. 29 February is celebrated on the 28th in common years. A public celebration
uses the team's zone, working days and holidays; a private one uses the person's own.
"""

from calendar import isleap
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.features.birthdays.models import Kind, Occasion
from bot.features.birthdays.settings import BirthdayPreferences, Wish
from bot.org.availability import good_moments, working_hours
from bot.org.availability.working_hours import WorkingHours
from bot.org.people import Person
from bot.org.teams.membership import Seat
from bot.org.teams.models import Team

LONGEST_DELAY = timedelta(days=31)
"""How long a celebration may be delayed by an absence; after that, it is dropped."""
MORNING = time(10)


def same_day_in_year(day: date, year: int) -> date:
    """Return the same day in another year; 29 February becomes the 28th in common years."""
    if (day.month, day.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return day.replace(year=year)


def recurrences(kind: Kind, first: date, start: date, end: date) -> Iterator[date]:
    """Yield the birthdays or anniversaries from `start` to `end`, both included, but not the first day itself."""
    for year in range(start.year, end.year + 1):
        day = same_day_in_year(first, year)
        if start <= day <= end and (kind is Kind.BIRTHDAY or year > first.year):
            yield day


def due_moment(team: Team, person: Person, wish: Wish, day: date, after: datetime | None = None) -> datetime | None:
    """Return when a birthday or anniversary is celebrated, or None if that would be too late.

    It is celebrated in the morning of the day, or on the next working day on which the person is not away. If somebody
    enters a day that has already begun, `after` is the instant of the entry, and the celebration comes after it.
    """
    if wish is Wish.PUBLIC:
        routine = replace(working_hours.team_hours(team), absences=person.absences)
        earliest = _instant(day, MORNING, team.zone)
    else:
        routine = replace(working_hours.person_hours(person, team), quiet=None)
        earliest = _instant(day, time(), person.zone)
    at = good_moments.next_good_moment(routine, max(earliest, after or earliest))
    if at and wish is Wish.PUBLIC:
        at = _moved_to_morning(routine, at)
    return at if at and at <= earliest + LONGEST_DELAY else None


def _moved_to_morning(routine: WorkingHours, at: datetime) -> datetime:
    """Return `at`, or 10:00 on the same day if that is later and still within that day's working hours."""
    zone = ZoneInfo(routine.zone)
    its_day = at.astimezone(zone).date()
    later = good_moments.next_good_moment(routine, max(at, _instant(its_day, MORNING, routine.zone)))
    return later if later and later.astimezone(zone).date() == its_day else at


def opens_at(team: Team, due_at: datetime, working_days: int) -> datetime:
    """Return when the card for a birthday or anniversary is opened for signing."""
    return good_moments.days_before(working_hours.team_hours(team), due_at, working_days)


def _instant(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


WORDS = "words"
"""The name of a form field."""


LONGEST_LINE = 300


def notice_day(routine: WorkingHours, occasion: Occasion) -> date:
    """Return the working day on which somebody with these working hours is told about an open card.

    Absences and Do Not Disturb are ignored.
    """
    routine, opened_at = replace(routine, quiet=None, absences=()), occasion.opened_at
    assert opened_at  # noqa: S101
    begins = good_moments.next_good_moment(routine, opened_at)
    if begins == opened_at:
        begins = good_moments.next_morning(routine, opened_at)
    return (begins or opened_at).astimezone(ZoneInfo(routine.zone)).date()


def select_cards_to_sign(seats: Sequence[Seat], opened: Sequence[Occasion], signed: Collection[int]) -> list[Occasion]:
    """Return the open cards of one person's teammates.

    An occasion that is celebrated in two teams appears once: with the card that the person has signed, else the first.
    """
    by_team = {seat.team.id: seat for seat in seats}
    theirs = [each for each in opened if each.team_id in by_team and each.person_id != seats[0].person.id]
    best_last = sorted(theirs, key=lambda each: (each.id in signed, -each.id))
    once = {(each.person_id, each.kind, each.year): each for each in best_last}
    return sorted(once.values(), key=lambda each: (each.due_at, each.id))


PLANNED_AHEAD = timedelta(days=28)
"""How far ahead occasions are planned: longer than cards are open for signing, and longer than any likely outage."""


PLANNED_BACK = timedelta(days=10)
"""How far back to look for birthdays whose celebration is postponed by days off to today or later."""


def rows_to_plan(team: Team, person: Person, kind: Kind, now: datetime) -> list[dict[str, object]]:
    own, today = BirthdayPreferences.of(person), now.astimezone(ZoneInfo(team.zone)).date()
    first = own.date_of(kind)
    days = recurrences(kind, first, today - PLANNED_BACK, today + PLANNED_AHEAD) if first else ()
    seen_by = own.visibility(kind)
    moments = [(day, due_moment(team, person, seen_by, day)) for day in days]
    return [
        {
            "workspace_id": team.workspace_id, "team_id": team.id, "person_id": person.id, "kind": kind,
            "year": day.year, "day": day, "due_at": at,
        }
        for day, at in moments
        if at and _local_date(at, person, team, seen_by) >= _local_date(now, person, team, seen_by)
    ]  # fmt: skip


def _local_date(at: datetime, person: Person, team: Team, wish: Wish) -> date:
    return at.astimezone(ZoneInfo(team.zone if wish is Wish.PUBLIC else person.zone)).date()


def update_occasion(team: Team, person: Person, occasion: Occasion, homes: dict[str, int], now: datetime) -> bool:
    """Update a planned birthday or anniversary to match the person's preferences, and return whether to keep it.

    Returns False if they no longer want it celebrated, or have just entered a day that has passed.
    """
    kind, own = Kind(occasion.kind), BirthdayPreferences.of(person)
    wish, first = own.visibility(kind), own.date_of(kind)
    if first is None or not is_celebrated_in(person, kind, team, homes):
        return False
    day = same_day_in_year(first, occasion.year)
    at = due_moment(team, person, wish, day)
    is_moved = day != occasion.day
    if at is None or (is_moved and _local_date(at, person, team, wish) < _local_date(now, person, team, wish)):
        return False
    if at < now and (at := due_moment(team, person, wish, day, now)) is None:
        return False
    occasion.day, occasion.due_at = day, at
    if wish is Wish.PRIVATE:
        occasion.opened_at = None
    return True


def is_celebrated_in(person: Person, kind: Kind, team: Team, homes: dict[str, int]) -> bool:
    """Return whether a team celebrates a person's day: every team of theirs does if public, else the home team."""
    match BirthdayPreferences.of(person).visibility(kind):
        case Wish.PUBLIC:
            return True
        case Wish.PRIVATE:
            return homes.get(person.id) == team.id
        case _:
            return False


def has_private_wish(person: Person) -> bool:
    return any(BirthdayPreferences.of(person).visibility(kind) is Wish.PRIVATE for kind in Kind)
