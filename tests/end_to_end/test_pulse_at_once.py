"""Tests of the pulse on two replicas on one PostgreSQL, when two things happen at the same time.

An answer that races the close is counted, or refused because the round has ended; a round is closed and published once.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.errors import AnswerTooLate
from bot.features.pulse import queries
from bot.features.pulse.models import Invited, PulseComment, PulseRound
from bot.messages.pulse import forms
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.refusals import common
from bot.slack.dispatcher import Actor
from bot.workflows.pulse import responses
from bot.workflows.pulse import rounds as workflow
from tests.handlers.drivers import keep_only_jobs
from tests.handlers.pulse.drivers import agents, cards, id_of, open_form, posts, press, rounds
from tests.harness import World, opened

ROUNDS = 12
SECOND, MONTH = timedelta(seconds=1), timedelta(days=28)
pytestmark = pytest.mark.usefixtures("patience")


@pytest.fixture
async def two(tmp_path: Path, postgres_url: str) -> AsyncIterator[World]:
    async with opened(tmp_path, postgres_url, replicas=2) as world:
        await keep_only_jobs(world, "pulse")
        yield world


async def open_round(world: World, month: int = 0) -> PulseRound:
    """Open a round of the team, that many months from now, and ask everybody."""
    async with world.database.begin() as session:
        now = world.now + month * MONTH
        await workflow.open_round(session, (await session.scalars(select(Team))).one(), now=now)
    return (await rounds(world))[-1]


async def close(world: World, found: PulseRound, replica: int = 0) -> bool | None:
    """Close a round at once, as the job does on that replica."""
    async with world.replicas[replica].database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        await workflow.close_round(session, team, found.id, now=found.closes_at)
    return None


async def answer(world: World, found: PulseRound, person: str, replica: int = 0) -> bool | None:
    """Answer on that replica; return whether the answers were taken, and not refused because the round has ended."""
    actor = Actor(world.workspace.id, person)
    try:
        async with world.replicas[replica].database.begin() as session:
            await responses.answer(
                session, actor, found.id, {0: 5, 1: 1}, f"from {person}", may_be_quoted=False, now=world.now
            )
    except AnswerTooLate as late:
        return late.sentence != common.PULSE_ENDED
    return True


async def ids(world: World) -> list[str]:
    return [await id_of(world, name) for name in await agents(world)]


async def comments_of(world: World, found: PulseRound) -> list[str]:
    async with world.database.reading() as session:
        said = await session.scalars(select(PulseComment.words).where(PulseComment.round_id == found.id))
        return sorted(said)


async def test_answers_that_race_the_close_are_counted_or_refused(two: World, monkeypatch: pytest.MonkeyPatch) -> None:
    people, taken, refused = await ids(two), 0, 0
    closing = set_while_closing(monkeypatch)
    for month in range(ROUNDS):
        found = await open_round(two, month)
        closing.clear()
        sooner = month % len(people)
        racing = [answer(two, found, each, nth % 2) for nth, each in enumerate(people[:sooner])]
        racing += [after(closing, answer(two, found, each, nth % 2)) for nth, each in enumerate(people[sooner:])]
        said = await asyncio.gather(*racing, close(two, found, 1))
        closed = (await rounds(two))[-1]
        assert closed.answered == said.count(True)
        assert len(await comments_of(two, closed)) in (0, closed.answered)
        taken, refused = taken + said.count(True), refused + said.count(False)
    assert taken > 0
    assert refused > 0


def set_while_closing(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Return an event that is set while a round closes: after the round is locked, before its answers are read."""
    closing, list_invited = asyncio.Event(), queries.list_invited

    async def list_then(*passed: Any) -> Sequence[Invited]:
        closing.set()
        return await list_invited(*passed)

    monkeypatch.setattr(queries, "list_invited", list_then)
    return closing


async def after(closing: asyncio.Event, answering: Coroutine[Any, Any, bool | None]) -> bool | None:
    await closing.wait()
    return await answering


