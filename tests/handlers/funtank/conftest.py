from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.handlers.funtank.hands import SUNDAY
from tests.handlers.hands import nobody_sits_beside_anybody
from tests.world import World, opened


@pytest.fixture
async def sunday(tmp_path: Path, database_url: str | None) -> AsyncIterator[World]:
    """Sunday noon: tomorrow the team's first week begins."""
    async with opened(tmp_path, database_url, at=SUNDAY) as world:
        await nobody_sits_beside_anybody(world)
        yield world
