"""A thousand weekly rituals due in the same second, on SQLite: our timetable against APScheduler's own store.

Ours: the Keeper, ticked every second by APScheduler as bot/app.py does. Against it SQLAlchemyJobStore, on a file with
the same pragmas, with APScheduler's default grace of a second and with none. The job itself is empty. How many ran,
how many seconds after they were due the last one was done with, and the longest time for which the event loop stood
still meanwhile. Takes a minute and a half.
"""

import asyncio
import logging
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import create_engine, event
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks import databases, figures
from benchmarks.loop import stalls
from bot.clock import Clock
from bot.database import insert
from bot.teams import Team
from bot.timetable import Appointment, Job, Occurrence
from bot.timetable.keeper import Keeper

ROUNDS = 3
RITUALS = 1000
AHEAD = timedelta(seconds=6)
"""Time enough for the store to take them before they are due; ours needs less."""
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL")

Found = tuple[int, float, float]

ran: list[float] = []
"""When each ran."""
all_ran = asyncio.Event()


async def ritual() -> None:
    ran.append(time.perf_counter())
    if len(ran) == RITUALS:
        all_ran.set()


async def kept(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await ritual()


def in_machine_time(due: datetime) -> float:
    """When that is by the machine's clock."""
    wait = (due - datetime.now(UTC)).total_seconds()
    assert wait > 0, "storing took longer than AHEAD"  # noqa: S101
    return time.perf_counter() + wait


async def ours() -> Found:
    job, clock, due = Job(kept), Clock(), datetime.now(UTC) + AHEAD / 3
    async with databases.sqlite() as database:
        team = await databases.team(database, "T1", due)
        row = {
            "workspace_id": "T1", "team_id": team.id, "job": job.name, "zone": "UTC", "recurrence": "FREQ=WEEKLY",
            "wall": due.replace(tzinfo=None), "due_at": due, "wake_at": due, "since": due, "tries": 0,
        }  # fmt: skip
        async with database.begin() as session:
            await session.execute(insert(session, Appointment), [{**row, "key": str(n)} for n in range(RITUALS)])
        keeper, scheduler = Keeper(database, clock, [job]), AsyncIOScheduler(timezone="UTC")
        scheduler.add_job(keeper.tick, "interval", seconds=1, coalesce=True, misfire_grace_time=None)
        scheduler.start()
        started = in_machine_time(due)
        async with stalls() as longest:
            await all_ran.wait()
        scheduler.shutdown(wait=False)
    return len(ran), ran[-1] - started, longest[0]


async def store(grace: int | None) -> Found:
    due = datetime.now(UTC) + AHEAD
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/jobs.db")
        for pragma in PRAGMAS:
            event.listen(engine, "connect", lambda raw, record, pragma=pragma: raw.execute(f"PRAGMA {pragma}"))
        jobs = SQLAlchemyJobStore(engine=engine)
        scheduler = AsyncIOScheduler(timezone="UTC", jobstores={"default": jobs})
        scheduler.start(paused=True)
        for number in range(RITUALS):
            scheduler.add_job(
                ritual, "interval", weeks=1, start_date=due, id=str(number), misfire_grace_time=grace, coalesce=True
            )
        scheduler.resume()
        started = in_machine_time(due)
        async with stalls() as longest:
            await asyncio.sleep(started - time.perf_counter())
            while (jobs.get_next_run_time() or due) <= due:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            took = time.perf_counter() - started
            await asyncio.sleep(0.5)
        scheduler.shutdown(wait=False)
        engine.dispose()
    return len(ran), max([took, *(at - started for at in ran)]), longest[0]


async def main() -> None:
    logging.disable()
    figures.title(f"{RITUALS} rituals due in one second, SQLite", "APScheduler", "SQLAlchemy", "aiosqlite")
    ways: dict[str, Callable[[], Awaitable[Found]]] = {
        "ours, ticked every second": ours,
        "store, grace of 1 s": partial(store, 1),
        "store, any grace": partial(store, None),
    }
    found: dict[str, list[Found]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            ran.clear()
            all_ran.clear()
            found[name].append(await way())
    figures.table("way", "ran", "seconds until all were done with", "longest stall, ms")
    for name, rounds in found.items():
        counts, seconds, stalled = zip(*rounds, strict=True)
        figures.row(name, figures.spread(counts, 0), figures.spread(seconds, 1), figures.spread(stalled, 0))


if __name__ == "__main__":
    asyncio.run(main())
