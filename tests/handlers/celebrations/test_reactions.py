"""Tests of celebrations of messages with many reactions: once each, in the thread, and never if anybody is sad."""

import asyncio
from datetime import timedelta

from sqlalchemy import select

from bot.features.celebrations.models import Celebration
from bot.features.celebrations.settings import Settings
from bot.org.teams.models import Team
from bot.slack.outbox.models import Outgoing, State
from tests.handlers.shoutouts.test_events import say
from tests.handlers.shoutouts.test_reactions import react
from tests.harness import Slack, World

EVERYBODY = ["maya", "tom", "grace", "ben", "chidi", "dina", "eli", "fay"]


async def told(world: World) -> list[tuple[str, str]]:
    """Return the bot's thread replies as pairs of the thread's timestamp and the text."""
    await world.sandbox.settled()
    await world.move(timedelta(seconds=5))
    calls = await world.slack.calls("chat.postMessage")
    return [(each["args"]["thread_ts"], each["args"]["text"]) for each in calls if each["args"].get("thread_ts")]


async def test_message_is_celebrated_exactly_once_when_eight_people_have_reacted(slack: Slack, world: World) -> None:
    ts = await say(slack, "ana", "The oldest ticket of all is closed")
    for name in EVERYBODY[:7]:
        await react(slack, name, ts, "tada")
    await react(slack, "maya", ts, "heart")
    assert await told(world) == []
    await react(slack, "fay", ts, "rocket")
    ((under, words),) = await told(world)
    assert (under, words.startswith(":sparkles: 8 people are")) == (ts, True)

    await react(slack, "fay", ts, "rocket", remove=True)
    await react(slack, "fay", ts, "rocket")
    await react(slack, "ana", ts, "heart")
    assert len(await told(world)) == 1


async def test_concurrent_and_redelivered_reactions_celebrate_a_message_exactly_once(
    slack: Slack, world: World
) -> None:
    await slack.do("faults", redeliver=True)
    ts = await say(slack, "ana", "The oldest ticket of all is closed")
    await asyncio.gather(*(react(slack, name, ts, "tada") for name in EVERYBODY))

    assert [under for under, _ in await told(world)] == [ts]
    async with world.database.reading() as session:
        assert len((await session.scalars(select(Celebration))).all()) == 1


async def test_removed_reaction_does_not_count_toward_a_celebration(slack: Slack, world: World) -> None:
    ts = await say(slack, "ana", "Closed")
    for name in EVERYBODY[:7]:
        await react(slack, name, ts, "tada")
    await react(slack, "maya", ts, "tada", remove=True)
    await world.sandbox.settled()
    await react(slack, "fay", ts, "tada")

    assert await told(world) == []


async def test_message_with_a_sad_reaction_is_not_celebrated(slack: Slack, world: World) -> None:
    ts = await say(slack, "ana", "My dog died this morning")
    for name in EVERYBODY:
        await react(slack, name, ts, "sob" if name == "ben" else "heart")

    assert await told(world) == []


async def celebrated(world: World) -> int:
    await told(world)
    async with world.database.reading() as session:
        return len((await session.scalars(select(Celebration))).all())


async def test_thread_with_condolences_is_not_celebrated(slack: Slack, world: World) -> None:
    ts = await say(slack, "ana", "Mein Hund, ihr wisst schon")
    reply = {"user": "ben", "channel": "harbour-support", "thread_ts": ts}
    await slack.do("messages", **reply, text="Herzliches Beileid, Ana")
    await world.sandbox.settled()
    later = str((await slack.do("messages", **reply, text="Er war der Beste"))["ts"])
    await world.sandbox.settled()
    for name in EVERYBODY:
        await react(slack, name, ts, "clap")
        await react(slack, name, later, "tada")

    assert await celebrated(world) == 0


async def test_check_mark_reactions_do_not_count_toward_a_celebration(slack: Slack, world: World) -> None:
    ts = await say(slack, "maya", "Please read the new refund rules by Friday")
    for name in EVERYBODY:
        await react(slack, name, ts, "white_check_mark")
    await react(slack, "maya", ts, "tada")

    assert await celebrated(world) == 0


async def test_message_from_an_app_is_not_celebrated(slack: Slack, world: World) -> None:
    said = await slack.do("messages", bot_id="queuewatch", channel="harbour-support", text="Phones are calm again")
    for name in EVERYBODY:
        await react(slack, name, str(said["ts"]), "tada")

    assert await celebrated(world) == 0


async def test_team_can_set_the_number_of_reactions_or_turn_celebrations_off(slack: Slack, world: World) -> None:
    for number, expected in ((2, 1), (0, 1)):
        async with world.database.begin() as session:
            team = (await session.scalars(select(Team))).one()
            Settings(reactions=number).keep(team)
        ts = await say(slack, "ana", f"Closed {number}")
        for name in EVERYBODY[:3]:
            await react(slack, name, ts, "tada")
        assert len(await told(world)) == expected


async def test_message_from_the_bot_is_not_celebrated(slack: Slack, world: World) -> None:
    await slack.command("maya", "celebrate a calm Monday", word="/funtank")
    await told(world)
    ts = (await slack.messages("harbour-support", "maya"))[-1]["ts"]
    for name in EVERYBODY:
        await react(slack, name, ts, "tada")

    assert await told(world) == []


async def test_celebration_of_a_deleted_message_causes_no_failed_post(slack: Slack, world: World) -> None:
    await world.move(timedelta(hours=10))
    ts = await say(slack, "ana", "Closed")
    for name in EVERYBODY:
        await react(slack, name, ts, "tada")
    assert await told(world) == []
    await slack.do("messages/delete", user="ana", channel="harbour-support", ts=ts)
    await world.move(timedelta(days=1))

    async with world.database.reading() as session:
        waiting = await session.scalars(select(Outgoing.reason).where(Outgoing.state != State.SENT))
        assert set(waiting) <= {"cannot_reply_to_message"}
        assert not (await session.scalars(select(Outgoing).where(Outgoing.state == State.FAILED))).all()
