"""Drivers for a sponsor's visits: request, accept and hold a visit, and read DMs."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot.meetings.models import Meeting
from tests.handlers.drivers import dm, keep_only_jobs, press, settled, space_out_joining_dates
from tests.harness import Answer, World

THEIRS = ("visits", "meetings", "nudges")
MONDAY = datetime(2031, 3, 3, 10, tzinfo=UTC)
OFFER = "Sit with an agent in <#"
QUESTION = "(your team's sponsor) would like to sit with you for 45 minutes and learn from your work"
NAMES = {"U0ANA00000": "ana", "U0BEN00000": "ben", "U0DINA0000": "dina", "U0ELI00000": "eli"}


async def visits(world: World, name: str, words: str = "") -> Answer:
    return await world.slack.command(name, f"visits {words}".strip(), word="/shadow")


async def eight_days(world: World) -> None:
    await space_out_joining_dates(world)
    await keep_only_jobs(world, *THEIRS)
    await world.move(timedelta(days=8))


async def latest(world: World) -> Meeting:
    async with world.database.reading() as session:
        return (await session.scalars(select(Meeting).order_by(Meeting.id.desc()).limit(1))).one()


async def asked(world: World) -> Meeting:
    """Pick the first time of the offer as Grace, and return the visit."""
    await press(world, "grace", await dm(world, "grace", OFFER), "visits:pick:0")
    await settled(world)
    return await latest(world)


def host_of(visit: Meeting) -> str:
    return NAMES[visit.attendee_id]


async def planned(world: World) -> Meeting:
    """Request a visit, accept it as the host once the host is at work, and return the visit."""
    visit = await asked(world)
    host = host_of(visit)
    await world.move(timedelta(hours=6))
    await press(world, host, await dm(world, host, QUESTION), "meetings:yes")
    await settled(world)
    return await latest(world)


async def over(world: World) -> Meeting:
    """Plan a visit, move the clock to 15 minutes after its end, and return the visit."""
    visit = await planned(world)
    await world.move(visit.span[1] + timedelta(minutes=16))
    return await latest(world)


async def texts(world: World, name: str) -> str:
    """Return the texts of the bot's DMs to a person, including replies in threads."""
    return str([each for each in await world.slack.messages_and_replies("bot", name) if each.get("bot_id")])
