"""Tests of heads-ups on two replicas on one PostgreSQL, when two things happen at the same time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.errors import AnswerTooLate, Refusal
from bot.features.heads_ups.models import HeadsUp
from bot.features.heads_ups.rules import Draft
from bot.org.teams.models import Team
from bot.scheduler.models import ScheduledJob
from bot.slack.dispatcher import Actor
from bot.workflows import members
from bot.workflows.heads_ups import cards, rota, windows
from tests.handlers.drivers import keep_only_jobs
from tests.handlers.heads_ups.drivers import all_cards, blocks, booked
from tests.handlers.pulse.drivers import id_of
from tests.harness import World, opened

ROUNDS = 8
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
pytestmark = pytest.mark.usefixtures("patience")


@pytest.fixture
async def two(tmp_path: Path, postgres_url: str) -> AsyncIterator[World]:
    async with opened(tmp_path, postgres_url, replicas=2) as world:
        await keep_only_jobs(world, "heads_ups")
        yield world


async def announce(world: World) -> HeadsUp:
    """Announce a heads-up of five days, which starts in three days."""
    draft = Draft("New prices", [], world.now + 3 * DAY, world.now + 8 * DAY)
    actor = Actor(world.workspace.id, await id_of(world, "maya"))
    async with world.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        return await windows.announce(session, actor, team.id, draft, with_ritual=True, now=world.now)


async def book(world: World, found: HeadsUp, name: str, nth: int, replica: int) -> bool:
    """Book an hour on that replica; return False if that is refused."""
    actor = Actor(world.workspace.id, await id_of(world, name))
    try:
        async with world.replicas[replica].database.begin() as session:
            team = await session.get_one(Team, found.team_id)
            hour = cards.list_future_hours(found, team, now=world.now)[nth]
            await rota.book(session, actor, found.id, [hour], now=world.now)
    except Refusal:
        return False
    return True


async def test_hour_that_two_leaders_book_at_once_goes_to_one_of_them(two: World) -> None:
    for nth in range(ROUNDS):
        found = await announce(two)
        taken = await asyncio.gather(book(two, found, "maya", nth, nth % 2), book(two, found, "tom", nth, 1 - nth % 2))
        assert sorted(taken) == [False, True]
        assert len(await booked(two)) == nth + 1


async def test_heads_up_that_is_moved_booked_and_called_off_at_once_leaves_nothing_behind(two: World) -> None:
    maya, tom = [Actor(two.workspace.id, await id_of(two, name)) for name in ("maya", "tom")]

    async def move() -> None:
        draft = Draft("New prices", [], two.now + 5 * DAY, two.now + 12 * DAY)
        with suppress(AnswerTooLate):
            async with two.replicas[0].database.begin() as session:
                await windows.change(session, maya, found.id, draft, with_ritual=True, now=two.now)

    async def call_off() -> None:
        async with two.replicas[1].database.begin() as session:
            await windows.cancel(session, tom, found.id, now=two.now)

    for nth in range(ROUNDS):
        found = await announce(two)
        acts = [move(), call_off(), book(two, found, "tom", 20, nth % 2)]
        await asyncio.gather(*(acts if nth % 2 else reversed(acts)))
        assert await booked(two) == []
        async with two.database.reading() as session:
            about = select(ScheduledJob.job).where(ScheduledJob.about_kind == cards.ABOUT)
            assert (await session.scalars(about)).all() == []
            stored = await session.get_one(HeadsUp, found.id)
            assert (stored.cancelled_at is None, stored.ritual_run_id) == (False, None)


async def test_leader_who_leaves_while_booking_has_no_hours(two: World) -> None:
    tom = await id_of(two, "tom")

    async def leave() -> None:
        async with two.replicas[1].database.begin() as session:
            team = await session.get_one(Team, found.team_id)
            await members.leave(session, two.workspace.id, team.channel_id, tom, now=two.now)

    found = await announce(two)
    for nth in range(ROUNDS):
        await asyncio.gather(book(two, found, "tom", nth, 0), leave())
        assert await booked(two) == []
        async with two.database.begin() as session:
            team = await session.get_one(Team, found.team_id)
            await members.join(session, two.workspace.id, team.channel_id, tom, now=two.now)


async def test_heads_up_that_both_replicas_close_at_once_is_looked_back_on_once(two: World) -> None:
    found = await announce(two)
    await two.move(timedelta(minutes=1))
    two.sandbox.clock.set(found.ends_at + 4 * DAY)
    await asyncio.gather(*(replica.worker.tick() for replica in two.replicas))
    await two.move(DAY)
    assert [blocks(each) for each in await all_cards(two)] == [["heads_up"]]
    said = await two.slack.messages("bot", "maya")
    assert sum("is over" in str(each) for each in said) == 1
