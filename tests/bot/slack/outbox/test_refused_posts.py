"""Posts refused by Slack: the next edit or reply posts the card again, and a refused chart is retried as text."""

import asyncio
from datetime import datetime, timedelta
from typing import Protocol

import pytest
from slackblocks import ChartSegment, DataVisualizationBlock, PieChart, SectionBlock
from sqlalchemy import select

from bot.db import locks
from bot.db.sessions import Database
from bot.org.workspaces import Address, Workspace
from bot.slack.outbox import lanes, outbox, results
from bot.slack.outbox.attempts import Claim, Outcome, Refused, Sent
from bot.slack.outbox.models import Card, Lane, Method, Outgoing, State
from bot.slack.outbox.queries import decrypt_payload
from bot.slack.post import Payload, Post, Step
from tests.conftest import TUESDAY
from tests.harness import Slack, World

HERE = Address("T1", "C1")


class Say(Protocol):
    """A function that edits the card."""

    async def __call__(self, relay: "Relay", words: str) -> None: ...


class Relay:
    """A relay that sends due rows one by one to a fake Slack with prepared answers."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.sent: list[tuple[str, str, str | None]] = []

    async def send(self, *answers: str | None) -> None:
        """Send one row per answer; an answer is an error code, or None for success."""
        for answer in answers:
            async with self.database.begin() as session:
                lane = (await session.scalars(select(Lane))).one()
                row = await lanes.lock_next_row(session, lane, TUESDAY)
                assert row
                body = decrypt_payload(row, self.database.vault)
                card: Card | None = None
                if row.method != Method.POST:
                    card = await session.get(Card, ("T1", row.card))
                outcome: Outcome = Refused(answer) if answer else Sent("C1", f"{len(self.sent)}")
                if answer is None:
                    self.sent.append((row.method, body["text"], card.name if card else None))
                row.attempted_at = TUESDAY
                claim = Claim(row, channel="C1", ts=None, user_id=None, unsure_since=None, deadline=0.0)
                await results.record_outcome(session, row, claim, body, outcome, TUESDAY)

    async def nothing_waits(self) -> bool:
        async with self.database.begin() as session:
            return await lanes.lock_next_row(session, (await session.scalars(select(Lane))).one(), TUESDAY) is None


@pytest.fixture
def relay(database: Database, workspace: Workspace) -> Relay:
    return Relay(database)


def card(words: str | Post) -> Post:
    return words if isinstance(words, Post) else Post(words, card="c")


async def put(relay: Relay, words: str | Post = "one", *, expires_at: datetime | None = None) -> None:
    async with relay.database.begin() as session:
        await outbox.put(session, card(words), to=HERE, not_before=TUESDAY, expires_at=expires_at)


async def edit(relay: Relay, words: str | Post) -> None:
    async with relay.database.begin() as session:
        await outbox.edit(session, card(words), to=HERE, not_before=TUESDAY)


async def show(relay: Relay, words: str) -> None:
    async with relay.database.begin() as session:
        await outbox.show(session, Post(words, card="c"), to=HERE, now=TUESDAY)


async def tell(relay: Relay, words: str) -> None:
    async with relay.database.begin() as session:
        await outbox.publish_changes(session, [Step(HERE, Post(words, card="c"), "changed")], now=TUESDAY)


async def reply(relay: Relay, words: str) -> None:
    async with relay.database.begin() as session:
        await outbox.reply(session, Post(words), under="c", to=HERE, now=TUESDAY)


async def states(relay: Relay) -> list[str]:
    async with relay.database.reading() as session:
        return [row.state for row in await session.scalars(select(Outgoing).order_by(Outgoing.id))]


@pytest.mark.own_database
@pytest.mark.parametrize("template", ["postgresql"], indirect=True)
async def test_relay_does_not_wait_for_a_refused_post_that_is_locked(relay: Relay) -> None:
    await put(relay)
    await relay.send("restricted_action")
    await edit(relay, "two")
    async with relay.database.begin() as session:
        await session.execute(locks.for_update(select(Outgoing).where(Outgoing.state == State.FAILED), Outgoing))
        async with asyncio.timeout(60):
            assert await relay.nothing_waits()
    await relay.send(None)

    assert relay.sent == [(Method.POST, "two", None)]


@pytest.mark.parametrize(
    ("reason", "say"),
    [
        ("restricted_action", edit),
        ("invalid_blocks", edit),
        ("not_in_channel", show),
        ("is_archived", tell),
        ("msg_too_long", edit),
    ],
)
async def test_next_edit_of_a_refused_card_posts_the_card(relay: Relay, say: Say, reason: str) -> None:
    await put(relay)
    await relay.send(reason)
    await say(relay, "two")
    await relay.send(None)
    await edit(relay, "three")
    await relay.send(None)

    assert relay.sent == [(Method.POST, "two", None), (Method.UPDATE, "three", "c")]
    assert State.FAILED not in await states(relay)


async def test_refused_card_is_posted_before_the_next_reply_to_it(relay: Relay) -> None:
    await put(relay)
    await relay.send("restricted_action")
    await reply(relay, "in its thread")
    await relay.send(None, None)

    assert [words for _, words, _ in relay.sent] == ["one", "in its thread"]


async def test_edit_and_reply_queued_behind_a_refused_post_are_sent(relay: Relay) -> None:
    await put(relay)
    async with relay.database.begin() as session:
        (await session.scalars(select(Outgoing))).one().attempted_at = TUESDAY
    await edit(relay, "two")
    await reply(relay, "in its thread")
    await relay.send("not_in_channel", None, None)

    assert [words for _, words, _ in relay.sent] == ["two", "in its thread"]


async def test_refused_card_is_retried_once_for_each_edit_or_reply(relay: Relay) -> None:
    await put(relay)
    await relay.send("not_in_channel")
    await reply(relay, "in its thread")
    await relay.send("not_in_channel")
    assert await relay.nothing_waits()
    await edit(relay, "two")
    await relay.send("not_in_channel")
    assert await relay.nothing_waits()
    await edit(relay, "three")
    await relay.send(None)

    assert relay.sent == [(Method.POST, "three", None)]


async def test_refused_edit_is_replaced_by_the_next_edit(relay: Relay) -> None:
    await put(relay)
    await relay.send(None)
    await edit(relay, "two")
    await relay.send("invalid_blocks")
    await edit(relay, "three")
    await relay.send(None)

    assert [words for _, words, _ in relay.sent] == ["one", "three"]
    assert State.FAILED not in await states(relay)


async def test_expired_or_deleted_card_is_not_posted_again(relay: Relay) -> None:
    await put(relay, expires_at=TUESDAY)
    await edit(relay, "two")
    assert await relay.nothing_waits()
    await put(relay)
    await relay.send("not_in_channel")
    async with relay.database.begin() as session:
        await outbox.delete(session, "c", to=HERE, now=TUESDAY)
    await edit(relay, "three")
    await relay.send(None)

    assert [method for method, _, _ in relay.sent] == [Method.UPDATE]


async def test_reposted_card_keeps_its_expiry(relay: Relay) -> None:
    await put(relay, expires_at=TUESDAY + timedelta(hours=1))
    await relay.send("not_in_channel")
    async with relay.database.begin() as session:
        await outbox.edit(session, Post("two", card="c"), to=HERE, not_before=TUESDAY)
        (await session.scalars(select(Outgoing).where(Outgoing.state == State.FAILED))).one().expires_at = TUESDAY

    assert await relay.nothing_waits()
    assert await states(relay) == [State.DROPPED, State.DROPPED]


def with_chart(words: str) -> Post:
    chart = DataVisualizationBlock("Spikes", PieChart([ChartSegment("phones", 3)]), block_id="chart")
    return Post(words, [SectionBlock(words, block_id="words"), chart], card="c")


@pytest.mark.parametrize("method", [Method.POST, Method.UPDATE])
async def test_post_with_a_refused_chart_is_retried_exactly_once_without_it(relay: Relay, method: Method) -> None:
    if method == Method.UPDATE:
        await put(relay)
        await relay.send(None)
        await edit(relay, with_chart("3 spikes"))
    else:
        await put(relay, with_chart("3 spikes"))
    await relay.send("invalid_blocks")
    said = await waiting(relay)
    assert [block["block_id"] for block in said["blocks"]] == ["words"]
    await relay.send("invalid_blocks")

    assert (await states(relay))[-1] == State.FAILED


@pytest.mark.parametrize("reason", ["not_in_channel", "msg_too_long", "restricted_action"])
async def test_refusal_that_is_not_about_the_chart_does_not_remove_it(relay: Relay, reason: str) -> None:
    await put(relay, with_chart("3 spikes"))
    await relay.send(reason)

    assert await states(relay) == [State.FAILED]


async def waiting(relay: Relay) -> Payload:
    async with relay.database.reading() as session:
        row = (await session.scalars(select(Outgoing).where(Outgoing.state == State.WAITING))).one()
    return decrypt_payload(row, relay.database.vault)


@pytest.mark.either
async def test_refused_card_appears_in_slack_after_an_edit_followed_by_its_reply(world: World, slack: Slack) -> None:
    to = Address(world.workspace.id, "C0HARBOURS")
    await slack.do("faults", method="chat.postMessage", error="restricted_action", times=1)
    async with world.database.begin() as session:
        await outbox.put(session, Post("one", card="c"), to=to, not_before=world.now)
    await world.move(timedelta(seconds=5))
    assert "one" not in await slack.said("harbour-support", "maya")
    async with world.database.begin() as session:
        await outbox.edit(session, Post("two", card="c"), to=to, not_before=world.now)
        await outbox.reply(session, Post("more of it"), under="c", to=to, now=world.now, aloud=True)
    await world.move(timedelta(seconds=5))

    said = [each for each in await slack.messages("harbour-support", "maya") if each["text"] in ("two", "more of it")]
    assert [each["text"] for each in said] == ["two", "more of it"]
    assert said[1]["thread_ts"] == said[0]["ts"]
