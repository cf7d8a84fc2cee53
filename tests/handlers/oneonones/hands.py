"""Hands for one-on-ones: what somebody was told by DM, and a press on it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.features.oneonones import Meeting, Series
from tests.world import Json, World, eventually

SATURDAY = datetime(2031, 3, 1, 10, tzinfo=UTC)
MONDAY_9 = datetime(2031, 3, 3, 9, tzinfo=UTC)


async def dm(world: World, name: str, words: str) -> Json:
    """The latest thing the bot said to somebody that has these words in it."""

    async def found() -> Json | None:
        said = [each for each in await world.slack.messages("bot", name) if each.get("bot_id")]
        return next((each for each in reversed(said) if words in str(each)), None)

    message: Json = await eventually(found)
    return message


def button(message: Json, action_id: str, nth: int = 0) -> Json:
    rows = [block["elements"] for block in message["blocks"] if block["type"] == "actions"]
    found = [each for row in rows for each in row if each["action_id"].startswith(action_id)]
    return {"action_id": found[nth]["action_id"], "value": found[nth]["value"]}


async def press(world: World, name: str, message: Json, action_id: str, nth: int = 0) -> None:
    pressed = button(message, action_id, nth)
    await world.slack.do("actions", user=name, channel="bot", ts=message["ts"], **pressed)


async def latest(world: World) -> tuple[Series, Meeting]:
    async with world.database.reading() as session:
        meeting = (await session.scalars(select(Meeting).order_by(Meeting.id.desc()).limit(1))).one()
        return await session.get_one(Series, meeting.series_id), meeting


async def settled(world: World) -> None:
    await world.sandbox.settled()
    await world.move(timedelta(seconds=5))


def name_of(meeting: Meeting) -> str:
    return meeting.agent_id.removeprefix("U0").rstrip("0").lower()


async def proposed(world: World) -> tuple[Meeting, str]:
    """Maya proposes times to the first on her card; the meeting and the agent's name."""
    card = await dm(world, "maya", "one-on-ones to plan")
    await press(world, "maya", card, "oneonones:propose")
    _, meeting = await latest(world)
    return meeting, name_of(meeting)


async def planned(world: World) -> tuple[Meeting, str]:
    """And the agent picks the first."""
    _, agent = await proposed(world)
    await press(world, agent, await dm(world, agent, "would like to sit down"), "oneonones:pick")
    await settled(world)
    return (await latest(world))[1], agent


async def submit(world: World, name: str, **values: Any) -> Json:
    return (await world.slack.submit(name, **values)).body
