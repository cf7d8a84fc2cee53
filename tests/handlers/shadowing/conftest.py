from collections.abc import AsyncIterator

import pytest

from tests.handlers.hands import only
from tests.handlers.shadowing.hands import MONDAY, a_day
from tests.moments import Resume
from tests.world import World


@pytest.fixture
async def tuesday(resume: Resume) -> AsyncIterator[World]:
    """Tuesday at ten, when maya has had the first card of her mornings."""
    async with resume(a_day, at=MONDAY) as world:
        await only(world, "shadowing", "invitations", "outcomes", "nudges")
        yield world
