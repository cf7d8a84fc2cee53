from collections.abc import AsyncIterator

import pytest

from tests.handlers.conftest import TUESDAY_10
from tests.handlers.drivers import keep_only_jobs, opt_out_of_shadowing
from tests.handlers.voice.drivers import JOBS
from tests.harness import World
from tests.snapshots import Resume


@pytest.fixture
async def march(resume: Resume) -> AsyncIterator[World]:
    """Tuesday, 4 March 2031, at 10:30: a month whose draft comes on Tuesday, 1 April, at 10:00."""
    async with resume(opt_out_of_shadowing, at=TUESDAY_10) as world:
        await keep_only_jobs(world, *JOBS)
        yield world
