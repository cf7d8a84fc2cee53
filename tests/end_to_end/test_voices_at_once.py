"""Tests of the voice of the frontline on two replicas on one PostgreSQL that draft and send it at the same moment."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from bot.errors import AnswerTooLate
from bot.features.voice.models import VoiceMonth
from bot.followups.models import Followup, Quoting
from bot.org.teams.models import Team
from bot.slack.dispatcher import Actor
from bot.slack.outbox.models import Method, Outgoing
from bot.workflows.voice import drafts, quotes
from tests.handlers.drivers import settled
from tests.handlers.voice.drivers import IDEA, agree, at, type_words
from tests.harness import World, opened

APRIL = datetime(2031, 4, 1, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("patience")


@pytest.fixture
async def two(tmp_path: Path, postgres_url: str) -> AsyncIterator[World]:
    async with opened(tmp_path, postgres_url, replicas=2, at=APRIL) as world:
        yield world


async def draft(world: World, replica: int) -> None:
    async with world.replicas[replica].database.begin() as session:
        await drafts.send_drafts(session, (await session.scalars(select(Team))).one(), now=APRIL)


async def send(world: World, replica: int, month_id: int) -> None:
    async with world.replicas[replica].database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        await drafts.send(session, team, month_id, now=at("3 April 10:00"))


async def test_two_replicas_that_draft_and_send_a_month_at_once_do_so_once(two: World) -> None:
    await type_words(two, "ana", IDEA, "/idea")
    async with two.database.begin() as session:
        await session.execute(update(Followup).values(raised_at=APRIL - timedelta(days=7)))
    await asyncio.gather(*(draft(two, replica) for replica in (0, 1)))
    async with two.database.reading() as session:
        (month,) = (await session.scalars(select(VoiceMonth))).all()
        drafted = await session.scalar(select(func.count()).where(Outgoing.card.like(f"{month.card}:%")))
    assert drafted == 2
    await settled(two)

    await asyncio.gather(*(send(two, replica, month.id) for replica in (0, 1)))
    async with two.database.reading() as session:
        posts = await session.scalar(
            select(func.count()).where(Outgoing.card == month.card, Outgoing.method == Method.POST)
        )
        files = await session.scalar(select(func.count()).where(Outgoing.method == Method.FILE))
    assert (posts, files) == (1, 1)


async def test_quote_is_either_taken_back_or_sent_but_not_both(two: World) -> None:
    quoted = await agree(two, "U0ANA00000", "Two screens would save us an hour", Quoting.NAMED)
    await type_words(two, "ben", IDEA, "/idea")
    async with two.database.begin() as session:
        await session.execute(update(Followup).values(raised_at=APRIL - timedelta(days=7)))
    await draft(two, 0)
    await settled(two)
    async with two.database.reading() as session:
        (month,) = (await session.scalars(select(VoiceMonth))).all()

    _, late = await asyncio.gather(send(two, 0, month.id), take_back(two, 1, quoted), return_exceptions=True)
    async with two.database.reading() as session:
        (month,) = (await session.scalars(select(VoiceMonth))).all()
    assert ("Two screens" in month.words) == isinstance(late, AnswerTooLate)


async def take_back(world: World, replica: int, followup_id: int) -> None:
    async with world.replicas[replica].database.begin() as session:
        actor = Actor(world.workspace.id, "U0ANA00000")
        await quotes.take_back(session, actor, followup_id, now=at("3 April 10:00"))
