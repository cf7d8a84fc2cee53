from collections.abc import AsyncIterator

import pytest

from tests.handlers.drivers import keep_only_jobs
from tests.handlers.visits.drivers import MONDAY, THEIRS, eight_days
from tests.harness import World
from tests.snapshots import Resume


@pytest.fixture
async def tuesday(resume: Resume) -> AsyncIterator[World]:
    """Yield a world on a Tuesday at ten, after grace, the sponsor, has got the first offer of a visit."""
    async with resume(eight_days, at=MONDAY) as world:
        await keep_only_jobs(world, *THEIRS)
        yield world
