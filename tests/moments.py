"""Worlds as they stood at a moment, to go on from: to live up to one takes seconds, to copy one a tenth of that."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from pathlib import Path

from tests import databases
from tests.world import Mode, World, opened

Live = Callable[[World], Awaitable[None]]
Resume = Callable[..., AbstractAsyncContextManager[World]]
Folder = Callable[[str], Path]


async def _begin(world: World) -> None:
    """A world as it is a moment after it began."""


class Moments:
    """Each moment is lived once on each database, the first time that a test asks for it."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._lived: dict[tuple[str, Live, datetime | None], tuple[Path, str | None]] = {}

    async def copy(self, to: Path, empty: str | None, *, live: Live = _begin, at: datetime | None = None) -> str | None:
        """Copy into `to` what `live` leaves behind that began `at`; the address of its database, None for SQLite.

        `empty` is the address of an up-to-date PostgreSQL database to make others from, None for SQLite.
        """
        key = ("sqlite" if empty is None else "postgresql", live, at)
        if key not in self._lived:
            self._lived[key] = await self._live(empty, live, at)
        folder, url = self._lived[key]
        shutil.copytree(folder, to, dirs_exist_ok=True)
        return url and await databases.copy(url)

    @asynccontextmanager
    async def resume(
        self, to: Path, empty: str | None, live: Live = _begin, *, at: datetime | None = None, mode: Mode | None = None
    ) -> AsyncIterator[World]:
        """Go on from there."""
        url = await self.copy(to, empty, live=live, at=at)
        async with opened(to, url, mode=mode, looked=True) as world:
            yield world

    async def _live(self, empty: str | None, live: Live, at: datetime | None) -> tuple[Path, str | None]:
        folder = self._folder("moment")
        url = empty and await databases.copy(empty, is_kept=True)
        async with opened(folder, url, at=at) as world:
            await live(world)
            await world.steward.lookout.settle()
        return folder, url
