"""Reminders of promises: on which days before and after they are due, and how urgent they are."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.db.models import Private
from bot.features.promises import (
    DUE,
    count_days_at_work,
    find_day_back,
    find_last_call,
    make_reminder,
    span_shift,
)
from bot.followups.models import Followup, Kind, State
from bot.nudges.models import Nudge, NudgeState
from bot.nudges.selection import Urgency, is_due
from bot.org.availability.working_hours import WorkingHours, working_days_between
from bot.org.people import Person
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team

MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
DAY = timedelta(days=1)
TEAM = Team("T1", "C1", "support", "Europe/Lisbon", None, MONDAY)
SEAT = Seat(Person("T1", "UMAYA", "maya", "Europe/Lisbon"), TEAM, Role.LEADER)


def promise(due_on: date = date(2026, 11, 20)) -> Followup:
    this = Followup("T1", 1, Kind.PROMISE, "UMAYA", Private("ask IT"), MONDAY, State.OWNED, owner_id="UMAYA")
    this.id, this.due_on = 7, due_on
    return this


@pytest.mark.parametrize(
    ("after", "urgency"),
    [(8, None), (9, Urgency.DUE_SOON), (10, None), (11, Urgency.AWAITED), (15, Urgency.AWAITED), (16, None)],
)
def test_owner_is_reminded_on_the_day_before_a_promise_is_due_and_on_three_days_after_it(
    after: int, urgency: Urgency | None
) -> None:
    """On the day itself the bot asks in the afternoon, which `ask_whether_kept` does."""
    found = make_reminder(SEAT, promise(date(2026, 11, 26)), MONDAY + after * DAY)
    assert (found.urgency if found else None) == urgency


@pytest.mark.parametrize(("due_on", "after"), [(date(2026, 11, 23), 4), (date(2026, 11, 24), 7)])
def test_day_before_a_promise_is_due_is_the_owners_last_day_at_work(due_on: date, after: int) -> None:
    reminded = [days for days in range(8) if make_reminder(SEAT, promise(due_on), MONDAY + days * DAY)]
    assert reminded[0] == after


@pytest.mark.parametrize("due_on", [date(2026, 11, 21), date(2026, 11, 22)])
def test_promise_that_is_due_on_a_day_off_asks_on_the_last_day_at_work(due_on: date) -> None:
    found = make_reminder(SEAT, promise(due_on), MONDAY + 4 * DAY)
    assert found is not None
    assert (found.urgency, found.facts["is_away"]) == (Urgency.LAST_DAY, True)


@pytest.mark.parametrize(("before", "after", "is_sent"), [(2, 3, True), (3, 3.1, False), (3, 7, True), (7, 8, False)])
def test_owner_is_reminded_once_before_a_promise_is_due_and_once_after_it(
    before: float, after: float, is_sent: bool
) -> None:
    """`before` and `after` count days from Monday; on the first, the promise had another date or the same one."""
    told = Nudge("T1", 1, "UMAYA", DUE, "7", {}, "card", MONDAY + before * DAY, MONDAY + before * DAY, NudgeState.DONE)
    found = make_reminder(SEAT, promise(), MONDAY + after * DAY)
    assert found
    assert is_due(found, [told], MONDAY + after * DAY) == is_sent


def test_promise_reminder_tells_overdue_promises_apart() -> None:
    told = [found.facts for days in (3, 7) if (found := make_reminder(SEAT, promise(), MONDAY + days * DAY))]
    assert [facts["is_over"] for facts in told] == [False, True]


@pytest.mark.parametrize(("after", "is_asked"), [(7, True), (9, True), (10, False), (17, False)])
def test_owner_is_asked_about_an_overdue_promise_for_at_most_three_working_days(after: int, is_asked: bool) -> None:
    assert (make_reminder(SEAT, promise(), MONDAY + after * DAY) is not None) == is_asked


def away(first: int, until: int) -> Seat:
    """Return the seat of a person who is away; `first` and `until` count days from Monday."""
    midnight = MONDAY - timedelta(hours=9)
    absences = [(midnight + first * DAY, midnight + until * DAY)]
    return Seat(Person("T1", "UMAYA", "maya", "Europe/Lisbon", absences=absences), TEAM, Role.LEADER)


@pytest.mark.parametrize(("after", "is_asked"), [(21, True), (23, True), (24, False), (28, False)])
def test_owner_who_was_away_after_the_due_day_is_asked_on_their_first_three_days_back(
    after: int, is_asked: bool
) -> None:
    assert (make_reminder(away(3, 21), promise(), MONDAY + after * DAY) is not None) == is_asked


@pytest.mark.parametrize(("after", "urgency"), [(1, None), (2, Urgency.LAST_DAY)])
def test_owner_who_is_away_on_the_day_is_nudged_on_the_last_day_before_they_leave(
    after: int, urgency: Urgency | None
) -> None:
    found = make_reminder(away(3, 21), promise(), MONDAY + after * DAY)
    assert (found.urgency if found else None) == urgency


NIGHT_SHIFT = replace(SEAT.routine, start=time(22), end=time(6))
SHORT_SHIFT = replace(SEAT.routine, start=time(9), end=time(13))


@pytest.mark.parametrize(
    ("routine", "made_after", "asked_after"),
    [
        (SEAT.routine, timedelta(), timedelta(days=4, hours=5)),
        (SEAT.routine, timedelta(days=4, hours=4, minutes=30), timedelta(days=4, hours=5, minutes=30)),
        (SEAT.routine, timedelta(days=4, hours=6, minutes=30), timedelta(days=4, hours=7, minutes=30)),
        (SEAT.routine, timedelta(days=4, hours=6, minutes=31), None),
        (SHORT_SHIFT, timedelta(), timedelta(days=4, hours=2)),
        (NIGHT_SHIFT, timedelta(), timedelta(days=4, hours=18)),
        (away(3, 21).routine, timedelta(), None),
    ],
)
def test_owner_is_asked_three_hours_before_the_due_days_shift_ends_or_an_hour_after_the_promise(
    routine: WorkingHours, made_after: timedelta, asked_after: timedelta | None
) -> None:
    at = find_last_call(routine, promise().due_on or date.max, MONDAY + made_after)
    assert at == (None if asked_after is None else MONDAY + asked_after)


def test_owner_of_a_promise_is_not_asked_about_it_on_a_day_off() -> None:
    assert find_last_call(SEAT.routine, date(2026, 11, 21), MONDAY) is None


HOURS = some.times().map(lambda at: at.replace(second=0, microsecond=0))


@given(start=HOURS, end=HOURS, made_after=some.integers(0, 8 * 24 * 60))
def test_last_call_leaves_half_an_hour_of_the_due_days_shift_to_answer(start: time, end: time, made_after: int) -> None:
    routine = replace(SEAT.routine, start=start, end=end, absences=())
    made_at = MONDAY + timedelta(minutes=made_after)
    if at := find_last_call(routine, promise().due_on or date.max, made_at):
        first, last = span_shift(routine, promise().due_on or date.max)
        assert first < at <= last - timedelta(minutes=30)
        assert at >= made_at + timedelta(hours=1)


@given(since=some.dates(date(2026, 1, 1), date(2027, 12, 31)), days=some.integers(0, 60))
def test_days_at_work_of_somebody_who_is_never_away_are_their_working_days(since: date, days: int) -> None:
    until = since + days * DAY
    assert count_days_at_work(SEAT.routine, since, until) == working_days_between(SEAT.routine, since, until)


def test_day_back_is_the_given_day_or_the_first_day_after_an_absence_that_covers_it() -> None:
    routine = away(3, 21).routine
    assert find_day_back(routine, date(2026, 11, 18)) == date(2026, 11, 18)
    assert find_day_back(routine, date(2026, 11, 20)) == date(2026, 12, 7)
