"""The database's shape, brought up to date by Alembic; `bot/migrations/versions` has the steps.

Alembic itself is loaded only when there is a step to take: most starts have none, and should be quick.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.database import Database

HERE = Path(__file__).parent


def newest() -> str:
    """The number of the last step, which its file name begins with."""
    return max(step.name.partition("_")[0] for step in (HERE / "versions").glob("[0-9]*.py"))


async def upgrade(database: Database) -> None:
    """Bring the database up to date; nothing happens when it is."""
    if not await is_current(database):
        async with database.writer.begin() as connection:
            await connection.run_sync(_upgrade)


async def is_current(database: Database) -> bool:
    async with database.writer.connect() as connection:
        return await connection.run_sync(_revision) == newest()


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
