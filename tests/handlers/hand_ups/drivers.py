"""Drivers of hand-ups: raise a hand, read the agent's card and the rows."""

from sqlalchemy import select

from bot.escalation.models import Ask, Kind
from bot.features.hand_ups.models import HandUp
from bot.org.people import Person
from bot.org.teams.models import Member, Role
from tests.handlers.drivers import settled
from tests.harness import Answer, Json, World

WORDS = "customer wants a refund over the limit"


async def raise_hand(world: World, name: str, words: str = WORDS) -> Answer:
    answer = await world.slack.command(name, words, word="/handup")
    await settled(world)
    return answer


async def hand_up(world: World) -> HandUp:
    """Return the newest hand-up."""
    async with world.database.reading() as session:
        return (await session.scalars(select(HandUp).order_by(HandUp.id.desc()).limit(1))).one()


async def asks(world: World) -> list[tuple[str, str]]:
    """Return who was asked about hand-ups and how each ask stands, in order."""
    async with world.database.reading() as session:
        found = select(Person.name, Ask.state).join(Person, Person.id == Ask.person_id).where(Ask.kind == Kind.HAND_UP)
        return [(name, state) for name, state in (await session.execute(found.order_by(Ask.id))).all()]


async def cards(world: World, name: str) -> list[Json]:
    """Return the messages of a person's DM that say how a hand-up stands."""
    found = await world.slack.messages("bot", name)
    return [each for each in found if each.get("blocks") and each["blocks"][0]["block_id"] == "hand_up"]


async def card_text(world: World, name: str) -> str:
    """Return what the only card of an agent's hand-up says."""
    found = await cards(world, name)
    assert len(found) == 1, [each["text"] for each in found]
    return str(found[0]["text"])


async def press_card(world: World, name: str, action_id: str) -> None:
    """Press a button of the agent's card, or choose from its menu."""
    message = (await cards(world, name))[-1]
    await _press(world, name, message, action_id)


async def press_ask(world: World, name: str, action_id: str) -> None:
    """Press a button of a leader's latest card about a hand-up."""
    found = [each for each in await world.slack.messages("bot", name) if "hand_ups:" in str(each)]
    await _press(world, name, found[-1], action_id)


async def _press(world: World, name: str, message: Json, action_id: str) -> None:
    await world.slack.do("actions", user=name, channel="bot", ts=message["ts"], **element(message, action_id))
    await settled(world)


def element(message: Json, action_id: str) -> Json:
    for block in message["blocks"]:
        for each in [*block.get("elements", []), *([block["accessory"]] if "accessory" in block else [])]:
            if each.get("action_id") == action_id:
                return {"action_id": action_id, "value": each["value"]}
            for option in each.get("options") or []:
                if option["value"].startswith(f"{action_id}:"):
                    return {"action_id": each["action_id"], "value": option["value"]}
    raise AssertionError(f"no {action_id} in {message['blocks']}")


async def make_leaders(world: World, *names: str, deputies: tuple[str, ...] = ()) -> None:
    """Make these the only leaders of the team, with these deputies among them."""
    async with world.database.begin() as session:
        people = {each.id: each.name for each in await session.scalars(select(Person))}
        for member in await session.scalars(select(Member)):
            name = people[member.user_id]
            member.role = Role.LEADER if name in (*names, *deputies) else Role.AGENT
            member.is_deputy = name in deputies
