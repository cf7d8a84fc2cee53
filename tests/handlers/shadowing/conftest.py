from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.handlers.shadowing.hands import MONDAY
from tests.world import World, opened


@pytest.fixture
async def tuesday(tmp_path: Path, database_url: str | None) -> AsyncIterator[World]:
    """Tuesday at ten, when maya has had the first card of her mornings."""
    async with opened(tmp_path, database_url, at=MONDAY) as world:
        await world.move(timedelta(days=1))
        yield world
