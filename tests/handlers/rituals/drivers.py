"""Drivers for rituals: the list, its buttons, and posts in the channel."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.features.rituals.models import Ritual, RitualRun
from tests.handlers.drivers import settled
from tests.harness import Answer, Json, World

SUNDAY = datetime(2031, 3, 2, 12, tzinfo=UTC)
"""A Sunday on which Lisbon's local time is UTC."""
LISBON = ZoneInfo("Europe/Lisbon")


async def listing(world: World, name: str = "maya") -> Answer:
    return await world.slack.command(name, "rituals", word="/funtank")


async def press_listed(world: World, name: str, action_id: str, slug: str) -> Answer:
    """Press a button of the ephemeral list of rituals in the channel."""
    await listing(world, name)
    await settled(world)
    note = (await world.slack.notes(name))[-1]
    rows = [each for block in note["blocks"] for each in block.get("elements", [block.get("accessory")]) if each]
    found = next(each for each in rows if each.get("action_id") == action_id and each["value"].endswith(f":{slug}"))
    pressed = {"action_id": action_id, "value": found["value"]}
    answer = await world.slack.do("actions", user=name, channel="harbour-support", ts=note["ts"], **pressed)
    await settled(world)
    return Answer(answer)


async def said(world: World) -> list[tuple[str, Json]]:
    """Return every posted ritual with its local time."""
    messages = await world.slack.messages("harbour-support", "ana")
    return [
        (f"{local(each):%a %-d %H:%M}", each)
        for each in messages
        if each.get("bot_id") == "B0STEWARD0" and any(block["block_id"] == "ritual" for block in each.get("blocks", []))
    ]


def local(message: Json) -> datetime:
    return datetime.fromtimestamp(float(message["ts"]), UTC).astimezone(LISBON)


async def ritual_runs(world: World) -> list[tuple[Ritual, RitualRun]]:
    async with world.database.reading() as session:
        found = await session.execute(
            select(Ritual, RitualRun).join(RitualRun, RitualRun.ritual_id == Ritual.id).order_by(RitualRun.starts_at)
        )
        return [(ritual, occasion) for ritual, occasion in found]


async def until(world: World, day: str) -> None:
    """Move to a time such as `3 March 9:45` in Lisbon."""
    await world.move(datetime.strptime(f"2031 {day}", "%Y %d %B %H:%M").replace(tzinfo=LISBON))


async def channel(world: World, words: str) -> list[str]:
    """Return the bot's messages in the channel that contain these words."""
    return [each for each in await world.slack.said("harbour-support", "ana") if words in each]


async def take_part(world: World, name: str, message: Json, *, with_words: bool) -> None:
    there = {"user": name, "channel": "harbour-support"}
    if with_words:
        await world.slack.do("messages", **there, text="Mine is tea", thread_ts=message["ts"])
    else:
        await world.slack.do("reactions", **there, ts=message["ts"], name="tada")
    await settled(world)
