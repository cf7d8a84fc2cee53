"""Worlds as they stood at a moment, to go on from: to live up to one takes seconds, to copy one a tenth of that."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from pathlib import Path

from tests import databases
from tests.harness import Mode, World, opened

Live = Callable[[World], Awaitable[None]]
Resume = Callable[..., AbstractAsyncContextManager[World]]


ADDRESS = "database-url"
"""The file in a moment's folder that says where its database is; it is written when the moment has been lived."""


async def _begin(world: World) -> None:
    """A world as it is a moment after it began."""


class Moments:
    """Each moment is lived once on each database, by the first worker that asks for it, and copied by all."""

    def __init__(self, shared: Path) -> None:
        self._shared = shared

    async def copy(self, to: Path, empty: str | None, *, live: Live = _begin, at: datetime | None = None) -> str | None:
        """Copy into `to` what `live` leaves behind that began `at`; the address of its database, None for SQLite.

        `empty` is the address of an up-to-date PostgreSQL database to make others from, None for SQLite.
        """
        name = _name(empty, live, at)
        folder = self._shared / name
        with databases.one_at_a_time(self._shared / f"{name}.lock"):
            if not (folder / ADDRESS).exists():
                await self._live(folder, empty, live, at)
        shutil.copytree(folder, to, dirs_exist_ok=True)
        url = (to / ADDRESS).read_text()
        return await databases.copy(url) if url else None

    @asynccontextmanager
    async def resume(
        self, to: Path, empty: str | None, live: Live = _begin, *, at: datetime | None = None, mode: Mode | None = None
    ) -> AsyncIterator[World]:
        """Go on from there."""
        url = await self.copy(to, empty, live=live, at=at)
        async with opened(to, url, mode=mode, looked=True) as world:
            yield world

    async def _live(self, folder: Path, empty: str | None, live: Live, at: datetime | None) -> None:
        shutil.rmtree(folder, ignore_errors=True)  # half lived, by a test that failed
        url = empty and await databases.copy(empty, is_kept=True)
        async with opened(folder, url, at=at) as world:
            await live(world)
            await world.steward.sync.settle()
        (folder / ADDRESS).write_text(url or "")


def _name(empty: str | None, live: Live, at: datetime | None) -> str:
    """One for each moment on each database: two functions of one name would be the same moment."""
    began = at.strftime("%Y%m%dT%H%M%S") if at else "now"
    database = "sqlite" if empty is None else "postgresql"
    return f"{database}-{live.__module__}-{live.__qualname__}-{began}"
