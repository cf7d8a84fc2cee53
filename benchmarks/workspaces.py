"""Benchmark of one and of a thousand workspaces in one database, and of a workspace that floods the others."""

import asyncio
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from sqlalchemy import insert, text, update

from benchmarks import databases, figures, rows, table_growth
from benchmarks.outbox import FakeClients, FakeSlack
from benchmarks.processes import SECRET, run_server
from benchmarks.report import Chapter, Table, Verdict
from bot.clock import Clock
from bot.db.models import table
from bot.db.sessions import Database
from bot.org.installations import Installation
from bot.org.teams.models import Team
from bot.org.workspaces import Address, Workspace
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Lane, Outgoing, Priority
from bot.slack.outbox.relay import Relay
from bot.slack.post import Post
from bot.workflows import installations

TEAMS, AGENTS = 10, 8
FLOOD, DEAD, THIRD = "T0FLOOD", "T0DEAD", "T0THIRD"
URGENT, CLIENT = "please come", "1.1"
MEMBERS = """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :agents)
    INSERT INTO members (workspace_id, team_id, user_id, role, is_deputy)
    SELECT t.workspace_id, t.id, 'M' || n.i, CASE n.i WHEN 1 THEN 'leader' ELSE 'agent' END, 0 FROM teams t, n"""
LONGEST_DELAY = 2.0
"""The longest that an urgent message may wait because of other workspaces, in seconds."""


async def run(quick: bool) -> Chapter:
    counts = (1, 50 if quick else 1000)
    found: dict[str, dict[int, list[float]]] = {
        what: {count: [] for count in counts} for what in ("start", "a tick, nothing due", "`/shoutout`")
    }
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stored = {}
        for count in counts:
            (folder / str(count)).mkdir()
            stored[count] = await stack.enter_async_context(databases.sqlite(folder / str(count)))
            await fill(stored[count], count)
        for turn in range(3 if quick else 8):
            for count, database in stored.items():
                bot = table_growth.steward(database, http)
                took = [
                    await start(folder / str(count)),
                    await table_growth.idle(bot),
                    await table_growth.time_shoutouts(bot),
                ]
                if turn:  # the first round warms up
                    for rounds, each in zip(found.values(), took, strict=True):
                        rounds[count].append(each)
    delays = [await measure_delay(500 if quick else 10_000) for _ in range(1 if quick else 5)]
    return _chapter(counts, found, delays)


def _chapter(counts: tuple[int, int], found: dict[str, dict[int, list[float]]], delays: list[float]) -> Chapter:
    lines, verdicts = [], []
    for what, by_count in found.items():
        one, many = by_count.values()
        grown = figures.ratios(many, one)
        lines.append([what, figures.spread(one), figures.spread(many), figures.spread(grown)])
        met = statistics.median(grown) <= 1.5
        verdicts.append(
            Verdict(f"{what}, {counts[1]:,} workspaces", "within 1.5 times one", figures.spread(grown), met)
        )
    bar = f"at most {LONGEST_DELAY:.0f} s late for another workspace's flood"
    spread = f"{figures.spread(delays)} s"
    verdicts.append(Verdict("an urgent message", bar, spread, max(delays) <= LONGEST_DELAY))
    columns = ["what, ms", *(f"{count:,} workspaces" if count > 1 else "one workspace" for count in counts), "ratio"]
    return Chapter("Many workspaces", TEXT, [Table(columns, lines)], verdicts)


async def fill(database: Database, count: int) -> None:
    """Store `count` workspaces of ten teams each; the first has the people of the benchmark of `/shoutout`."""
    now = datetime.now(UTC)
    await databases.team(database, rows.WORKSPACE, now, people=[*table_growth.GIVERS, "UANA"])
    ids = [rows.WORKSPACE, *(f"T{number:09}" for number in range(1, count))]
    token = database.vault.encrypt("xoxb-1")
    teams = [(id, f"C0TEAM{nth:04}") for id in ids for nth in range(1 if id == rows.WORKSPACE else 0, TEAMS)]
    own = {"bot_user_id": "UBOT", "bot_id": "B1"}
    scopes = {"scopes": [], "reported_scopes": [], "is_org": False, "client_id": CLIENT}
    async with database.begin() as session:
        await _add(session, Installation, [
            {"id": id, "token": token, "installed_at": now, **scopes, **own}
            for id in ids[1:]
        ])  # fmt: skip
        await _add(session, Workspace, [
            {"id": id, "name": id, "url": "https://slack.com/", "looked_at": now, "installation_id": id, **own}
            for id in ids[1:]
        ])  # fmt: skip
        found = [
            {"workspace_id": id, "channel_id": channel, "name": channel, "zone": "UTC", "created_at": now,
             "settings": {}, "is_closed": False}
            for id, channel in teams
        ]  # fmt: skip
        await _add(session, Team, found)
        await session.execute(text(MEMBERS), {"agents": AGENTS})
        await session.execute(update(Installation).values(client_id=CLIENT))
    await installations.plan_all_jobs(database, now=now)
    async with database.begin() as session:
        await session.execute(text("ANALYZE"))


