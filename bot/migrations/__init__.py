"""The database's shape, brought up to date by Alembic; `bot/migrations/versions` has the steps."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.database import Database

HERE = Path(__file__).parent


async def upgrade(database: Database) -> None:
    """Bring the database up to date; nothing happens when it is."""
    if await is_current(database):
        return
    async with database.writer.begin() as connection:
        await connection.run_sync(_upgrade)


async def is_current(database: Database) -> bool:
    async with database.writer.connect() as connection:
        revision = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    return revision == ScriptDirectory(str(HERE)).get_current_head()


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
