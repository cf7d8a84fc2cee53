"""The database's shape, brought up to date by Alembic; `bot/db/migrations/versions` has the steps.

Alembic itself is loaded only when there is a step to take: most starts have none, and should be quick.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.db.sessions import Database
from bot.errors import OperatorError

HERE = Path(__file__).parent
STEPS = ("0200",)
"""All revisions, the oldest first. Named here since Alembic, which knows them, takes long to load."""
UNRELEASED = "This database was made by an unreleased version of Steward: start with an empty one."
NEWER = "This database was made by a newer version of Steward: run that one again."


def newest() -> str:
    """Return the revision of a database that is up to date."""
    return STEPS[-1]


def is_newer(revision: str) -> bool:
    return revision > newest()


def is_unreleased(revision: str | None) -> bool:
    """Whether a database was made before the first release: from there no step leads on."""
    return revision is not None and revision not in STEPS and not is_newer(revision)


async def upgrade(database: Database) -> None:
    """Bring the database up to date; nothing happens when it is.

    Raises an `OperatorError`, and changes nothing, where no step leads from what the database is.
    """
    if not await is_current(database):
        async with database.writer.begin() as connection:
            await connection.run_sync(take_steps)


async def is_current(database: Database) -> bool:
    """Whether there is no step to take. Raises an `OperatorError` where none leads on."""
    revision = await revision_of(database)
    if is_unreleased(revision):
        raise OperatorError(UNRELEASED)
    if revision and is_newer(revision):
        raise OperatorError(NEWER)
    return revision == newest()


async def revision_of(database: Database) -> str | None:
    """The step at which a database stands; None for one without tables."""
    async with database.writer.connect() as connection:
        return await connection.run_sync(_revision)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def take_steps(connection: Connection, to: str = "head") -> None:
    """Take every step that a database has not taken yet, up to one of them or to the last."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
