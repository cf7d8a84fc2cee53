"""Handlers for hard contacts: the form of `/handup hard`, and the buttons on both cards and on watched tickets."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import ModalView
from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import callbacks, tickets
from bot.messages import hard_contacts as messages
from bot.org.teams import queries as teams_queries
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean
from bot.slack.post import Payload
from bot.workflows import ticket_watches
from bot.workflows.hard_contacts import check_ins, requests
from handlers.payloads import form_values, pressed_value, show_form

Act = Callable[..., Awaitable[None]]
ACTS: dict[str, Act] = {
    messages.CHECK_IN: check_ins.check_in,
    messages.COVER: check_ins.join_queue,
    messages.BREAK: check_ins.give_break,
    messages.DONE: check_ins.finish_check_in,
    messages.DROP: requests.drop_contact,
    messages.WATCH: check_ins.watch_ticket,
    tickets.STOP: ticket_watches.stop_watch,
}
"""The workflow of each button on an agent's or leader's card or on a watched ticket's, by action id."""


def register(on: Dispatcher) -> None:
    on.view(messages.FORM)(ask_leader)
    on.action(messages.ANOTHER)(open_another_form)
    on.view(messages.ANOTHER_FORM)(ask_another)
    for name, act in ACTS.items():
        on.action(name)(_button(act))


async def open_form(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Open the form of `/handup hard`; raise a `Refusal` if no leader is at work."""
    async with sessions.reading() as session:
        view = await build_form(session, actor, body.get("channel_id"), now)
    await show_form(client, body, view)
    await ack()


async def build_form(
    session: AsyncSession, actor: Actor, channel_id: str | None, now: datetime, *, hand_up_id: int | None = None
) -> ModalView:
    """Build the form; `hand_up_id` is the hand-up that turned out to be a hard contact, if any."""
    return messages.form(await requests.list_choices(session, actor, channel_id, now), hand_up_id=hand_up_id)


async def ask_leader(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    """Ask the picked leader; the agent gets a card by DM instead of an answer in the form."""
    filled, told = form_values(view), view["private_metadata"]
    team_id, leader_id = callbacks.parts(filled[messages.LEADER], 2)
    async with sessions.begin() as session:
        team = await teams_queries.own_team(session, *actor, callbacks.number(team_id))
        await requests.raise_contact(
            session, actor, team, leader_id, ticket=clean(filled[messages.TICKET] or ""),
            hand_up_id=callbacks.number(told) if told else None, now=now,
        )  # fmt: skip
    await ack()


async def open_another_form(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Open a form in which the agent picks another leader."""
    contact_id = callbacks.number(pressed_value(body))
    async with sessions.reading() as session:
        choices = await requests.list_other_choices(session, actor, contact_id, now)
    await show_form(client, body, messages.other_leader_form(choices, contact_id))
    await ack()


async def ask_another(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    _, leader_id = callbacks.parts(form_values(view)[messages.LEADER], 2)
    async with sessions.begin() as session:
        await requests.ask_another(session, actor, callbacks.number(view["private_metadata"]), leader_id, now=now)
    await ack()


def _button(act: Act) -> Callable[..., Awaitable[None]]:
    """Return a listener that runs `act` on the hard contact or watch whose button was pressed."""

    async def press(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
        async with sessions.begin() as session:
            await act(session, actor, callbacks.number(pressed_value(body)), now=now)
        await ack()

    return press
