"""How long the event loop stood still, during which no ack can leave."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def stalls() -> AsyncIterator[list[float]]:
    """The longest stall inside, in milliseconds, as the list's only element; a millisecond is as fine as it looks."""
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
