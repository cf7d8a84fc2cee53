from collections.abc import AsyncIterator

import pytest

from tests.handlers.funtank.hands import SUNDAY
from tests.handlers.hands import nobody_sits_beside_anybody, only
from tests.moments import Resume
from tests.world import World


@pytest.fixture
async def sunday(resume: Resume) -> AsyncIterator[World]:
    """Sunday noon: tomorrow the team's first week begins."""
    async with resume(nobody_sits_beside_anybody, at=SUNDAY) as world:
        await only(world, "rituals", "ritual_answers", "ritual_cards", "packs", "tank", "nudges", "shoutouts")
        yield world
