from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.slack import sync
from tests.handlers.drivers import keep_only_jobs, opt_out_of_shadowing
from tests.handlers.hand_ups.drivers import add_seven_leaders
from tests.handlers.rituals.drivers import SUNDAY
from tests.harness import Mode, World
from tests.snapshots import Resume

FOR_GOOD = timedelta(days=1000)


@pytest.fixture(autouse=True)
def patient(patience: None) -> None:
    """Raise the timeouts, because Slack's three seconds are tested elsewhere."""


@pytest.fixture(autouse=True)
def nothing_unheard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turn the daily Slack sync off after its first run, so that weeks pass quickly; the sync has its own tests."""
    monkeypatch.setattr(sync, "FULL_SYNC_INTERVAL", FOR_GOOD)


@pytest.fixture
def usual_mode(request: pytest.FixtureRequest) -> Mode | None:
    """Run the sandbox in process, except for tests marked `on_the_wire` and with `make test-all`."""
    is_real = request.node.get_closest_marker("on_the_wire") or request.config.getoption("every_pair")
    return None if is_real else "in_process"


TUESDAY_10 = datetime(2031, 3, 4, 10, 30, tzinfo=UTC)


@pytest.fixture
async def tuesday(resume: Resume) -> AsyncIterator[World]:
    """Tuesday at 10:30: maya leads and is at work, and tom is her deputy."""
    async with resume(opt_out_of_shadowing, at=TUESDAY_10) as world:
        yield world


@pytest.fixture
async def seven(resume: Resume) -> AsyncIterator[World]:
    """Tuesday at 10:30: five leaders and a deputy are at work, and another deputy is not."""
    async with resume(add_seven_leaders, at=TUESDAY_10) as world:
        yield world


@pytest.fixture
async def sunday(resume: Resume) -> AsyncIterator[World]:
    """Sunday noon: the team's first week starts tomorrow."""
    async with resume(opt_out_of_shadowing, at=SUNDAY) as world:
        await keep_only_jobs(world, "rituals", "fun_tank", "nudges", "shoutouts")
        yield world