async def test_forms_that_are_sent_while_the_round_closes_are_counted_or_refused(two: World) -> None:
    found, names = await open_round(two), await agents(two)
    await two.move(timedelta(hours=8))
    for name in names:
        await open_form(two, name)
    sent = [two.slack.submit(name, **{forms.score_block(number): "5" for number in range(2)}) for name in names]
    acks = asyncio.gather(*sent)
    await close(two, found, 1)

    counted = [each for each in await acks if each.ack["response_action"] == "update"]
    refused = [each for each in await acks if common.PULSE_ENDED in str(each.ack)]
    assert len(counted) + len(refused) == len(names)
    assert (await rounds(two))[-1].answered == len(counted)


async def test_round_that_both_replicas_close_at_once_is_published_once(two: World) -> None:
    found = await open_round(two)
    for person in await ids(two):
        assert await answer(two, found, person)
    two.sandbox.clock.set(found.closes_at + SECOND)
    await asyncio.gather(*(replica.worker.tick() for replica in two.replicas))
    await two.move(timedelta(minutes=1))

    assert [len(each) for each in (await posts(two), await cards(two, "maya"), await cards(two, "tom"))] == [1, 1, 1]
    assert await comments_of(two, found) == sorted(f"from {person}" for person in await ids(two))


async def test_round_that_is_closed_twice_at_once_keeps_each_comment_once(two: World) -> None:
    people = await ids(two)
    for month in range(ROUNDS):
        found = await open_round(two, month)
        for person in people:
            assert await answer(two, found, person)
        await asyncio.gather(close(two, found, 0), close(two, found, 1))
        assert await comments_of(two, found) == sorted(f"from {person}" for person in people)


async def test_form_that_is_opened_while_the_round_closes_says_that_it_has_ended(two: World) -> None:
    """The round is read without a lock, so it can be closed before its key is read."""
    found = await open_round(two)
    async with two.database.reading() as session:
        seen = await queries.find_round(session, two.workspace.id, found.id)
        await close(two, found, 1)
        with pytest.raises(AnswerTooLate, match=common.PULSE_ENDED):
            await queries.load_key(session, seen)


async def test_only_one_of_two_leaders_who_answer_the_comments_at_once_succeeds(two: World) -> None:
    found = await open_round(two)
    for person in await ids(two):
        assert await answer(two, found, person)
    two.sandbox.clock.set(found.closes_at + SECOND)
    await two.move(timedelta(minutes=1))
    for name in ("maya", "tom"):
        await press(two, name, forms.REPLY)
    said = {name: two.slack.submit(name, **{forms.WORDS: f"From {name}"}) for name in ("maya", "tom")}
    acks = dict(zip(said, await asyncio.gather(*said.values()), strict=True))
    await two.move(timedelta(minutes=1))

    (late,) = [name for name, each in acks.items() if common.PULSE_REPLIED in str(each.ack)]
    told = str(await two.slack.messages("harbour-support", "ana"))
    assert (f"From {late}" in told, told.count("'block_id': 'told'")) == (False, 1)


async def test_closed_round_is_cleaned_up_even_while_read_transactions_are_always_open(two: World) -> None:
    await close(two, await open_round(two))
    reading = [asyncio.create_task(read_slowly(two, nth * 0.05)) for nth in range(4)]
    await asyncio.sleep(0.2)
    await two.steward.pulse_cleaner.clean()

    assert [each.is_cleaned for each in await rounds(two)] == [True]
    for task in reading:
        task.cancel()


async def read_slowly(world: World, delay: float) -> None:
    """Read again and again, so that with others there is always a transaction."""
    await asyncio.sleep(delay)
    while True:
        async with world.database.reading() as session:
            await session.execute(text("SELECT pg_sleep(0.2)"))


async def test_two_replicas_that_open_a_round_at_once_open_only_one(two: World) -> None:
    await asyncio.gather(open_on(two, 0), open_on(two, 1))

    assert len(await rounds(two)) == 1
    await two.move(timedelta(hours=8))
    assert [len(await cards(two, name)) for name in await agents(two)] == [1] * len(await agents(two))


async def open_on(world: World, replica: int) -> None:
    async with world.replicas[replica].database.begin() as session:
        team = await membership.lock_team(session, 1)
        assert team
        await workflow.open_round(session, team, now=world.now)
