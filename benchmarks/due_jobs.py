"""Benchmark of a thousand rituals due in one second, on SQLite: event loop stalls and ack times.

Compares Steward's scheduler worker, ticked every second as in bot/app.py while real `/shoutout` commands come in, with
APScheduler's own SQLAlchemyJobStore on a file with the same pragmas.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import aiohttp
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import create_engine, event, insert
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks import databases, figures, rows, table_growth
from benchmarks.event_loop import stalls
from benchmarks.report import Chapter, Table, Verdict
from bot.app import Steward
from bot.clock import Clock
from bot.db.models import table
from bot.org.teams.models import Team
from bot.scheduler.jobs import Job
from bot.scheduler.models import Occurrence, ScheduledJob
from bot.scheduler.worker import SchedulerWorker

RITUALS = 1000
AHEAD = timedelta(seconds=6)
"""How long before they are due APScheduler's store begins to add the jobs; Steward needs half as long."""
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL")
NONE_ASKED = 0.0


class Found(NamedTuple):
    ran: int
    seconds: float
    """Seconds from the due time until the last job was done."""
    stall: float
    ack: float
    """The slowest ack during that time, in milliseconds, like `stall`."""


ran: list[float] = []
"""When each job ran, by the performance counter."""


async def ritual() -> None:
    ran.append(time.perf_counter())


async def kept(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await ritual()


async def run(quick: bool) -> Chapter:
    count, rounds = (100, 1) if quick else (RITUALS, 3)
    found: dict[str, list[Found]] = {OURS: [], STORE: []}
    ways: dict[str, Callable[[int], Awaitable[Found]]] = {OURS: ours, STORE: store}
    for _ in range(rounds):
        for name, way in ways.items():
            ran.clear()
            found[name].append(await way(count))
    lines = []
    for name, each in found.items():
        counts, seconds, stalled, acks = zip(*each, strict=True)
        slowest = figures.spread(acks, 0) if max(acks) else "–"
        lines.append([name, figures.spread(counts, 0), figures.spread(seconds, 1), figures.spread(stalled, 1), slowest])
    columns = ["way", "ran", "seconds until all were done", "longest stall, ms", "slowest `/shoutout` meanwhile, ms"]
    return Chapter(f"{count:,} rituals due in one second", TEXT, [Table(columns, lines)], _verdicts(found[OURS], count))


def _verdicts(ours: list[Found], count: int) -> list[Verdict]:
    stall, ack = max(each.stall for each in ours), max(each.ack for each in ours)
    missed = sum(count - each.ran for each in ours)
    return [
        Verdict(f"{count:,} rituals due in one second", "none missed", f"{missed} missed", missed == 0),
        Verdict("the event loop meanwhile", "never blocked for 20 ms", f"{stall:.1f} ms at most", stall < 20),
        Verdict("a `/shoutout` meanwhile", "acked under 100 ms", f"{ack:.0f} ms at most", ack < 100),
    ]


async def ours(count: int) -> Found:
    job, due = Job(kept), datetime.now(UTC) + AHEAD / 2
    async with databases.sqlite() as database, aiohttp.ClientSession() as http:
        team = await databases.team(database, rows.WORKSPACE, due, people=[*table_growth.GIVERS, "UANA"])
        row = {
            "workspace_id": rows.WORKSPACE, "team_id": team.id, "job": job.name, "zone": "UTC", "due_at": due,
            "recurrence": "FREQ=WEEKLY", "wall": due.replace(tzinfo=None), "wake_at": due, "since": due, "tries": 0,
        }  # fmt: skip
        async with database.begin() as session:
            await session.execute(insert(table(ScheduledJob)), [{**row, "key": str(n)} for n in range(count)])
        bot = table_growth.steward(database, http)
        await table_growth.time_shoutouts(bot)  # warms up
        scheduler = AsyncIOScheduler(timezone="UTC")
        scheduler.add_job(
            SchedulerWorker(database, Clock(), [job]).tick,
            "interval",
            seconds=1,
            coalesce=True,
            misfire_grace_time=None,
        )
        scheduler.start()
        wait = (due - datetime.now(UTC)).total_seconds()
        started = time.perf_counter() + wait
        await asyncio.sleep(wait)
        async with stalls() as longest, acks(bot) as took:
            await _all_ran(count)
        scheduler.shutdown(wait=False)
    return Found(len(ran), ran[-1] - started, longest[0], max(took))


@asynccontextmanager
async def acks(bot: Steward) -> AsyncIterator[list[float]]:
    """Send ten `/shoutout` commands a second while the block runs; yield the growing list of their latencies."""
    took: list[float] = []

    async def ask() -> None:
        while True:
            took.append(await table_growth.shoutout(bot))
            await asyncio.sleep(0.1)

    asking = asyncio.create_task(ask())
    yield took
    asking.cancel()
    await asyncio.wait([asking])


async def _all_ran(count: int) -> None:
    while len(ran) < count:  # noqa: ASYNC110
        await asyncio.sleep(0.02)


async def store(count: int) -> Found:
    due = datetime.now(UTC) + AHEAD
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/jobs.db")
        for pragma in PRAGMAS:
            event.listen(engine, "connect", lambda raw, record, pragma=pragma: raw.execute(f"PRAGMA {pragma}"))
        jobs = SQLAlchemyJobStore(engine=engine)
        scheduler = AsyncIOScheduler(timezone="UTC", jobstores={"default": jobs})
        scheduler.start(paused=True)
        for number in range(count):
            scheduler.add_job(
                ritual, "interval", weeks=1, start_date=due, id=str(number), misfire_grace_time=None, coalesce=True
            )
        scheduler.resume()
        wait = (due - datetime.now(UTC)).total_seconds()
        started = time.perf_counter() + wait
        async with stalls() as longest:
            await asyncio.sleep(wait)
            await _all_ran(count)
        scheduler.shutdown(wait=False)
        engine.dispose()
    return Found(len(ran), ran[-1] - started, longest[0], NONE_ASKED)


OURS, STORE = "ours, ticked every second", "APScheduler's SQLAlchemyJobStore, unlimited grace time"
TEXT = """
The job itself is empty. Our scheduler runs each job in the transaction that reschedules it, so that none is lost or run
twice when a process dies; ten `/shoutout` commands a second run meanwhile. SQLAlchemyJobStore computes all jobs on the
event loop at once. Minimum / median / maximum of the rounds.
"""
