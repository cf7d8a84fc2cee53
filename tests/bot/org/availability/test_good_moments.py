"""The next good moment to reach somebody: examples in local time."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.org.availability.good_moments import days_before, is_good_moment, next_good_moment, next_morning, start_of_week
from bot.org.availability.working_hours import Day, WorkingHours, person_hours
from bot.org.people import Person
from bot.org.teams.models import Team
from tests.absences import away

LISBON = WorkingHours("Europe/Lisbon", frozenset(list(Day)[:5]), time(9), time(17))
NEW_YORK = replace(LISBON, zone="America/New_York")
LORD_HOWE = replace(LISBON, zone="Australia/Lord_Howe")
APIA = replace(LISBON, zone="Pacific/Apia")
NIGHT = replace(LISBON, start=time(22), end=time(6))
DAILY = frozenset(Day)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def check(routine: WorkingHours, asked: str, good: str) -> None:
    assert next_good_moment(routine, moment(asked)) == moment(good)
    assert is_good_moment(routine, moment(asked)) is (moment(asked) == moment(good))


@pytest.mark.parametrize(
    ("routine", "asked", "good"),
    [
        (LISBON, "2026-11-17T10:00+00:00", "2026-11-17T10:00+00:00"),
        (LISBON, "2026-11-17T09:00+00:00", "2026-11-17T09:00+00:00"),
        (LISBON, "2026-11-17T08:59:59.999999+00:00", "2026-11-17T09:00+00:00"),
        (LISBON, "2026-11-17T16:59:59.999999+00:00", "2026-11-17T16:59:59.999999+00:00"),
        (LISBON, "2026-11-17T17:00+00:00", "2026-11-18T09:00+00:00"),
        (LISBON, "2026-11-20T18:00+00:00", "2026-11-23T09:00+00:00"),
        (NEW_YORK, "2026-11-17T10:00+00:00", "2026-11-17T09:00-05:00"),
        (replace(LISBON, zone="Asia/Kolkata"), "2026-11-17T17:00+05:30", "2026-11-18T09:00+05:30"),
        (LORD_HOWE, "2026-07-10T17:00+10:30", "2026-07-13T09:00+10:30"),
        (APIA, "2026-11-20T17:00+13:00", "2026-11-23T09:00+13:00"),
    ],
)
def test_good_moment_is_now_in_working_hours_or_else_the_next_start_of_work(
    routine: WorkingHours, asked: str, good: str
) -> None:
    check(routine, asked, good)


@pytest.mark.parametrize(
    ("routine", "asked", "good"),
    [
        (LISBON, "2026-03-27T18:00+00:00", "2026-03-30T09:00+01:00"),
        (LISBON, "2026-10-23T18:00+01:00", "2026-10-26T09:00+00:00"),
        (NEW_YORK, "2026-03-06T18:00-05:00", "2026-03-09T09:00-04:00"),
        (NEW_YORK, "2026-10-30T18:00-04:00", "2026-11-02T09:00-05:00"),
        (LORD_HOWE, "2026-10-02T18:00+10:30", "2026-10-05T09:00+11:00"),
        (LORD_HOWE, "2026-04-03T18:00+11:00", "2026-04-06T09:00+10:30"),
        (APIA, "2021-04-02T18:00+14:00", "2021-04-05T09:00+13:00"),
    ],
)
def test_start_of_work_stays_at_the_same_local_time_after_a_clock_change(
    routine: WorkingHours, asked: str, good: str
) -> None:
    check(routine, asked, good)


@pytest.mark.parametrize(
    ("zone", "start", "asked", "good"),
    [
        ("Europe/Lisbon", time(1, 30), "2026-03-29T00:30+00:00", "2026-03-29T02:00+01:00"),
        ("America/New_York", time(2, 30), "2026-03-08T01:00-05:00", "2026-03-08T03:00-04:00"),
        ("Australia/Lord_Howe", time(2, 15), "2026-10-04T01:00+10:30", "2026-10-04T02:30+11:00"),
    ],
)
def test_start_of_work_in_an_hour_skipped_by_a_clock_change_is_the_next_instant(
    zone: str, start: time, asked: str, good: str
) -> None:
    check(replace(LISBON, zone=zone, days=DAILY, start=start), asked, good)


@pytest.mark.parametrize(
    ("zone", "start", "end", "asked", "good"),
    [
        ("Europe/Lisbon", time(1, 30), time(5), "2026-10-25T01:10+01:00", "2026-10-25T01:30+01:00"),
        ("Europe/Lisbon", time(1, 30), time(5), "2026-10-25T01:10+00:00", "2026-10-25T01:30+00:00"),
        ("Europe/Lisbon", time(0), time(1, 30), "2026-10-25T01:40+01:00", "2026-10-25T01:00+00:00"),
        ("America/New_York", time(1, 30), time(5), "2026-11-01T01:10-05:00", "2026-11-01T01:30-05:00"),
        ("Australia/Lord_Howe", time(1, 45), time(5), "2026-04-05T01:35+10:30", "2026-04-05T01:45+10:30"),
        ("Australia/Lord_Howe", time(0), time(1, 45), "2026-04-05T01:50+11:00", "2026-04-05T01:30+10:30"),
    ],
)
def test_good_moment_in_an_hour_repeated_by_a_clock_change_follows_local_time(
    zone: str, start: time, end: time, asked: str, good: str
) -> None:
    check(replace(LISBON, zone=zone, days=DAILY, start=start, end=end), asked, good)


def test_day_that_apia_skipped_when_it_crossed_the_date_line_is_not_a_working_day() -> None:
    check(APIA, "2011-12-29T18:00-10:00", "2012-01-02T09:00+14:00")
    check(replace(APIA, days=DAILY), "2011-12-29T18:00-10:00", "2011-12-31T09:00+14:00")
    check(replace(APIA, days=frozenset({Day.FRIDAY})), "2011-12-29T18:00-10:00", "2012-01-06T09:00+14:00")


@pytest.mark.parametrize(
    ("zone", "country", "asked", "good"),
    [
        ("Europe/Lisbon", "PT", "2026-11-30T18:00+00:00", "2026-12-02T09:00+00:00"),
        ("Europe/Lisbon", "", "2026-11-30T18:00+00:00", "2026-12-01T09:00+00:00"),
        ("America/New_York", "US", "2026-11-25T18:00-05:00", "2026-11-27T09:00-05:00"),
        ("America/New_York", "US", "2027-07-02T18:00-04:00", "2027-07-06T09:00-04:00"),
        ("America/New_York", "US", "2027-12-30T18:00-05:00", "2028-01-03T09:00-05:00"),
        ("Europe/Berlin", "DE", "2026-01-06T10:00+01:00", "2026-01-06T10:00+01:00"),
        ("Europe/Berlin", "DE-BY", "2026-01-06T10:00+01:00", "2026-01-07T09:00+01:00"),
    ],
)
def test_public_holiday_is_a_day_off(zone: str, country: str, asked: str, good: str) -> None:
    check(replace(LISBON, zone=zone, country=country), asked, good)


@pytest.mark.parametrize(
    ("asked", "good"),
    [
        ("2026-11-20T23:00+00:00", "2026-11-20T23:00+00:00"),
        ("2026-11-21T03:00+00:00", "2026-11-21T03:00+00:00"),
        ("2026-11-21T06:00+00:00", "2026-11-23T22:00+00:00"),
        ("2026-11-23T03:00+00:00", "2026-11-23T22:00+00:00"),
        ("2026-12-01T03:00+00:00", "2026-12-01T03:00+00:00"),
        ("2026-12-02T03:00+00:00", "2026-12-02T22:00+00:00"),
    ],
)
def test_night_shift_belongs_to_the_day_on_which_it_starts(asked: str, good: str) -> None:
    check(replace(NIGHT, country="PT"), asked, good)


@pytest.mark.parametrize(
    ("end", "asked", "good"),
    [
        (time(6), "2026-03-29T05:59+01:00", "2026-03-29T05:59+01:00"),
        (time(6), "2026-03-29T06:00+01:00", "2026-03-30T22:00+01:00"),
        (time(6), "2026-10-25T05:59+00:00", "2026-10-25T05:59+00:00"),
        (time(1, 30), "2026-10-25T01:40+01:00", "2026-10-25T01:00+00:00"),
        (time(1, 30), "2026-10-25T01:30+00:00", "2026-10-26T22:00+00:00"),
        (time(1, 30), "2026-03-29T02:00+01:00", "2026-03-30T22:00+01:00"),
    ],
)
def test_night_shift_follows_local_time_across_a_clock_change(end: time, asked: str, good: str) -> None:
    check(replace(NIGHT, days=DAILY - {Day.SUNDAY}, end=end), asked, good)


def test_working_hours_with_equal_start_and_end_last_around_the_clock() -> None:
    always = replace(LISBON, start=time(), end=time())
    check(always, "2026-11-20T23:59+00:00", "2026-11-20T23:59+00:00")
    check(always, "2026-11-21T00:00+00:00", "2026-11-23T00:00+00:00")


def test_absence_delays_the_good_moment() -> None:
    check(
        replace(LISBON, absences=away(moment("2026-11-23T12:00+00:00"))), "2026-11-17T10:00+00:00", "2026-11-23T12:00Z"
    )
    check(
        replace(LISBON, absences=away(moment("2026-11-22T00:00+00:00"))), "2026-11-17T10:00+00:00", "2026-11-23T09:00Z"
    )
    check(
        replace(LISBON, absences=away(moment("2026-11-17T10:00+00:00"))), "2026-11-17T10:00+00:00", "2026-11-17T10:00Z"
    )


def quiet(start: str, end: str, routine: WorkingHours = LISBON) -> WorkingHours:
    return replace(routine, quiet=(moment(start), moment(end)))


@pytest.mark.parametrize(
    ("asked", "good"),
    [
        ("2026-11-16T11:30+00:00", "2026-11-16T11:30+00:00"),
        ("2026-11-17T12:00+00:00", "2026-11-17T13:00+00:00"),
        ("2026-11-17T13:00+00:00", "2026-11-17T13:00+00:00"),
        ("2026-11-18T12:30+00:00", "2026-11-18T13:00+00:00"),
        ("2027-04-01T12:30+01:00", "2027-04-01T13:00+01:00"),
    ],
)
def test_quiet_hours_within_the_day_recur_every_day(asked: str, good: str) -> None:
    check(quiet("2026-11-17T12:00+00:00", "2026-11-17T13:00+00:00"), asked, good)


def test_quiet_hours_do_not_apply_to_days_before_they_begin() -> None:
    check(quiet("2026-11-17T12:00Z", "2026-11-17T13:00Z"), "2026-11-16T12:30Z", "2026-11-16T12:30Z")


def test_quiet_hours_that_end_after_the_start_of_work_shorten_the_working_day() -> None:
    night = quiet("2026-11-17T20:00Z", "2026-11-18T10:00Z")
    check(night, "2026-11-18T09:00Z", "2026-11-18T10:00Z")
    check(night, "2026-11-20T09:00Z", "2026-11-20T10:00Z")
    check(night, "2026-11-20T18:00Z", "2026-11-23T10:00Z")


def test_quiet_hours_that_outlast_the_shift_postpone_the_good_moment_to_the_next_day() -> None:
    check(quiet("2026-11-17T16:00Z", "2026-11-18T08:00Z"), "2026-11-19T16:30Z", "2026-11-20T09:00Z")


def test_quiet_hours_that_last_a_day_or_more_do_not_recur() -> None:
    week = quiet("2026-11-16T00:00Z", "2026-11-19T12:00Z")
    check(week, "2026-11-17T10:00Z", "2026-11-19T12:00Z")
    check(week, "2026-11-20T10:00Z", "2026-11-20T10:00Z")
    check(quiet("2026-11-16T00:00Z", "2026-11-17T00:00Z"), "2026-11-16T10:00Z", "2026-11-17T09:00Z")


def test_quiet_hours_apply_only_once_in_an_hour_repeated_by_a_clock_change() -> None:
    once = quiet("2026-10-25T01:10+01:00", "2026-10-25T01:40+01:00", replace(LISBON, days=DAILY, start=time()))
    check(once, "2026-10-25T01:20+01:00", "2026-10-25T01:40+01:00")
    check(once, "2026-10-25T01:20+00:00", "2026-10-25T01:20+00:00")


def test_quiet_hours_that_end_before_they_start_are_ignored() -> None:
    check(quiet("2026-11-17T13:00Z", "2026-11-17T12:00Z"), "2026-11-18T12:30Z", "2026-11-18T12:30Z")
    in_a_fold = quiet("2026-10-25T01:10+00:00", "2026-10-25T01:50+01:00", replace(LISBON, start=time(), end=time()))
    check(in_a_fold, "2026-10-26T01:30+00:00", "2026-10-26T01:30+00:00")


def test_good_moment_follows_the_persons_current_zone() -> None:
    check(LISBON, "2026-11-17T16:00Z", "2026-11-17T16:00Z")
    check(replace(LISBON, zone="Asia/Kolkata"), "2026-11-17T16:00Z", "2026-11-18T09:00+05:30")
    check(NEW_YORK, "2026-11-17T13:00Z", "2026-11-17T09:00-05:00")


def test_good_moment_is_returned_in_utc_for_an_instant_in_any_zone() -> None:
    good = next_good_moment(LISBON, datetime.fromisoformat("2026-11-17T05:00-05:00"))

    assert good == moment("2026-11-17T10:00Z")
    assert good.utcoffset() == timedelta(0)
    assert good.tzinfo is UTC


@pytest.mark.parametrize(
    "routine",
    [
        replace(LISBON, days=frozenset()),
        quiet("2026-11-17T08:00Z", "2026-11-17T17:00Z"),
        replace(LISBON, absences=away(moment("2027-12-22T10:00:00.000001Z"))),
    ],
)
def test_no_good_moment_is_found_without_working_time_in_400_days(routine: WorkingHours) -> None:
    assert next_good_moment(routine, moment("2026-11-17T10:00Z")) is None


def test_good_moment_400_days_ahead_is_found() -> None:
    check(replace(LISBON, absences=away(moment("2027-12-22T10:00Z"))), "2026-11-17T10:00Z", "2027-12-22T10:00Z")


@pytest.mark.parametrize(
    ("now", "country", "own", "morning"),
    [
        ("2026-11-17T10:00", "", {}, "2026-11-18T09:00"),
        ("2026-11-20T23:30", "", {}, "2026-11-23T09:00"),
        ("2026-03-27T10:00", "", {}, "2026-03-30T09:00"),
        ("2026-11-30T10:00", "PT", {}, "2026-12-02T09:00"),
        ("2026-11-17T10:00", "", {"start": "14:00", "end": "22:00"}, "2026-11-18T14:00"),
    ],
)
def test_next_morning_is_the_start_of_the_next_working_day(
    now: str, country: str, own: dict[str, str], morning: str
) -> None:
    team = Team("T1", "C1", "support", "Europe/Lisbon", None, datetime(2026, 1, 1, tzinfo=UTC))
    team.settings = {"hours": {"country": country}}
    person = Person("T1", "U", "u", "Europe/Lisbon", settings={"hours": own})
    found = next_morning(person_hours(person, team), datetime.fromisoformat(now).replace(tzinfo=UTC))

    assert person.local(found).replace(tzinfo=None) == datetime.fromisoformat(morning)


@pytest.mark.parametrize(
    ("now", "days", "since"),
    [
        ("2026-11-17T10:00", 1, "2026-11-16"),
        ("2026-11-16T10:00", 1, "2026-11-13"),
        ("2026-11-17T23:30", 10, "2026-11-03"),
        ("2026-11-21T12:00", 5, "2026-11-16"),
        ("2026-12-02T10:00", 1, "2026-11-30"),
        ("2026-03-30T10:00", 2, "2026-03-26"),
    ],
)
def test_start_of_an_earlier_working_day_is_found_by_counting_back(now: str, days: int, since: str) -> None:
    portugal = replace(LISBON, country="PT")
    found = days_before(portugal, moment(now + "+00:00"), days)

    assert found.astimezone(ZoneInfo("Europe/Lisbon")).replace(tzinfo=None) == datetime.fromisoformat(since)


@pytest.mark.parametrize(
    ("days", "day", "first"),
    [
        ([0, 1, 2, 3, 4], 4, 1),
        ([0, 1, 2, 3, 4], 7, 8),
        ([0, 1, 2, 3, 4], 1, 1),
        ([6, 0, 1, 2, 3], 7, 7),
        ([6, 0, 1, 2, 3], 11, 7),
        ([1], 7, 9),
        (range(7), 7, 1),
    ],
)
def test_week_starts_on_the_first_working_day_after_the_longest_rest(days: list[int], day: int, first: int) -> None:
    """1 December 2031 is a Monday. Days off at the end of a week belong to the next one."""
    routine = replace(LISBON, days=frozenset(map(Day, days)))
    assert start_of_week(routine, date(2031, 12, day)) == date(2031, 12, first)
