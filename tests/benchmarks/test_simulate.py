"""Tests of the simulation with the real bot: when it sends nudges, and how many one-on-ones are held."""

import asyncio
from typing import Any

import pytest

from benchmarks.simulate.run import figures

pytestmark = pytest.mark.long

WEEKS = 8
Figures = dict[str, Any]


@pytest.fixture(scope="module")
def lived() -> Figures:
    return asyncio.run(figures(seed=3, days=7 * WEEKS))


def test_simulated_bot_sends_no_nudges_outside_working_hours(lived: Figures) -> None:
    bot = lived["steward"]

    assert bot["nudges to leaders"] > 20
    assert bot["out of hours"] == []
    assert (
        lived["weekly"]["nudges out of hours"] > 0
    )  # checks that the judge does find nudges out of hours where there are some


def test_simulated_people_get_at_most_two_nudges_a_day(lived: Figures) -> None:
    assert lived["steward"]["nudges per person and day: maximum"] <= 2
    assert lived["steward"]["days over the budget of 2"] == 0


def test_more_one_on_ones_are_held_on_time_with_steward_than_with_weekly_reminder(lived: Figures) -> None:
    kept, of = lived["steward"]["within its week"]["all"]
    kept_there, of_there = lived["weekly"]["within its week"]["all"]

    assert of >= 15
    assert kept / of > kept_there / of_there


def test_leader_who_answers_every_nudge_holds_every_one_on_one_on_time(lived: Figures) -> None:
    """Check only leaders who answer every nudge.

    Eight weeks are too short to judge leaders who answer half; docs/simulation.md has figures for a year.
    """
    kept, of = lived["steward"]["within its week"]["answers all"]

    assert kept == of >= 3


def test_fun_tank_falls_during_a_month_of_spikes_and_rises_with_more_thanks(lived: Figures) -> None:
    found = lived["steward"]["the fun tank, 0 to 100"]
    before, after = found["hard month, before help"], found["two weeks of help"]

    assert 30 <= found["ordinary weeks"][0] <= found["ordinary weeks"][2] <= 80
    assert before["from"] > 40 > 36 > before["to"]
    assert found["times a leader said yes"]
    assert after["to"] > after["from"]


def test_every_hand_up_ends_and_no_leader_is_asked_twice_or_outside_working_hours(lived: Figures) -> None:
    found = lived["steward"]["hand-ups and breaks"]

    assert found["hand-ups raised"] == sum(found["ended"].values()) > 20
    assert found["breaks asked for"] == sum(found["breaks that ended"].values()) > 40
    assert found["not ended by their day's end"] == found["asked twice about one"] == 0
    assert found["asked while away or off hours"] == 0


async def test_simulation_gives_the_same_figures_for_the_same_seed() -> None:
    assert await figures(seed=2, days=5) == await figures(seed=2, days=5)
