"""From Monday's card to the next due date, by buttons alone."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.features.oneonones import Meeting, Series, State
from tests.world import Json, World, eventually, opened

SATURDAY = datetime(2031, 3, 1, 10, tzinfo=UTC)
MONDAY_9 = datetime(2031, 3, 3, 9, tzinfo=UTC)
MAYA, ANA = "U0MAYA0000", "U0ANA00000"


@pytest.fixture
async def monday(tmp_path: Path, database_url: str | None) -> AsyncIterator[World]:
    """The first Monday morning of a team that was made on Saturday."""
    async with opened(tmp_path, database_url, at=SATURDAY) as world:
        await world.move(MONDAY_9 + timedelta(minutes=1))
        yield world


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


async def test_monday_brings_one_card_with_at_most_four(monday: World) -> None:
    card = await dm(monday, "maya", "one-on-ones for this week")

    posted_at = datetime.fromtimestamp(float(card["ts"]), UTC)
    assert MONDAY_9 <= posted_at < MONDAY_9 + timedelta(minutes=1)
    proposals = [each for each in str(card["blocks"]).split("'") if each == "oneonones:propose"]
    assert len(proposals) == 4
    assert "has not had one with you yet" in card["text"]
    assert not [each for each in await monday.slack.messages("bot", "tom") if "one-on-one" in str(each)]


async def test_the_whole_path(monday: World) -> None:
    card = await dm(monday, "maya", "one-on-ones for this week")
    await press(monday, "maya", card, "oneonones:propose")
    series, meeting = await latest(monday)
    agent = name_of(meeting)
    asked = await dm(monday, agent, "would like to sit down with you for 30 minutes")
    await dm(monday, "maya", "I have asked them which time suits")

    await press(monday, agent, asked, "oneonones:pick", 1)
    await settled(monday)
    series, meeting = await latest(monday)
    assert meeting.state == State.PLANNED
    for name in ("maya", agent):
        await dm(monday, name, "Your one-on-one with")
        await dm(monday, name, "one-on-one.ics")

    starts, ends = meeting.span
    await monday.move(starts - timedelta(hours=2) + timedelta(minutes=1))
    for name in ("maya", agent):
        await dm(monday, name, "Neither of you has a topic yet")

    await monday.move(ends + timedelta(hours=2, minutes=1))
    question = await dm(monday, "maya", "Did you meet")
    await press(monday, "maya", question, "oneonones:met")
    await dm(monday, "maya", "Good that you met")
    series, meeting = await latest(monday)
    assert meeting.state == State.MET
    assert series.met_on
    assert series.due_on == series.met_on + timedelta(days=14)
    await dm(monday, agent, "had your one-on-one on")
