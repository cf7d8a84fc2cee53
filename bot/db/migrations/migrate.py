"""Migrate the database with Alembic; `bot/db/migrations/versions` has the revisions.

Alembic is imported only when there is a revision to apply to an older database, so that most starts are fast.
"""

import asyncio
from pathlib import Path

import structlog
from sqlalchemy import Connection, inspect, text

from bot.db.sessions import Database
from bot.db.sqlite_copies import BEFORE, copy_database
from bot.errors import OperatorError

log = structlog.get_logger()

HERE = Path(__file__).parent
STEPS = (
    "0200", "0201", "0202", "0203", "0204", "0205", "0206", "0207", "0208", "0209", "0210", "0211", "0212",
    "0213", "0214", "0215", "0216", "0217", "0218", "0219", "0220", "0221", "0225", "0226", "0227", "0228", "0229",
)  # fmt: skip
"""All revisions, oldest first. Listed here because Alembic, which knows them, is slow to import."""
VERSION_TABLE = """
CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)
"""
"""Alembic's own table, as Alembic creates it."""
UNRELEASED = "This database is from an unreleased version of Steward and cannot be migrated: start with an empty one."
NEWER = "This database is from a newer version of Steward: run that version, or restore a backup."


def newest() -> str:
    """Return the newest revision, which every up-to-date database has."""
    return STEPS[-1]


def is_newer(revision: str) -> bool:
    return revision > newest()


def is_unreleased(revision: str | None) -> bool:
    """Return whether a database is from before the first release, which no revision can migrate."""
    return revision is not None and revision not in STEPS and not is_newer(revision)


async def upgrade(database: Database) -> None:
    """Apply every missing revision, after a copy of a SQLite database to its folder; or create an empty database.

    Raises an `OperatorError`, and changes nothing, when the database is from an unreleased or a newer version, or when
    there is no space for the copy.
    """
    if await is_current(database):
        return
    revision = await revision_of(database)
    if database.is_sqlite and revision:
        copy = await asyncio.to_thread(_copy, Path(database.writer.url.database or ""), revision)
        log.info("copied_before_migration", file=str(copy))
    async with database.writer.begin() as connection:
        await connection.run_sync(take_steps if revision else create)


async def is_current(database: Database) -> bool:
    """Return whether the database is at the newest revision. Raises the same errors as `upgrade`."""
    revision = await revision_of(database)
    if is_unreleased(revision):
        raise OperatorError(UNRELEASED)
    if revision and is_newer(revision):
        raise OperatorError(NEWER)
    return revision == newest()


async def revision_of(database: Database) -> str | None:
    """Return the database's revision, or None when it has no tables."""
    async with database.writer.connect() as connection:
        return await connection.run_sync(_revision)


def _copy(file: Path, revision: str) -> Path:
    """Copy a database before a migration, and delete the copies of earlier migrations."""
    copy = file.with_name(f"{BEFORE}migration-from-{revision}")
    earlier = [each for each in file.parent.glob(f"{BEFORE}migration-*") if each != copy]
    copy_database(file, copy)
    for each in earlier:
        each.unlink(missing_ok=True)
    return copy


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def create(connection: Connection) -> None:
    """Create all tables at once in an empty database, as all revisions would."""
    from bot.db.migrations.metadata import METADATA

    METADATA.create_all(connection, checkfirst=False)
    connection.execute(text(VERSION_TABLE))
    connection.execute(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": newest()})


def take_steps(connection: Connection, to: str = "head") -> None:
    """Apply the missing revisions up to `to`."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
