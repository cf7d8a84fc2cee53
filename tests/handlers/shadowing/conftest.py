from collections.abc import AsyncIterator

import pytest

from tests.handlers.drivers import keep_only_jobs
from tests.handlers.shadowing.drivers import MONDAY, a_day
from tests.harness import World
from tests.snapshots import Resume


@pytest.fixture
async def tuesday(resume: Resume) -> AsyncIterator[World]:
    """Yield a world on a Tuesday at ten, after maya has got the first morning card."""
    async with resume(a_day, at=MONDAY) as world:
        await keep_only_jobs(world, "meetings", "nudges")
        yield world
