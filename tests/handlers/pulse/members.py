"""Changes to who is in the team and at work while a round of the pulse runs."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.nudges.models import NudgeCheck
from bot.nudges.selection import BUDGET
from bot.org import people
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Member, Role, Team
from tests.handlers.drivers import settled
from tests.handlers.pulse.drivers import cards, id_of, move_to
from tests.harness import World

DAY = timedelta(days=1)
LEADERS = ("maya", "tom")


async def leave(world: World, *names: str) -> None:
    await world.slack.do("channels", channel="harbour-support", remove=[*names])
    await world.sandbox.settled()


async def join(world: World, *names: str) -> None:
    for name in names:
        known = {"user": name, "real_name": f"{name.title()} Silva", "tz": "Europe/Lisbon"}
        await world.slack.do("users", **known, channels=["harbour-support"])
    await world.sandbox.settled()


async def make_leader(world: World, name: str) -> None:
    async with world.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        leaders = [await id_of(world, each) for each in (*LEADERS, name)]
        await membership.set_leaders(session, team, leaders=leaders, now=world.now)


async def stay_away(world: World, name: str, since: datetime, until: datetime) -> None:
    """Record an absence."""
    id = await id_of(world, name)
    async with world.database.begin() as session:
        person = await people.fetch_person(session, world.workspace.id, id)
        person.absences = [(since, until)]


async def spend_all_nudges(world: World, name: str, at: datetime) -> None:
    """Spend a person's whole budget of the day of `at`."""
    id = await id_of(world, name)
    async with world.database.begin() as session:
        person = await session.get_one(Person, (world.workspace.id, id))
        check = await session.get(NudgeCheck, (world.workspace.id, id))
        if check is None:
            session.add(check := NudgeCheck(world.workspace.id, id, at + 30 * DAY))
        check.spend(person.local(at).date(), BUDGET)


async def roles(world: World) -> dict[str, Role]:
    async with world.database.reading() as session:
        found = select(Person.name, Member.role).join(Member, Member.user_id == Person.id)
        return {row.name: row.role for row in await session.execute(found.where(Member.left_at.is_(None)))}


async def asked(world: World, names: Sequence[str]) -> dict[str, int]:
    """Return how many questions each person's DM shows."""
    return {name: len(await cards(world, name)) for name in names}


async def evening_of(world: World, day: datetime) -> None:
    """Move to the evening of a day, when everybody has been at work, also those who live far away."""
    await move_to(world, day.replace(hour=21, minute=30))


async def jump(world: World, at: datetime) -> None:
    """Move the clock while the bot is down, and let it catch up."""
    world.sandbox.clock.set(at)
    await settled(world)


async def budget_left(world: World, name: str, day: datetime) -> int:
    async with world.database.reading() as session:
        person = await people.fetch_person(session, world.workspace.id, await id_of(world, name))
        check = await session.get_one(NudgeCheck, (world.workspace.id, person.id))
    return check.left(person.local(day).date(), BUDGET)


async def posted_to(world: World, name: str) -> int:
    """Return how many questions a person has got since the bot started, those that were deleted included."""
    async with world.database.reading() as session:
        person = await people.fetch_person(session, world.workspace.id, await id_of(world, name))
    calls = await world.slack.calls("chat.postMessage")
    return sum(each["answer"]["ok"] and each["args"]["channel"] == person.dm_id for each in calls)
