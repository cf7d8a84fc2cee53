"""Benchmark of the inbox: recording a delivery's id with its effect, and dropping a duplicate delivery.

Each transaction puts a message into the outbox, on SQLite and on PostgreSQL: without the inbox, with it, and with an id
that is already recorded. Each figure is the median of one round's transactions; the three variants alternate.
"""

import asyncio
import itertools
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from benchmarks import databases, figures
from bot.clock import Clock
from bot.db.sessions import Database
from bot.org.workspaces import Address
from bot.slack.inbox import Duplicate, Sessions
from bot.slack.outbox import outbox
from bot.slack.post import Post

ROUNDS = 9
CALLS = 60
NOW = Clock().now()
TO = Address("T1", "C1")
POST = Post("Thank you")
_ids = itertools.count()


async def without(database: Database) -> None:
    async with database.begin() as session:
        await outbox.put(session, POST, to=TO, not_before=NOW)


async def new(database: Database) -> None:
    await _received(database, str(next(_ids)))


async def duplicate(database: Database) -> None:
    with suppress(Duplicate):
        await _received(database, "0")


async def _received(database: Database, delivery_id: str) -> None:
    sessions = Sessions(database, "T1", delivery_id, NOW)
    try:
        async with sessions.begin() as session:
            await outbox.put(session, POST, to=TO, not_before=NOW)
    finally:
        await sessions.close()


WAYS: dict[str, Callable[[Database], Awaitable[None]]] = {
    "without the inbox": without,
    "with it": new,
    "a duplicate, dropped": duplicate,
}


async def medians(database: Database) -> dict[str, float]:
    """Return the median milliseconds of a transaction without the inbox, with it, and for a duplicate."""
    took: dict[str, list[float]] = {name: [] for name in WAYS}
    for _ in range(CALLS):
        for name, way in WAYS.items():
            started = time.perf_counter()
            await way(database)
            took[name].append((time.perf_counter() - started) * 1000)
    return {name: statistics.median(each) for name, each in took.items()}


async def measure(kind: str, database: Database) -> None:
    await databases.team(database, "T1", NOW)
    await new(database)
    rounds = [await medians(database) for _ in range(ROUNDS)]
    plain = [found["without the inbox"] for found in rounds]
    for name in WAYS:
        took = [found[name] for found in rounds]
        figures.row(f"{kind}, {name}", figures.spread(took), figures.spread(figures.ratios(took, plain)))


async def main() -> None:
    figures.title("One message put and committed", "SQLAlchemy", "asyncpg")
    figures.table("what", "ms", "of without")
    async with databases.sqlite() as database:
        await measure("SQLite", database)
    async with databases.postgresql() as (database,):
        await measure("PostgreSQL", database)


if __name__ == "__main__":
    asyncio.run(main())
