"""Harness that runs the bot and its sandbox in one process, and restores snapshots of both."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import asyncpg
from pydantic import SecretStr
from sqlalchemy import select

from benchmarks.simulate import in_process
from benchmarks.simulate.harness import Harness
from bot import demo
from bot.db import keyring
from bot.db.encryption import Vault
from bot.db.migrations import migrate
from bot.db.models import Base
from bot.org.workspaces import Workspace
from bot.settings import Settings
from sandbox.embedded import EmbeddedWorkspace
from tests import databases
from tests.harness import APP

MONDAY = datetime(2031, 3, 3, 8, tzinfo=UTC)
ADDRESS = "https://steward.example"
FILES = ("steward.db", "sandbox/sandbox.sqlite3")
BREATH = timedelta(seconds=2)


@asynccontextmanager
async def opened(folder: Path, url: str | None) -> AsyncIterator[Harness]:
    """Run the demo team on a Monday morning, on SQLite in `folder` or on PostgreSQL at `url`."""
    slack = EmbeddedWorkspace(folder / "sandbox", MONDAY, APP)
    settings = Settings(
        api_url=slack.api_url, bot_token=SecretStr(slack.bot_token), data=folder, public_url=ADDRESS, _env_file=None
    )
    database = databases.at(url, folder) if url else in_process.database(folder, Vault([databases.KEY]))
    await migrate.upgrade(database)
    await keyring.check(database)
    world = Harness(slack, settings, database)
    await world.start()
    async with database.reading() as session:
        workspace = (await session.scalars(select(Workspace))).one()
    await demo.ensure_demo_team(world.steward, workspace)
    try:
        yield world
    finally:
        await world.steward.stop()
        await database.close()
        await slack.close()


async def settle(world: Harness, *, is_in_form: bool = False) -> None:
    """Let the bot send everything that is due now, but nothing that is due later."""
    await world.slack.settled()
    if is_in_form:
        await world.steward.previews.show_waiting()
    for _ in range(2):
        await world.steward.relay.settle()
        world.slack.clock.set(world.now + BREATH)
    await world.slack.settled()


@dataclass
class Snapshot:
    """A snapshot of everything that the bot and the sandbox store."""

    now: datetime
    files: list[sqlite3.Connection]
    tables: dict[str, bytes]


class Snapshots:
    """Take and restore snapshots; each action between them must move the clock."""

    def __init__(self, folder: Path, url: str | None) -> None:
        files = FILES if url is None else FILES[1:]
        self._live = [_connected(folder / name) for name in files]
        self._url = url and url.replace("+asyncpg", "")
        self._here: Snapshot | None = None

    async def take(self, world: Harness) -> Snapshot:
        self._here = Snapshot(world.now, [_copied(live) for live in self._live], await self._tables())
        return self._here

    async def restore(self, world: Harness, to: Snapshot) -> None:
        if to is self._here and to.now == world.now:
            return
        for copy, live in zip(to.files, self._live, strict=True):
            _restore_file(copy, live)
        await self._restore(to.tables)
        world.slack.clock.set(to.now)
        self._here = to

    def close(self) -> None:
        for live in self._live:
            live.close()

    async def _tables(self) -> dict[str, bytes]:
        if not self._url:
            return {}
        connection = await asyncpg.connect(self._url)
        try:
            return {table.name: await _dumped(connection, table.name) for table in Base.metadata.sorted_tables}
        finally:
            await connection.close()

    async def _restore(self, tables: dict[str, bytes]) -> None:
        """Restore the tables that changed, with foreign key checks turned off."""
        if not self._url:
            return
        connection = await asyncpg.connect(self._url)
        try:
            await connection.execute("SET session_replication_role = replica")
            for name, kept in tables.items():
                if await _dumped(connection, name) != kept:
                    await connection.execute(f'DELETE FROM "{name}"')
                    await connection.copy_to_table(name, source=BytesIO(kept), format="binary")
        finally:
            await connection.close()


def _copied(live: sqlite3.Connection) -> sqlite3.Connection:
    copy = sqlite3.connect(":memory:")
    live.backup(copy)
    return copy


def _restore_file(copy: sqlite3.Connection, live: sqlite3.Connection) -> None:
    """Restore a database, with its schema's version, because all its statements are prepared again for a new one."""
    copy.backup(live)
    (version,) = copy.execute("PRAGMA schema_version").fetchone()
    live.execute(f"PRAGMA schema_version = {version}")


def _connected(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA synchronous = OFF")
    return connection


async def _dumped(connection: asyncpg.Connection, table: str) -> bytes:
    into = BytesIO()
    await connection.copy_from_table(table, output=into, format="binary")
    return into.getvalue()
