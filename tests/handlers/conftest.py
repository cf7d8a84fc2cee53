from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.slack import sync_claims
from tests.handlers.drivers import keep_only_jobs, opt_out_of_shadowing
from tests.handlers.hand_ups.drivers import add_seven_leaders
from tests.handlers.rituals.drivers import SUNDAY
from tests.harness import Mode, World
from tests.snapshots import Resume

FOR_GOOD = timedelta(days=1000)


@pytest.fixture(autouse=True)
def long_timeouts(patience: None) -> None:
    """Raise the timeouts; other tests cover Slack's limit of three seconds."""


@pytest.fixture(autouse=True)
def sync_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the Slack sync only once, to save time when a test simulates weeks; other tests cover the sync."""
    monkeypatch.setattr(sync_claims, "FULL_SYNC_INTERVAL", FOR_GOOD)


@pytest.fixture
def usual_mode(request: pytest.FixtureRequest) -> Mode | None:
    """Return the mode in which the sandbox runs: in process, or over sockets (mark `on_the_wire`, `make test-all`)."""
    is_real = request.node.get_closest_marker("on_the_wire") or request.config.getoption("every_pair")
    return None if is_real else "in_process"


TUESDAY_10 = datetime(2031, 3, 4, 10, 30, tzinfo=UTC)


@pytest.fixture
async def tuesday(resume: Resume) -> AsyncIterator[World]:
    """Yield a world on a Tuesday at 10:30, when the leader maya is at work; tom is a deputy."""
    async with resume(opt_out_of_shadowing, at=TUESDAY_10) as world:
        yield world


@pytest.fixture
async def seven(resume: Resume) -> AsyncIterator[World]:
    """Yield a world on a Tuesday at 10:30, when five leaders and one of two deputies are at work."""
    async with resume(add_seven_leaders, at=TUESDAY_10) as world:
        await keep_only_jobs(world, "hand_ups", "escalation")
        yield world


@pytest.fixture
async def sunday(resume: Resume) -> AsyncIterator[World]:
    """Yield a world on a Sunday at noon, the day before the team's first week."""
    async with resume(opt_out_of_shadowing, at=SUNDAY) as world:
        await keep_only_jobs(world, "rituals", "fun_tank", "nudges", "shoutouts")
        yield world
