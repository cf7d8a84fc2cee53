"""Rules of the leader's week: when it closes and what it covers, in any working week, and what it suggests."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.features.weekly import rules
from bot.features.weekly.rules import Ahead, Report, Suggestion, Week
from bot.followups.models import Kind
from bot.org.availability.working_hours import Day, WorkingHours

LISBON = WorkingHours("Europe/Lisbon", frozenset(list(Day)[:5]), time(9), time(17))
TUESDAY = datetime(2026, 11, 17, 10, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
QUIET = Report(TUESDAY - WEEK, TUESDAY, TUESDAY.date() + WEEK)


def local(routine: WorkingHours, at: datetime | None) -> str:
    return f"{at.astimezone(ZoneInfo(routine.zone)):%a %d %b %H:%M}" if at else "never"


def span(routine: WorkingHours, now: datetime = TUESDAY) -> tuple[str, str]:
    week = rules.find_week(routine, now)
    return local(routine, week.since), local(routine, week.closes)


def away(first: str, back: str) -> tuple[tuple[datetime, datetime], ...]:
    return ((datetime.fromisoformat(first).replace(tzinfo=UTC), datetime.fromisoformat(back).replace(tzinfo=UTC)),)


def test_week_runs_from_friday_half_past_three_to_friday_half_past_three() -> None:
    assert span(LISBON) == ("Fri 13 Nov 15:30", "Fri 20 Nov 15:30")


def test_week_keeps_its_wall_time_when_the_clocks_change() -> None:
    week = rules.find_week(LISBON, datetime(2031, 4, 1, 10, tzinfo=UTC))

    assert (local(LISBON, week.since), local(LISBON, week.closes)) == ("Fri 28 Mar 15:30", "Fri 04 Apr 15:30")
    assert week.closes
    assert week.closes - week.since == WEEK - timedelta(hours=1)


def test_week_before_a_holiday_on_friday_closes_on_thursday() -> None:
    portugal = replace(LISBON, country="PT")

    assert span(portugal, datetime(2026, 4, 28, 10, tzinfo=UTC)) == ("Fri 24 Apr 15:30", "Thu 30 Apr 15:30")
    assert span(portugal, datetime(2026, 5, 5, 10, tzinfo=UTC)) == ("Thu 30 Apr 15:30", "Fri 08 May 15:30")


@pytest.mark.parametrize(
    ("absence", "closes"),
    [
        (away("2026-11-20T00:00", "2026-11-23T00:00"), "Thu 19 Nov 15:30"),
        (away("2026-11-20T13:00", "2026-11-23T00:00"), "Fri 20 Nov 12:30"),
        (away("2026-11-20T15:30", "2026-11-23T00:00"), "Fri 20 Nov 15:00"),
        (away("2026-11-20T15:31", "2026-11-23T00:00"), "Fri 20 Nov 15:30"),
        (away("2026-11-20T09:30", "2026-11-23T00:00"), "Fri 20 Nov 09:00"),
        (away("2026-11-20T09:29", "2026-11-23T00:00"), "Thu 19 Nov 15:30"),
        (
            (*away("2026-11-20T09:00", "2026-11-20T12:00"), *away("2026-11-20T12:15", "2026-11-23T00:00")),
            "Thu 19 Nov 15:30",
        ),
        (away("2026-11-20T09:00", "2026-11-20T12:00"), "Fri 20 Nov 15:30"),
        (away("2026-11-18T00:00", "2026-11-30T00:00"), "Tue 17 Nov 15:30"),
        (away("2026-11-14T00:00", "2026-11-21T00:00"), "never"),
    ],
)
def test_week_closes_before_the_leader_leaves_on_the_last_day_on_which_the_leader_is_there(
    absence: tuple[tuple[datetime, datetime], ...], closes: str
) -> None:
    assert span(replace(LISBON, absences=absence)) == ("Fri 13 Nov 15:30", closes)


def test_week_after_a_week_away_begins_where_that_would_have_closed() -> None:
    assert span(replace(LISBON, absences=away("2026-11-07T00:00", "2026-11-14T00:00")))[0] == "Fri 13 Nov 15:30"


@pytest.mark.parametrize(
    ("start", "end", "closes"),
    [
        (time(7), time(15), "14:30"),
        (time(7), time(15, 30), "15:00"),
        (time(7), time(15, 31), "15:30"),
        (time(16), time(0), "15:30"),
        (time(22), time(6), "15:30"),
        (time(0), time(0), "15:30"),
    ],
)
def test_week_of_an_early_shift_closes_half_an_hour_before_the_shift_ends(start: time, end: time, closes: str) -> None:
    assert span(replace(LISBON, start=start, end=end))[1] == f"Fri 20 Nov {closes}"


def test_week_of_a_leader_who_works_from_sunday_closes_on_thursday() -> None:
    sunday_to_thursday = replace(LISBON, zone="Asia/Dubai", days=frozenset([Day.SUNDAY, *list(Day)[:4]]))

    assert span(sunday_to_thursday, datetime(2026, 11, 15, 10, tzinfo=UTC)) == ("Thu 12 Nov 15:30", "Thu 19 Nov 15:30")
    assert span(sunday_to_thursday, datetime(2026, 11, 20, 10, tzinfo=UTC))[0] == "Thu 19 Nov 15:30"


def test_friday_afternoon_still_shows_the_week_that_closed_and_saturday_the_next() -> None:
    friday = datetime(2026, 11, 20, 16, tzinfo=UTC)
    week = rules.find_week(LISBON, friday)

    assert (week.label, week.until(friday)) == ("2026-W47", week.closes)
    assert rules.find_week(LISBON, friday + DAY).label == "2026-W48"


def test_week_has_the_iso_year_of_its_last_day() -> None:
    week = rules.find_week(LISBON, datetime(2026, 12, 29, 10, tzinfo=UTC))

    assert (week.label, week.label_before) == ("2026-W53", "2026-W52")


ROUTINES = st.builds(
    WorkingHours,
    zone=st.sampled_from(["Europe/Lisbon", "America/New_York", "Pacific/Auckland", "Asia/Dubai"]),
    days=st.sets(st.sampled_from(list(Day)), min_size=1).map(frozenset),
    start=st.times(), end=st.times(), country=st.sampled_from(["", "PT", "US", "JP"]),
)  # fmt: skip


@settings(deadline=None)
@given(routine=ROUTINES, day=st.dates(date(2025, 1, 1), date(2032, 1, 1)))
def test_weeks_of_any_routine_leave_no_gap_do_not_overlap_and_have_labels_of_their_own(
    routine: WorkingHours, day: date
) -> None:
    now = datetime.combine(day, time(12), UTC)
    weeks = [rules.find_week(routine, now + nth * WEEK) for nth in range(6)]
    for week, following in pairwise(weeks):
        assert following.since == week.closes or week.closes is None
        assert following.since > week.since
        assert following.label_before == week.label
    assert len({week.label for week in weeks}) == len(weeks)


def test_week_closes_today_only_on_its_last_working_day_in_the_leaders_zone() -> None:
    auckland = replace(LISBON, zone="Pacific/Auckland")
    thursday = datetime(2026, 11, 19, 10, tzinfo=UTC)
    for hours, is_today in ((0, False), (2, True), (24, True), (26, False)):
        now = thursday + timedelta(hours=hours)
        assert rules.closes_today(auckland, rules.find_week(auckland, thursday), now) is is_today
    assert not rules.closes_today(auckland, Week(thursday.date(), thursday, None), thursday)


@pytest.mark.parametrize(
    ("report", "is_empty"),
    [
        (QUIET, True),
        (replace(QUIET, due=2), True),
        (replace(QUIET, minutes=5), False),
        (replace(QUIET, held=1, due=1), False),
        (replace(QUIET, thanks=1), False),
        (replace(QUIET, waits=[timedelta()]), False),
        (replace(QUIET, closed={Kind.IDEA: 1}), False),
        (replace(QUIET, ahead=[Ahead(Kind.IDEA, "a macro", TUESDAY.date())]), False),
    ],
)
def test_week_in_which_nothing_happened_and_after_which_nothing_ends_is_empty(report: Report, is_empty: bool) -> None:
    assert report.is_empty is is_empty


@pytest.mark.parametrize(
    ("is_out_of_range", "is_tank_low", "held", "due", "thanks", "suggestion"),
    [
        (True, True, 0, 1, 0, Suggestion.REBALANCE),
        (False, True, 0, 1, 0, Suggestion.FILL_TANK),
        (False, False, 0, 1, 0, Suggestion.MEET),
        (False, False, 1, 1, 0, Suggestion.THANK),
        (False, False, 1, 1, 1, None),
    ],
)
def test_one_thing_is_suggested_and_the_leaders_own_time_comes_first(
    is_out_of_range: bool, is_tank_low: bool, held: int, due: int, thanks: int, suggestion: Suggestion | None
) -> None:
    report = replace(QUIET, held=held, due=due, thanks=thanks)

    assert rules.suggest(report, is_out_of_range=is_out_of_range, is_tank_low=is_tank_low) is suggestion
