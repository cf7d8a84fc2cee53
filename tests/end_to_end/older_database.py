"""A database as an older version of the bot would have left it: without what the newest migrations added."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.db.encryption import Vault
from bot.db.migrations import migrate
from bot.db.sessions import Database, connect
from tests.databases import KEY

Schema = dict[str, tuple[set[str], set[str]]]
"""The names of each table's columns and indexes."""


def schema(connection: Connection) -> Schema:
    found = inspect(connection)
    return {
        table: (
            {column["name"] for column in found.get_columns(table)},
            {str(index["name"]) for index in found.get_indexes(table) if not index.get("duplicates_constraint")},
        )
        for table in found.get_table_names()
    }


async def step_back(database: Database, scratch: Path, revisions: int = 2) -> str:
    """Undo the newest migrations, which must only have added something, and return the revision that is left."""
    revision = migrate.STEPS[-1 - revisions]
    older = connect(None, scratch, Vault([KEY]))
    async with older.writer.begin() as connection:
        await connection.run_sync(migrate.take_steps, revision)
        before = await connection.run_sync(schema)
    await older.close()
    async with database.writer.begin() as connection:
        for statement in _undo(before, await connection.run_sync(schema)):
            await connection.execute(text(statement))
        await connection.execute(text("UPDATE alembic_version SET version_num = :at"), {"at": revision})
        assert await connection.run_sync(schema) == before
    return revision


def _undo(before: Schema, after: Schema) -> list[str]:
    dropped = [f"DROP TABLE {table}" for table in after.keys() - before.keys()]
    for table in before:
        columns, indexes = (after[table][part] - before[table][part] for part in (0, 1))
        dropped += [f"DROP INDEX {name}" for name in sorted(indexes)]
        dropped += [f"ALTER TABLE {table} DROP COLUMN {name}" for name in sorted(columns)]
    return dropped
