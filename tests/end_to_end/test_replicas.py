"""Tests of two replicas on one PostgreSQL database: order, rate limit and deduplication."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.escalation.models import State as Answered
from bot.features.hand_ups.models import State as HandUpState
from bot.messages.hand_ups import names
from bot.org.teams.models import Member
from bot.org.workspaces import Address
from bot.refusals.hand_ups import already_helped
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Outgoing, Priority, State
from bot.slack.post import Post
from tests.handlers.hand_ups.drivers import (
    MINUTE,
    ask_cards,
    asks,
    card_text,
    element,
    hand_up,
    raise_hand,
)  # fmt: skip
from tests.harness import Mode, World, eventually, opened

POSTS = 200
pytestmark = pytest.mark.usefixtures("patience")


@pytest.fixture
async def two(tmp_path: Path, postgres_url: str, mode: Mode | None) -> AsyncIterator[World]:
    async with opened(tmp_path, postgres_url, replicas=2, mode=mode) as world:
        yield world


async def hurry(world: World) -> None:
    """Move the clock to each due time until the outbox is empty, while both relays poll."""
    while await waiting(world):
        due = await world.steward.relay.next_at()
        world.sandbox.clock.set(max(due or world.now, world.now))
        for replica in world.replicas:
            replica.database.posted.set()
        await asyncio.sleep(0.005)


async def waiting(world: World) -> int:
    async with world.database.reading() as session:
        rows = select(func.count()).where(Outgoing.state == State.WAITING)
        return await session.scalar(rows) or 0


@pytest.mark.long
async def test_two_relays_send_200_posts_in_order_at_one_per_second(two: World) -> None:
    sent: dict[str, int] = {replica.relay.name: 0 for replica in two.replicas}
    for replica in two.replicas:
        _count_sends(replica.relay, sent)
    channel = Address(two.workspace.id, "C0HARBOURS")
    async with two.database.begin() as session:
        for number in range(POSTS):
            await outbox.put(session, Post(f"number {number}"), to=channel, not_before=two.now)
    await asyncio.wait_for(hurry(two), 120)

    messages = [m for m in await two.slack.messages("harbour-support", "maya") if m["text"].startswith("number ")]
    times = [float(message["ts"]) for message in messages]
    assert [message["text"] for message in messages] == [f"number {number}" for number in range(POSTS)]
    assert min(later - sooner for sooner, later in pairwise(times)) >= 1.0
    assert min(sent.values()) > 0, sent


async def test_urgent_post_overtakes_a_thousand_nudges_on_two_relays(two: World) -> None:
    people = ["U0ANA00000", "U0BEN00000", "U0CHIDI000", "U0DINA0000"]
    async with two.database.begin() as session:
        for number in range(1000):
            to = Address(two.workspace.id, people[number % len(people)])
            await outbox.put(session, Post("a nudge"), to=to, not_before=two.now, priority=Priority.NUDGE)
    async with two.database.begin() as session:
        to = Address(two.workspace.id, "U0TOM00000")
        await outbox.put(session, Post("help now"), to=to, not_before=two.now, priority=Priority.URGENT)
        hurrying = asyncio.create_task(hurry(two))
    await eventually(lambda: two.slack.said("bot", "tom"))
    left = await waiting(two)
    hurrying.cancel()

    assert left > 900


async def test_two_replicas_post_the_weekly_summary_exactly_once(two: World) -> None:
    await two.slack.command("maya", "@ana for the calm voice")
    friday = two.now + timedelta(days=3, hours=5, minutes=1)
    two.sandbox.clock.set(friday)
    await asyncio.gather(*(replica.worker.tick() for replica in two.replicas))
    await two.move(timedelta(minutes=1))

    said = await two.slack.said("harbour-support", "maya")
    assert len([text for text in said if ":raised_hands: *This week's" in text]) == 1


async def test_each_shoutout_is_posted_exactly_once_when_two_replicas_run(two: World) -> None:
    answers = await asyncio.gather(
        *(two.slack.command("maya", f"@ana for thing {n} of two replicas") for n in range(5))
    )
    assert all("Thanks! " in answer.text for answer in answers)
    await asyncio.wait_for(hurry(two), 120)

    said = await two.slack.said("harbour-support", "maya")
    assert len([text for text in said if "of two replicas" in text]) == 5


async def test_only_one_leader_comes_when_two_press_coming_at_once_on_two_replicas(two: World) -> None:
    async with two.database.begin() as session:
        for each in await session.scalars(select(Member).where(Member.is_deputy)):
            each.is_deputy = False
    await raise_hand(two, "ana")
    await two.move(6 * MINUTE)
    pressed = {name: (await ask_cards(two, name))[-1] for name in ("maya", "tom")}
    await asyncio.gather(
        *(
            two.slack.do("actions", user=name, channel="bot", ts=card["ts"], **element(card, names.COMING))
            for name, card in pressed.items()
        )
    )
    await two.sandbox.settled()
    await asyncio.wait_for(hurry(two), 30)

    this = await hand_up(two)
    assert this.state == HandUpState.COMING
    states = dict(await asks(two))
    (helper,) = [name for name, state in states.items() if state == Answered.ACCEPTED]
    (other,) = {*states} - {helper}
    assert f"@{helper} is coming" in await card_text(two, "ana")
    told = [each["text"] for each in await two.slack.messages("bot", other)]
    assert already_helped(f"@{helper}") in told
    assert already_helped(f"@{other}") not in [each["text"] for each in await two.slack.messages("bot", helper)]


def _count_sends(relay: object, sent: dict[str, int]) -> None:
    deliver = relay._deliver  # type: ignore[attr-defined]

    async def counted(claim: object) -> None:
        sent[relay.name] += 1  # type: ignore[attr-defined]
        await deliver(claim)

    relay._deliver = counted  # type: ignore[attr-defined]
