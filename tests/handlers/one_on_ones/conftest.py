from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.handlers.drivers import keep_only_jobs, turn_off_offers, turn_off_weeks
from tests.handlers.one_on_ones.drivers import MONDAY_9, SATURDAY
from tests.harness import World
from tests.snapshots import Resume


@pytest.fixture
async def monday(resume: Resume) -> AsyncIterator[World]:
    """Yield a world on the first Monday morning of a team that was created on Saturday, where leaders offer times."""
    async with resume(a_weekend, at=SATURDAY) as world:
        await keep_only_jobs(world, "one_on_ones", "meetings", "nudges")
        yield world


@pytest.fixture
async def offering(resume: Resume) -> AsyncIterator[World]:
    """Yield the same world, but with a bot that offers times by itself, which it does from Tuesday on."""
    async with resume(a_quiet_weekend, at=SATURDAY) as world:
        await keep_only_jobs(world, "one_on_ones", "meetings", "nudges")
        yield world


async def a_quiet_weekend(world: World) -> None:
    await turn_off_weeks(world)
    await world.move(MONDAY_9 + timedelta(minutes=1))


async def a_weekend(world: World) -> None:
    await turn_off_offers(world)
    await turn_off_weeks(world)
    await world.move(MONDAY_9 + timedelta(minutes=1))
