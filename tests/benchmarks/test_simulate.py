"""Some weeks of a team, lived by the real bot: nobody is disturbed, and one-on-ones are kept up."""

import asyncio
from typing import Any

import pytest

from benchmarks.simulate.run import figures

WEEKS = 5
Figures = dict[str, Any]


@pytest.fixture(scope="module")
def lived() -> Figures:
    return asyncio.run(figures(seed=1, days=7 * WEEKS))


def test_nothing_that_the_bot_starts_reaches_anybody_at_a_bad_moment(lived: Figures) -> None:
    bot = lived["steward"]

    assert bot["nudges to leaders"] > 20
    assert bot["out of hours"] == []
    assert lived["weekly"]["nudges out of hours"] > 0  # the same judge finds them where they are


def test_nobody_hears_more_than_the_budget(lived: Figures) -> None:
    assert lived["steward"]["nudges a person and day: most"] <= 2
    assert lived["steward"]["days over the budget of 2"] == 0


def test_leaders_who_answer_half_the_time_keep_their_one_on_ones_up(lived: Figures) -> None:
    kept, of = lived["steward"]["within its week"]["answers half"]

    assert of >= 6
    assert kept >= 0.9 * of


async def test_the_same_seed_lives_the_same_year() -> None:
    assert await figures(seed=2, days=10) == await figures(seed=2, days=10)
