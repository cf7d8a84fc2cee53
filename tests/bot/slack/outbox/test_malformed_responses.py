"""Malformed responses from Slack (truncated, HTML, empty, a list), whether or not the message was posted."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.messages.shoutouts.cards import UNDO
from bot.org.workspaces import Address
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Outgoing, State
from bot.slack.post import Post
from sandbox.faults import BODIES
from tests.harness import Slack, World

pytestmark = pytest.mark.either

CHANNEL = "C0HARBOURS"


async def say(world: World, words: str) -> None:
    async with world.database.begin() as session:
        await outbox.put(session, Post(words), to=Address(world.workspace.id, CHANNEL), not_before=world.now)


async def the_row(world: World) -> Outgoing:
    async with world.database.reading() as session:
        return (await session.scalars(select(Outgoing))).one()


async def said(slack: Slack, words: str) -> list[str]:
    return [text for text in await slack.said("harbour-support", "maya") if words in text]


@pytest.mark.parametrize("is_after", [True, False])
@pytest.mark.parametrize("body", BODIES)
async def test_message_with_a_malformed_response_is_posted_exactly_once(
    world: World, slack: Slack, body: str, is_after: bool
) -> None:
    await slack.do("faults", method="chat.postMessage", body=body, after_effect=is_after)
    await say(world, "once, surely")
    await world.move(timedelta(minutes=2))

    assert await said(slack, "once, surely") == ["once, surely"]
    assert (await the_row(world)).state == State.SENT


@pytest.mark.parametrize("body", BODIES)
async def test_rate_limit_response_without_json_is_respected(world: World, slack: Slack, body: str) -> None:
    """The proxy's response has status 429 and a Retry-After header but no JSON."""
    await slack.do("faults", method="chat.postMessage", status=429, retry_after=20, body=body)
    before = world.now
    await say(world, "patience")
    await world.move(timedelta(minutes=1))

    row = await the_row(world)
    assert (row.state, row.tries) == (State.SENT, 1)
    assert row.settled_at
    assert row.settled_at - before >= timedelta(seconds=20)


async def test_rate_limit_of_a_response_url_is_respected(world: World, slack: Slack) -> None:
    answer = await slack.command("maya", "@ana for the calm voice")
    assert "Thanks! " in answer.text
    (note,) = await slack.notes("maya")
    await slack.do("faults", method="response_url", status=429, retry_after=20)
    await slack.press("maya", UNDO, channel="harbour-support", ts=note["ts"])
    await world.move(timedelta(minutes=1))

    assert [each["text"][:6] for each in await slack.notes("maya")] == ["Undone"]
    assert await slack.said("bot", "maya") == []


@pytest.mark.parametrize("body", BODIES)
async def test_history_lookup_with_a_malformed_response_is_retried(world: World, slack: Slack, body: str) -> None:
    await slack.do("faults", method="chat.postMessage", after_effect=True)
    await slack.do("faults", method="conversations.history", body=body)
    await say(world, "looked for")
    await world.move(timedelta(minutes=10))

    assert await said(slack, "looked for") == ["looked for"]
    assert (await the_row(world)).state == State.SENT
