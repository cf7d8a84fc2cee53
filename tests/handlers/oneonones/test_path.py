"""From Monday's card to the next due date, by buttons alone; also over a restart."""

from datetime import UTC, datetime, timedelta

from bot.features.oneonones import State
from tests.handlers.oneonones.hands import MONDAY_9, dm, latest, name_of, press, settled
from tests.world import World


async def test_monday_brings_one_card_with_at_most_four(monday: World) -> None:
    card = await dm(monday, "maya", "one-on-ones to plan")

    posted_at = datetime.fromtimestamp(float(card["ts"]), UTC)
    assert MONDAY_9 <= posted_at < MONDAY_9 + timedelta(minutes=1)
    proposals = [each for each in str(card["blocks"]).split("'") if each == "oneonones:propose"]
    assert len(proposals) == 4
    assert "has not had one with you yet" in card["text"]
    assert not [each for each in await monday.slack.messages("bot", "tom") if "one-on-one" in str(each)]


async def test_the_whole_path(monday: World) -> None:
    card = await dm(monday, "maya", "one-on-ones to plan")
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
