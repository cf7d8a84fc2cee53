"""Snapshots of a bot in its sandbox, from which tests start: copying one is faster than creating it again."""

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
"""The file in a snapshot's folder with the URL of its database; it is written once the snapshot is complete."""


async def _begin(world: World) -> None:
    """Do nothing, for a snapshot of a sandbox that has just started."""


class Snapshots:
    """The snapshots of a test run: the first worker that needs one creates it, and all workers copy it."""

    def __init__(self, shared: Path) -> None:
        self._shared = shared

    async def copy(self, to: Path, empty: str | None, *, live: Live = _begin, at: datetime | None = None) -> str | None:
        """Copy the snapshot that the function `live` makes into `to`; return its database's URL, None for SQLite.

        `empty` is the URL of a migrated PostgreSQL database to copy, or None for SQLite.
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
        """Copy the snapshot that the function `live` makes, and run the bot and the sandbox on the copy."""
        url = await self.copy(to, empty, live=live, at=at)
        async with opened(to, url, mode=mode, looked=True) as world:
            yield world

    async def _live(self, folder: Path, empty: str | None, live: Live, at: datetime | None) -> None:
        shutil.rmtree(folder, ignore_errors=True)  # left incomplete by a test that failed
        url = empty and await databases.copy(empty, is_kept=True)
        async with opened(folder, url, at=at) as world:
            await live(world)
            await world.steward.sync.sync_due()
        (folder / ADDRESS).write_text(url or "")


def _name(empty: str | None, live: Live, at: datetime | None) -> str:
    """Return the unique name of a snapshot on a database.

    Two functions with the same module and qualified name would share one snapshot.
    """
    began = at.strftime("%Y%m%dT%H%M%S") if at else "now"
    database = "sqlite" if empty is None else "postgresql"
    return f"{database}-{live.__module__}-{live.__qualname__}-{began}"
