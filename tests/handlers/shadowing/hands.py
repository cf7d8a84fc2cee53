"""Hands for shadowing: a Tuesday, and the first steps of a leader and an agent."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot.features.shadowing.tables import Sitting
from tests.handlers.hands import button, dm, joined_one_by_one, only, press, settled
from tests.world import World

__all__ = ["button", "dm", "only", "press", "settled"]
MONDAY = datetime(2031, 3, 3, 10, tzinfo=UTC)
SUGGESTED = "Would you like to sit beside <@U0ANA00000> for 45 minutes"
QUESTION = "would like to sit beside you for 45 minutes and learn from your work; it is not an appraisal"


async def a_day(world: World) -> None:
    await joined_one_by_one(world)
    await world.move(timedelta(days=1))


async def latest(world: World) -> Sitting:
    async with world.database.reading() as session:
        return (await session.scalars(select(Sitting).order_by(Sitting.id.desc()).limit(1))).one()


async def asked(world: World) -> Sitting:
    """Maya asks whom her card names."""
    await press(world, "maya", await dm(world, "maya", SUGGESTED), "shadowing:ask")
    await settled(world)
    return await latest(world)


async def planned(world: World) -> Sitting:
    """And ana says yes."""
    await asked(world)
    await press(world, "ana", await dm(world, "ana", QUESTION), "shadowing:yes")
    await settled(world)
    return await latest(world)


async def over(world: World) -> Sitting:
    """And it is over, a quarter of an hour ago."""
    sitting = await planned(world)
    await world.move(sitting.span[1].replace(minute=1, hour=sitting.span[1].hour + 1))
    return await latest(world)


async def texts(world: World, name: str) -> str:
    """All that the bot says to somebody now."""
    return str([each for each in await world.slack.messages("bot", name) if each.get("bot_id")])
