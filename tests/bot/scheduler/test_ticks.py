"""The timetable's tick, beside somebody who moves a sandbox's calendar on."""

import asyncio
from datetime import timedelta

from tests.harness import World


async def test_no_tick_queues_behind_a_move(world: World) -> None:
    is_moving, arrive = asyncio.Event(), asyncio.Event()

    async def settled() -> None:
        is_moving.set()
        await arrive.wait()

    to = world.now + timedelta(hours=1)
    moving = asyncio.create_task(world.steward.advance(to, set_clock=world.sandbox.clock.set, settled=settled))
    await is_moving.wait()
    tick = asyncio.create_task(world.steward._tick())
    await asyncio.wait([tick], timeout=1)
    is_done = tick.done() and not moving.done()
    arrive.set()
    await asyncio.gather(moving, tick)

    assert is_done
