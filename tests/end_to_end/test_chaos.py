"""Chaos tests with random fault injection: no acknowledged message is lost, duplicated or out of order.

`make chaos SEEDS=200` plays more and longer days. A day that fails names its seed, which plays it again.
"""

import os
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from tests.end_to_end.audit import run_audit
from tests.end_to_end.faults import Day, install_again, prepare
from tests.harness import Mode, World
from tests.snapshots import Resume

FIRST = int(os.environ.get("CHAOS_FIRST", "1"))
SEEDS = int(os.environ.get("CHAOS_SEEDS", "8"))
SHORT = 2
"""How many seeds `make test` plays, which is one per database."""
ACTS = int(os.environ.get("CHAOS_ACTS", "12"))
BEFORE_THE_ROUND_UP = timedelta(days=3, hours=4, minutes=40)
MODES: list[Mode] = ["socket", "http", "http", "socket"]
HALF_AN_HOUR = timedelta(minutes=30)


def seeds() -> Iterator[Any]:
    for number in range(FIRST, FIRST + SEEDS):
        is_long = number >= FIRST + SHORT and "CHAOS_SEEDS" not in os.environ
        yield pytest.param(number, marks=[pytest.mark.long] if is_long else [])


@pytest.fixture(params=seeds())
def seed(request: pytest.FixtureRequest) -> int:
    number: int = request.param
    return number


@pytest.fixture
def template(postgres: str, seed: int) -> str | None:
    """The database to copy: SQLite for even seeds, and PostgreSQL for odd seeds."""
    return postgres if seed % 2 else None


@pytest.fixture
async def bad_day(resume: Resume, seed: int) -> AsyncIterator[Day]:
    """A simulated Friday afternoon with the random faults of one seed."""
    async with resume(three_days, mode=MODES[seed % 4]) as world:
        await prepare(world)
        world.sandbox.chaos = seed
        yield Day(world, Random(seed))


async def three_days(world: World) -> None:
    await world.move(BEFORE_THE_ROUND_UP)


async def test_random_faults_do_not_lose_duplicate_or_reorder_acknowledged_messages(bad_day: Day) -> None:
    for _ in range(2):
        await bad_day.live(ACTS // 2)
        await install_again(bad_day.world)
        await bad_day.world.move(HALF_AN_HOUR)
    rolled = (await bad_day.world.slack.look("state"))["chaos"]["rolled"]
    await bad_day.clear_up()

    account = await run_audit(bad_day)
    assert not account.wrong, (account.wrong, rolled)
    assert rolled
