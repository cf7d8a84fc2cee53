from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.handlers.shadowing.hands import MONDAY
from tests.moments import Resume
from tests.world import World


@pytest.fixture
async def tuesday(resume: Resume) -> AsyncIterator[World]:
    """Tuesday at ten, when maya has had the first card of her mornings."""
    async with resume(a_day, at=MONDAY) as world:
        yield world


async def a_day(world: World) -> None:
    await world.move(timedelta(days=1))
