from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.handlers.visits.hands import MONDAY
from tests.world import World, opened


@pytest.fixture
async def tuesday(tmp_path: Path, database_url: str | None) -> AsyncIterator[World]:
    """A Tuesday at ten, when grace's team is eight days old and she has had her first offer."""
    async with opened(tmp_path, database_url, at=MONDAY) as world:
        await world.move(timedelta(days=8))
        yield world
