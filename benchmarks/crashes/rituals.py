"""Scenario in which a thousand teams' rituals are due in the same second, and the replica that runs them is killed."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.crashes import fixtures
from benchmarks.crashes.fixtures import ZONES
from benchmarks.crashes.harness import Harness, Shape, friday_at_three, open_harness
from benchmarks.crashes.postgres import Postgres
from benchmarks.crashes.processes import eventually
from bot.db.migrations import migrate
from bot.features.shoutouts.models import Credit, Shoutout, Way
from bot.org.teams.models import Team
from bot.scheduler.models import ScheduledJob
from bot.slack.outbox.models import Outgoing, State

CALENDAR_LEAD = timedelta(hours=1)
STARTUP_MARGIN = timedelta(seconds=40)
"""Enough time for every replica to start listening, even under load."""
JOBS = {ZONES[0]: "shoutouts.post_round_up", ZONES[1]: "shoutouts.tell_quiet_thanks"}
LOOK_EVERY = 0.25
KILL_WINDOW = (0.2, 0.9)
PERSONS = 40
POSTS_A_SECOND = 4
PATIENCE_SECONDS = 120


@dataclass
class RitualsOutcome:
    """The outcome of a scenario in which many rituals are due in the same second."""

    name: str
    rituals: int
    missed: int
    doubled: int
    before_the_kill: int
    back_after: float
    """Seconds from the kill until the replica listened again."""
    last_commit: float
    """Seconds from the due time to the last job's commit."""
    posts: int = 0
    last_post: float = 0.0
    posts_missed: int = 0
    posts_doubled: int = 0

    @property
    def is_clean(self) -> bool:
        return not (self.missed or self.doubled or self.posts_missed or self.posts_doubled)


async def kill_while_rituals_are_due(
    folder: Path,
    *,
    teams: int,
    replicas: int = 1,
    postgres: Postgres | None = None,
    alone: asyncio.Lock | None = None,
    until_posted: bool = True,
) -> RitualsOutcome:
    """Kill a replica in the second in which all rituals are due, restart it, and check that each ritual ran once.

    The lock `alone` is held until the last job commits, but not for the minutes of little load in which posts are sent.
    """
    shape = Shape(postgres is not None, replicas, PERSONS, teams, CALENDAR_LEAD, waits_as_shipped=True)
    alone = alone or asyncio.Lock()
    await alone.acquire()
    async with open_harness(folder, shape, postgres) as world:
        try:
            await migrate.upgrade(world.database)
            await _seed(world)
            kept = await _struck(world)
        finally:
            alone.release()
        if until_posted:
            await _count_posts(world, kept)
        return kept


async def _struck(world: Harness) -> RitualsOutcome:
    """Start the replicas before the due time, kill and restart one, and wait until the last job commits."""
    await world.move_on(friday_at_three() - STARTUP_MARGIN)
    await world.up()
    due = friday_at_three().timestamp()
    assert world.now() < due, "it took too long to begin"
    watching = asyncio.create_task(_watch(world, due))
    await asyncio.sleep(due - world.now() + random.Random(len(world.teams)).uniform(*KILL_WINDOW))
    before = len(world.teams) - await _left(world)
    await world.replicas[0].kill("in that second")
    await world.replicas[0].up()
    kept = RitualsOutcome(world.shape.name, len(world.teams), 0, 0, before, _back_after(world), await watching)
    await _count(world, kept)
    return kept


def _back_after(world: Harness) -> float:
    death = world.replicas[0].deaths[-1]
    return (death.ready_at or time.time()) - death.killed_at


async def _seed(world: Harness) -> None:
    """Create the teams, each with thanks that are due to be posted in its channel or sent in a note."""
    now = datetime.fromtimestamp(world.now(), UTC)
    world.teams = await fixtures.bot(world.database, world.folder / "slack", world.place, now)
    async with world.database.begin() as session:
        for number, team in enumerate(world.teams):
            await _give(session, team, world.place.people, number, now - CALENDAR_LEAD)


async def _give(session: AsyncSession, team: Team, people: Sequence[str], number: int, at: datetime) -> None:
    giver, receiver = (people[(number + further) % len(people)] for further in (0, 1))
    way = Way.SPOKEN if team.zone == ZONES[0] else Way.REACTION
    source = f"{team.channel_id}:{number}.0"
    row = Shoutout(
        team.workspace_id, team.id, giver, source, source, way, "for a calm voice", [], [receiver], at,
        named=[receiver], given_at=at, given_on=at.date(),
    )  # fmt: skip
    session.add(row)
    await session.flush()
    session.add(Credit(team.workspace_id, source, giver, receiver, row.id, told_at=None))


async def _watch(world: Harness, due: float) -> float:
    """Wait until the last job commits; return how many seconds after the due time that is."""
    await asyncio.sleep(due - world.now())
    while await _left(world):  # noqa: ASYNC110
        await asyncio.sleep(LOOK_EVERY)
    return world.now() - due


async def _left(world: Harness) -> int:
    left = select(func.count()).where(ScheduledJob.job.in_(JOBS.values()), ScheduledJob.due_at == friday_at_three())
    async with world.database.reading() as session:
        return await session.scalar(left) or 0


async def _count(world: Harness, kept: RitualsOutcome) -> None:
    """Count the teams whose job was not rescheduled or has no message, and those with more than one message."""
    async with world.database.reading() as session:
        moved = select(ScheduledJob).where(ScheduledJob.job.in_(JOBS.values()), ScheduledJob.since == friday_at_three())
        moved_on = {(row.team_id, row.job) for row in await session.scalars(moved)}
        rows = (await session.scalars(select(Outgoing).where(Outgoing.team_id.is_not(None)))).all()
    said = Counter(row.team_id for row in rows)
    kept.missed = sum(1 for team in world.teams if (team.id, JOBS[team.zone]) not in moved_on or not said[team.id])
    kept.doubled = sum(1 for times in said.values() if times > 1)


async def _count_posts(world: Harness, kept: RitualsOutcome) -> None:
    """Count the posts in Slack once the bot has sent everything, at Slack's rate limit."""
    await eventually(lambda: _is_said(world), kept.rituals / POSTS_A_SECOND + PATIENCE_SECONDS)
    async with world.database.reading() as session:
        rows = select(Outgoing.delivery).where(Outgoing.team_id.is_not(None))
        deliveries = set((await session.scalars(rows)).all())
    posted: Counter[str] = Counter()
    for message in [each async for each in _messages(world)]:
        id = ((message.get("metadata") or {}).get("event_payload") or {}).get("id")
        if id in deliveries:
            posted[id] += 1
            kept.last_post = max(kept.last_post, float(message["ts"]) - friday_at_three().timestamp())
    kept.posts = len(posted)
    kept.posts_missed = len(deliveries - posted.keys())
    kept.posts_doubled = sum(1 for times in posted.values() if times > 1)


async def _messages(world: Harness) -> AsyncIterator[dict[str, Any]]:
    """Yield the messages of all channels and DMs."""
    for channel in world.place.channels:
        for message in await world.slack.messages(channel, "maya"):
            yield message
    for person in world.place.people:
        for message in await world.slack.messages("bot", person):
            yield message


async def _is_said(world: Harness) -> bool:
    async with world.database.reading() as session:
        return not await session.scalar(select(func.count()).where(Outgoing.state == State.WAITING))
