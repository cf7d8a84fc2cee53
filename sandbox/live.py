"""What an open page is told: each change once it is on disk, as server-sent events, so that nothing polls."""

import asyncio
import json
from collections.abc import AsyncIterator

from sandbox.shapes import Json

STILL_THERE_EVERY = 15.0
COME_BACK_AFTER = "retry: 300\n\n"
STILL_THERE = ": still there\n\n"


class Live:
    """Every page that is open, and what it has not been told yet."""

    def __init__(self) -> None:
        self._pages: set[asyncio.Queue[list[Json] | None]] = set()

    def tell(self, *changes: Json) -> None:
        for page in self._pages:
            page.put_nowait(list(changes))

    def close(self) -> None:
        for page in self._pages:
            page.put_nowait(None)

    async def stream(self) -> AsyncIterator[str]:
        """All that changes from now on. A page that comes back has missed something, and looks anew."""
        page: asyncio.Queue[list[Json] | None] = asyncio.Queue()
        self._pages.add(page)
        try:
            yield COME_BACK_AFTER
            while (changes := await _next(page)) is not None:
                yield f"data: {json.dumps(changes)}\n\n" if changes else STILL_THERE
        finally:
            self._pages.discard(page)


async def _next(page: asyncio.Queue[list[Json] | None]) -> list[Json] | None:
    try:
        async with asyncio.timeout(STILL_THERE_EVERY):
            return await page.get()
    except TimeoutError:
        return []
