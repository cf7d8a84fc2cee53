"""The calendar clock: Tuesday 10:00 in Lisbon, moved on but never back."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from sandbox import Sandbox
from sandbox.clock import HOME

from .conftest import Person


async def start_and_stop(data: Path, at: datetime | None = None) -> datetime:
    """The instant at which a sandbox stopped that was just started."""
    sandbox = Sandbox(data, port=0, at=at)
    await sandbox.start()
    await sandbox.stop()
    return sandbox.clock.now()


async def test_the_first_morning_is_a_tuesday_at_ten(tmp_path: Path) -> None:
    now = (await start_and_stop(tmp_path)).astimezone(HOME)

    assert (now.weekday(), now.hour, now.minute) == (1, 10, 0)


async def test_a_later_start_moves_the_calendar_on_but_never_back(tmp_path: Path) -> None:
    first = await start_and_stop(tmp_path)
    later = await start_and_stop(tmp_path, at=first + timedelta(days=3))
    earlier = await start_and_stop(tmp_path, at=first)

    assert timedelta(days=3) <= later - first < timedelta(days=3, seconds=9)
    assert earlier > later - timedelta(seconds=1)


async def test_moving_time_on_asks_whoever_has_work_to_do_in_between(sandbox: Sandbox, person: Person) -> None:
    asked: list[datetime] = []

    async def advance(to: datetime) -> None:
        asked.append(to)
        sandbox.clock.set(to)

    sandbox.advance = advance
    before = sandbox.clock.now()
    await person.does("clock", forward="PT8H")

    assert timedelta(0) <= asked[0] - before - timedelta(hours=8) < timedelta(seconds=9)
    assert sandbox.clock.now() >= asked[0]


async def test_the_clock_does_not_go_back(sandbox: Sandbox, person: Person) -> None:
    answer = await person.does("clock", to="2020-01-01T10:00:00Z")

    assert answer == {"ok": False, "error": "cannot_go_back"}


async def test_a_stopped_clock_stands_still(tmp_path: Path) -> None:
    first = await start_and_stop(tmp_path)
    await asyncio.sleep(0.5)
    again = Sandbox(tmp_path, port=0)
    await again.start()
    stood_at = again.clock.now()
    await again.stop()

    assert stood_at - first < timedelta(seconds=0.5)
