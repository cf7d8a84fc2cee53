from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from tests.handlers.hands import nobody_sits_beside_anybody
from tests.moments import Resume
from tests.world import World

TUESDAY_10 = datetime(2031, 3, 4, 10, 30, tzinfo=UTC)


@pytest.fixture
async def tuesday(resume: Resume) -> AsyncIterator[World]:
    """Tuesday at half past ten: maya leads and is at work, tom is her deputy."""
    async with resume(nobody_sits_beside_anybody, at=TUESDAY_10) as world:
        yield world
