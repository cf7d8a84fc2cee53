from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.handlers.hands import nobody_sits_beside_anybody
from tests.world import World, opened

TUESDAY_10 = datetime(2031, 3, 4, 10, 30, tzinfo=UTC)


@pytest.fixture
async def tuesday(tmp_path: Path, database_url: str | None) -> AsyncIterator[World]:
    """Tuesday at half past ten: maya leads and is at work, tom is her deputy."""
    async with opened(tmp_path, database_url, at=TUESDAY_10) as world:
        await nobody_sits_beside_anybody(world)
        yield world
