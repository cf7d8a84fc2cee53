"""Drivers of change notices: post, edit and read one, and read what is stored and posted."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.features.notices.models import Notice, NoticeQuestion, NoticeReceipt
from bot.features.notices.rules import CHANGE, DETAILS, EDIT, ENDS_ON, LINK, STARTS_ON
from bot.messages.notices import cards, forms
from tests.handlers.drivers import settled
from tests.harness import Answer, Json, World

CHANGED = "Refunds over 50 euros need a second pair of eyes"
DAY = timedelta(days=1)


def filled(**values: Any) -> Json:
    """Return the values of the form of a notice."""
    usual = {
        CHANGE: CHANGED, DETAILS: "Two were paid twice.\nAsk whoever sits next to you.", LINK: "https://wiki/refunds",
        STARTS_ON: "2031-03-10", ENDS_ON: "2031-03-24",
    }  # fmt: skip
    return usual | values


async def post(world: World, name: str = "maya", **values: Any) -> Answer:
    """Post a notice through the form that `/steward notice` opens."""
    await world.slack.command(name, "notice " + CHANGED, word="/steward")
    answer = await world.slack.submit(name, **filled(**values))
    await settled(world)
    return answer


async def press(world: World, name: str, action_id: str, message: Json, *, channel: str = "harbour-support") -> Json:
    """Press a button of a message, by the beginning of its action's id."""
    (found,) = [
        each for block in message["blocks"] for each in block.get("elements", []) if each.get("action_id") == action_id
    ]
    pressed = await world.slack.do(
        "actions", user=name, channel=channel, ts=message["ts"], action_id=action_id, value=found["value"]
    )
    await settled(world)
    return pressed


async def open_edit(world: World, name: str = "maya") -> None:
    """Press *Edit* in the list of notices, which has one."""
    await _press_listed(world, name, cards.EDIT)


async def edit(world: World, kind: str, name: str = "maya", **values: Any) -> Answer:
    await open_edit(world, name)
    answer = await world.slack.submit(name, **filled(**values), **{EDIT: kind})
    await settled(world)
    return answer


async def withdraw(world: World, name: str = "maya") -> None:
    await _press_listed(world, name, cards.WITHDRAW)


async def answer(world: World, words: str, name: str = "maya") -> Answer:
    """Answer the questions, through the list of notices."""
    await _press_listed(world, name, cards.ANSWER)
    said = await world.slack.submit(name, **{forms.WORDS: words})
    await settled(world)
    return said


async def _press_listed(world: World, name: str, action_id: str) -> None:
    await world.slack.command(name, "notice", word="/steward")
    await press(world, name, action_id, (await world.slack.notes(name))[-1])


async def ask(world: World, name: str, words: str = "") -> Answer:
    """Press *Unclear to me* on the newest card in the channel, and send the form."""
    await press(world, name, cards.UNCLEAR, (await posts(world))[-1])
    said = await world.slack.submit(name, **({forms.WORDS: words} if words else {}))
    await settled(world)
    return said


async def read(world: World, name: str) -> None:
    """Press *Got it* on the newest card in the channel."""
    await press(world, name, cards.GOT_IT, (await posts(world))[-1])


async def posts(world: World) -> list[Json]:
    """Return the cards of notices in the team's channel, oldest first, without replies."""
    found = await world.slack.messages("harbour-support", "ana")
    return [each for each in found if _first_block(each) == "change" and not each.get("ephemeral_to")]


async def replies(world: World) -> list[Json]:
    """Return the answers in the threads of the cards."""
    found = await world.slack.messages_and_replies("harbour-support", "ana")
    return [each for each in found if _first_block(each) == "answer_0"]


async def dms(world: World, name: str, block_id: str) -> list[Json]:
    """Return the messages in a person's DM that begin with a block."""
    return [each for each in await world.slack.messages("bot", name) if _first_block(each) == block_id]


async def reminders(world: World, name: str) -> list[Json]:
    """Return the cards with a reminder of a notice in a person's DM."""
    return [
        each for each in await world.slack.messages("bot", name) if cards.GOT_IT in str(each) and "heading" in str(each)
    ]


def _first_block(message: Json) -> str:
    return str(message["blocks"][0].get("block_id")) if message.get("blocks") else ""


async def notices(world: World) -> list[Notice]:
    return await _rows(world, Notice)


async def receipts(world: World) -> dict[str, tuple[int, bool]]:
    """Return the edition that each person has read last, and whether it was clear, by the person's name."""
    return {each.person_id: (each.edition, each.is_clear) for each in await _rows(world, NoticeReceipt)}


async def questions(world: World) -> list[str]:
    return sorted(each.words for each in await _rows(world, NoticeQuestion))


async def _rows(world: World, model: Any) -> list[Any]:
    async with world.database.reading() as session:
        return [*await session.scalars(select(model))]
