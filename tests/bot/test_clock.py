"""The offset of the bot's clock from the wall clock, which is constant until somebody moves the bot's clock."""

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
def test_clock_offset_does_not_change_between_readings(moved: timedelta, took: list[timedelta]) -> None:
    readings = iter(TUESDAY + moved + each for each in took)
    clock = Clock(lambda: next(readings))

    assert {clock.offset_from_wall_clock(TUESDAY) for _ in took} == {moved + (took[0] if moved else 0 * SECOND)}


def test_clock_offset_changes_when_the_bots_clock_is_moved() -> None:
    readings = iter(TUESDAY + each for each in (0 * DAY, DAY, DAY + SECOND, 2 * DAY, 0 * DAY))
    clock = Clock(lambda: next(readings))

    assert [clock.offset_from_wall_clock(TUESDAY) for _ in range(5)] == [0 * DAY, DAY, DAY, 2 * DAY, 0 * DAY]
