from collections.abc import AsyncIterator

import pytest

from bot.workflows.pulse import cleaner
from tests.handlers.conftest import TUESDAY_10
from tests.handlers.drivers import keep_only_jobs, opt_out_of_shadowing
from tests.handlers.pulse.drivers import answer, close_round, open_round, turn_on
from tests.harness import World
from tests.snapshots import Resume

COMMENTS = ("more time", "fewer calls", "thanks")


@pytest.fixture(autouse=True)
def cleaner_looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have cleaners wait for a minute, and look often, while transactions of other tests on the same server run."""
    monkeypatch.setattr(cleaner, "WAIT_SECONDS", 0.02)
    monkeypatch.setattr(cleaner, "MOST_WAITS", 3000)


async def wait_for_a_round(world: World) -> None:
    await opt_out_of_shadowing(world)
    await turn_on(world)


async def open_a_round(world: World) -> None:
    await opt_out_of_shadowing(world)
    await open_round(world)


async def close_a_round(world: World) -> None:
    await open_a_round(world)
    for nth, name in enumerate(("ana", "ben", "chidi", "dina", "eli")):
        await answer(world, name, 5, 1, comment=COMMENTS[nth] if nth < len(COMMENTS) else "")
    await close_round(world)


@pytest.fixture
async def waiting(resume: Resume) -> AsyncIterator[World]:
    """Tuesday, 4 March, at 10:30: the pulse is on, and a round opens in a week."""
    async with resume(wait_for_a_round, at=TUESDAY_10) as world:
        await keep_only_jobs(world, "pulse")
        yield world


@pytest.fixture
async def running(resume: Resume) -> AsyncIterator[World]:
    """Tuesday, 11 March, in the evening: a round runs, and all six agents were asked; it closes on Wednesday week."""
    async with resume(open_a_round, at=TUESDAY_10) as world:
        await keep_only_jobs(world, "pulse")
        yield world


@pytest.fixture
async def commented(resume: Resume) -> AsyncIterator[World]:
    """Wednesday, 19 March: a round has closed, five people have answered, and three of them have commented."""
    async with resume(close_a_round, at=TUESDAY_10) as world:
        await keep_only_jobs(world, "pulse")
        yield world
