"""Benchmark of the outbox with two replicas that send concurrently (PostgreSQL): gaps, order and priority."""

import asyncio
import itertools
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from sqlalchemy import insert

from benchmarks import databases
from benchmarks.report import Chapter, Table, Verdict
from bot.clock import Clock
from bot.db.models import table
from bot.db.sessions import Database
from bot.org.workspaces import Address
from bot.slack.clients import Clients
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Lane, Outgoing, Priority
from bot.slack.outbox.relay import Relay
from bot.slack.post import Post

CONVERSATIONS, POSTS = 4, 15
SECONDS = itertools.cycle((0.005, 0.060, 0.020, 0.035, 0.010))
URGENT = "9999999"


class FakeSlack(AsyncWebClient):
    """A stand-in for Slack that takes some time per post, and records when each post arrived and was answered."""

    def __init__(self) -> None:
        super().__init__(token="xoxb-1")  # noqa: S106
        self.came: dict[str, list[tuple[str, float, float]]] = defaultdict(list)
        self.count = 0
        self._news = asyncio.Event()

    async def api_call(self, api_method: str, **asked: Any) -> AsyncSlackResponse:
        began = time.perf_counter()
        await asyncio.sleep(next(SECONDS))
        self.came[asked["json"]["channel"]].append((asked["json"]["text"], began, time.perf_counter()))
        self.count += 1
        self._news.set()
        data = {"ok": True, "ts": f"{self.count}.0"}
        return AsyncSlackResponse(
            client=self, http_verb="POST", api_url="", req_args={}, data=data, headers={}, status_code=200
        )

    async def has(self, posts: int) -> None:
        """Wait until `posts` posts have arrived."""
        while self.count < posts:
            self._news.clear()
            await self._news.wait()

    @property
    def shortest_gap(self) -> float:
        """Return the shortest time between an answer and the next post of the same conversation, in seconds."""
        pairs = [pair for came in self.came.values() for pair in itertools.pairwise(came)]
        return min(after[1] - before[2] for before, after in pairs)

    @property
    def swapped(self) -> int:
        return sum([text for text, *_ in came] != sorted(text for text, *_ in came) for came in self.came.values())


class FakeClients(Clients):
    """A set of Slack clients that returns the stand-in for every workspace."""

    def __init__(self, database: Database, http: aiohttp.ClientSession, slack: FakeSlack) -> None:
        super().__init__(database, "http://slack.invalid/", http)
        self._slack = slack

    async def of(self, workspace_id: str) -> AsyncWebClient:
        return self._slack


async def run(quick: bool) -> Chapter:
    workspaces, nudges = (3, 500) if quick else (25, 10_000)
    posts, slack, seconds = await _many(workspaces)
    gap, came_as = slack.shortest_gap, await _overtaking(nudges)
    is_kept = gap >= 1.0 and not slack.swapped and slack.count == posts
    found = f"{slack.count} of {posts} posts, shortest gap {gap:.3f} s, {slack.swapped} conversations out of order"
    bar = "at least 1.0 s between posts in a conversation, in order, with two replicas"
    return Chapter(
        "Sending posts",
        TEXT,
        [
            Table(
                ["posts", "workspaces", "seconds", "posts per second", "shortest gap, s", "conversations out of order"],
                [
                    [
                        str(posts),
                        str(workspaces),
                        f"{seconds:.1f}",
                        f"{posts / seconds:.1f}",
                        f"{gap:.3f}",
                        str(slack.swapped),
                    ]
                ],
            )
        ],
        [
            Verdict("rate of posts", bar, found, is_kept),
            Verdict(
                "an urgent message",
                f"is sent before {nudges:,} waiting nudges",
                f"sent as number {came_as}",
                came_as <= 12,
            ),
        ],
    )


async def _many(workspaces: int) -> tuple[int, FakeSlack, float]:
    slack, clock = FakeSlack(), Clock()
    async with _replicas(slack) as (database, relays):
        for number in range(workspaces):
            await databases.team(database, f"T{number}", clock.now())
            async with database.begin() as session:
                for conversation, post in itertools.product(range(CONVERSATIONS), range(POSTS)):
                    to = Address(f"T{number}", f"C{number}x{conversation}")
                    await outbox.put(session, Post(f"{post:03}"), to=to, not_before=clock.now())
        posts, began = workspaces * CONVERSATIONS * POSTS, time.perf_counter()
        await _sent(slack, posts, relays)
    return posts, slack, time.perf_counter() - began


async def _overtaking(nudges: int) -> int:
    """Add an urgent message to a backlog of nudges, and return the position at which it was sent."""
    slack, clock = FakeSlack(), Clock()
    async with _replicas(slack) as (database, relays):
        await databases.team(database, "T1", clock.now())
        await _pile_up(database, nudges, clock)
        sending = asyncio.create_task(_sent(slack, 24, relays))
        await slack.has(6)
        before = slack.count
        async with database.begin() as session:
            to = Address("T1", "CURGENT")
            await outbox.put(session, Post(URGENT), to=to, not_before=clock.now(), priority=Priority.URGENT)
        await sending
    order = sorted((began, text) for came in slack.came.values() for text, began, _ in came)
    return [text for _, text in order].index(URGENT) + 1 - before


async def _pile_up(database: Database, nudges: int, clock: Clock) -> None:
    async with database.begin() as session:
        await outbox.put(session, Post("000"), to=Address("T1", "C0"), not_before=clock.now(), priority=Priority.NUDGE)
    async with database.begin() as session:
        (row,) = (await session.scalars(table(Outgoing).select().limit(1).with_only_columns(Outgoing.body))).all()
        said = {
            "workspace_id": "T1", "method": "chat.postMessage", "priority": Priority.NUDGE, "body": row,
            "not_before": clock.now(), "state": "waiting", "tries": 0,
        }  # fmt: skip
        places = [f"C{number}" for number in range(nudges // 10)]
        nudge = [{**said, "conversation": place, "delivery": f"{place}.{n}"} for place in places for n in range(10)]
        await session.execute(insert(table(Outgoing)), nudge)
        lane = {"workspace_id": "T1", "priority": Priority.NUDGE, "method": "chat.postMessage", "next_at": clock.now()}
        await session.execute(insert(table(Lane)), [{**lane, "conversation": place} for place in places[1:]])


async def _sent(slack: FakeSlack, posts: int, relays: list[Relay]) -> None:
    running = [asyncio.create_task(relay.run()) for relay in relays]
    await slack.has(posts)
    await asyncio.gather(*(relay.stop() for relay in relays))
    await asyncio.gather(*running)


@asynccontextmanager
async def _replicas(slack: FakeSlack) -> AsyncIterator[tuple[Database, list[Relay]]]:
    async with databases.postgresql(replicas=2) as both, aiohttp.ClientSession() as http:
        yield both[0], [Relay(database, FakeClients(database, http, slack), Clock()) for database in both]


TEXT = f"""
Two replicas on one PostgreSQL send to a fake Slack that takes 5 to 60 ms per post. Every workspace has
{CONVERSATIONS} conversations with {POSTS} posts each. The gap is the time from Slack's response to the next post in the
same conversation. Then a workspace has a backlog of nudges, some of them already in flight, and an urgent message is
queued: its position counts from that moment.
"""
