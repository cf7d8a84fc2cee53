"""Drivers of the pulse: turn it on, answer in the form, and read what is stored and posted."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.pulse.models import PulseComment, PulseRound
from bot.features.pulse.settings import Settings
from bot.messages.pulse import forms
from bot.org import people
from bot.org.people import Person
from bot.org.teams.models import Member, Role, Team
from bot.workflows import recurring_jobs
from tests.handlers.drivers import keep_only_jobs, settled
from tests.harness import Answer, Json, World

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


async def turn_on(world: World, **values: Any) -> None:
    """Turn the pulse on, and keep its jobs only."""
    async with world.database.begin() as session:
        theirs = await team(session)
        Settings(is_on=True, **values).keep(theirs)
        await recurring_jobs.replan_jobs(session, theirs, now=world.now)
    await keep_only_jobs(world, "pulse")


async def open_round(world: World, **values: Any) -> PulseRound:
    """Turn the pulse on, and move to when a round has opened and everybody has been at work."""
    await turn_on(world, **values)
    while not (found := await rounds(world)):
        await world.move(6 * HOUR)
    await move_to(world, found[-1].opened_at + 8 * HOUR)
    return found[-1]


async def close_round(world: World) -> PulseRound:
    """Move to the minutes after the round has closed, and return it."""
    found = (await rounds(world))[-1]
    await move_to(world, found.closes_at + timedelta(minutes=2))
    return (await rounds(world))[-1]


async def team(session: AsyncSession) -> Team:
    return (await session.scalars(select(Team))).one()


async def move_to(world: World, at: datetime) -> None:
    await world.move(at)
    await settled(world)


async def rounds(world: World) -> list[PulseRound]:
    async with world.database.reading() as session:
        return [*await session.scalars(select(PulseRound).order_by(PulseRound.id))]


async def stored_comments(world: World) -> list[PulseComment]:
    async with world.database.reading() as session:
        return [*await session.scalars(select(PulseComment).order_by(PulseComment.id))]


async def agents(world: World) -> list[str]:
    """Return the names of the team's agents, in the order in which they joined."""
    async with world.database.reading() as session:
        found = select(Person.name).join(Member, Member.user_id == Person.id)
        theirs = found.where(Member.role == Role.AGENT, Member.left_at.is_(None))
        return [*await session.scalars(theirs.order_by(Member.id))]


async def id_of(world: World, name: str) -> str:
    async with world.database.reading() as session:
        return (await people.ids_by_name(session, world.workspace.id, [name]))[name]


async def cards(world: World, name: str) -> list[Json]:
    """Return the messages of the pulse in a person's DM."""
    return _of_pulse(await world.slack.messages("bot", name))


async def posts(world: World) -> list[Json]:
    """Return the messages of the pulse in the team's channel."""
    return _of_pulse(await world.slack.messages("harbour-support", "ana"))


def _of_pulse(messages: Sequence[Json]) -> list[Json]:
    return [each for each in messages if each.get("blocks") and each["blocks"][0].get("block_id") == "pulse"]


async def press(world: World, name: str, action_id: str, message: Json | None = None) -> None:
    """Press a button of a person's only card of the pulse, or of the given message."""
    if message is None:
        (message,) = await cards(world, name)
    (value,) = {
        each["value"]
        for block in message["blocks"]
        for each in block.get("elements", [])
        if each.get("action_id") == action_id
    }
    await world.slack.do("actions", user=name, channel="bot", ts=message["ts"], action_id=action_id, value=value)
    await settled(world)


async def open_form(world: World, name: str, message: Json | None = None) -> Json:
    """Press *Answer*, and return the view that opens."""
    await press(world, name, forms.ANSWER, message)
    view: Json = (await world.slack.views(name))[-1]
    return view


async def send(world: World, name: str, *scores: int, comment: str = "", quote: bool = False) -> Answer:
    """Send the form that a person has open."""
    said: Json = {forms.score_block(number): str(score) for number, score in enumerate(scores)}
    said |= {forms.COMMENT: comment} if comment else {}
    said |= {forms.QUOTE: [forms.YES]} if quote else {}
    answer = await world.slack.submit(name, **said)
    await settled(world)
    return answer


async def answer(world: World, name: str, *scores: int, comment: str = "", quote: bool = False) -> Answer:
    await open_form(world, name)
    return await send(world, name, *scores, comment=comment, quote=quote)


def view_text(view: Json) -> str:
    """Return the text of the first section of a view."""
    return str(next(block["text"]["text"] for block in view["blocks"] if block["type"] == "section"))
