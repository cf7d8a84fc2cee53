"""What one act costs: statements, rows, switches to a thread, and processor time by part.

Statements and rows are exact and the same on every machine; `tests/benchmarks/test_budget.py` holds them. The parts are
those of a profile without wall-clock time: each function counts for the package it is in.
"""

import asyncio
import cProfile
import itertools
import logging
import pstats
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import aiohttp
import structlog
from slack_bolt.async_app import AsyncBoltRequest
from sqlalchemy import event, update

from benchmarks import databases, rows, table_growth
from benchmarks.nudges import MONDAY
from benchmarks.outbox import FakeClients, FakeSlack
from benchmarks.report import Chapter, Table
from bot.app import Steward
from bot.db import driver
from bot.db.sessions import Database
from bot.nudges import engine
from bot.nudges.models import NudgeCheck
from bot.org.workspaces import Address
from bot.slack.outbox import outbox
from bot.slack.outbox.relay import Relay
from bot.slack.post import Post
from bot.workflows import nudges

CALLS, SENDS = 200, 20
GIVERS = [f"U{number}" for number in range(200)]
PARTS = {
    "slack_bolt": "Bolt", "slack_sdk": "Bolt", "sqlalchemy": "SQLAlchemy", "asyncpg": "driver", "sqlite3": "driver",
    "bot/db/driver": "driver", "cryptography": "encryption", "slackblocks": "messages", "bot/messages": "messages",
    "pydantic": "settings", "bot/": "rules and queries", "handlers/": "rules and queries",
}  # fmt: skip
_numbers = itertools.count()
PACE_SECONDS = 0.5
"""Longer than the pause between two posts in a workspace."""
A_WEEK = timedelta(days=7)
SEND, CHECK, SHOUTOUT = "a sent message", "a nudge check without a suggestion", "`/shoutout`"
Step = Callable[[], Awaitable[object]]


async def nothing() -> None:
    """Prepare nothing."""


@dataclass(frozen=True)
class Act:
    """What is measured, `calls` times, and what has to be done before each call and is not measured."""

    run: Step
    prepare: Step = nothing
    calls: int = CALLS


@dataclass
class Cost:
    """The cost of one act. `parts` has microseconds of processor time."""

    statements: list[str] = field(default_factory=list)
    rows: int = 0
    switches: int = 0
    parts: Counter[str] = field(default_factory=Counter)


async def heard_message(bot: Steward) -> None:
    """Hear a message in the team's channel that thanks nobody."""
    number = next(_numbers)
    said = {"type": "message", "user": GIVERS[number % 200], "channel": "C1", "channel_type": "channel"}
    said |= {"ts": f"{1_900_000_000 + number}.0001", "text": "the printer on floor two is fine again"}
    await _dispatch(bot, {"type": "event_callback", "event_id": f"Ev{number}", "event": said})


async def pressed_button(bot: Steward) -> None:
    """Press *Undo* of somebody else's shout-out, which is refused."""
    number = next(_numbers)
    user = {"id": GIVERS[number % 200], "team_id": rows.WORKSPACE}
    pressed = {"type": "button", "action_id": "shoutouts:undo", "block_id": "b", "value": "1", "action_ts": "1.1"}
    await _dispatch(
        bot,
        {"type": "block_actions", "user": user, "trigger_id": f"b{number}.1", "actions": [pressed],
         "channel": {"id": "C1"}, "message": {"ts": "1.1"}, "container": {"channel_id": "C1", "message_ts": "1.1"},
         "response_url": "http://127.0.0.1:1/r"},
    )  # fmt: skip


@asynccontextmanager
async def acts(bot: Steward, database: Database) -> AsyncIterator[dict[str, Act]]:
    """Yield the acts by name, in the order in which they are measured."""
    async with aiohttp.ClientSession() as http:
        yield {
            SEND: _send(bot, database, Relay(database, FakeClients(database, http, FakeSlack()), bot.clock)),
            CHECK: await _check(database),
            SHOUTOUT: Act(partial(table_growth.shoutout, bot)),
            "a heard message without thanks": Act(partial(heard_message, bot)),
            "a pressed button that is refused": Act(partial(pressed_button, bot)),
        }


def _send(bot: Steward, database: Database, relay: Relay) -> Act:
    """Send one message, with the relay's last look for more."""

    async def queue() -> None:
        await asyncio.sleep(PACE_SECONDS)
        async with database.begin() as session:
            to = Address(rows.WORKSPACE, f"C{next(_numbers)}SENT")
            await outbox.put(session, Post("The printer is fine again."), to=to, not_before=bot.clock.now())

    return Act(relay.settle, queue, SENDS)


async def _check(database: Database) -> Act:
    """Check one leader in the morning, and find nothing to suggest."""
    async with database.begin() as session:
        while not await engine.enroll(session, rows.WORKSPACE, now=MONDAY):
            pass
    leaders = itertools.cycle(GIVERS)

    async def make_due() -> None:
        async with database.begin() as session:
            await session.execute(update(NudgeCheck).values(at=MONDAY + A_WEEK))
            await session.execute(update(NudgeCheck).where(NudgeCheck.person_id == next(leaders)).values(at=MONDAY))

    async def check() -> None:
        async with database.begin() as session:
            await nudges.check_due(session, rows.WORKSPACE, now=MONDAY)

    return Act(check, make_due)


