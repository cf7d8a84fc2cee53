"""Remove the bytes of closed rounds from the database's files, because a deleted row can still be read there."""

import asyncio
from typing import Any

import structlog
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.disposable_keys import DisposableKey
from bot.db.models import table
from bot.db.sessions import Database
from bot.db.sqlite_copies import delete_all_copies
from bot.features.pulse import queries
from bot.features.pulse.models import PulseAnswer, PulseInvitation, PulseRound

log = structlog.get_logger()

POLL_SECONDS = 60.0
WAIT_SECONDS, MOST_WAITS = 0.5, 60
CLEANED = (PulseAnswer, PulseInvitation, PulseRound, DisposableKey)
IS_STILL_SEEN = text(
    "SELECT pg_snapshot_xmin(pg_current_snapshot()) <= CAST(CAST(:closed AS text) AS xid8) OR EXISTS ("
    "SELECT FROM pg_stat_activity WHERE (datname = current_database() OR datname IS NULL) AND pid <> pg_backend_pid() "
    "AND age(backend_xmin) >= age(CAST(CAST(:closed AS text) AS xid))) OR EXISTS ("
    "SELECT FROM pg_replication_slots WHERE age(xmin) >= age(CAST(CAST(:closed AS text) AS xid)))"
)
"""Whether VACUUM keeps what was deleted, because a transaction that began before may still see it.

That is one that has written something and is open, even between two statements, prepared for two-phase commit, or in
another database of the server; one that reads; or one on a standby, which holds rows back with `hot_standby_feedback`.
"""


class PulseCleaner:
    """Cleans up after closed rounds, until each is marked as cleaned. A crash in between only repeats the work."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self) -> None:
        while True:
            try:
                await self.clean()
            except Exception:
                log.exception("pulse_cleaner_failed")
            await asyncio.sleep(POLL_SECONDS)

    async def clean(self) -> None:
        """Rewrite the tables of the pulse if a round was closed since the last time.

        With SQLite, truncate the log, and delete the copies in the data folder, which may hold the round.
        """
        async with self._database.reading() as session:
            closed = await queries.list_uncleaned(session)
        if not closed:
            return
        async with self._database.writer.connect() as connection:
            is_done = await (self._truncate_log if self._database.is_sqlite else self._rewrite_tables)(connection)
        if is_done:
            async with self._database.begin() as session:
                await delete_all_copies(session)
                await session.execute(update(PulseRound).where(PulseRound.id.in_(closed)).values(is_cleaned=True))
            log.info("pulse_cleaned", rounds=len(closed))

    async def _truncate_log(self, connection: AsyncConnection) -> bool:
        """Truncate the write-ahead log, and return False if a reader is using it. `secure_delete` clears the file."""
        raw = await connection.get_raw_connection()
        driver: Any = raw.driver_connection
        [(is_busy, *_)] = await driver.execute_alone("PRAGMA wal_checkpoint(TRUNCATE)")
        return not is_busy

    async def _rewrite_tables(self, connection: AsyncConnection) -> bool:
        """Rewrite the tables without their deleted rows; return False if an older transaction may see them."""
        connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
        if not await wait_for_older_transactions(connection):
            return False
        for model in CLEANED:
            await connection.execute(text(f"VACUUM FULL {table(model).name}"))
        return True


async def wait_for_older_transactions(connection: AsyncConnection) -> bool:
    """Wait until all transactions that began earlier have ended; return False if one takes too long.

    Those that begin meanwhile do not matter. On a busy database there is always one.
    """
    closed = await connection.scalar(text("SELECT CAST(pg_current_xact_id() AS text)"))
    for _ in range(MOST_WAITS):
        if not await connection.scalar(IS_STILL_SEEN, {"closed": closed}):
            return True
        await asyncio.sleep(WAIT_SECONDS)
    return False
