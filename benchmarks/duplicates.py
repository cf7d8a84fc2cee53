"""What it costs to write a delivery's id into the transaction of its effect, and to drop a delivery that came before.

The effect is a message put into the outbox, on SQLite and on PostgreSQL: without the inbox, with it, and once more
with an id that is known already. A figure is the median of a round's transactions; rounds take turns.
"""

import asyncio
import itertools
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from benchmarks import databases, figures
from bot import outbox
from bot.clock import Clock
from bot.database import Database
from bot.inbox import Duplicate, Sessions
from bot.messages.post import Post
from bot.teams import Address

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


async def timed(way: Callable[[Database], Awaitable[None]], database: Database) -> float:
    """The median of some transactions, in milliseconds."""
    took = []
    for _ in range(CALLS):
        started = time.perf_counter()
        await way(database)
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took)


async def measure(name: str, database: Database) -> None:
    await databases.team(database, "T1", NOW)
    await new(database)
    ways = {"without the inbox": without, "with it": new, "a duplicate, dropped": duplicate}
    found: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way, function in ways.items():
            found[way].append(await timed(function, database))
    for way, took in found.items():
        ratio = figures.ratios(took, found["without the inbox"])
        figures.row(f"{name}, {way}", figures.spread(took), figures.spread(ratio))


async def main() -> None:
    figures.title("One message put and committed", "SQLAlchemy", "aiosqlite", "asyncpg")
    figures.table("what", "ms", "of without")
    async with databases.sqlite() as database:
        await measure("SQLite", database)
    async with databases.postgresql() as (database,):
        await measure("PostgreSQL", database)


if __name__ == "__main__":
    asyncio.run(main())
