"""Database engines: fair queueing for the write connection, timeouts, and few round trips to SQLite's thread."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiosqlite
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError, TimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db import engines
from bot.db.sessions import Database

pytestmark = pytest.mark.own_database


@pytest.fixture
async def writer(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    writer, reader = engines.sqlite(tmp_path / "some.db")
    async with writer.begin() as connection:
        await connection.execute(text("CREATE TABLE words (word text PRIMARY KEY)"))
    yield writer
    await writer.dispose()
    await reader.dispose()


async def words(writer: AsyncEngine) -> list[str]:
    async with writer.begin() as connection:
        return list((await connection.scalars(text("SELECT word FROM words ORDER BY word"))).all())


async def test_transaction_makes_one_sqlite_thread_call_per_statement_and_one_to_commit(
    writer: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    visits = []
    execute = aiosqlite.Connection._execute

    async def counted(self: aiosqlite.Connection, fn: object, *args: object, **kw: object) -> object:
        visits.append(fn)
        return await execute(self, fn, *args, **kw)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
    async with writer.begin() as connection:
        await connection.execute(text("INSERT INTO words VALUES ('one')"))
        found = await connection.execute(text("SELECT word FROM words"))

    assert found.all() == [("one",)]
    assert len(visits) == 3


async def test_transaction_is_rolled_back_after_an_exception(writer: AsyncEngine) -> None:
    async def twice() -> None:
        async with writer.begin() as connection:
            await connection.execute(text("INSERT INTO words VALUES ('one')"))
            await connection.execute(text("INSERT INTO words VALUES ('one')"))

    with pytest.raises(IntegrityError):
        await twice()

    assert await words(writer) == []


async def test_transaction_canceled_during_a_statement_is_rolled_back(writer: AsyncEngine) -> None:
    slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT max(i) FROM n"

    async def write() -> None:
        async with writer.begin() as connection:
            await connection.execute(text("INSERT INTO words VALUES ('lost')"))
            started.set()
            await connection.execute(text(slow))

    started = asyncio.Event()
    writing = asyncio.create_task(write())
    await started.wait()
    await asyncio.sleep(0)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing

    assert await words(writer) == []


async def test_transaction_takes_no_write_lock_before_its_first_statement(writer: AsyncEngine, tmp_path: Path) -> None:
    other, reader = engines.sqlite(tmp_path / "some.db")
    async with writer.begin(), other.begin() as second:
        await second.execute(text("INSERT INTO words VALUES ('two')"))
    await other.dispose()
    await reader.dispose()

    assert await words(writer) == ["two"]


async def test_waiting_for_a_write_lock_of_another_process_times_out(
    writer: AsyncEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0)
    other, reader = engines.sqlite(tmp_path / "some.db")
    async with writer.begin() as first, other.connect() as second:
        await first.execute(text("INSERT INTO words VALUES ('one')"))
        with pytest.raises(OperationalError, match="locked"):
            await second.execute(text("INSERT INTO words VALUES ('two')"))
    await other.dispose()
    await reader.dispose()

    assert await words(writer) == ["one"]


async def test_writer_queue_is_first_in_first_out(writer: AsyncEngine) -> None:
    """Each task requests the write connection again right after releasing it."""
    served: list[str] = []

    async def work(name: str, times: int) -> None:
        for _ in range(times):
            async with writer.connect():
                served.append(name)
                await asyncio.sleep(0)

    await asyncio.gather(work("greedy", 20), work("patient", 3), work("quiet", 3))

    assert served[:9] == ["greedy", "patient", "quiet"] * 3


async def test_waiting_too_long_for_a_database_connection_raises_timeout_error(database: Database) -> None:
    engine = database.writer
    engine.pool._timeout = 0.01  # type: ignore[attr-defined]
    size = engine.pool.size() + max(engine.pool._max_overflow, 0)  # type: ignore[attr-defined]
    held = [await engine.connect() for _ in range(size)]
    with pytest.raises(TimeoutError):
        await engine.connect()
    for connection in held:
        await connection.close()
    async with engine.connect():
        pass
