"""Tests of single faults, a revoked token and broken sockets, and of what people then see."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.messages.shoutouts import answers
from bot.org.workspaces import Address, Workspace
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Outgoing, State
from bot.slack.post import Post
from tests.end_to_end.faults import be_hasty
from tests.harness import Slack, World, eventually

pytestmark = pytest.mark.either

THANKS = "@ana for the calm voice"
TWO_HOURS = timedelta(hours=2)


async def parked(world: World) -> str | None:
    async with world.database.reading() as session:
        return (await session.get_one(Workspace, world.workspace.id)).parked


async def cards(slack: Slack) -> int:
    return len([text for text in await slack.said("harbour-support", "maya") if "the calm voice" in text])


async def expire_in_an_hour(world: World) -> None:
    async with world.database.begin() as session:
        there, soon = Address(world.workspace.id, "U0BEN00000"), world.now + timedelta(hours=1)
        await outbox.put(session, Post("only this hour"), to=there, not_before=world.now, expires_at=soon)


async def test_messages_are_held_back_and_not_lost_while_the_token_is_revoked(world: World, slack: Slack) -> None:
    await slack.do("settings", token_revoked=True)
    answer = await slack.command("maya", THANKS)
    await expire_in_an_hour(world)
    await world.move(TWO_HOURS)
    assert "Thanks! " in answer.text
    assert (await parked(world), await cards(slack)) == ("token_revoked", 0)

    await slack.do("settings", token_revoked=False)
    await world.steward.install()
    await world.move(timedelta(minutes=2))
    assert (await parked(world), await cards(slack)) == (None, 1)
    assert await slack.said("bot", "ben") == []
    async with world.database.reading() as session:
        expired = (await session.scalars(select(Outgoing).where(Outgoing.conversation == "U0BEN00000"))).one()
    assert (expired.state, expired.reason) == (State.DROPPED, "expired")


@pytest.mark.parametrize("mode", ["socket"])
@pytest.mark.parametrize(
    "how",
    [
        "disconnect",
        "deaf",
        *(pytest.param(how, marks=pytest.mark.long) for how in ("warning", "refresh_requested", "link_disabled")),
    ],
)
async def test_bot_reconnects_and_answers_after_each_socket_fault(world: World, slack: Slack, how: str) -> None:
    be_hasty(world)
    sockets = len(await slack.calls("apps.connections.open"))
    await slack.do("faults", socket=how)

    async def answered() -> bool:
        return (await slack.command("maya", "help")).text == answers.usage().text

    async def anew() -> bool:
        return await answered() and len(await slack.calls("apps.connections.open")) > sockets

    assert await eventually(anew, 20)
