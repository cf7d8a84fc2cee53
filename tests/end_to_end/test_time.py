"""Test that skipping a month of simulated time sends each message at its own time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.org.workspaces import Address
from bot.slack.outbox import outbox
from bot.slack.post import Post
from tests.harness import World

DAYS = 30
HOME = ZoneInfo("Europe/Lisbon")


@pytest.mark.either
@pytest.mark.long
async def test_skipping_a_month_sends_every_message_exactly_once_in_order_and_on_time(world: World) -> None:
    channel = Address(world.workspace.id, "C0HARBOURS")
    start = world.now
    async with world.database.begin() as session:
        for day in reversed(range(DAYS)):
            at = start + timedelta(days=day, hours=1)
            await outbox.put(session, Post(f"day {day}"), to=channel, not_before=at)
    await world.slack.command("maya", "@ana for the week that begins")
    await world.slack.move(forward=f"P{DAYS}D")

    messages = await world.slack.messages("harbour-support", "maya")
    days = [message for message in messages if message["text"].startswith("day ")]
    late = [_at(message["ts"]) - start - timedelta(days=day, hours=1) for day, message in enumerate(days)]
    assert [message["text"] for message in days] == [f"day {day}" for day in range(DAYS)]
    assert timedelta(0) <= min(late)
    assert max(late) < timedelta(seconds=3)

    (round_up,) = [message for message in messages if ":raised_hands: *This week's" in message["text"]]
    assert f"{_at(round_up['ts']).astimezone(HOME):%A %H:%M}" == "Friday 15:00"


def _at(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)
