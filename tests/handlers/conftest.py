from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.slack import sync
from tests.handlers.drivers import nobody_sits_beside_anybody, only
from tests.handlers.rituals.drivers import SUNDAY
from tests.harness import Mode, World
from tests.snapshots import Resume

FOR_GOOD = timedelta(days=1000)


@pytest.fixture(autouse=True)
def patient(patience: None) -> None:
    """Slack's three seconds are for other tests."""


@pytest.fixture(autouse=True)
def nothing_unheard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack is looked at once and then listened to: weeks go by without the daily look, which has tests of its own."""
    monkeypatch.setattr(sync, "A_DAY", FOR_GOOD)


@pytest.fixture
def usual_mode(request: pytest.FixtureRequest) -> Mode | None:
    """In one process, but for tests marked `on_the_wire`, and for all of them in `make test-all`."""
    is_real = request.node.get_closest_marker("on_the_wire") or request.config.getoption("every_pair")
    return None if is_real else "in_process"


TUESDAY_10 = datetime(2031, 3, 4, 10, 30, tzinfo=UTC)


@pytest.fixture
async def tuesday(resume: Resume) -> AsyncIterator[World]:
    """Tuesday at half past ten: maya leads and is at work, tom is her deputy."""
    async with resume(nobody_sits_beside_anybody, at=TUESDAY_10) as world:
        yield world


@pytest.fixture
async def sunday(resume: Resume) -> AsyncIterator[World]:
    """Sunday noon: tomorrow the team's first week begins."""
    async with resume(nobody_sits_beside_anybody, at=SUNDAY) as world:
        await only(world, "rituals", "fun_tank", "nudges", "shoutouts")
        yield world
