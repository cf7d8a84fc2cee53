"""Drivers for one-on-ones: the proposal of times, and the agent's choice of one."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from bot.meetings.models import Kind, Meeting, Series
from tests.handlers.drivers import dm, press, settled
from tests.harness import Json, World

SATURDAY = datetime(2031, 3, 1, 10, tzinfo=UTC)
ANA = "U0ANA00000"
MONDAY_9 = datetime(2031, 3, 3, 9, tzinfo=UTC)


async def latest(world: World) -> tuple[Series, Meeting]:
    async with world.database.reading() as session:
        theirs = select(Meeting).where(Meeting.kind == Kind.ONE_ON_ONE).order_by(Meeting.id.desc())
        meeting = (await session.scalars(theirs.limit(1))).one()
        return await session.get_one(Series, meeting.series_id), meeting


def name_of(meeting: Meeting) -> str:
    return meeting.attendee_id.removeprefix("U0").rstrip("0").lower()


async def proposed(world: World) -> tuple[Meeting, str]:
    """Propose times to the first agent on Maya's card, and return the meeting and the agent's name."""
    card = await dm(world, "maya", "one-on-ones to book")
    await press(world, "maya", card, "one_on_ones:propose")
    _, meeting = await latest(world)
    return meeting, name_of(meeting)


async def planned(world: World) -> tuple[Meeting, str]:
    """Propose times, pick the first one as the agent, and return the meeting and the agent's name."""
    _, agent = await proposed(world)
    await press(world, agent, await dm(world, agent, "Which time works for you"), "one_on_ones:pick")
    await settled(world)
    return (await latest(world))[1], agent


async def submit(world: World, name: str, **values: Any) -> Json:
    return (await world.slack.submit(name, **values)).body
