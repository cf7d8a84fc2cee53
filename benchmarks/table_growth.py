"""Benchmark of a `/shoutout` and a scheduler tick with a thousand and with a million stored rows (SQLite)."""

import itertools
import statistics
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import aiohttp
from pydantic import SecretStr
from slack_bolt.async_app import AsyncBoltRequest
from sqlalchemy import text, update

from benchmarks import databases, figures, report, rows
from benchmarks.report import Chapter, Verdict
from bot.app import Steward
from bot.clock import Clock
from bot.db.sessions import Database
from bot.scheduler.models import ScheduledJob
from bot.settings import Settings

FEW, MANY, QUICK_MANY = 1_000, 1_000_000, 20_000
CALLS, DUE = 30, 100
GIVERS = [f"U{number}" for number in range(200)]
LATER = datetime.now(UTC) + timedelta(days=300)
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)"
SHOUTOUTS = f"""INSERT INTO shoutouts (workspace_id, team_id, giver_id, message, source, way, reason, "values",
    receivers, made_at, named, kind, is_private, is_for_team, given_at, given_on, event_ts, is_gone)
    {NUMBERS} SELECT :workspace, 1, 'U' || i % 200, 'old' || i, 'old' || i, 'spoken', 'thank you', '[]', '["UANA"]',
    datetime(:now, '-' || (i % 500000) || ' minutes'), '["UANA"]', 'thanks', 0, 0,
    datetime(:now, '-' || (1500 + i % 500000) || ' minutes'),
    date(:now, '-' || (1500 + i % 500000) || ' minutes'), '', 0 FROM n"""  # noqa: S608
CREDITS = """INSERT INTO shoutout_credits (workspace_id, message, giver_id, receiver_id, shoutout_id)
    SELECT workspace_id, message, giver_id, 'UANA', id FROM shoutouts"""
APPOINTMENTS = f"""INSERT INTO scheduled_jobs (workspace_id, team_id, key, job, zone, recurrence, wall, due_at, since,
    wake_at, tries) {NUMBERS} SELECT :workspace, 1, 'a' || i, 'shoutouts.post_round_up', 'UTC', 'FREQ=WEEKLY',
    datetime(:later, '+' || i || ' seconds'), datetime(:later, '+' || i || ' seconds'), :now,
    datetime(:later, '+' || i || ' seconds'), 0 FROM n"""  # noqa: S608
_triggers = itertools.count()


async def run(quick: bool) -> Chapter:
    stored = (FEW, QUICK_MANY if quick else MANY)
    found: dict[str, dict[int, list[float]]] = {
        what: {count: [] for count in stored} for what in ("`/shoutout`", "a tick, nothing due", f"a tick, {DUE} due")
    }
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        bots = {}
        for count in stored:
            database = await stack.enter_async_context(databases.sqlite())
            await fill(database, count)
            bots[count] = steward(database, http)
        for turn in range(3 if quick else 8):
            for count, bot in bots.items():
                took = [await time_shoutouts(bot), await idle(bot), await tick(bot, DUE)]
                if turn:  # the first round warms up
                    for rounds, each in zip(found.values(), took, strict=True):
                        rounds[count].append(each)
    return _chapter(stored, found)


def _chapter(stored: tuple[int, int], found: dict[str, dict[int, list[float]]]) -> Chapter:
    lines, verdicts = [], []
    for what, by_count in found.items():
        few, many = by_count.values()
        grown = figures.ratios(many, few)
        lines.append([what, figures.spread(few), figures.spread(many), figures.spread(grown)])
        bar = f"within 1.5 times the time at {stored[0]:,}"
        met = statistics.median(grown) <= 1.5
        verdicts.append(Verdict(f"{what}, {stored[1]:,} stored", bar, figures.spread(grown), met))
    columns = ["what, ms", *(f"{count:,} stored" for count in stored), "ratio"]
    return Chapter("Scaling with stored data", TEXT, [report.Table(columns, lines)], verdicts)


async def fill(database: Database, count: int) -> None:
    now = datetime.now(UTC)
    await databases.team(database, rows.WORKSPACE, now, people=[*GIVERS, "UANA"])
    told = {"count": count, "workspace": rows.WORKSPACE, "now": _wall(now), "later": _wall(LATER)}
    async with database.begin() as session:
        for statement in (SHOUTOUTS, CREDITS, APPOINTMENTS):
            await session.execute(text(statement), {name: told[name] for name in told if f":{name}" in statement})
        await session.execute(text("ANALYZE"))


def _wall(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(" ", "microseconds")


def steward(database: Database, http: aiohttp.ClientSession) -> Steward:
    """Return the bot without starting its relay and scheduler."""
    settings = Settings(api_url="http://127.0.0.1:1/", bot_token=SecretStr("xoxb-1"))
    return Steward(settings, database, Clock(), http)


async def time_shoutouts(bot: Steward) -> float:
    """Return the median latency of `CALLS` shout-outs, in milliseconds."""
    return statistics.median([await shoutout(bot) for _ in range(CALLS)])


async def shoutout(bot: Steward) -> float:
    """Dispatch one `/shoutout` through Bolt; return the milliseconds until its response."""
    number = next(_triggers)
    body = {
        "type": "slash_commands", "command": "/shoutout", "text": "<@UANA> thank you for the calm voice #empathy",
        "team_id": rows.WORKSPACE, "user_id": GIVERS[number % len(GIVERS)], "channel_id": "C1",
        "trigger_id": f"{number}.1",
    }  # fmt: skip
    request = AsyncBoltRequest(body=body, mode="socket_mode")
    began = time.perf_counter()
    answer = await bot.bolt.async_dispatch(request)
    took = (time.perf_counter() - began) * 1000
    assert "Thanks! " in answer.body, answer.body  # noqa: S101
    return took


async def idle(bot: Steward) -> float:
    """Return the median time of `CALLS` scheduler ticks without a due job, in milliseconds."""
    return statistics.median([await tick(bot, 0) for _ in range(CALLS)])


async def tick(bot: Steward, due: int) -> float:
    """Run a scheduler tick with `due` due jobs; return its time in milliseconds."""
    at = datetime.now(UTC) - timedelta(seconds=1)
    async with bot.database.begin() as session:
        await session.execute(update(ScheduledJob).where(ScheduledJob.id <= due).values(due_at=at, wake_at=at))
    began = time.perf_counter()
    await bot.worker.tick()
    took = (time.perf_counter() - began) * 1000
    assert (await bot.worker.next_at() or LATER) > datetime.now(UTC), "the tick left something behind"  # noqa: S101
    return took


TEXT = """
The same bot on two SQLite files with different histories: shout-outs with their credits, and scheduled jobs for later.
A `/shoutout` dispatched by Bolt, and a tick of the scheduler with nothing or a hundred weekly summaries due. In one
process, alternating; medians of 30 calls for a `/shoutout` and for a tick with nothing due.
"""
