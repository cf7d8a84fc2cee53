"""Scheduler ticks during another slow tick, or while the sandbox's clock is being moved."""

import asyncio
from datetime import timedelta

import pytest

from tests.harness import World


async def test_scheduler_tick_returns_immediately_while_the_sandbox_clock_is_moved(world: World) -> None:
    is_moving, arrive = asyncio.Event(), asyncio.Event()

    async def settled() -> None:
        is_moving.set()
        await arrive.wait()

    to = world.now + timedelta(hours=1)
    moving = asyncio.create_task(world.steward.advance(to, set_clock=world.sandbox.clock.set, settled=settled))
    await is_moving.wait()
    tick = asyncio.create_task(world.steward._tick())
    await asyncio.wait([tick], timeout=60)
    is_done = tick.done() and not moving.done()
    arrive.set()
    await asyncio.gather(moving, tick)

    assert is_done


async def test_no_scheduler_tick_starts_during_a_slow_tick_and_nothing_is_logged(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ticks = 0
    has_begun, go_on = asyncio.Event(), asyncio.Event()

    async def tick() -> None:
        nonlocal ticks
        ticks += 1
        has_begun.set()
        await go_on.wait()

    monkeypatch.setattr(world.steward.worker, "tick", tick)
    await has_begun.wait()
    await asyncio.sleep(2.2)
    seen, warned = ticks, [record.name for record in caplog.records if record.name.startswith("apscheduler")]
    go_on.set()

    assert (seen, warned) == (1, [])
