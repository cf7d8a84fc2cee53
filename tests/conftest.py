"""Fixtures for all tests: real SQLite and PostgreSQL databases, a sample team, and the bot in its sandbox."""

import asyncio
import gc
import os
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import hypothesis
import pytest
import uvicorn
from sqlalchemy.ext.asyncio import AsyncSession

from bot import logs
from bot.cli import process, service
from bot.db.sessions import Database
from bot.org import installations
from bot.org.installations import Grant
from bot.org.people import Person
from bot.org.teams import membership, queries
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.slack import dispatcher
from handlers.webhooks import receiver
from sandbox import socket_mode, triggers
from tests import databases, lock_order, selection
from tests.harness import Mode, Slack, World, opened
from tests.snapshots import Resume, Snapshots

gc.disable()
logs.configure()
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)  # a busy machine may stall in any example
hypothesis.settings.register_profile("repeatable", hypothesis.settings.get_profile("untimed"), derandomize=True)
TUESDAY = datetime(2026, 11, 17, 10, tzinfo=UTC)
PATIENT = 12.0
HURRY = 20
LoopFactory = Callable[[], asyncio.AbstractEventLoop]


def pytest_addoption(parser: pytest.Parser) -> None:
    told = "end-to-end tests on each database in each of Slack's modes"
    parser.addoption("--every-pair", action="store_true", help=told)


def pytest_configure(config: pytest.Config) -> None:
    """Have Hypothesis try the same examples in each run, and new ones with `--every-pair`."""
    hypothesis.settings.load_profile("untimed" if config.getoption("every_pair") else "repeatable")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    has_its_own = any(marker.args[0] == "mode" for marker in metafunc.definition.iter_markers("parametrize"))
    if "mode" in metafunc.fixturenames and metafunc.config.getoption("every_pair") and not has_its_own:
        metafunc.parametrize("mode", ["socket", "http"])