async def _add(session: Any, model: Any, values: list[dict[str, Any]]) -> None:
    if values:
        await session.execute(insert(table(model)), values)


async def start(folder: Path) -> float:
    """Return the milliseconds until `steward run` listens, as a process of its own."""
    told = {
        "STEWARD_DATA": str(folder), "STEWARD_KEYS": databases.KEY, "STEWARD_PORT": "0",
        "STEWARD_CLIENT_ID": CLIENT, "STEWARD_CLIENT_SECRET": SECRET, "STEWARD_PUBLIC_URL": "http://127.0.0.1:1",
        "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": "http://127.0.0.1:1/api/", "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    began = time.perf_counter()
    async with run_server("bot", "run", **told):
        return (time.perf_counter() - began) * 1000


class DeadSlack(FakeSlack):
    """A stand-in for Slack that answers every call as it does when the token has been revoked."""

    async def api_call(self, api_method: str, **asked: Any) -> AsyncSlackResponse:
        answer = AsyncSlackResponse(
            client=self, http_verb="POST", api_url="", req_args={}, data={"ok": False, "error": "token_revoked"},
            headers={}, status_code=200,
        )  # fmt: skip
        raise SlackApiError("token_revoked", answer)  # type: ignore[no-untyped-call]


class ClientsOfThree(FakeClients):
    """The clients of three workspaces, of which one has a dead token."""

    async def of(self, workspace_id: str) -> Any:
        return DeadSlack() if workspace_id == DEAD else await super().of(workspace_id)


async def measure_delay(flood: int) -> float:
    """Return the seconds from an urgent message to its arrival, while two other workspaces have a flood to send."""
    slack, clock = FakeSlack(), Clock()
    async with databases.sqlite() as database, aiohttp.ClientSession() as http:
        for each in (FLOOD, DEAD, THIRD):
            await databases.team(database, each, clock.now())
        await _pile_up(database, FLOOD, flood, clock)
        await _pile_up(database, DEAD, flood // 10, clock)
        relay = Relay(database, ClientsOfThree(database, http, slack), clock)
        sending = asyncio.create_task(relay.run())
        await slack.has(20)
        began = time.perf_counter()
        async with database.begin() as session:
            to = Address(THIRD, "CURGENT")
            await outbox.put(session, Post(URGENT), to=to, not_before=clock.now(), priority=Priority.URGENT)
        while not slack.came["CURGENT"]:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        took = slack.came["CURGENT"][0][2] - began
        await relay.stop()
        await sending
    return took


async def _pile_up(database: Database, workspace_id: str, count: int, clock: Clock) -> None:
    """Add urgent messages to a workspace, ten to each of its conversations."""
    body = database.vault.encrypt('{"text": "flood"}')
    places = [f"C{number}" for number in range(count // 10)]
    row = {
        "workspace_id": workspace_id, "method": "chat.postMessage", "priority": Priority.URGENT, "body": body,
        "not_before": clock.now(), "state": "waiting", "tries": 0,
    }  # fmt: skip
    lane = {"workspace_id": workspace_id, "priority": Priority.URGENT, "method": row["method"], "next_at": clock.now()}
    async with database.begin() as session:
        await _add(session, Outgoing, [
            {**row, "conversation": place, "delivery": f"{workspace_id}.{place}.{nth}"}
            for place in places for nth in range(10)
        ])  # fmt: skip
        await _add(session, Lane, [{**lane, "conversation": place} for place in places])


TEXT = f"""
Two SQLite files, with one workspace of {TEAMS} teams and with a thousand of them; each team has {AGENTS} members and
all of its scheduled jobs. The start of `steward run` until it listens, a tick of the scheduler with nothing due, and a
`/shoutout` dispatched by Bolt; alternating. Then one workspace has ten thousand urgent messages to send and another,
whose token has been revoked, a thousand; the delay is from an urgent message in a third one until a fake Slack that
takes 5 to 60 ms per post has it.
"""
