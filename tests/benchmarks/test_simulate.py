"""Some weeks of a team, lived by the real bot: nobody is disturbed, and one-on-ones are kept up."""

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


def test_nothing_that_the_bot_starts_reaches_anybody_at_a_bad_moment(lived: Figures) -> None:
    bot = lived["steward"]

    assert bot["nudges to leaders"] > 20
    assert bot["out of hours"] == []
    assert lived["weekly"]["nudges out of hours"] > 0  # the same judge finds them where they are


def test_nobody_hears_more_than_the_budget(lived: Figures) -> None:
    assert lived["steward"]["nudges a person and day: most"] <= 2
    assert lived["steward"]["days over the budget of 2"] == 0


def test_one_on_ones_are_kept_up_better_than_with_a_plain_reminder(lived: Figures) -> None:
    kept, of = lived["steward"]["within its week"]["all"]
    kept_there, of_there = lived["weekly"]["within its week"]["all"]

    assert of >= 15
    assert kept / of > kept_there / of_there


def test_a_leader_who_answers_all_keeps_every_one_up(lived: Figures) -> None:
    """Eight weeks of leaders who answer half are too few to count: docs/simulation.md has their year."""
    kept, of = lived["steward"]["within its week"]["answers all"]

    assert kept == of >= 3


def test_a_hard_month_empties_the_tank_until_the_team_helps_itself(lived: Figures) -> None:
    found = lived["steward"]["the fun tank, 0 to 100"]
    before, after = found["hard month, before help"], found["two weeks of help"]

    assert 30 <= found["ordinary weeks"][0] <= found["ordinary weeks"][2] <= 80
    assert before["from"] > 40 > 36 > before["to"]
    assert found["times a leader said yes"]
    assert after["to"] > after["from"]


async def test_the_same_seed_lives_the_same_year() -> None:
    assert await figures(seed=2, days=5) == await figures(seed=2, days=5)