async def measure_looks(bot: Steward, database: Database, looks: int) -> Cost:
    """Return the statements of several looks at what is due next, between which nothing is written."""
    async with database.begin() as session:
        await session.execute(update(NudgeCheck).values(at=MONDAY))
    cost = Cost()
    with counted(database, cost):
        for _ in range(looks):
            await bot.due_work.next_at()
    return cost


async def _dispatch(bot: Steward, body: dict[str, Any]) -> None:
    body = {"team_id": rows.WORKSPACE, "team": {"id": rows.WORKSPACE}, **body}
    answer = await bot.bolt.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
    assert answer.status == 200, answer.body  # noqa: S101


@asynccontextmanager
async def opened(database: Database) -> AsyncIterator[Steward]:
    """Yield the bot with a team on an empty database, without its relay and scheduler."""
    async with aiohttp.ClientSession() as http:
        await databases.team(database, rows.WORKSPACE, datetime.now(UTC), people=[*GIVERS, "UANA"])
        yield table_growth.steward(database, http)


async def measure_statements(database: Database, act: Act) -> Cost:
    """Return the statements, rows and switches of an act that was done before."""
    cost = Cost()
    for _ in range(2):
        cost = Cost()
        await act.prepare()
        with counted(database, cost):
            await act.run()
    return cost


@contextmanager
def counted(database: Database, cost: Cost) -> Iterator[None]:
    def on_statement(_: Any, __: Any, statement: str, parameters: Any, ___: Any, is_many: bool) -> None:
        cost.statements.append(statement)
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            cost.rows += len(parameters) if is_many else 1

    call = driver.Connection._call_patiently

    def switch(self: driver.Connection, function: Callable[..., Any], *args: Any) -> Any:
        cost.switches += 1
        return call(self, function, *args)

    engines = {database.writer.sync_engine, database.reader.sync_engine}
    driver.Connection._call_patiently = switch  # type: ignore[method-assign]
    for each in engines:
        event.listen(each, "before_cursor_execute", on_statement)
    try:
        yield
    finally:
        driver.Connection._call_patiently = call  # type: ignore[method-assign]
        for each in engines:
            event.remove(each, "before_cursor_execute", on_statement)


async def measure_parts(act: Act, calls: int) -> Counter[str]:
    """Return the microseconds of processor time of one act, by part."""
    whole, profile = 0.0, cProfile.Profile(time.thread_time)
    for _ in range(calls):
        await act.prepare()
        began = time.process_time()
        await act.run()
        whole += (time.process_time() - began) / calls * 1e6
    for _ in range(calls):
        await act.prepare()
        with profile:
            await act.run()
    parts: Counter[str] = Counter()
    for (file, _, name), (*_, own, _, _) in ((key, value[:2] + value[2:]) for key, value in _stats(profile)):
        parts[_part(file, name)] += own
    scale = whole / sum(parts.values())
    return Counter({name: round(own * scale) for name, own in parts.items()})


def _stats(profile: cProfile.Profile) -> Iterator[Any]:
    yield from pstats.Stats(profile).stats.items()  # type: ignore[attr-defined]


def _part(file: str, name: str) -> str:
    if "commit" in name and "sqlite3" in name:
        return "commit"
    return next((part for path, part in PARTS.items() if path in file or path in name), "Python and asyncio")


async def run(quick: bool) -> Chapter:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    lines, parts = [], []
    async with AsyncExitStack() as stack:
        sqlite = await stack.enter_async_context(databases.sqlite())
        (postgresql,) = await stack.enter_async_context(databases.postgresql())
        for kind, database in (("SQLite", sqlite), ("PostgreSQL", postgresql)):
            bot = await stack.enter_async_context(opened(database))
            for name, act in (await stack.enter_async_context(acts(bot, database))).items():
                cost = await measure_statements(database, act)
                cost.parts = await measure_parts(act, act.calls // 10 if quick else act.calls)
                lines.append([name, kind, f"{len(cost.statements)}", f"{cost.rows}", f"{cost.switches}"])
                told = ", ".join(f"{part} {spent:,}" for part, spent in cost.parts.most_common())
                parts.append([name, kind, f"{cost.parts.total():,}", told])
    tables = [
        Table(["act", "database", "statements", "rows written", "switches to a thread"], lines),
        Table(["act", "database", "µs of processor", "by part"], parts),
    ]
    return Chapter("What one act costs", TEXT, tables)


TEXT = """
In one process, without network, relay and scheduler. Rows written include those of the inbox, the outbox, its lanes and
the scheduler. The processor time is that of a run without a profiler, divided as a profile by packages says. The team
has 201 leaders, all of whom a nudge check reads.
"""
