"""Live updates for open pages: each committed change is pushed over a WebSocket, so that pages need not poll."""

import asyncio
from collections.abc import AsyncIterator

from sandbox.slack_types import Json


class Live:
    """Queues of unsent changes, one for each open page."""

    def __init__(self) -> None:
        self._pages: set[asyncio.Queue[list[Json] | None]] = set()

    def tell(self, *changes: Json) -> None:
        for page in self._pages:
            page.put_nowait(list(changes))

    def close(self) -> None:
        for page in self._pages:
            page.put_nowait(None)

    async def stream(self) -> AsyncIterator[list[Json]]:
        """Yield every batch of changes from now on.

        Earlier changes are not replayed, because a page reloads its data whenever it connects.
        """
        page: asyncio.Queue[list[Json] | None] = asyncio.Queue()
        self._pages.add(page)
        try:
            while (changes := await page.get()) is not None:
                yield changes
        finally:
            self._pages.discard(page)
