"""Drivers for DMs (find a message from the bot, press its buttons) and for reducing what the bot does by itself."""

from datetime import timedelta

from sqlalchemy import delete, not_, select, update

from bot.features.one_on_ones.settings import Settings as OneOnOneSettings
from bot.features.rituals.models import Ritual
from bot.features.weekly.models import WeeklyPreferences
from bot.meetings.settings import Asked, ShadowingPreferences
from bot.nudges.models import Nudge
from bot.org.people import Person
from bot.org.teams.models import Member, Team
from bot.scheduler.models import ScheduledJob
from bot.slack.post import MENU
from tests.harness import Json, World, eventually


async def opt_out_of_shadowing(world: World) -> None:
    """Opt everybody out of shadowing, so that no card suggests a session."""
    async with world.database.begin() as session:
        for person in await session.scalars(select(Person)):
            ShadowingPreferences(asked=Asked.RATHER_NOT).keep(person)


async def turn_off_offers(world: World) -> None:
    """Have the bot offer no times for one-on-ones by itself, so that leaders are reminded to book them."""
    async with world.database.begin() as session:
        for team in await session.scalars(select(Team)):
            OneOnOneSettings.of(team).model_copy(update={"offers": False}).keep(team)


async def turn_off_weeks(world: World) -> None:
    """Have no leader get the message about their week, which names what they have closed."""
    async with world.database.begin() as session:
        for person in await session.scalars(select(Person)):
            WeeklyPreferences(is_sent=False).keep(person)


async def forget_reminders(world: World) -> None:
    """Delete all reminders sent so far, so that the next ones come without a pause."""
    async with world.database.begin() as session:
        await session.execute(delete(Nudge))


async def space_out_joining_dates(world: World) -> None:
    """Set joining dates one day apart, in order of ID, so that no choice between members is random."""
    async with world.database.begin() as session:
        for nth, member in enumerate(await session.scalars(select(Member).order_by(Member.id))):
            if member.joined_at:
                member.joined_at -= timedelta(days=60 - nth)


async def keep_only_jobs(world: World, *modules: str) -> None:
    """Delete all scheduled jobs except those of the named modules of schedules/, to save time in simulated weeks."""
    others = [not_(ScheduledJob.job.startswith(f"{module}.")) for module in modules]
    async with world.database.begin() as session:
        await session.execute(delete(ScheduledJob).where(*others))


async def turn_off_rituals(world: World) -> None:
    """Turn all rituals off, so that nobody is asked to host one."""
    async with world.database.begin() as session:
        await session.execute(update(Ritual).values(is_on=False))


async def dm(world: World, name: str, words: str) -> Json:
    """Wait for the bot's latest DM to a person, or reply in its thread, that contains these words, and return it."""

    async def found() -> Json | None:
        said = [each for each in await world.slack.messages_and_replies("bot", name) if each.get("bot_id")]
        return next((each for each in reversed(said) if words in str(each)), None)

    message: Json = await eventually(found)
    return message


def button(message: Json, action_id: str, nth: int = 0) -> Json:
    """Return how to press a button of a message, whether it is in a row, beside a text or in a menu."""
    rows = [block.get("elements", [block.get("accessory")]) for block in message["blocks"]]
    elements = [each for row in rows for each in row if each and "action_id" in each]
    found = [each for each in elements if each["action_id"].startswith(action_id)]
    chosen = [option for each in elements if each["action_id"] == MENU for option in each["options"]]
    found += [{**each, "action_id": MENU} for each in chosen if each["value"].startswith(f"{action_id} ")]
    return {"action_id": found[nth]["action_id"], "value": found[nth]["value"]}


async def press(world: World, name: str, message: Json, action_id: str, nth: int = 0) -> None:
    pressed = button(message, action_id, nth)
    await world.slack.do("actions", user=name, channel="bot", ts=message["ts"], **pressed)


async def settled(world: World) -> None:
    await world.sandbox.settled()
    await world.move(timedelta(seconds=5))
