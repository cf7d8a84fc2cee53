"""What the command line does: erase without a running Steward, and remove old bytes from the database's files."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.db.sessions import Database
from bot.org import erasures
from bot.workflows.erasures import steps
from bot.workflows.pulse.cleaner import wait_for_older_transactions


async def run(database: Database, workspace_id: str, clock: Clock) -> None:
    """Erase the rows of all erasures of a workspace that have begun. Cards and receipts are left to a running Steward.

    Erasures whose people get no message, and with no card to edit, are completed.
    """
    while True:
        async with database.begin() as session:
            wait = await steps.go_on(session, workspace_id, now=clock.now())
        if wait != steps.SOON:
            return


async def count_left(database: Database, workspace_id: str) -> int:
    """Return how many erasures wait for Slack."""
    async with database.reading() as session:
        return len(await erasures.list_running(session, workspace_id))


async def compact(database: Database) -> bool:
    """Rewrite all tables without their deleted rows; return False if another process keeps some of them.

    PostgreSQL locks each table while it rewrites it, so everything else waits. SQLite overwrites deleted rows anyway;
    its write-ahead log is truncated, too.
    """
    async with database.writer.connect() as connection:
        if database.is_sqlite:
            return await _compact_sqlite(connection)
        connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
        is_clean = await wait_for_older_transactions(connection)
        await connection.execute(text("VACUUM FULL"))
        return is_clean


async def _compact_sqlite(connection: AsyncConnection) -> bool:
    raw = await connection.get_raw_connection()
    driver: Any = raw.driver_connection
    await driver.execute_alone("VACUUM")
    [(is_busy, *_)] = await driver.execute_alone("PRAGMA wal_checkpoint(TRUNCATE)")
    return not is_busy
