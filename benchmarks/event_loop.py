"""Measurement of event loop stalls, during which no ack can be sent."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def stalls() -> AsyncIterator[list[float]]:
    """Yield a list of the longest stall of the event loop so far, and of its longest without the waits for a core.

    Both are in milliseconds. On a machine that does other work, too, only the second one tells about the bot.
    """
    longest = [0.0, 0.0]

    async def watch() -> None:
        while True:
            before, worked = time.perf_counter(), time.thread_time()
            await asyncio.sleep(0.001)
            longest[0] = max(longest[0], (time.perf_counter() - before - 0.001) * 1000)
            longest[1] = max(longest[1], (time.thread_time() - worked) * 1000)

    watching = asyncio.create_task(watch())
    await asyncio.sleep(0)
    yield longest
    watching.cancel()
