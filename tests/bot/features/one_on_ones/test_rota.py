"""The rota of one-on-ones: who is due, in which order, and how many in one week."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.features.one_on_ones.nudges import RotaFacts, make_due_candidate
from bot.features.one_on_ones.rules import CADENCES, due_after, first_due, select_pairs_to_plan, shift_due, sunday_of
from bot.features.one_on_ones.settings import Cadence, Settings
from bot.meetings.models import Series
from bot.org.availability.working_hours import Day, WorkingHours
from bot.org.people import Person
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team
from tests.conftest import TUESDAY

TODAY = TUESDAY.date()
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Waits:
    """An agent whose one-on-one is due in `due` days, and who last had one `met` days ago."""

    due: int = 0
    met: int | None = None
    missed: bool = False
    asked: bool = False


def series(nth: int, waits: Waits) -> Series:
    made = Series("T1", 1, "UMAYA", f"U{nth}", rule=Cadence.EVERY_2_WEEKS, due_on=TODAY + waits.due * A_DAY,
                  since=TUESDAY - 100 * A_DAY)  # fmt: skip
    made.id = nth
    made.met_on = None if waits.met is None else TODAY - waits.met * A_DAY
    made.is_missed, made.asked_at = waits.missed, TUESDAY if waits.asked else None
    return made


@pytest.mark.parametrize(
    ("waiting", "left", "expected"),
    [
        ([], 4, []),
        ([Waits(met=10), Waits(met=14), Waits(met=12)], 4, [1, 2, 0]),
        ([Waits(met=14), Waits(met=None)], 4, [1, 0]),
        ([Waits(met=30), Waits(met=13, missed=True)], 4, [1, 0]),
        ([Waits(met=30, missed=True), Waits(met=2, asked=True)], 4, [1, 0]),
        ([Waits(met=each) for each in (9, 8, 7, 6, 5)], 4, [0, 1, 2, 3]),
        ([Waits(met=9), Waits(met=8)], 1, [0]),
        ([Waits(met=9)], 0, []),
        ([Waits(met=9), Waits(met=1, asked=True)], 0, [1]),
        ([Waits(met=9), Waits(met=1, asked=True)], -3, [1]),
        ([Waits(due=12, met=2), Waits(due=13, met=20)], 4, [0]),
        ([Waits(due=13, met=20, asked=True)], 4, [0]),
        ([Waits(due=7), Waits(due=0, met=14)], 4, [1, 0]),
        ([Waits(due=7), Waits(due=0, met=14)], 1, [1]),
        ([Waits(due=10, met=4), Waits(due=10), Waits(due=13)], 4, [1, 0]),
        ([Waits(due=0), Waits(due=5, met=9, missed=True), Waits(due=12, met=2, asked=True)], 4, [2, 1, 0]),
        ([Waits(due=-3, met=17), Waits(due=-10, met=15)], 4, [1, 0]),
    ],
)
def test_due_one_on_ones_are_listed_by_date_and_waiting_time_up_to_the_weekly_limit(
    waiting: list[Waits], left: int, expected: list[int]
) -> None:
    due = [series(nth, waits) for nth, waits in enumerate(waiting)]

    assert [each.id for each in select_pairs_to_plan(due, left=left, today=TODAY)] == expected


def test_leader_gets_one_reminder_of_all_due_one_on_ones() -> None:
    team = Team("T1", "C1", "support", "Europe/Lisbon", None, TUESDAY)
    seat = Seat(Person("T1", "UMAYA", "maya", "Europe/Lisbon"), team, Role.LEADER)
    due = [series(1, Waits(met=15)), series(2, Waits(met=16, missed=True))]

    found = make_due_candidate(seat, RotaFacts(due, made=0), TODAY)
    assert found
    assert [(row["agent"], row["days"], row["missed"]) for row in found.facts["rows"]] == [
        ("U2", 16, True),
        ("U1", 15, False),
    ]
    assert make_due_candidate(seat, RotaFacts(due, made=4), TODAY) is None
    assert make_due_candidate(seat, RotaFacts(), TODAY) is None


@pytest.mark.parametrize(("offers", "listed"), [(True, ["U1", "U2"]), (False, ["U1", "U2", "U3"])])
def test_leader_is_reminded_only_of_one_on_ones_for_which_times_have_been_offered_in_vain(
    *, offers: bool, listed: list[str]
) -> None:
    """What is due within six days without an open meeting was offered before, or cannot be offered."""
    team = Team("T1", "C1", "support", "Europe/Lisbon", None, TUESDAY)
    Settings(offers=offers).keep(team)
    seat = Seat(Person("T1", "UMAYA", "maya", "Europe/Lisbon"), team, Role.LEADER)
    due = [series(1, Waits(due=9, met=5, asked=True)), series(2, Waits(due=6, met=8)), series(3, Waits(due=7, met=7))]

    found = make_due_candidate(seat, RotaFacts(due), TODAY)
    assert found
    assert [row["agent"] for row in found.facts["rows"]] == listed


@pytest.mark.parametrize(
    ("now_due", "is_again"),
    [
        ([Waits(met=15)], True),
        ([Waits(met=15), Waits(met=16)], False),
        ([Waits(met=15, asked=True)], False),
    ],
)
def test_repeated_reminder_of_one_on_ones_is_short_only_if_its_facts_are_unchanged(
    now_due: list[Waits], *, is_again: bool
) -> None:
    team = Team("T1", "C1", "support", "Europe/Lisbon", None, TUESDAY)
    seat = Seat(Person("T1", "UMAYA", "maya", "Europe/Lisbon"), team, Role.LEADER)
    yesterday = make_due_candidate(seat, RotaFacts([series(0, Waits(met=15))]), TODAY - timedelta(days=1))
    assert yesterday

    due = [series(nth, waits) for nth, waits in enumerate(now_due)]
    found = make_due_candidate(seat, RotaFacts(due), TODAY, yesterday.facts["rows"])
    assert found
    assert found.facts["again"] is is_again


@pytest.mark.parametrize(
    ("rule", "met", "due"),
    [
        (Cadence.EVERY_WEEK, "2026-11-17", "2026-11-24"),
        (Cadence.EVERY_2_WEEKS, "2026-11-17", "2026-12-01"),
        (Cadence.EVERY_4_WEEKS, "2026-12-10", "2027-01-07"),
        ("FREQ=MONTHLY;BYDAY=1MO", "2026-11-02", "2026-12-07"),
        ("FREQ=MONTHLY;BYDAY=1MO", "2026-12-01", "2026-12-07"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "2026-11-27", "2026-12-25"),
        ("FREQ=MONTHLY;BYDAY=4TH", "2026-11-17", "2026-11-26"),
    ],
)
def test_next_one_on_one_is_due_by_the_cadence_and_the_last_meeting(rule: str, met: str, due: str) -> None:
    assert due_after(rule, date.fromisoformat(met)) == date.fromisoformat(due)


@given(rule=some.sampled_from(sorted(CADENCES)), day=some.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_next_one_on_one_is_due_at_most_ten_weeks_after_the_last_meeting(rule: str, day: date) -> None:
    assert day < due_after(rule, day) <= day + 70 * A_DAY


WEEKDAYS_9_TO_17 = WorkingHours("Europe/Lisbon", frozenset([*Day][:5]), time(9), time(17))
MONDAY_TO_WEDNESDAY = replace(WEEKDAYS_9_TO_17, days=frozenset([*Day][:3]))


def away(routine: WorkingHours, first: str, back: str) -> WorkingHours:
    start, end = (datetime.combine(date.fromisoformat(day), time(), UTC) for day in (first, back))
    return replace(routine, absences=[(start, end)])


@pytest.mark.parametrize(
    ("rule", "of_leader", "of_agent", "due"),
    [
        (Cadence.EVERY_2_WEEKS, WEEKDAYS_9_TO_17, WEEKDAYS_9_TO_17, "2026-12-01"),
        (Cadence.EVERY_2_WEEKS, away(WEEKDAYS_9_TO_17, "2026-11-23", "2026-11-30"), WEEKDAYS_9_TO_17, "2026-12-08"),
        (Cadence.EVERY_2_WEEKS, WEEKDAYS_9_TO_17, away(WEEKDAYS_9_TO_17, "2026-11-23", "2026-11-30"), "2026-12-08"),
        (  # both are away, on days that overlap
            Cadence.EVERY_2_WEEKS, away(WEEKDAYS_9_TO_17, "2026-11-19", "2026-11-21"),
            away(WEEKDAYS_9_TO_17, "2026-11-20", "2026-11-24"), "2026-12-04",
        ),
        (  # away from the day on which it was due: as many days after the return as were lost
            Cadence.EVERY_2_WEEKS, away(WEEKDAYS_9_TO_17, "2026-12-01", "2026-12-15"), WEEKDAYS_9_TO_17, "2026-12-15",
        ),
        (Cadence.EVERY_2_WEEKS, replace(WEEKDAYS_9_TO_17, country="PT"), WEEKDAYS_9_TO_17, "2026-12-02"),  # 1 December
        (Cadence.EVERY_2_WEEKS, WEEKDAYS_9_TO_17, away(MONDAY_TO_WEDNESDAY, "2026-11-26", "2026-11-28"), "2026-12-01"),
        (Cadence.EVERY_2_WEEKS, WEEKDAYS_9_TO_17, away(MONDAY_TO_WEDNESDAY, "2026-11-25", "2026-11-28"), "2026-12-02"),
        (Cadence.EVERY_WEEK, WEEKDAYS_9_TO_17, away(WEEKDAYS_9_TO_17, "2026-11-20", "2026-12-05"), "2026-12-09"),
        ("FREQ=MONTHLY;BYDAY=1MO", away(WEEKDAYS_9_TO_17, "2026-11-20", "2026-12-05"), WEEKDAYS_9_TO_17, "2026-12-07"),
    ],
)  # fmt: skip
def test_days_on_which_one_of_the_two_is_off_do_not_count_towards_the_next_one_on_one(
    rule: str, of_leader: WorkingHours, of_agent: WorkingHours, due: str
) -> None:
    """They met on Tuesday, 17 November 2026."""
    assert due_after(rule, date(2026, 11, 17), [of_leader, of_agent]) == date.fromisoformat(due)


def test_one_on_one_of_somebody_who_is_away_for_years_is_due_some_day() -> None:
    gone = away(WEEKDAYS_9_TO_17, "2026-11-18", "2036-11-18")
    assert due_after(Cadence.EVERY_2_WEEKS, date(2026, 11, 17), [gone]) > date(2027, 11, 17)


@given(first=some.integers(1, 40), days=some.integers(1, 30), due=some.integers(1, 30))
def test_absence_that_is_removed_leaves_the_due_day_as_it_was(first: int, days: int, due: int) -> None:
    span = (TUESDAY.replace(hour=0) + first * A_DAY, TUESDAY.replace(hour=0) + (first + days) * A_DAY)
    usual, changed = [WEEKDAYS_9_TO_17], [replace(WEEKDAYS_9_TO_17, absences=[span])]
    day = TODAY + due * A_DAY
    while day.weekday() > Day.FRIDAY:
        day += A_DAY
    later = shift_due(Cadence.EVERY_2_WEEKS, day, TODAY, usual, changed)
    assert later >= day
    assert shift_due(Cadence.EVERY_2_WEEKS, later, TODAY, changed, usual) == day


@given(day=some.dates(max_value=date(9990, 1, 1)), before=some.integers(0, 40), weekly=some.integers(1, 20))
def test_first_meetings_of_new_pairs_are_spread_over_weeks(day: date, before: int, weekly: int) -> None:
    due = first_due(day, before, weekly)

    assert due.weekday() == 0
    assert (due - sunday_of(day)).days == 8 + 7 * (before // weekly)
