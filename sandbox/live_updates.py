"""Live updates for open pages: each committed change is pushed over a WebSocket, so that pages need not poll."""

import asyncio
from collections.abc import AsyncIterator

from sandbox.slack_types import Json


class Live:
    """One queue of unsent changes for each open page."""

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

        Changes while a page is disconnected are not replayed: it reloads its data when it reconnects.
        """
        page: asyncio.Queue[list[Json] | None] = asyncio.Queue()
        self._pages.add(page)
        try:
            while (changes := await page.get()) is not None:
                yield changes
        finally:
            self._pages.discard(page)
