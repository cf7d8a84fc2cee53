"""The last working day of a person's week."""

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.org.availability.good_moments import is_last_working_day_of_week
from bot.org.availability.working_hours import Day, WorkingHours
from tests.absences import away

MONDAY = datetime(2026, 11, 16, 10, tzinfo=UTC)
EARLY_MAY = datetime(2026, 4, 27, 10, tzinfo=UTC)
"""A Monday; the Friday of that week is a holiday in Portugal."""


def last_days(days: str, monday: datetime = MONDAY, **more: object) -> list[str]:
    worked = frozenset(Day(number) for number, is_on in enumerate(days) if is_on == "x")
    routine = WorkingHours("Europe/Lisbon", worked, time(9), time(17), **more)  # type: ignore[arg-type]
    found = [monday + timedelta(days=number) for number in range(7) if Day(number) in worked]
    return [f"{day:%A}" for day in found if is_last_working_day_of_week(routine, day)]


@pytest.mark.parametrize(
    ("days", "last"),
    [
        ("xxxxx__", "Friday"),
        ("xxxx__x", "Thursday"),
        ("xx_xx__", "Friday"),
        ("xxxxxxx", "Sunday"),
        ("__x____", "Wednesday"),
        ("_____xx", "Sunday"),
    ],
)
def test_last_working_day_of_a_week_is_before_its_longest_run_of_days_off(days: str, last: str) -> None:
    assert last_days(days) == [last]


def test_holiday_shortens_the_working_week_only_at_the_end_of_the_week() -> None:
    assert last_days("xxxxx__", EARLY_MAY, country="PT")[0] == "Thursday"
    assert last_days("xxxxx__", datetime(2026, 12, 7, 10, tzinfo=UTC), country="PT") == ["Friday"]


def test_absence_for_the_rest_of_the_week_ends_the_working_week_early() -> None:
    until = MONDAY + timedelta(days=10)

    assert is_last_working_day_of_week(
        WorkingHours("Europe/Lisbon", frozenset(list(Day)[:5]), time(9), time(17), absences=away(until)), MONDAY
    )
