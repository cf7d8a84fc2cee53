"""Lock order of the relay and of outbox writers, which prevents deadlocks: people, outbox rows, lanes."""

import asyncio
from datetime import timedelta

from bot.org import people
from bot.org.workspaces import Address, Workspace
from bot.slack.outbox import outbox
from bot.slack.post import Post
from tests.harness import Slack, World, eventually

ANA = "U0ANA00000"


async def say(world: World, words: str, *, while_slack_answers: bool = False) -> None:
    async with world.database.begin() as session:
        person = await people.fetch_person(session, world.workspace.id, ANA, lock=True)
        await outbox.put(session, Post(words), to=Address(person.workspace_id, person.id), not_before=world.now)
        await session.flush()
        if while_slack_answers:
            await asyncio.sleep(0.6)


async def test_opening_a_dm_does_not_deadlock_with_a_new_message_to_the_same_person(world: World, slack: Slack) -> None:
    await slack.do("faults", method="conversations.open", times=1, delay_ms=300)
    await say(world, "the first word")
    sending = asyncio.create_task(world.steward.relay.settle())
    await asyncio.sleep(0.1)
    await say(world, "the second word", while_slack_answers=True)
    await sending
    await world.move(timedelta(seconds=5))

    assert await slack.said("bot", "ana") == ["the first word", "the second word"]
    async with world.database.reading() as session:
        assert (await people.fetch_person(session, world.workspace.id, ANA)).dm_id


async def test_handling_of_a_revoked_token_does_not_deadlock_with_a_new_message(world: World, slack: Slack) -> None:
    await slack.do("faults", method="conversations.open", times=1, delay_ms=300, error="token_revoked")
    await say(world, "the first word")
    sending = asyncio.create_task(world.steward.relay.settle())
    await asyncio.sleep(0.1)
    await say(world, "the second word", while_slack_answers=True)
    await sending

    async def parked() -> str | None:
        async with world.database.reading() as session:
            return (await session.get_one(Workspace, world.workspace.id)).parked

    assert await eventually(parked) == "token_revoked"  # the bot's own relay may be the one that parks it
