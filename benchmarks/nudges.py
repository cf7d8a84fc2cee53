"""Benchmark of nudging ten thousand leaders whose working day starts in the same minute (PostgreSQL).

The bot runs as usual: the scheduler ticks every second, the relay sends to a stand-in for Slack, people thank each
other meanwhile, and an urgent message is put into the outbox when half of the leaders have their nudge.
"""

import asyncio
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import aiohttp
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from pydantic import SecretStr
from sqlalchemy import func, insert, select, update

from benchmarks import databases, rows, table_growth
from benchmarks.due_jobs import acks
from benchmarks.event_loop import stalls
from benchmarks.figures import time_fixed_loop
from benchmarks.outbox import FakeClients, FakeSlack
from benchmarks.report import Chapter, Table, Verdict
from bot.app import Steward
from bot.cli.service import freeze_garbage_collector
from bot.clock import Clock
from bot.db.models import Base, table
from bot.db.sessions import Database
from bot.meetings.models import Series
from bot.nudges.models import Nudge, NudgeCheck
from bot.org.people import Person
from bot.org.teams.models import Member, Role, Team
from bot.org.workspaces import Address
from bot.settings import Settings
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Outgoing, Priority
from bot.slack.outbox.relay import Relay
from bot.slack.post import Post
from bot.workflows.nudges import schedule_next_check

LEADERS, AGENTS = 10_000, 5
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
LAST_MET = date(2026, 11, 9)
AHEAD = timedelta(seconds=4)
IN_A_TEAM = 4
URGENT = "9999999"


class Found(NamedTuple):
    told: int
    seconds: float
    worked: float
    """The processor time of the bot's process meanwhile, in seconds."""
    stall: float
    held: float
    """The longest stall without the waits for a core, in milliseconds."""
    ack: float
    urgent: int
    """The position of the urgent message among those sent after it was put into the outbox."""


SECONDS, FIXED_LOOP = 45, 0.8
"""The target in seconds, on a machine on which the fixed loop takes this long."""


async def run(quick: bool) -> Chapter:
    leaders = 400 if quick else LEADERS
    loop = time_fixed_loop()
    most = SECONDS * loop / FIXED_LOOP
    found = await _morning(leaders)
    why = f"the process worked for {found.worked:.1f} s, and held the loop for {found.held:.1f} ms at most"
    columns = [
        "leaders",
        "one-on-ones due",
        "nudged",
        "seconds",
        "of processor time",
        "longest stall, ms",
        "of processor time",
        "slowest `/shoutout` meanwhile, ms",
    ]
    line = [f"{leaders:,}", f"{leaders * AGENTS:,}", f"{found.told:,}", f"{found.seconds:.1f}", f"{found.worked:.1f}",
            f"{found.stall:.1f}", f"{found.held:.1f}", f"{found.ack:.0f}"]  # fmt: skip
    return Chapter(
        f"{leaders:,} leaders nudged in one minute",
        TEXT,
        [Table(columns, [line])],
        [
            Verdict(
                f"{leaders:,} leaders due in the same minute, PostgreSQL",
                f"all written in {most:.0f} s: {SECONDS} s if a fixed loop takes {FIXED_LOOP} s; it took {loop:.2f} s",
                f"{found.told:,} in {found.seconds:.1f} s", found.told == leaders and found.seconds < most, why,
            ),
            Verdict("the event loop in that minute", "never blocked for 20 ms", f"{found.stall:.1f} ms at most",
                    found.stall < 20, why),
            Verdict("a `/shoutout` in that minute", "acked under 100 ms", f"{found.ack:.0f} ms at most",
                    found.ack < 100, why),
            Verdict("an urgent message in that minute", "is sent before waiting nudges",
                    f"sent as number {found.urgent}", found.urgent <= 12),
        ],
    )  # fmt: skip


async def _morning(leaders: int) -> Found:
    async with databases.postgresql() as (database,), aiohttp.ClientSession() as http:
        began = time.perf_counter()
        clock = Clock(lambda: MONDAY - AHEAD + timedelta(seconds=time.perf_counter() - began))
        await _fill(database, leaders)
        slack = FakeSlack()
        bot = Steward(Settings(api_url="http://127.0.0.1:1/", bot_token=SecretStr("xoxb-1")), database, clock, http)
        relay = Relay(database, FakeClients(database, http, slack), clock)
        await table_growth.time_shoutouts(bot)  # warm-up
        freeze_garbage_collector()
        began = time.perf_counter()
        async with database.begin() as session:
            await schedule_next_check(session, rows.WORKSPACE, now=clock.now())
        return await _told(database, bot, relay, slack, leaders)


