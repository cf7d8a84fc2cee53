"""Drivers for hard contacts: report one, read its cards, press their buttons, and read database rows."""

import json
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from bot.clock import read_wall_clock
from bot.errors import Refusal
from bot.features import webhooks
from bot.features.hard_contacts import HardContact
from bot.features.tickets.watches import TicketWatch
from bot.features.webhooks import NewWebhook, Sender
from bot.messages import hard_contacts as messages
from bot.org import people
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.slack.dispatcher import Actor
from tests.handlers.drivers import settled
from tests.handlers.hand_ups.drivers import element
from tests.handlers.webhooks.drivers import SECRET, SIGNED, received
from tests.harness import Answer, Json, World

NUMBER = "471104711047"
TICKET = f"ticket-{NUMBER}"
INVOCATION = "X-Zendesk-Webhook-Invocation-Id"
Act = Callable[..., Awaitable[None]]


async def raise_contact(world: World, name: str, leader: str, ticket: str = TICKET) -> Answer:
    """Type `/handup hard`, pick a leader and submit the form."""
    opened = await world.slack.command(name, "hard", word="/handup")
    assert not opened.text, opened.text
    return await send_form(world, name, leader, ticket)


async def send_form(world: World, name: str, leader: str, ticket: str = "") -> Answer:
    values = {messages.LEADER: await choice(world, leader)} | ({messages.TICKET: ticket} if ticket else {})
    answer = await world.slack.submit(name, **values)
    await settled(world)
    return answer


async def choice(world: World, leader: str) -> str:
    """Return the menu value in the form that stands for a leader."""
    async with world.database.reading() as session:
        team_id = (await session.scalars(select(Team.id))).one()
        return f"{team_id}:{(await session.scalars(select(Person.id).where(Person.name == leader))).one()}"


async def offered(world: World, name: str) -> list[str]:
    """Return the leaders who can be picked in the open form, sorted."""
    menu = (await world.slack.views(name))[-1]["blocks"][0]["element"]
    return sorted(each["text"]["text"] for each in menu["options"])


async def contacts(world: World) -> list[HardContact]:
    async with world.database.reading() as session:
        return [*await session.scalars(select(HardContact).order_by(HardContact.id))]


async def cards(world: World, name: str) -> list[Json]:
    """Return the hard contact cards in a person's DM."""
    found = await world.slack.messages("bot", name)
    return [each for each in found if each.get("blocks") and each["blocks"][0]["block_id"] == "hard_contact"]


async def card(world: World, name: str) -> Json:
    """Return the only hard contact card in a person's DM."""
    found = await cards(world, name)
    assert len(found) == 1, [each["text"] for each in found]
    return found[0]


async def press(world: World, name: str, action_id: str, message: Json | None = None) -> None:
    message = message or (await cards(world, name))[-1]
    await world.slack.do("actions", user=name, channel="bot", ts=message["ts"], **element(message, action_id))
    await settled(world)


def buttons(message: Json) -> list[str]:
    rows = [[*block.get("elements", []), block.get("accessory", {})] for block in message["blocks"]]
    return [each["action_id"] for row in rows for each in row if "action_id" in each]


async def press_late(world: World, name: str, act: Act) -> str:
    """Run the action of a button that is no longer on the first hard contact's card, and return the refusal."""
    async with world.database.begin() as session:
        id = (await people.ids_by_name(session, world.workspace.id, [name]))[name]
        with pytest.raises(Refusal) as refused:
            await act(session, Actor(world.workspace.id, id), 1, now=world.now)
    return refused.value.sentence


async def connect_ticket_tool(world: World) -> NewWebhook:
    """Connect Zendesk to the team."""
    async with world.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        lead = (await membership.leaders(session, team))[0]
        made = await webhooks.add_webhook(
            session, lead, team, sender=Sender.ZENDESK, queue="phones", secret=SECRET, now=world.now
        )
    return made


async def move_ticket(world: World, tool: NewWebhook, status: str, number: str = NUMBER) -> None:
    """Have Zendesk send that a ticket's status has changed."""
    body = json.dumps({"queue": "phones", "ticket": {"id": number, "status": status}}).encode()
    at = read_wall_clock()
    delivery = received(body, SIGNED[Sender.ZENDESK](body, SECRET, at) | {INVOCATION: f"{world.now}"}, at)
    answer = await world.steward.receiver.receive(Sender.ZENDESK, tool.token, delivery)
    assert answer.status == 200, answer
    await settled(world)


async def watches(world: World) -> list[TicketWatch]:
    async with world.database.reading() as session:
        return [*await session.scalars(select(TicketWatch).order_by(TicketWatch.id))]


async def ticket_cards(world: World, name: str) -> list[Json]:
    """Return the messages of a person's DM about watched tickets."""
    found = await world.slack.messages("bot", name)
    return [each for each in found if each.get("blocks") and each["blocks"][0]["block_id"] == "ticket"]
