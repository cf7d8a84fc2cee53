"""What somebody who runs the bot, and reads along in Slack, can collect: rows, files, log, metrics and messages."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from prometheus_client import generate_latest
from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import metrics
from bot.db.encryption import DATABASE
from bot.db.migrations.metadata import METADATA
from tests.handlers.pulse.attack import Evidence, Row
from tests.handlers.pulse.drivers import agents
from tests.harness import World

RELATIONS = text(
    "SELECT pg_relation_filepath(oid) FROM pg_class WHERE pg_relation_filepath(oid) IS NOT NULL AND "
    "(relname IN (SELECT tablename FROM pg_tables WHERE schemaname = 'public') "
    "OR relnamespace = 'pg_toast'::regnamespace)"
)


async def collect(world: World, logged: str) -> Evidence:
    """Collect what is left of a round. PostgreSQL's write-ahead log is not part of it (`docs/privacy.md`)."""
    async with world.database.writer.connect() as connection:
        rows = [row async for row in _read_rows(connection)]
        files = _read_sqlite(world.settings.data) if world.database.is_sqlite else await _read_postgres(connection)
    messages = [await world.slack.messages("bot", name) for name in await agents(world)]
    page = generate_latest(metrics.REGISTRY).decode()
    return Evidence(rows, files, f"{logged}\n{page}\n{messages}")


async def _read_rows(connection: AsyncConnection) -> AsyncIterator[Row]:
    is_sqlite = connection.dialect.name == "sqlite"
    where = "rowid AS at_place" if is_sqlite else "ctid AS at_place, xmin::text AS at_xmin"
    for table in METADATA.sorted_tables:
        found = await connection.execute(text(f"SELECT {where}, * FROM {table.name}"))
        for row in found.mappings():
            values = {
                name: _decrypt(connection, table, name, row[name])
                for name in row
                if name not in ("at_place", "at_xmin")
            }
            place = (row["at_place"],) if is_sqlite else tuple(row["at_place"])
            yield Row(table.name, place, None if is_sqlite else int(row["at_xmin"]), values)


def _decrypt(connection: AsyncConnection, table: Table, name: str, value: Any) -> Any:
    process = table.c[name].type.result_processor(connection.dialect, None) if isinstance(value, str) else None
    return process(value) if process and value.startswith("\x01") else value


def _read_sqlite(data: Path) -> bytes:
    return b"".join(each.read_bytes() for each in sorted(data.glob(f"{DATABASE}*")))


async def _read_postgres(connection: AsyncConnection) -> bytes:
    """Read the files of all tables, deleted rows included, after everything is written to them."""
    await connection.execute(text("CHECKPOINT"))
    root = Path(await connection.scalar(text("SHOW data_directory")) or "")
    return b"".join([(root / each).read_bytes() for each in await connection.scalars(RELATIONS)])
