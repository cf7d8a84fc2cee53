from collections.abc import AsyncIterator

import pytest

from tests.handlers.drivers import keep_only_jobs
from tests.handlers.visits.drivers import MONDAY, THEIRS, eight_days
from tests.harness import World
from tests.snapshots import Resume


@pytest.fixture
async def tuesday(resume: Resume) -> AsyncIterator[World]:
    """Tuesday at ten: grace's team is eight days old, and she has got her first offer."""
    async with resume(eight_days, at=MONDAY) as world:
        await keep_only_jobs(world, *THEIRS)
        yield world
