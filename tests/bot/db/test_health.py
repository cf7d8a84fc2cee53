"""A database that takes no writes is not ready until a write works again, although it answers reads."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.db import keyring
from bot.db.sessions import Database

pytestmark = pytest.mark.own_database
SECONDS = 60.0


async def allow_writes(database: Database, *, allowed: bool) -> None:
    """Make the database read-only, as after a failover or on a disk that was mounted read-only, or undo that."""
    if database.is_sqlite and allowed:
        await database.writer.dispose()
        return
    async with database.writer.connect() as connection:
        if database.is_sqlite:
            await connection.execute(text("PRAGMA query_only = ON"))
            return
        alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await alone.execute(text("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE"))
        value = "off" if allowed else "on"
        name = database.writer.url.database
        await alone.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {value}'))
    await database.writer.dispose()


async def test_database_is_not_ready_after_a_failed_write_until_one_works(database: Database) -> None:
    await keyring.check(database)
    await allow_writes(database, allowed=False)
    assert await database.health.describe_outage(SECONDS) is None
    with pytest.raises(DBAPIError):
        await keyring.record_first_key(database)
    first, second = [await database.health.describe_outage(SECONDS) for _ in range(2)]
    await allow_writes(database, allowed=True)

    assert first == second
    assert "read" in str(first)
    assert await database.health.describe_outage(SECONDS) is None
    assert database.health.failure is None


async def test_error_that_is_no_fault_of_the_disk_leaves_the_database_ready(database: Database) -> None:
    with pytest.raises(DBAPIError):
        async with database.begin() as session:
            await session.execute(text("INSERT INTO keyring VALUES (1, NULL)"))
    assert await database.health.describe_outage(SECONDS) is None
