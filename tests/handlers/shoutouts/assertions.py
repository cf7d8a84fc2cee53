"""Queries for the cards, notes and forms of shout-outs that people see."""

from typing import Any, NamedTuple

from sqlalchemy import func, select

from bot.features.shoutouts.models import Credit, Shoutout
from bot.features.shoutouts.rules import MANNER, REASON, RECEIVERS
from bot.features.shoutouts.settings import Announce, ShoutoutPreferences
from bot.messages.shoutouts.cards import REFUSED
from bot.org.people import Person
from tests.harness import Json, Slack, World, eventually


async def card(slack: Slack, words: str, times: int = 1) -> list[str]:
    """Return the bot's posts in the channel that contain `words`, once there are at least `times` such posts."""

    async def found() -> list[str] | None:
        said = [text for text in await slack.said("harbour-support", "maya") if words in text]
        return said if len(said) >= times else None

    said: list[str] = await eventually(found)
    return said


async def no_card(slack: Slack, words: str) -> bool:
    return not [text for text in await slack.said("harbour-support", "maya") if words in text]


async def note(slack: Slack, name: str, words: str) -> str:
    """Wait for the message in a person's DM that contains `words`, and return it."""

    async def found() -> str | None:
        return next((text for text in await slack.said("bot", name) if words in text), None)

    said: str = await eventually(found)
    return said


async def no_note(slack: Slack, name: str) -> None:
    """Wait until a person's DM contains no message from the bot."""

    async def gone() -> bool:
        return not await slack.said("bot", name)

    await eventually(gone)


async def message(slack: Slack, ts: str, channel: str = "harbour-support") -> Json:
    return next(each for each in await slack.messages(channel, "maya") if each["ts"] == ts)


async def whisper(slack: Slack, viewer: str, words: str) -> Json:
    async def found() -> Json | None:
        return next((each for each in await slack.notes(viewer) if words in each["text"]), None)

    said: Json = await eventually(found)
    return said


class Filled(NamedTuple):
    """The initial values of an open form."""

    is_refused: bool
    receivers: list[str]
    reason: str
    ticked: list[str]


async def filled(slack: Slack, user: str) -> Filled:
    """Return the initial values of the latest form that a person has open."""
    blocks = {block["block_id"]: block for block in (await slack.views(user))[-1]["blocks"]}
    return Filled(
        REFUSED in blocks,
        blocks[RECEIVERS]["element"].get("initial_users") or [],
        blocks[REASON]["element"].get("initial_value") or "",
        [option["value"] for option in blocks[MANNER]["element"].get("initial_options") or []],
    )


async def count(world: World, table: Any = Shoutout) -> int:
    async with world.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def credits(world: World, receiver: str) -> int:
    async with world.database.reading() as session:
        theirs = select(func.count()).select_from(Credit).where(Credit.receiver_id == receiver)
        return await session.scalar(theirs) or 0


async def announces(world: World, user_id: str, announce: Announce) -> None:
    async with world.database.begin() as session:
        ShoutoutPreferences(announce=announce).keep(await session.get_one(Person, (world.workspace.id, user_id)))
