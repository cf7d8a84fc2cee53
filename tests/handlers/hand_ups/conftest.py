from collections.abc import AsyncIterator

import pytest

from tests.handlers.conftest import TUESDAY_10
from tests.handlers.hand_ups.drivers import add_seven_leaders
from tests.harness import World
from tests.snapshots import Resume


@pytest.fixture
async def seven(resume: Resume) -> AsyncIterator[World]:
    """Tuesday at 10:30: five leaders and a deputy are at work, and another deputy is not."""
    async with resume(add_seven_leaders, at=TUESDAY_10) as world:
        yield world
