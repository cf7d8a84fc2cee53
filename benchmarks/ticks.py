"""Whether a tick grows with what is stored: 1,000 appointments against 100,000 (SQLite).

A tick with nothing due, and one with a hundred due, each of which it keeps (an empty weekly job). Two databases in
one run, ticked in turns; the ratio is that of one round.
"""

import asyncio
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks import databases, figures
from bot.clock import Clock
from bot.database import Database, insert
from bot.teams import Team
from bot.timetable import Appointment, Job, Occurrence
from bot.timetable.keeper import Keeper

ROUNDS = 7
STORED = (1_000, 100_000)
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
AT_ONCE = 1000
"""Rows that one INSERT carries."""


async def nothing(session: AsyncSession, team: Team, due: Occurrence) -> None:
    pass


JOB = Job(nothing)


async def store(database: Database, count: int) -> None:
    team = await databases.team(database, "T1", NOW)
    row = {
        "workspace_id": "T1", "team_id": team.id, "job": JOB.name, "zone": "UTC", "recurrence": "FREQ=WEEKLY",
        "wall": LATER.replace(tzinfo=None), "since": NOW, "tries": 0,
    }  # fmt: skip
    for first in range(0, count, AT_ONCE):
        rows = [
            {**row, "key": str(n), "due_at": LATER + timedelta(seconds=n), "wake_at": LATER + timedelta(seconds=n)}
            for n in range(first, first + AT_ONCE)
        ]
        async with database.begin() as session:
            await session.execute(insert(session, Appointment), rows)


async def tick(database: Database, *, due: int) -> float:
    """How long one takes, in milliseconds, with so many due."""
    at = NOW - timedelta(seconds=1)
    async with database.begin() as session:
        await session.execute(update(Appointment).where(Appointment.id <= due).values(due_at=at, wake_at=at))
    keeper = Keeper(database, Clock(lambda: NOW), [JOB])
    started = time.perf_counter()
    await keeper.tick()
    took = (time.perf_counter() - started) * 1000
    assert await keeper.next_at() != at, "the tick left something behind"  # noqa: S101
    return took


async def main() -> None:
    figures.title("One tick, milliseconds, by appointments stored (SQLite)", "SQLAlchemy", "aiosqlite")
    async with AsyncExitStack() as stack:
        stored = {count: await stack.enter_async_context(databases.sqlite()) for count in STORED}
        for count, database in stored.items():
            await store(database, count)
        figures.table("due", *(f"{count:,} stored" for count in STORED), "ratio")
        for due in (0, 100):
            for database in stored.values():
                await tick(database, due=due)
            found: dict[int, list[float]] = {count: [] for count in STORED}
            for _ in range(ROUNDS):
                for count, database in stored.items():
                    found[count].append(await tick(database, due=due))
            few, many = found.values()
            figures.row(str(due), figures.spread(few), figures.spread(many), figures.spread(figures.ratios(many, few)))


if __name__ == "__main__":
    asyncio.run(main())
