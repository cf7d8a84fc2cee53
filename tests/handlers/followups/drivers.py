"""Drivers for follow-ups: type a command, press buttons, and read cards, messages and database rows."""

import json

from sqlalchemy import select

from bot.followups.models import Followup
from tests.handlers.drivers import button, dm, settled
from tests.harness import Answer, Json, World

CHANNEL = "harbour-support"


async def type_roadblock(world: World, name: str, words: str) -> Answer:
    answer = await world.slack.command(name, words, word="/roadblock")
    await settled(world)
    return answer


async def stored(world: World, *, id: int | None = None) -> Followup:
    """Return a follow-up, by default the newest."""
    async with world.database.reading() as session:
        found = select(Followup).order_by(Followup.id.desc()).limit(1)
        return (await session.scalars(found.where(Followup.id == id) if id else found)).one()


async def press_note(world: World, name: str, action_id: str) -> None:
    """Press a button of the latest ephemeral answer to a person."""
    note = (await world.slack.notes(name))[-1]
    await _press(world, name, note, action_id, CHANNEL)


async def press_dm(world: World, name: str, words: str, action_id: str) -> None:
    """Press a button, or pick from the menu, of the latest DM that contains these words."""
    await _press(world, name, await dm(world, name, words), action_id, "bot")


async def press_card(world: World, name: str, words: str, action_id: str) -> None:
    """Press a button of the card in the channel that contains these words."""
    await _press(world, name, await channel_card(world, name, words), action_id, CHANNEL)


async def _press(world: World, name: str, message: Json, action_id: str, channel: str) -> None:
    pressed = _element(message, action_id)
    await world.slack.do("actions", user=name, channel=channel, ts=message["ts"], **pressed)
    await settled(world)


def _element(message: Json, action_id: str) -> Json:
    """Return the button with this action ID, or else the menu option for it."""
    for block in message["blocks"]:
        for each in [*block.get("elements", []), *([block["accessory"]] if block.get("accessory") else [])]:
            if each.get("action_id") == action_id:
                return {"action_id": action_id, "value": each["value"]}
            for option in each.get("options") or []:
                if option["value"].startswith(action_id):
                    return {"action_id": each["action_id"], "value": option["value"]}
    return button(message, action_id)


async def channel_card(world: World, viewer: str, words: str) -> Json:
    found = [each for each in await channel_cards(world, viewer) if words in str(each)]
    assert found, f"no card with {words!r}"
    return found[-1]


async def channel_cards(world: World, viewer: str) -> list[Json]:
    """Return the bot's messages in the channel, except ephemeral ones."""
    messages = await world.slack.messages(CHANNEL, viewer)
    return [each for each in messages if each.get("bot_id") and not each.get("ephemeral_to")]


async def how_often(world: World, name: str, words: str) -> int:
    """Count the messages in a person's DM that contain these words."""
    return len([each for each in await world.slack.messages("bot", name) if words in str(each)])


async def sent_to_others(world: World, author_id: str) -> list[str]:
    """Return every API call of the bot that shows something to anybody but one person, as JSON."""
    own = {author_id, f"D{author_id[1:]}"}
    calls = (await world.slack.look("calls"))["calls"]
    return [
        json.dumps(each["args"])
        for each in calls
        if each["method"].startswith(("chat.", "files."))
        and not own & {each["args"].get("channel"), each["args"].get("user")}
    ]
