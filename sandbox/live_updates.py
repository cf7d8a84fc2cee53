"""What an open page is told: each change, once it is on disk, over a websocket, so that nothing polls."""

import asyncio
from collections.abc import AsyncIterator

from sandbox.slack_types import Json


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

    async def stream(self) -> AsyncIterator[list[Json]]:
        """All that changes from now on. A page that comes back has missed something, and looks anew."""
        page: asyncio.Queue[list[Json] | None] = asyncio.Queue()
        self._pages.add(page)
        try:
            while (changes := await page.get()) is not None:
                yield changes
        finally:
            self._pages.discard(page)
