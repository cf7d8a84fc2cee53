"""How far the calendar is ahead of the machine's date: exactly the same until somebody moves the calendar."""

from datetime import timedelta

import pytest

from bot.clock import Clock
from tests.conftest import TUESDAY

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("moved", "took"),
    [
        (0 * DAY, [0 * SECOND, 3 * SECOND, timedelta(microseconds=1)]),
        (0 * DAY, [timedelta(milliseconds=ms) for ms in range(0, 4000, 7)]),
        (40 * DAY, [SECOND, 0 * SECOND, 9 * SECOND]),
        (-3 * DAY, [SECOND, 2 * SECOND, -SECOND]),
    ],
)
def test_work_between_two_readings_does_not_count(moved: timedelta, took: list[timedelta]) -> None:
    readings = iter(TUESDAY + moved + each for each in took)
    clock = Clock(lambda: next(readings))

    assert {clock.ahead(TUESDAY) for _ in took} == {moved + (took[0] if moved else 0 * SECOND)}


def test_a_calendar_that_is_moved_is_ahead_by_more_from_then_on() -> None:
    readings = iter(TUESDAY + each for each in (0 * DAY, DAY, DAY + SECOND, 2 * DAY, 0 * DAY))
    clock = Clock(lambda: next(readings))

    assert [clock.ahead(TUESDAY) for _ in range(5)] == [0 * DAY, DAY, DAY, 2 * DAY, 0 * DAY]
