"""Tests of change notices on two replicas on one PostgreSQL, when two things happen at the same time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.errors import Refusal
from bot.features.notices import queries
from bot.features.notices.models import Notice, NoticeQuestion, NoticeReceipt
from bot.features.notices.rules import Edit, NoticeText
from bot.org.teams.models import Team
from bot.slack.dispatcher import Actor
from bot.workflows.notices import posts, readers
from tests.handlers.drivers import keep_only_jobs
from tests.handlers.pulse.drivers import id_of
from tests.harness import World, opened

DAY = timedelta(days=1)
pytestmark = pytest.mark.usefixtures("patience")


@pytest.fixture
async def two(tmp_path: Path, postgres_url: str) -> AsyncIterator[World]:
    async with opened(tmp_path, postgres_url, replicas=2) as world:
        await keep_only_jobs(world, "notices")
        yield world


async def actor(world: World, name: str) -> Actor:
    return Actor(world.workspace.id, await id_of(world, name))


async def post(world: World, change: str = "Refunds wait") -> Notice:
    async with world.database.begin() as session:
        today = world.now.date()
        draft = NoticeText(change, "", "", today, today + DAY)
        return await posts.post(session, await actor(world, "maya"), 1, draft, now=world.now)


async def act(world: World, replica: int, does: Any, *passed: Any, **named: Any) -> bool:
    """Call a workflow in a transaction on a replica; return whether it was not refused."""
    try:
        async with world.replicas[replica].database.begin() as session:
            await does(session, *passed, **named)
    except Refusal:
        return False
    return True


async def update(world: World, replica: int, *, later: timedelta = DAY) -> bool:
    async def run(session: Any) -> None:
        await posts.update(session, (await session.scalars(select(Team))).one(), now=world.now + later)

    return await act(world, replica, run)


async def rows(world: World, model: Any) -> list[Any]:
    async with world.database.reading() as session:
        return [*await session.scalars(select(model))]


async def test_got_it_pressed_twice_at_once_counts_once(two: World) -> None:
    found, ana = await post(two), await actor(two, "ana")
    presses = [act(two, nth % 2, readers.mark_read, ana, found.id, 1, now=two.now) for nth in range(6)]
    assert await asyncio.gather(*presses) == [True] * 6
    assert [each.has_got_it for each in await rows(two, NoticeReceipt)] == [True]


async def test_got_it_that_races_a_new_edition_counts_for_the_edition_that_was_read(two: World) -> None:
    found, ana, maya = await post(two), await actor(two, "ana"), await actor(two, "maya")
    draft = NoticeText("Refunds go on", "", "", found.starts_on, found.ends_on)
    await asyncio.gather(
        act(two, 0, readers.mark_read, ana, found.id, 1, now=two.now),
        act(two, 1, posts.edit, maya, found.id, draft, Edit.ASK_AGAIN, edits=0, now=two.now),
    )
    async with two.database.reading() as session:
        (stored,) = await session.scalars(select(Notice))
        assert (stored.edition, await queries.count_got_it(session, stored)) == (2, 0)


async def test_of_two_leaders_who_edit_or_answer_or_withdraw_at_once_one_succeeds(two: World) -> None:
    leaders = [await actor(two, name) for name in ("maya", "tom")]
    found = await post(two)
    drafts = [NoticeText(f"Refunds {nth}", "", "", found.starts_on, found.ends_on) for nth in range(2)]
    for does, passed, named in (
        (posts.edit, [(draft, Edit.SMALL) for draft in drafts], {"edits": 0}),
        (posts.answer, [(1, "From Maya"), (1, "From Tom")], {"version": 0}),
        (posts.withdraw, [(), ()], {}),
    ):
        racing = [
            act(two, nth, does, leaders[nth], found.id, *passed[nth], **named, now=two.now) for nth in range(2)
        ]  # fmt: skip
        assert sorted(await asyncio.gather(*racing)) == [False, True]


async def test_question_that_is_asked_during_the_nightly_update_is_sent_that_night_or_the_next(
    two: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, asking, list_questions = await post(two), list[asyncio.Task[bool]](), queries.list_questions
    ana = await actor(two, "ana")

    async def list_then_ask(*passed: Any, **named: Any) -> list[NoticeQuestion]:
        """Ask a question between the update's reading of the questions and its marking of them as sent."""
        said = await list_questions(*passed, **named)
        ask = act(two, 0, readers.mark_unclear, ana, found.id, 1, "What about vouchers?", now=two.now)
        asking.append(asyncio.create_task(ask))
        await asyncio.sleep(0.3)
        return said

    async with two.database.begin() as session:
        await queries.save_question(session, found, "UBEN", "From which day?")
    monkeypatch.setattr(queries, "list_questions", list_then_ask)
    assert await update(two, 1)
    assert await asyncio.gather(*asking) == [True]
    sent = {each.words: each.is_sent for each in await rows(two, NoticeQuestion)}
    assert sent == {"From which day?": True, "What about vouchers?": False}


async def test_two_notices_that_end_in_one_night_do_not_deadlock_with_readers(two: World) -> None:
    pair = [await post(two, "Refunds wait"), await post(two, "Calls are recorded")]
    people = [await actor(two, name) for name in ("ana", "ben", "chidi", "dina")]
    presses = [
        act(two, nth % 2, readers.mark_read, person, each.id, 1, now=two.now)
        for nth, person in enumerate(people)
        for each in pair
    ]
    updates = [update(two, nth, later=3 * DAY) for nth in range(2)]
    said = await asyncio.gather(*presses, *updates)
    assert said[-2:] == [True, True]
    assert all(each.ended_at for each in await rows(two, Notice))
    assert await rows(two, NoticeReceipt) == []
