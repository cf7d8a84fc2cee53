"""Tests of single faults, a revoked token and broken sockets, and of what people then see."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.messages.shoutouts import answers
from bot.org.workspaces import Workspace
from bot.slack.outbox.models import Outgoing, State
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


async def test_messages_that_wait_while_the_token_is_revoked_are_dropped_and_later_ones_are_sent(
    world: World, slack: Slack
) -> None:
    await slack.do("settings", token_revoked=True)
    answer = await slack.command("maya", THANKS)
    await world.move(TWO_HOURS)
    assert "Thanks! " in answer.text
    assert (await parked(world), await cards(slack)) == ("token_revoked", 0)

    await slack.do("settings", token_revoked=False)
    await world.steward.install()
    await world.move(timedelta(minutes=2))
    assert (await parked(world), await cards(slack)) == (None, 0)
    async with world.database.reading() as session:
        dropped = {row.reason for row in await session.scalars(select(Outgoing).where(Outgoing.state == State.DROPPED))}
    assert dropped == {"parked"}

    await slack.command("ben", THANKS)
    await world.move(timedelta(minutes=2))
    assert await cards(slack) == 1


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

    assert await eventually(anew)
