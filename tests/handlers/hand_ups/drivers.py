"""Drivers for hand-ups: raise a hand, press buttons, and read cards and database rows."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.escalation.models import Ask, Kind
from bot.features.hand_ups.models import HandUp
from bot.messages import settings
from bot.messages.hand_ups import names
from bot.org import people
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Member, Role
from bot.org.workspaces import Workspace
from tests.handlers.drivers import opt_out_of_shadowing, settled
from tests.harness import Answer, Json, World

WORDS = "customer wants a refund over the limit"
MINUTE = timedelta(minutes=1)
LEADERS = ("maya", "nora", "omar", "petra", "quinn")
DEPUTY_AT_WORK, DEPUTY_OFF_WORK = "tom", "zoe"


async def raise_hand(world: World, name: str, words: str = WORDS) -> Answer:
    answer = await world.slack.command(name, words, word="/handup")
    await settled(world)
    return answer


async def hand_up(world: World) -> HandUp:
    """Return the newest hand-up."""
    async with world.database.reading() as session:
        return (await session.scalars(select(HandUp).order_by(HandUp.id.desc()).limit(1))).one()


async def asks(world: World) -> list[tuple[str, str]]:
    """Return the leader and the state of each ask about a hand-up, in order."""
    async with world.database.reading() as session:
        found = select(Person.name, Ask.state).join(Person, Person.id == Ask.person_id).where(Ask.kind == Kind.HAND_UP)
        return [(name, state) for name, state in (await session.execute(found.order_by(Ask.id))).all()]


async def asked(world: World) -> list[str]:
    """Return the names of the leaders who were asked about hand-ups, in order."""
    return [name for name, _ in await asks(world)]


async def minutes_until_asked(world: World) -> list[float]:
    """Return how many minutes after the newest hand-up each leader was asked about it, rounded to tenths."""
    this = await hand_up(world)
    async with world.database.reading() as session:
        theirs = select(Ask).where(Ask.kind == Kind.HAND_UP, Ask.about_id == this.id).order_by(Ask.id)
        return [round((each.asked_at - this.raised_at) / MINUTE, 1) for each in await session.scalars(theirs)]


async def cards(world: World, name: str) -> list[Json]:
    """Return the hand-up cards in an agent's DM."""
    found = await world.slack.messages("bot", name)
    return [each for each in found if each.get("blocks") and each["blocks"][0]["block_id"] == "hand_up"]


async def card_text(world: World, name: str) -> str:
    """Return the text of the only hand-up card in an agent's DM."""
    found = await cards(world, name)
    assert len(found) == 1, [each["text"] for each in found]
    return str(found[0]["text"])


async def press_card(world: World, name: str, action_id: str) -> None:
    """Press a button of the agent's latest hand-up card, or choose from its menu."""
    message = (await cards(world, name))[-1]
    await _press(world, name, message, action_id)


async def fill_in(world: World, name: str, **values: Any) -> Answer:
    """Submit the form that a person has open."""
    answer = await world.slack.submit(name, **values)
    await settled(world)
    return answer


async def raise_hand_for_waiting_customer(world: World, name: str) -> None:
    """Raise a hand by the form, with the box for a waiting customer ticked."""
    await raise_hand(world, name, "")
    await fill_in(world, name, **{names.TEXT: WORDS, names.WAITING: [names.WAITING]})


async def press_ask(world: World, name: str, action_id: str) -> None:
    """Press a button of a leader's latest card about a hand-up."""
    await _press(world, name, (await ask_cards(world, name))[-1], action_id)


async def ask_cards(world: World, name: str) -> list[Json]:
    """Return a leader's cards about hand-ups, oldest first."""
    said = await world.slack.messages("bot", name)
    return [each for each in said if each.get("blocks") and each["blocks"][0]["block_id"] == "ask"]


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


async def make_second_team(world: World, *, leaders: Sequence[str], agents: Sequence[str]) -> None:
    """Create a second team in #general."""
    async with world.database.begin() as session:
        ids = await people.ids_by_name(session, world.workspace.id, [*leaders, *agents])
        await membership.create_team(
            session, await session.get_one(Workspace, world.workspace.id), channel_id="C0GENERAL0", name="general",
            zone="Europe/Lisbon", leaders=[ids[each] for each in leaders], agents=[ids[each] for each in agents],
            now=world.now,
        )  # fmt: skip


async def add_seven_leaders(world: World) -> None:
    """Give the team five leaders and two deputies, one of whom is not at work.

    New people join in Slack, and Maya appoints them in the form of `/steward settings`.
    """
    await opt_out_of_shadowing(world)
    for name in (*LEADERS[1:], DEPUTY_OFF_WORK):
        zone = "America/New_York" if name == DEPUTY_OFF_WORK else "Europe/Lisbon"
        real_name = f"{name.title()} Silva"
        await world.slack.do("users", user=name, real_name=real_name, tz=zone, channels=["harbour-support"])
    await world.slack.do("users", user=DEPUTY_OFF_WORK, dnd={"enabled": False})
    await world.sandbox.settled()
    deputies = [DEPUTY_AT_WORK, DEPUTY_OFF_WORK]
    await change_people(world, leaders=[*LEADERS, *deputies], deputies=deputies)


async def change_people(world: World, **values: Any) -> None:
    """Change the team's leaders, as Maya in the form of `/steward settings`."""
    await world.slack.command("maya", "settings", word="/steward")
    (view,) = await world.slack.views("maya")
    await world.slack.do("actions", user="maya", view_id=view["id"], action_id=settings.OPEN, block_id="people")
    answer = await world.slack.submit("maya", **values)
    assert not answer.errors, answer.errors
    await world.slack.do("views/close", user="maya", view_id=view["id"], all=True)
    await settled(world)


async def make_leaders(world: World, *names: str, deputies: tuple[str, ...] = ()) -> None:
    """Make these people the team's only leaders and deputies."""
    async with world.database.begin() as session:
        people = {each.id: each.name for each in await session.scalars(select(Person))}
        for member in await session.scalars(select(Member)):
            name = people[member.user_id]
            member.role = Role.LEADER if name in (*names, *deputies) else Role.AGENT
            member.is_deputy = name in deputies
