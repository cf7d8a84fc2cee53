"""Tests of a one-on-one from Monday's card to the next due date, with and without restarts of the bot."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.meetings.models import State
from tests.handlers.drivers import dm, press, settled
from tests.handlers.one_on_ones.drivers import MONDAY_9, latest, name_of, proposed
from tests.harness import World, opened

pytestmark = pytest.mark.on_the_wire

PICK = "one_on_ones:pick"


async def test_monday_card_lists_at_most_four_one_on_ones(monday: World) -> None:
    card = await dm(monday, "maya", "one-on-ones to book")

    posted_at = datetime.fromtimestamp(float(card["ts"]), UTC)
    assert MONDAY_9 <= posted_at < MONDAY_9 + timedelta(minutes=1)
    proposals = [each for each in str(card["blocks"]).split("'") if each == "one_on_ones:propose"]
    assert len(proposals) == 4
    assert "first one-on-one due" in card["text"]
    assert not [each for each in await monday.slack.messages("bot", "tom") if "one-on-one" in str(each)]


async def test_one_on_one_is_booked_held_and_recorded_with_buttons_on_cards(monday: World) -> None:
    card = await dm(monday, "maya", "one-on-ones to book")
    await press(monday, "maya", card, "one_on_ones:propose")
    series, meeting = await latest(monday)
    agent = name_of(meeting)
    asked = await dm(monday, agent, "It's time to book your first one-on-one with <@U0MAYA0000> (30 minutes)")
    await dm(monday, "maya", "I've offered these times")

    await press(monday, agent, asked, "one_on_ones:pick", 1)
    await settled(monday)
    series, meeting = await latest(monday)
    assert meeting.state == State.PLANNED
    for name in ("maya", agent):
        await dm(monday, name, ":calendar: Booked")
        await dm(monday, name, "one-on-one.ics")

    starts, ends = meeting.span
    await monday.move(starts - timedelta(hours=2) + timedelta(minutes=1))
    for name in ("maya", agent):
        await dm(monday, name, "No topics yet")

    await monday.move(ends + timedelta(hours=2, minutes=1))
    question = await dm(monday, "maya", "Did you have your one-on-one")
    await press(monday, "maya", question, "one_on_ones:met")
    await dm(monday, "maya", "You had your one-on-one with <@")
    series, meeting = await latest(monday)
    assert meeting.state == State.MET
    assert series.met_on
    assert series.due_on == series.met_on + timedelta(days=14)
    await dm(monday, agent, "You had your one-on-one with")


async def test_one_on_one_times_can_be_proposed_from_the_home_tab(monday: World) -> None:
    await monday.slack.do("home/open", user="maya")
    await monday.move(timedelta(seconds=10))
    view = (await monday.slack.look("home", user="maya"))["view"]
    due = [each["accessory"] for each in view["blocks"] if each["block_id"].startswith("due_") and "accessory" in each]
    proposing = next(each for each in due if each["action_id"] == "one_on_ones:propose")
    pressed = {name: proposing[name] for name in ("action_id", "value")}
    await monday.slack.do("actions", user="maya", view_id=view["id"], **pressed)
    await monday.move(timedelta(seconds=10))

    await dm(monday, "maya", "I've offered these times")
    said = str((await monday.slack.look("home", user="maya"))["view"])
    assert "I've offered these times" in said


@pytest.mark.long
async def test_one_on_one_continues_after_a_restart_between_any_two_steps(tmp_path: Path, left: str | None) -> None:
    """Run each step in a new instance of the bot, with the data of the previous instance."""

    async def step(act: Callable[[World], Awaitable[None]]) -> None:
        async with opened(tmp_path, left) as world:
            await act(world)
            await world.sandbox.settled()

    async def propose(world: World) -> None:
        await world.move(next_monday(world.now))
        await proposed(world)

    async def pick(world: World) -> None:
        await press(world, await agent(world), await dm(world, await agent(world), "Which time works for you"), PICK)

    async def hold(world: World) -> None:
        _, meeting = await latest(world)
        await world.move(meeting.span[1] + timedelta(hours=2, minutes=1))

    async def record(world: World) -> None:
        await press(world, "maya", await dm(world, "maya", "Did you have your one-on-one"), "one_on_ones:met")
        series, meeting = await latest(world)
        assert (meeting.state, series.due_on) == (State.MET, (series.met_on or series.due_on) + timedelta(days=14))
        for name in ("maya", await agent(world)):
            said = [each for each in await world.slack.messages_and_replies("bot", name) if each.get("bot_id")]
            assert len([each for each in said if each.get("files")]) == 1
            assert len([each for each in said if ":hourglass:" in each["text"]]) == 1

    for act in (propose, pick, hold, record):
        await step(act)


async def agent(world: World) -> str:
    return name_of((await latest(world))[1])


def next_monday(now: datetime) -> datetime:
    days = 7 - now.weekday()
    return (now + timedelta(days=days)).replace(hour=9, minute=1, second=0, microsecond=0)
