"""Drivers for shadowing: request, accept and hold a session, and read DMs."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot.meetings.models import Meeting
from tests.handlers.drivers import dm, press, settled, space_out_joining_dates
from tests.harness import World

MONDAY = datetime(2031, 3, 3, 10, tzinfo=UTC)
SUGGESTED = "Sit with <@U0ANA00000> for 45 minutes?"
QUESTION = "would like to sit with you for 45 minutes and learn from your work"


async def a_day(world: World) -> None:
    await space_out_joining_dates(world)
    await world.move(timedelta(days=1))


async def latest(world: World) -> Meeting:
    async with world.database.reading() as session:
        return (await session.scalars(select(Meeting).order_by(Meeting.id.desc()).limit(1))).one()


async def asked(world: World) -> Meeting:
    """Request a session, as Maya, with the agent that the card suggests, and return the meeting."""
    await press(world, "maya", await dm(world, "maya", SUGGESTED), "shadowing:ask")
    await settled(world)
    return await latest(world)


async def planned(world: World) -> Meeting:
    """Request a session as Maya, accept it as Ana, and return the meeting."""
    await asked(world)
    await press(world, "ana", await dm(world, "ana", QUESTION), "meetings:yes")
    await settled(world)
    return await latest(world)


async def over(world: World) -> Meeting:
    """Plan a session, move the clock to 15 minutes after its end, and return the meeting."""
    meeting = await planned(world)
    await world.move(meeting.span[1].replace(minute=1, hour=meeting.span[1].hour + 1))
    return await latest(world)


async def texts(world: World, name: str) -> str:
    """Return the texts of the bot's DMs to a person, including replies in threads."""
    return str([each for each in await world.slack.messages_and_replies("bot", name) if each.get("bot_id")])
