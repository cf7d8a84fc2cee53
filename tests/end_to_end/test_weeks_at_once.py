"""Tests of the leader's week on two replicas on one PostgreSQL that send it at the same moment."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.features.balance import queries
from bot.features.balance.models import Part
from bot.features.weekly.models import LeaderWeek, WeeklyPreferences
from bot.nudges.models import NudgeCheck
from bot.org.teams.models import Team
from bot.slack.outbox.models import Outgoing
from bot.workflows import weekly
from tests.handlers.weekly.drivers import MAYA, TOM, changing
from tests.harness import World, opened

FRIDAY = datetime(2031, 3, 7, 15, 30, tzinfo=UTC)
WEEKS = 8
pytestmark = pytest.mark.usefixtures("patience")


@pytest.fixture
async def two(tmp_path: Path, postgres_url: str) -> AsyncIterator[World]:
    async with opened(tmp_path, postgres_url, replicas=2, at=FRIDAY - timedelta(days=2)) as world:
        yield world


async def add_time(world: World, at: datetime) -> None:
    async with world.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        await queries.add_measured_time(
            session, team, MAYA, part=Part.PEOPLE, minutes=30, started_at=at, source=f"test:{at}", now=at
        )


async def send(world: World, replica: int, at: datetime) -> None:
    """Send the weeks that close at this instant, as the job does on that replica."""
    async with world.replicas[replica].database.begin() as session:
        await weekly.send(session, (await session.scalars(select(Team))).one(), now=at)


async def test_two_replicas_that_send_a_week_at_once_send_it_once_and_spend_one_nudge(two: World) -> None:
    async with changing(two) as maya:
        maya.zone = "Etc/UTC"
    async with changing(two, TOM) as tom:
        WeeklyPreferences(is_sent=False).keep(tom)
    for nth in range(WEEKS):
        closes = FRIDAY + nth * timedelta(days=7)
        await add_time(two, closes - timedelta(days=1))
        await asyncio.gather(*(send(two, replica, closes) for replica in (0, 1)))
        async with two.database.reading() as session:
            weeks = await session.scalar(select(func.count()).select_from(LeaderWeek))
            due = select(func.count()).where(Outgoing.not_before == closes, Outgoing.expires_at > closes)
            posts = await session.scalar(due)
            check = await session.get_one(NudgeCheck, (two.workspace.id, MAYA))
        assert (weeks, posts, check.day, check.said) == (nth + 1, 1, closes.date(), 1)
