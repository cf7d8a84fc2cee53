from collections.abc import AsyncIterator

import pytest

from tests.handlers.conftest import TUESDAY_10
from tests.handlers.drivers import keep_only_jobs, opt_out_of_shadowing
from tests.handlers.notices.drivers import post
from tests.harness import World
from tests.snapshots import Resume


async def post_a_notice(world: World) -> None:
    await opt_out_of_shadowing(world)
    await post(world)


@pytest.fixture
async def posted(resume: Resume) -> AsyncIterator[World]:
    """Tuesday, 4 March, at 10:30: maya has posted a notice of a change on Monday."""
    async with resume(post_a_notice, at=TUESDAY_10) as world:
        await keep_only_jobs(world, "notices", "nudges")
        yield world