def pytest_asyncio_loop_factories() -> dict[str, LoopFactory]:
    """Run tests in the same kind of event loop as the bot."""
    return {"live": process.new_loop}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("every_pair"):
        kept = selection.choose(items)
        config.hook.pytest_deselected(items=list(set(items).difference(kept)))
        items[:] = kept
    items[:] = selection.long_first(items, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def pytest_collection_finish() -> None:
    """Exclude all objects loaded so far from garbage collection, then turn it on.

    It is off while tests are collected, because scanning the loaded objects took a third of that time.
    """
    service.freeze_garbage_collector()
    gc.enable()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many tests were skipped, by reason.

    Without Chromium the page is not tested, which must be visible.
    """
    reasons = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"{count} skipped: {reason}", yellow=True)


def _reason(skipped: pytest.TestReport) -> str:
    return str(skipped.longrepr[2] if isinstance(skipped.longrepr, tuple) else skipped.longrepr).removeprefix(
        "Skipped: "
    )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run in CI if any test was skipped, since CI has everything that the tests need."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped") and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all pytest-xdist workers share."""
    base = tmp_path_factory.getbasetemp()
    return base if databases.WORKER == "alone" else base.parent


@pytest.fixture(scope="session")
def postgres(shared: Path) -> Iterator[str]:
    """A running PostgreSQL server, as the URL of a migrated template database to copy."""
    with databases.postgres_server(shared) as url:
        yield url


@pytest.fixture(scope="session")
def sqlite(shared: Path) -> Path:
    """A folder with a migrated SQLite database to copy."""
    return databases.up_to_date_sqlite(shared)


@pytest.fixture(scope="session")
def postgres_of_worker(postgres: str) -> str:
    """The URL of a migrated PostgreSQL database in which nothing is ever committed."""
    return asyncio.run(databases.copy(postgres, is_kept=True))


@pytest.fixture(scope="session")
def sqlite_of_worker(sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a migrated SQLite database in which nothing is ever committed."""
    return shutil.copytree(sqlite, tmp_path_factory.mktemp("sqlite"), dirs_exist_ok=True)


@pytest.fixture(scope="session")
def postgres_with_a_team(postgres: str) -> str:
    """The URL of a migrated PostgreSQL database with a sample team, in which nothing else is ever committed."""
    url = asyncio.run(databases.copy(postgres, is_kept=True))
    asyncio.run(_move_in(url, Path()))
    return url


@pytest.fixture(scope="session")
def sqlite_with_a_team(sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a migrated SQLite database with a sample team, in which nothing else is ever committed."""
    folder = shutil.copytree(sqlite, tmp_path_factory.mktemp("team"), dirs_exist_ok=True)
    asyncio.run(_move_in(None, folder))
    return folder


async def _move_in(url: str | None, folder: Path) -> None:
    database = databases.at(url, folder)
    await _harbour_support(database, await _harbour(database))
    await database.close()


@pytest.fixture(scope="session", autouse=True)
def servers_end_at_once() -> Iterator[None]:
    """Make uvicorn poll its shutdown flag `HURRY` times as often.

    Polling ten times a second, as it does by default, cost each test a fifth of a second.
    """
    hurried = SimpleNamespace(**vars(asyncio))
    hurried.sleep = lambda seconds: asyncio.sleep(seconds / HURRY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(uvicorn.server, "asyncio", hurried)
        yield


@pytest.fixture(scope="session", autouse=True)
def locks_are_taken_in_order() -> None:
    lock_order.check()


@pytest.fixture(scope="session", autouse=True)
def statements_are_compiled_once() -> Iterator[None]:
    with databases.compiled_once():
        yield


@pytest.fixture(autouse=True)
def drop_database_copies() -> Iterator[None]:
    """Drop the test's own databases at teardown.

    As an autouse fixture, it is set up first and therefore torn down last.
    """
    yield
    if databases.to_drop:
        asyncio.run(databases.drop_copies())


@pytest.fixture
def postgres_url(postgres: str) -> str:
    """The URL of a new PostgreSQL database."""
    return asyncio.run(databases.copy(postgres))


@pytest.fixture(params=["sqlite", "postgresql"])
def template(request: pytest.FixtureRequest) -> str | None:
    """The URL of the PostgreSQL template database, or None when the test runs on SQLite."""
    return None if request.param == "sqlite" else str(request.getfixturevalue("postgres"))


@pytest.fixture
def database_url(template: str | None) -> str | None:
    """The URL of a new database, or None for SQLite."""
    return template and asyncio.run(databases.copy(template))


@pytest.fixture
def empty_url(template: str | None) -> str | None:
    """The URL of a database without tables, or None for SQLite."""
    return template and asyncio.run(databases.copy(databases.named(template, "template1")))


@pytest.fixture
def place(request: pytest.FixtureRequest, template: str | None, tmp_path: Path) -> databases.Place:
    """Where the test's database is: its own if marked `own_database`, else the worker's, which is rolled back."""
    is_own = request.node.get_closest_marker("own_database") is not None
    which = "with_a_team" if "team" in request.fixturenames else "of_worker"
    if template and is_own:
        return databases.Place(request.getfixturevalue("database_url"), Path())
    if template:
        return databases.Place(request.getfixturevalue(f"postgres_{which}"), Path(), rolls_back=True)
    if is_own:
        shutil.copytree(request.getfixturevalue("sqlite"), tmp_path, dirs_exist_ok=True)
        return databases.Place(None, tmp_path)
    return databases.Place(None, request.getfixturevalue(f"sqlite_{which}"), rolls_back=True)


@pytest.fixture
async def database(place: databases.Place) -> AsyncIterator[Database]:
    """A migrated database; each test that uses it runs on SQLite and on PostgreSQL."""
    database = databases.at(place.url, place.folder)
    if place.rolls_back:
        async with databases.rolled_back(database) as inner:
            yield inner
    else:
        yield database
    await database.close()


@pytest.fixture
async def session(database: Database) -> AsyncIterator[AsyncSession]:
    async with database.begin() as session:
        session.info[lock_order.MANY_ACTS] = True
        yield session


@pytest.fixture
async def workspace(database: Database) -> Workspace:
    """The sample workspace Harbour: maya, ana and ben in Lisbon, eli in New York, and gil, who has left the company."""
    async with database.reading() as session:
        found = await session.get(Workspace, "T1")
    return found or await _harbour(database)


@pytest.fixture
async def team(database: Database, workspace: Workspace) -> Team:
    """The sample team harbour-support, which maya leads.

    It is created unless the worker's database already has it.
    """
    async with database.reading() as session:
        found = await queries.team_of_channel(session, workspace.id, "C1")
    return found or await _harbour_support(database, workspace)


async def _harbour(database: Database) -> Workspace:
    workspace = Workspace("T1", "Harbour", "UBOT", "B1", "T1")
    people = [
        Person("T1", "UMAYA", "maya", "Europe/Lisbon"),
        Person("T1", "UANA", "ana", "Europe/Lisbon"),
        Person("T1", "UBEN", "ben", "Europe/Lisbon"),
        Person("T1", "UELI", "eli", "America/New_York"),
        Person("T1", "UBOT", "steward", is_bot=True),
        Person("T1", "UGONE", "gil", has_left=True),
    ]
    async with database.begin() as session:
        await installations.save(session, Grant("xoxb-1", "B1", "UBOT", "T1"), now=TUESDAY)
        session.add(workspace)
        await session.flush()
        session.add_all(people)
    return workspace


async def _harbour_support(database: Database, workspace: Workspace) -> Team:
    async with database.begin() as session:
        return await membership.create_team(
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
def moments(shared: Path) -> Snapshots:
    return Snapshots(shared)


@pytest.fixture
def resume(moments: Snapshots, tmp_path: Path, template: str | None, usual_mode: Mode | None) -> Resume:
    """A function that copies a snapshot of the bot and its sandbox to `tmp_path`, and runs both."""
    return partial(moments.resume, tmp_path, template, mode=usual_mode)


@pytest.fixture
def left(moments: Snapshots, tmp_path: Path, template: str | None) -> str | None:
    """The database URL of a bot that has just started, with its files copied to `tmp_path`; None for SQLite."""
    return asyncio.run(moments.copy(tmp_path, template))


@pytest.fixture
def usual_mode() -> Mode | None:
    """The mode in which the bot connects to Slack; None for Socket Mode on SQLite and HTTP on PostgreSQL."""
    return None


@pytest.fixture
def mode(usual_mode: Mode | None) -> Mode | None:
    """The mode in which the bot connects to Slack: the usual one, or each in turn with `--every-pair`."""
    return usual_mode


@pytest.fixture
async def world(tmp_path: Path, left: str | None, mode: Mode | None) -> AsyncIterator[World]:
    """The bot running in its sandbox."""
    async with opened(tmp_path, left, mode=mode, looked=True) as world:
        yield world


@pytest.fixture
def slack(world: World) -> Slack:
    return world.slack


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Raise the timeouts of acks and webhook responses, for tests that are not about these timeouts.

    A busy machine may stall for longer than the usual timeouts.
    """
    monkeypatch.setattr(dispatcher, "SECONDS", PATIENT - 2)
    monkeypatch.setattr(receiver, "TIMEOUT_SECONDS", PATIENT - 2)
    monkeypatch.setattr(socket_mode, "ACK_WITHIN", PATIENT)
    monkeypatch.setattr(triggers, "LIFE", PATIENT)