async def _told(database: Database, bot: Steward, relay: Relay, slack: FakeSlack, leaders: int) -> Found:
    ticking, scheduler = asyncio.Lock(), AsyncIOScheduler(timezone="UTC")

    async def tick() -> None:
        async with ticking:
            await bot.worker.tick()

    scheduler.add_job(tick, "interval", seconds=1, coalesce=True, misfire_grace_time=None)
    scheduler.start()
    sending = asyncio.create_task(relay.run())
    await asyncio.sleep(AHEAD.total_seconds())
    started, worked = time.perf_counter(), time.process_time()
    async with stalls() as longest, acks(bot) as took:
        await _written(database, leaders // 2)
        urgent = asyncio.create_task(_urgent(database, slack, bot.clock))
        told = await _written(database, leaders)
        seconds, worked = time.perf_counter() - started, time.process_time() - worked
    came_as = await urgent
    async with ticking:
        scheduler.shutdown(wait=False)
    await relay.stop()
    await sending
    return Found(told, seconds, worked, longest[0], longest[1], max(took), came_as)


async def _written(database: Database, leaders: int) -> int:
    """Wait up to two minutes until all leaders have a nudge and its post; return how many have."""
    told = 0
    async with asyncio.timeout(120):
        while told < leaders:
            await asyncio.sleep(0.25)
            async with database.reading() as session:
                told = await session.scalar(select(func.count(Nudge.person_id.distinct()))) or 0
    async with database.reading() as session:
        cards = select(func.count()).where(Outgoing.card.like("nudges:%"))
        return min(told, await session.scalar(cards) or 0)


async def _urgent(database: Database, slack: FakeSlack, clock: Clock) -> int:
    before = slack.count
    async with database.begin() as session:
        to = Address(rows.WORKSPACE, "CURGENT")
        await outbox.put(session, Post(URGENT), to=to, not_before=clock.now(), priority=Priority.URGENT)
    while not slack.came["CURGENT"]:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    began = slack.came["CURGENT"][0][1]
    return sum(each[1] <= began for came in slack.came.values() for each in came) - before


async def _fill(database: Database, leaders: int) -> None:
    """Add teams of four leaders and twenty agents; every one-on-one is due this week."""
    await databases.team(database, rows.WORKSPACE, MONDAY - timedelta(days=90), people=[*table_growth.GIVERS, "UANA"])
    async with database.begin() as session:
        await session.execute(update(Person).values(dm_id="D" + Person.id))
        for model, values in _rows(leaders):
            await session.execute(insert(table(model)), values)
    async with database.begin() as session:
        await session.execute(func.setval("teams_id_seq", 1_000_000).select())


def _rows(leaders: int) -> list[tuple[type[Base], list[dict[str, Any]]]]:
    whose, before = {"workspace_id": rows.WORKSPACE}, MONDAY - timedelta(days=90)
    teams: list[dict[str, Any]] = [
        {**whose, "id": 2 + n, "channel_id": f"CT{n}", "name": f"team-{n}", "zone": "UTC", "sponsor_id": None,
         "created_at": before, "settings": {}, "is_closed": False}
        for n in range(-(-leaders // IN_A_TEAM))
    ]  # fmt: skip
    led = [(f"UL{n}", 2 + n // IN_A_TEAM, [f"UL{n}A{a}" for a in range(AGENTS)]) for n in range(leaders)]
    person = {**whose, "zone": "UTC", "is_bot": False, "has_left": False, "updated": 0, "is_guest": False,
              "is_stranger": False, "is_admin": False, "settings": {}}  # fmt: skip
    member = {**whose, "is_deputy": False, "joined_at": before}
    people = [{**person, "id": id, "name": id.lower(), "dm_id": f"D{id}"} for lead, _, agents in led
              for id in (lead, *agents)]  # fmt: skip
    members = [{**member, "team_id": team, "user_id": id, "role": Role.LEADER if id == lead else Role.AGENT}
               for lead, team, agents in led for id in (lead, *agents)]  # fmt: skip
    series = [{**whose, "team_id": team, "leader_id": lead, "agent_id": agent, "rule": "FREQ=WEEKLY;INTERVAL=2",
               "due_on": MONDAY.date(), "since": before, "met_on": LAST_MET, "is_missed": False}
              for lead, team, agents in led for agent in agents]  # fmt: skip
    looks = [{**whose, "person_id": lead, "at": MONDAY, "said": 0} for lead, *_ in led]
    return [(Team, teams), (Person, people), (Member, members), (Series, series), (NudgeCheck, looks)]


TEXT = f"""
One workspace, teams of {IN_A_TEAM} leaders with {AGENTS} agents each, all of whose one-on-ones are due; nobody was
thanked for weeks. At nine, every rule checks each leader, and each gets one card. Meanwhile ten `/shoutout` commands a
second run, the relay sends to a fake Slack within Slack's rate limits, and when half of the leaders are done, an urgent
message is queued. All in one process. The messages reach people over the next 45 minutes, because Slack accepts about
four posts a second. Processor time is that of the bot's process, which also gives and sends the shout-outs.
"""
