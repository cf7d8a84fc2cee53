"""Simulations of half a year: ordinary weeks neither empty a fun tank nor fill it."""

from random import Random
from statistics import median
from typing import NamedTuple

import pytest

from bot.features.fun_tank.rules import RATES, START, Cause, cap_for_day, clamp, daily_drain, spike_drain
from bot.features.fun_tank.settings import Settings

USUAL = Settings().drain
SPIKE = -spike_drain(20, 30, 25), -spike_drain(60, 40, 25)


class Week(NamedTuple):
    """Ranges (minimum, maximum) of the events in a simulated week."""

    thanks: tuple[int, int] = (1, 1)
    """Shout-outs per day."""
    take_part: tuple[int, int] = (0, 0)
    """Participants in each of three rituals."""
    spikes: tuple[int, int] = (0, 0)
    celebrations: tuple[int, int] = (0, 0)
    """Celebrations per fortnight."""
    followups: tuple[int, int] = (0, 0)
    """Finished roadblocks, ideas and promises per day."""


CALM = Week((0, 2), (1, 4), (0, 1), (0, 1))
COMMON = Week((1, 2), (2, 5), (0, 2), (0, 1))
BUSY = Week((1, 3), (3, 6), (1, 3), (0, 1))
KEEN = Week((0, 2), (2, 5), (0, 2), (0, 1), followups=(0, 2))


def simulate(week: Week, weeks: int, seed: int = 0, level: int = START) -> list[int]:
    """Simulate weeks, and return the fun tank's level at the end of each working day."""
    rolls, levels = Random(seed), []
    for number in range(weeks):
        spikes = [rolls.randrange(5) for _ in range(rolls.randint(*week.spikes))]
        for day in range(5):
            thanks = rolls.randint(*week.thanks)
            level = clamp(level + daily_drain(level, USUAL, is_filled=number > 0 or thanks > 0))
            level = clamp(level + cap_for_day(RATES[Cause.SHOUTOUT], thanks, 0))
            if week.followups != (0, 0):
                level = clamp(level + RATES[Cause.ROADBLOCK].amount * rolls.randint(*week.followups))
            if day in (0, 2, 4):
                level = clamp(level + cap_for_day(RATES[Cause.RITUAL], rolls.randint(*week.take_part), 0))
            if day == 3 and number % 2:
                level = clamp(level + RATES[Cause.CELEBRATION].amount * rolls.randint(*week.celebrations))
            level = clamp(level - sum(rolls.randint(*SPIKE) for _ in range(spikes.count(day))))
            levels.append(level)
    return levels


@pytest.mark.parametrize("start", [50, 60, 61, 65])
def test_fun_tank_is_stable_with_one_shoutout_every_working_day(start: int) -> None:
    assert all(start - 5 <= level <= start for level in simulate(Week(), 2, level=start))
    assert all(abs(level - START) <= 10 for level in simulate(Week(), 26, level=start))


@pytest.mark.parametrize("week", [CALM, COMMON, BUSY, KEEN])
def test_fun_tank_stays_between_40_and_80_in_ordinary_weeks(week: Week) -> None:
    levels = [level for seed in range(40) for level in simulate(week, 26, seed)]

    assert sum(40 <= level <= 80 for level in levels) >= 0.97 * len(levels)
    assert 55 <= median(levels) <= 70


@pytest.mark.parametrize(
    ("week", "reaches"),
    [
        (Week((5, 8), (8, 10), celebrations=(1, 1)), range(Settings().high + 1, 101)),
        (Week((0, 1), (0, 2), spikes=(4, 5)), range(Settings().low)),
    ],
)
def test_fun_tank_crosses_its_high_mark_in_great_weeks_and_its_low_mark_in_bad_weeks(
    week: Week, reaches: range
) -> None:
    assert any(level in reaches for level in simulate(week, 4))


@pytest.mark.parametrize(
    ("level", "usual", "is_filled", "amount"),
    [
        (60, 1, True, -1),
        (60, 1, False, -1),
        (50, 1, True, -1),
        (49, 1, True, 0),
        (49, 1, False, -1),
        (65, 1, True, -4),
        (70, 1, True, -7),
        (80, 1, True, -13),
        (100, 1, False, -25),
        (60, 4, True, -4),
        (80, 0, False, 0),
    ],
)
def test_fuller_tank_drains_more_each_day(level: int, usual: int, is_filled: bool, amount: int) -> None:
    assert daily_drain(level, usual, is_filled=is_filled) == amount


def test_fun_tank_sinks_below_its_low_mark_without_activity() -> None:
    level = START
    for _ in range(40):
        level += daily_drain(level, USUAL, is_filled=False)

    assert level < Settings().low
