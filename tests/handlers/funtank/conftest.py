from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.handlers.funtank.hands import MONDAY_8
from tests.handlers.hands import nobody_sits_beside_anybody
from tests.world import World, opened


@pytest.fixture
async def monday(tmp_path: Path, database_url: str | None) -> AsyncIterator[World]:
    """Monday at eight: the team begins, and its first week with it."""
    async with opened(tmp_path, database_url, at=MONDAY_8) as world:
        await nobody_sits_beside_anybody(world)
        yield world
