"""Database engines: fair queueing for the write connection, timeouts, and few round trips to SQLite's thread."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError, TimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db import driver, engines
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


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the functions that the driver has called in a thread."""
    called = []
    call = driver.Connection._call_patiently

    def counted(self: driver.Connection, function: Callable[..., Any], *args: Any) -> Any:
        called.append(function.__name__)
        return call(self, function, *args)

    monkeypatch.setattr(driver.Connection, "_call_patiently", counted)
    return called


async def test_transaction_with_short_statements_needs_a_thread_only_to_commit(
    writer: AsyncEngine, threads: list[str]
) -> None:
    async with writer.begin() as connection:
        await connection.execute(text("INSERT INTO words VALUES ('one')"))
        found = await connection.execute(text("SELECT word FROM words"))

    assert found.all() == [("one",)]
    assert threads == ["commit"]


async def test_transaction_without_changes_needs_no_thread(writer: AsyncEngine, threads: list[str]) -> None:
    async with writer.begin() as connection:
        await connection.execute(text("UPDATE words SET word = 'two' WHERE word = 'one'"))

    assert threads == []


COUNT = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)"


@pytest.mark.parametrize(
    "statement",
    [
        f"SELECT max(i) FROM ({COUNT} SELECT i FROM n)",
        "DELETE FROM words",
        f"{COUNT} SELECT max(i) FROM n",
        "CREATE TABLE others (word text)",
    ],
)
async def test_long_query_or_any_other_statement_runs_in_a_thread(
    writer: AsyncEngine, threads: list[str], statement: str
) -> None:
    async with writer.connect() as connection:
        await connection.execute(text(statement))
        await connection.rollback()

    assert threads == ["_run"]


async def test_statement_with_many_values_runs_in_a_thread(writer: AsyncEngine, threads: list[str]) -> None:
    insert = text("INSERT INTO words VALUES (:word)")
    rows = [{"word": f"word {number}"} for number in range(driver.MOST_VALUES + 2)]
    async with writer.connect() as connection:
        await connection.execute(insert, rows[:1])
        assert threads == []
        await connection.execute(insert, rows[1:])
        await connection.rollback()

    assert threads == ["_run"]


async def test_change_that_was_slow_runs_in_a_thread_until_it_is_fast_again(
    writer: AsyncEngine, threads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    insert = text("INSERT INTO words VALUES (:word)")
    async with writer.connect() as connection:
        with monkeypatch.context() as patch:
            patch.setattr(driver, "SLOW_SECONDS", -1)
            await connection.execute(insert, {"word": "one"})
        assert threads == []
        await connection.execute(insert, {"word": "two"})
        await connection.execute(insert, {"word": "three"})
        await connection.rollback()

    assert threads == ["_run"]


async def test_query_is_interrupted_in_a_transaction_without_losing_its_changes(
    writer: AsyncEngine, threads: list[str]
) -> None:
    async with writer.begin() as connection:
        await connection.execute(text("INSERT INTO words VALUES ('kept')"))
        found = await connection.scalar(text(f"SELECT max(i) FROM ({COUNT} SELECT i FROM n)"))

    assert found == 300000
    assert await words(writer) == ["kept"]


async def test_transaction_begins_once_if_its_first_query_is_interrupted_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "STEPS_BETWEEN_LOOKS", 1)
    monkeypatch.setattr(driver, "QUERY_SECONDS", -1)
    writer, reader = engines.sqlite(tmp_path / "other.db")
    for _ in range(3):
        async with writer.begin() as connection:
            assert await connection.scalar(text("SELECT max(i) FROM (SELECT 1 AS i UNION SELECT 2)")) == 2
    await writer.dispose()
    await reader.dispose()


async def test_commit_on_a_slow_disk_does_not_hold_up_the_event_loop(
    writer: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is slow until the event loop has gone on meanwhile."""
    went_on = threading.Event()
    call = driver.Connection._call_patiently

    def slow(self: driver.Connection, function: Callable[..., Any], *args: Any) -> Any:
        assert went_on.wait(60)
        return call(self, function, *args)

    monkeypatch.setattr(driver.Connection, "_call_patiently", slow)

    async def write() -> None:
        async with writer.begin() as connection:
            await connection.execute(text("INSERT INTO words VALUES ('one')"))

    writing = asyncio.create_task(write())
    await asyncio.sleep(0.01)
    went_on.set()
    await writing

    assert await words(writer) == ["one"]


async def test_commit_of_a_canceled_task_ends_before_the_connection_is_used_again(
    writer: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()
    call = driver.Connection._call_patiently

    def slow(self: driver.Connection, function: Callable[..., Any], *args: Any) -> Any:
        loop.call_soon_threadsafe(begun.set)
        assert may_end.wait(60)
        return call(self, function, *args)

    async def write() -> None:
        async with writer.begin() as connection:
            await connection.execute(text("INSERT INTO words VALUES ('one')"))
            monkeypatch.setattr(driver.Connection, "_call_patiently", slow)

    writing = asyncio.create_task(write())
    await begun.wait()
    writing.cancel()
    reading = asyncio.create_task(words(writer))
    await asyncio.sleep(0.01)
    assert not reading.done()
    may_end.set()

    with pytest.raises(asyncio.CancelledError):
        await writing
    assert await reading == ["one"]


async def test_transaction_is_rolled_back_after_an_exception(writer: AsyncEngine) -> None:
    async def twice() -> None:
        async with writer.begin() as connection:
            await connection.execute(text("INSERT INTO words VALUES ('one')"))
            await connection.execute(text("INSERT INTO words VALUES ('one')"))

    with pytest.raises(IntegrityError):
        await twice()

    assert await words(writer) == []


async def test_transaction_canceled_during_a_statement_is_rolled_back(writer: AsyncEngine) -> None:
    slow = f"{COUNT} SELECT max(i) FROM n"

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
