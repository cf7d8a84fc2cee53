from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.handlers.oneonones.hands import MONDAY_9, SATURDAY
from tests.world import World, opened


@pytest.fixture
async def monday(tmp_path: Path, database_url: str | None) -> AsyncIterator[World]:
    """The first Monday morning of a team that was made on Saturday."""
    async with opened(tmp_path, database_url, at=SATURDAY) as world:
        await world.move(MONDAY_9 + timedelta(minutes=1))
        yield world
