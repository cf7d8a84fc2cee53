"""Drivers of heads-ups: fill in the forms, press the buttons, and read what is stored and posted."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from bot.features.heads_ups.models import CoverSlot, HeadsUp
from bot.features.heads_ups.rules import FROM_DAY, FROM_TIME, HOURS, LINK, TITLE, UNTIL_DAY, UNTIL_TIME, WORDS
from bot.features.spikes.settings import Settings
from bot.messages.heads_ups import cards
from bot.org import people
from bot.org.teams.models import Team
from tests.handlers.drivers import settled
from tests.harness import Answer, Json, World

CHANNEL = "harbour-support"
WEDNESDAY, THURSDAY, FRIDAY = date(2031, 3, 5), date(2031, 3, 6), date(2031, 3, 7)
MONDAY = date(2031, 3, 10)
HOUR = timedelta(hours=1)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return an instant in the team's zone, which is UTC in March."""
    return datetime.combine(day, time(hour, minute), UTC)


def values(first: date = THURSDAY, last: date = FRIDAY, **more: Any) -> Json:
    """Return the values of the form: from 9:00 on the first day until 17:00 on the last."""
    times = {
        FROM_DAY: first.isoformat(), FROM_TIME: "09:00", UNTIL_DAY: last.isoformat(), UNTIL_TIME: "17:00",
    }  # fmt: skip
    return {TITLE: "New prices", LINK: "https://wiki.example.com/prices?a=1&b=2", WORDS: "Ask @tom", **times, **more}


async def set_queues(world: World, *queues: str) -> None:
    async with world.database.begin() as session:
        Settings(queues=list(queues)).keep((await session.scalars(select(Team))).one())


async def type_command(world: World, name: str, text: str = "headsup") -> Answer:
    answer = await world.slack.command(name, text, word="/queue")
    await settled(world)
    return answer


async def submit(world: World, name: str, **said: Any) -> Answer:
    answer = await world.slack.submit(name, **said)
    await settled(world)
    return answer


async def announce(world: World, name: str = "maya", **said: Any) -> HeadsUp:
    """Announce a heads-up with the command and its form, and return it."""
    await type_command(world, name)
    answer = await submit(world, name, **values(**said))
    assert not answer.errors, answer.errors
    return (await stored(world))[-1]


def picked_hours(*moments: datetime) -> Json:
    """Return the picked hours as Slack would send them."""
    options = [{"value": f"{moment.timestamp():.0f}"} for moment in moments]
    return {"type": "multi_static_select", "selected_options": options}


async def stored(world: World) -> list[HeadsUp]:
    async with world.database.reading() as session:
        return [*await session.scalars(select(HeadsUp).order_by(HeadsUp.id))]


async def booked(world: World) -> list[tuple[str, datetime]]:
    """Return who covers which hours."""
    async with world.database.reading() as session:
        slots = [*await session.scalars(select(CoverSlot).order_by(CoverSlot.hour, CoverSlot.id))]
        known = await people.fetch_people(session, world.workspace.id, {each.person_id for each in slots})
        return [(known[each.person_id].name, each.hour) for each in slots]


async def card(world: World) -> Json:
    """Return the only card of a heads-up in the channel; fail if there are several."""
    found, *more = await all_cards(world)
    assert not more, more
    return found


async def all_cards(world: World) -> list[Json]:
    said = await world.slack.messages(CHANNEL, "maya")
    return [each for each in said if each.get("blocks") and each["blocks"][0].get("block_id") == "heads_up"]


def blocks(message: Json) -> list[str]:
    return [each["block_id"] for each in message["blocks"]]


async def press(
    world: World, name: str, action_id: str, message: Json | None = None, *, channel: str = CHANNEL
) -> None:
    """Press a button of the card in the channel, or of the given message."""
    message = message or await card(world)
    (value,) = {
        each["value"]
        for block in message["blocks"]
        for each in block.get("elements", [])
        if each.get("action_id") == action_id
    }
    await world.slack.do("actions", user=name, channel=channel, ts=message["ts"], action_id=action_id, value=value)
    await settled(world)


async def choose(world: World, name: str, what: str) -> None:
    """Choose an option in the menu of the card in the channel."""
    message, id = await card(world), (await stored(world))[-1].id
    await world.slack.do(
        "actions", user=name, channel=CHANNEL, ts=message["ts"], action_id=cards.MORE, value=f"{what}:{id}"
    )
    await settled(world)


async def cover(
    world: World, name: str, *hours: datetime, message: Json | None = None, channel: str = CHANNEL
) -> Answer:
    """Make these hours the ones that a leader covers, with the button and its form."""
    await press(world, name, cards.COVER, message, channel=channel)
    return await submit(world, name, **{HOURS: [f"{hour.timestamp():.0f}" for hour in hours]})


async def change(world: World, name: str = "maya", **said: Any) -> Answer:
    await choose(world, name, cards.CHANGE)
    return await submit(world, name, **said)


async def call_off(world: World, name: str = "maya") -> Answer:
    await choose(world, name, cards.CANCEL)
    return await submit(world, name)


async def dms(world: World, name: str, words: str = "New prices") -> list[Json]:
    """Return the bot's DMs to a person that contain these words."""
    return [each for each in await world.slack.messages("bot", name) if each.get("bot_id") and words in str(each)]


async def move_to(world: World, to: datetime) -> None:
    await world.move(to)
    await settled(world)
