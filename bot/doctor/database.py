"""Checks of the database: whether it answers and is migrated, and whether its clock agrees with this machine's."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import URL, Connection, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from bot.clock import Clock
from bot.db import driver, engines
from bot.db.keyring import Keyring
from bot.db.migrations import migrate
from bot.db.sessions import database_clock
from bot.doctor import backlog, findings, installations, keys, writable
from bot.doctor.findings import CheckedSettings, Finding, State, note_finding, ok_finding, problem_finding, run_check
from bot.errors import OperatorError

CONNECT_SECONDS = 5
CHECK_URL = (
    "Check STEWARD_DATABASE_URL (host, port, name, user, password), and that the server is running and reachable."
)
CHECK_FILE = "Check STEWARD_DATA and the file's permissions. If the file is damaged, restore a backup."


async def check_database(given: CheckedSettings, clock: Clock) -> AsyncIterator[Finding]:
    engine = _open(given)
    if isinstance(engine, Finding):
        for finding in [*await run_check("Key", keys.check_keys(given)), engine]:
            yield finding
        return
    try:
        written_with = await _read_fingerprint(engine)
        for finding in await run_check("Key", keys.check_keys(given, written_with)):
            yield finding
        async for finding in _into(engine, given, clock):
            yield finding
    finally:
        await engine.dispose()


async def _read_fingerprint(engine: AsyncEngine) -> str | None:
    """Return the fingerprint of the database's key, or None if there is none or the database cannot be read."""
    try:
        async with AsyncSession(engine) as session:
            return await session.scalar(select(Keyring.fingerprint))
    except (SQLAlchemyError, OSError):
        return None


async def _into(engine: AsyncEngine, given: CheckedSettings, clock: Clock) -> AsyncIterator[Finding]:
    reached = await run_check("Database", _reach(engine))
    for finding in reached:
        yield finding
    if len(reached) == 1:
        return
    try_write = writable.check_folder if engine.dialect.name == "sqlite" else writable.check_server
    for finding in await run_check("Writes", try_write(given)):
        yield finding
    if reached[1].state is not State.WELL:
        return  # the other checks need the tables of this version
    ours: dict[str, backlog.Check] = {
        "Key": partial(keys.check_fingerprint, given=given),
        "Database clock": partial(_clock, clock=clock),
        "Owner": partial(installations.check_owner, given=given),
        "Leaders": partial(backlog.check_leaders, now=clock.now()),
        "Pulse": partial(backlog.check_pulse, now=clock.now()),
    }
    for about, check in (ours | backlog.CHECKS).items():
        async with AsyncSession(engine) as session:
            for finding in await run_check(about, check(session)):
                yield finding


def _open(given: CheckedSettings) -> AsyncEngine | Finding:
    """Return a read-only engine that creates no file and blocks no other process."""
    settings = given.settings
    if wrong := given.wrong.keys() & {"STEWARD_DATABASE_URL", "STEWARD_DATA"}:
        return note_finding("Database", f"Not checked until {min(wrong)} is fixed.")
    if settings.database_url:
        return _postgresql(settings.database_url)
    file = settings.data / "steward.db"
    return (
        _sqlite(file)
        if file.exists()
        else note_finding("Database", f"{file} does not exist yet. `steward run` creates it.")
    )


def _postgresql(address: str) -> AsyncEngine | Finding:
    try:
        url, arguments = engines.connection_arguments(address)
    except OperatorError as error:
        return problem_finding(
            "Database", str(error).removesuffix(engines.URL_SHAPE).rstrip(" .") + ".", engines.URL_SHAPE
        )
    return create_async_engine(
        url,
        hide_parameters=True,
        poolclass=NullPool,
        connect_args={**arguments, "timeout": CONNECT_SECONDS},
        execution_options={"postgresql_readonly": True},
    )


def _sqlite(file: Path) -> AsyncEngine:
    """Open the file read-only. If it has no write-ahead log, no process has it open; then no log is created."""
    query = {"mode": "ro", "uri": "true"}
    if not file.with_name(f"{file.name}-wal").exists():
        query["immutable"] = "1"
    url = URL.create(driver.DRIVER, database=file.absolute().as_uri(), query=query)
    return create_async_engine(url, hide_parameters=True, poolclass=NullPool)


async def _reach(engine: AsyncEngine) -> list[Finding]:
    is_sqlite = engine.dialect.name == "sqlite"
    try:
        async with engine.connect() as connection:
            revision = await connection.run_sync(_revision)
    except (SQLAlchemyError, OSError) as error:
        return [
            problem_finding(
                "Database", f"Cannot connect: {engines.describe_error(error)}.", CHECK_FILE if is_sqlite else CHECK_URL
            )
        ]
    return [ok_finding("Database", f"{_name(engine.url)} answers."), _migrations(revision, is_sqlite)]


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def _name(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return "The SQLite file"
    return f"PostgreSQL ({url.database} at {url.host or 'a local socket'})"


MIGRATE = "Run `steward migrate`."
NOTHING_YET = note_finding("Migrations", "The database is empty. `steward run` creates the tables.")


def _migrations(revision: str | None, is_sqlite: bool) -> Finding:
    newest = migrate.newest()
    if revision == newest:
        return ok_finding("Migrations", f"The database is up to date ({newest}).")
    if is_sqlite and revision is None:
        return NOTHING_YET
    if migrate.is_unreleased(revision):
        says = f"The database is at {revision}, which was never released."
        return problem_finding("Migrations", says, "It cannot be migrated: start with an empty database.")
    if revision in migrate.STEPS:
        says = f"The database is at {revision}, which is older than this version of Steward ({newest})."
        return (
            note_finding("Migrations", f"{says} `steward run` migrates it.")
            if is_sqlite
            else problem_finding("Migrations", says, MIGRATE)
        )
    if revision:
        says = f"The database is at {revision}, which is newer than this version of Steward ({newest})."
        return problem_finding("Migrations", says, "Run the newer version of Steward, or restore a backup.")
    return problem_finding("Migrations", "The database is empty.", MIGRATE)


async def _clock(session: AsyncSession, clock: Clock) -> list[Finding]:
    theirs = datetime.fromtimestamp((await session.execute(select(database_clock()))).scalar_one(), UTC)
    return [findings.compare_clocks("Database clock", "the database's", (clock.now() - theirs).total_seconds())]
