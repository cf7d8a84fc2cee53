"""Measurement of event loop stalls, during which no ack can be sent."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def stalls() -> AsyncIterator[list[float]]:
    """Yield a list whose only element is the longest stall of the event loop so far, in milliseconds."""
    longest = [0.0]

    async def watch() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            longest[0] = max(longest[0], (time.perf_counter() - before - 0.001) * 1000)

    watching = asyncio.create_task(watch())
    await asyncio.sleep(0)
    yield longest
    watching.cancel()
