"""Dates of birthday celebrations: leap years, weekends, holidays, clock changes, both sides of the date line."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.features.birthdays.models import Kind
from bot.features.birthdays.rules import LONGEST_DELAY, due_moment, opens_at, recurrences, same_day_in_year
from bot.features.birthdays.settings import BirthdayPreferences, Wish
from bot.org.availability.working_hours import WorkingHoursSettings
from bot.org.people import Person
from bot.org.teams.models import Team
from tests.absences import away

A_DAY = timedelta(days=1)
ZONES = [
    "Europe/Lisbon", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe",
    "Asia/Beirut", "America/Havana", "Asia/Kathmandu", "Africa/Casablanca",
]  # fmt: skip
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def team(zone: str = "Europe/Lisbon", country: str = "") -> Team:
    made = Team("T1", "C1", "support", zone, None, datetime(2020, 1, 1, tzinfo=UTC))
    WorkingHoursSettings(country=country).keep(made)
    return made


def ana(zone: str = "Europe/Lisbon", away_until: datetime | None = None) -> Person:
    return Person("T1", "UANA", "ana", zone, absences=away(away_until) if away_until else ())


def celebrated_at(team: Team, person: Person, wish: Wish, day: date) -> datetime:
    """Return the time of a birthday celebration, in the team's zone if it is public, else in the person's zone."""
    at = due_moment(team, person, wish, day)
    assert at
    return at.astimezone(ZoneInfo(team.zone if wish is Wish.PUBLIC else person.zone))


@pytest.mark.parametrize(
    ("day", "country", "at"),
    [
        (date(2026, 11, 17), "", "2026-11-17T10:00:00+00:00"),  # a Tuesday
        (date(2026, 11, 21), "", "2026-11-23T10:00:00+00:00"),  # a Saturday, moved to Monday
        (date(2026, 11, 22), "", "2026-11-23T10:00:00+00:00"),
        (date(2026, 12, 25), "PT", "2026-12-28T10:00:00+00:00"),  # a holiday on a Friday
        (date(2026, 12, 8), "PT", "2026-12-09T10:00:00+00:00"),
        (date(2026, 12, 31), "", "2026-12-31T10:00:00+00:00"),
        (date(2027, 1, 1), "PT", "2027-01-04T10:00:00+00:00"),
        (date(2026, 3, 29), "", "2026-03-30T10:00:00+01:00"),  # clocks go forward on this Sunday
        (date(2026, 10, 25), "", "2026-10-26T10:00:00+00:00"),  # clocks go back on this Sunday
    ],
)
def test_birthday_on_a_day_off_moves_to_the_next_working_day(day: date, country: str, at: str) -> None:
    assert celebrated_at(team(country=country), ana(), Wish.PUBLIC, day).isoformat() == at


@pytest.mark.parametrize(("year", "day"), [(2024, 29), (2025, 28), (2100, 28), (2000, 29), (2028, 29)])
def test_birthday_on_29_february_is_celebrated_on_the_28th_in_common_years(year: int, day: int) -> None:
    assert same_day_in_year(date(2000, 2, 29), year) == date(year, 2, day)


@settings(deadline=None)
@given(st.dates(date(2000, 1, 1), date(2000, 12, 31)), DAYS)
def test_birthday_recurs_once_a_year(first: date, start: date) -> None:
    end = date(start.year + 10, 12, 31)
    days = list(recurrences(Kind.BIRTHDAY, first, start, end))

    assert [day.year for day in days[-10:]] == list(range(start.year + 1, end.year + 1))
    assert len(days) - 10 == (same_day_in_year(first, start.year) >= start)
    assert {(day.month, day.day) for day in days} <= {(first.month, first.day), (2, 28)}


def test_first_work_anniversary_is_a_year_after_the_start_date() -> None:
    began = date(2026, 11, 17)

    assert list(recurrences(Kind.ANNIVERSARY, began, date(2020, 1, 1), date(2028, 12, 31))) == [
        date(2027, 11, 17), date(2028, 11, 17),
    ]  # fmt: skip


@settings(deadline=None)
@given(DAYS, st.sampled_from(ZONES), st.sampled_from(ZONES), st.sampled_from([Wish.PUBLIC, Wish.PRIVATE]))
def test_birthday_is_celebrated_in_working_hours_on_its_day_or_the_next_working_day(
    day: date, teams_zone: str, theirs: str, wish: Wish
) -> None:
    at = celebrated_at(team(teams_zone), ana(theirs), wish, day)
    expected = day + {5: 2, 6: 1}.get(day.weekday(), 0) * A_DAY

    assert at.date() == expected
    assert 9 <= at.hour < 17


@pytest.mark.parametrize(
    ("start", "end", "at"),
    [
        (time(9), time(17), "10:00"),
        (time(10, 30), time(18), "10:30"),
        (time(6), time(9, 30), "06:00"),
        (time(13), time(21), "13:00"),
        (time(22), time(6), "22:00"),
        (time(), time(), "10:00"),
    ],
)
def test_birthday_is_celebrated_at_ten_or_at_the_start_of_working_hours(start: time, end: time, at: str) -> None:
    made = team()
    WorkingHoursSettings(start=start, end=end).keep(made)

    assert f"{celebrated_at(made, ana(), Wish.PUBLIC, date(2026, 11, 21)):%a %H:%M}" == f"Mon {at}"


@pytest.mark.parametrize(
    ("named_at", "wish", "zone", "at"),
    [
        ("2026-11-17T08:00", Wish.PUBLIC, "Europe/Lisbon", "Tue 10:00"),
        ("2026-11-17T14:20", Wish.PUBLIC, "Europe/Lisbon", "Tue 14:20"),
        ("2026-11-17T20:00", Wish.PUBLIC, "Europe/Lisbon", "Wed 10:00"),
        ("2026-11-17T23:59", Wish.PUBLIC, "America/New_York", "Wed 10:00"),
        ("2026-11-17T20:00", Wish.PRIVATE, "Europe/Lisbon", "Wed 09:00"),
        ("2026-11-17T20:00", Wish.PRIVATE, "America/New_York", "Tue 15:00"),
    ],
)
def test_birthday_entered_on_the_day_is_celebrated_that_day_or_the_next_morning(
    named_at: str, wish: Wish, zone: str, at: str
) -> None:
    named = datetime.fromisoformat(f"{named_at}+00:00")
    found = due_moment(team(), ana(zone), wish, date(2026, 11, 17), named)
    assert found

    assert f"{found.astimezone(ZoneInfo('Europe/Lisbon' if wish is Wish.PUBLIC else zone)):%a %H:%M}" == at


@settings(deadline=None)
@given(DAYS, st.integers(-5, 60))
def test_absence_delays_a_birthday_celebration_up_to_a_maximum(day: date, away: int) -> None:
    until = datetime.combine(day + away * A_DAY, datetime.min.time(), UTC)
    at = due_moment(team("UTC"), ana("UTC", until), Wish.PUBLIC, day)

    if at is None:
        assert away > LONGEST_DELAY.days - 5
    else:
        assert at >= until
        assert at - datetime.combine(day, datetime.min.time(), UTC) < LONGEST_DELAY + A_DAY


def test_public_birthday_uses_the_teams_time_zone_and_private_birthday_the_persons() -> None:
    day, west, east = date(2026, 11, 17), team("Pacific/Pago_Pago"), ana("Pacific/Kiritimati")

    assert celebrated_at(west, east, Wish.PUBLIC, day).isoformat() == "2026-11-17T10:00:00-11:00"
    assert celebrated_at(west, east, Wish.PRIVATE, day).isoformat() == "2026-11-17T09:00:00+14:00"


def test_birthday_card_opens_for_signing_some_working_days_before_the_birthday() -> None:
    due_at = due_moment(team(), ana(), Wish.PUBLIC, date(2026, 11, 17))
    assert due_at

    assert opens_at(team(), due_at, 3).date() == date(2026, 11, 12)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("14 March", "14 March"), ("march 14th", "14 March"), ("the 14th", None), ("29 feb", "29 February"),
        ("30 February", None), ("14. Sept", "14 September"), ("1st of May", "1 May"), ("3/4", None), ("", ""),
        ("14 Ma", None), ("0 May", None), ("14 March 1990", None), ("1990-03-14", None), ("14 Jun", "14 June"),
    ],
)  # fmt: skip
def test_birthday_is_parsed_as_day_and_month_without_a_year(typed: str, stored: str | None) -> None:
    if stored is None:
        with pytest.raises(ValidationError):
            BirthdayPreferences(birthday=typed)
    else:
        assert BirthdayPreferences(birthday=typed).birthday == stored


def test_birthday_with_a_year_is_refused_with_the_advice_to_leave_it_out() -> None:
    with pytest.raises(ValidationError, match="Leave out the year"):
        BirthdayPreferences(birthday="14 March 1990")


def test_birthdays_are_not_celebrated_by_default() -> None:
    assert BirthdayPreferences(birthday="14 March").visibility(Kind.BIRTHDAY) is Wish.NONE
    assert BirthdayPreferences(birthday_wish=Wish.PUBLIC).visibility(Kind.BIRTHDAY) is Wish.NONE
