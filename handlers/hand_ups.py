"""Handlers for hand-ups: `/handup`, its shortcut and form, and the buttons on the agent's and the leaders' cards."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import ModalView
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.visits.themes import THEMES
from bot.followups.models import Kind
from bot.messages import callbacks
from bot.messages.hand_ups import forms, lists, names
from bot.messages.hand_ups.forms import LONGEST_LINE
from bot.org.teams import queries as teams_queries
from bot.org.teams.models import Team
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean, unescape
from bot.slack.post import Payload
from bot.workflows.hand_ups import asks, requests
from handlers import hard_contacts
from handlers.payloads import form_values, names_in, pressed_value, show_form, with_mentions
from handlers.shoutouts.views import open_for_person

HARD = "hard"
OPENS_FORM = ("", "help")
"""Texts after `/handup` that open the form."""
Act = Callable[..., Awaitable[None]]
ACTS: dict[str, Act] = {
    names.SORTED: requests.mark_sorted,
    names.HOLD: requests.pause_asking,
    names.RESUME: requests.resume_asking,
    names.DEPUTIES: requests.ask_deputies,
    names.THERE: requests.record_arrival,
    names.HERE: requests.record_arrival,
    names.NOT_YET: requests.ask_another,
}
"""The workflow of each button on an agent's or leader's card, by action id."""


def register(on: Dispatcher) -> None:
    on.command("/handup")(command)
    on.shortcut(names.SHORTCUT)(open_form)
    on.view(names.FORM)(raise_hand)
    for name, act in ACTS.items():
        on.action(name)(_button(act))
    on.action(names.COMING)(_answer(comes=True))
    on.action(names.IN_A_WHILE)(_answer(comes=True, in_a_while=True))
    on.action(names.ANOTHER)(_answer(comes=False))
    on.action(names.MORE)(choose)
    on.action(names.CHANNEL)(open_channel_form)
    on.view(names.ADD_FORM)(add_line)
    on.view(names.CHANNEL_FORM)(post_in_channel)
    on.action(names.AFTERWARDS)(open_prevention_form)
    on.view(names.AFTERWARDS_FORM)(save_prevention)
    on.action(names.THANK)(open_for_person)


async def command(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Raise a hand with the typed text; open the form if there is none, or if the text or team needs correction."""
    typed = clean(unescape(body.get("text") or ""))
    if typed.casefold() == HARD:
        await hard_contacts.open_form(ack, actor, body, client, sessions, now)
        return
    if typed.casefold() in OPENS_FORM:
        await open_form(ack, actor, body, client, sessions)
        return
    async with sessions.reading() as session:
        teams = await requests.find_agents_teams(session, actor, body["channel_id"])
    refusal = ""
    if len(teams) == 1:
        try:
            async with sessions.begin() as session:
                is_new = await requests.raise_hand(session, actor, teams[0], typed, now=now)
            await ack(lists.raised_answer(is_new=is_new).payload())
            return
        except Refusal as refused:
            if refused.field is None:
                raise
            refusal = refused.sentence
    async with sessions.reading() as session:
        view = await _build_form(session, actor, teams, typed, refusal)
    await show_form(client, body, view)
    await ack()


async def _build_form(
    session: AsyncSession, actor: Actor, teams: Sequence[Team], text: str = "", refusal: str = ""
) -> ModalView:
    named = await names_in(session, actor.workspace_id, text)
    return forms.form(teams, text=text, names=named, refusal=refusal)


async def open_form(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    async with sessions.reading() as session:
        teams = await requests.find_agents_teams(session, actor, body.get("channel_id"))
        view = await _build_form(session, actor, teams)
    await show_form(client, body, view)
    await ack()


async def raise_hand(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    """Raise a hand with the values of the form; the agent gets a card by DM instead of an answer in the form."""
    async with sessions.begin() as session:
        filled = await with_mentions(session, actor.workspace_id, form_values(view), names.TEXT, longest=LONGEST_LINE)
        team = await teams_queries.own_team(
            session, *actor, callbacks.number(filled[names.TEAM] or view["private_metadata"])
        )
        await requests.find_agents_teams(session, actor, team.channel_id)
        await requests.raise_hand(
            session, actor, team, clean(filled[names.TEXT] or ""), is_waiting=bool(filled[names.WAITING]),
            ticket=clean(filled[names.TICKET] or ""), now=now,
        )  # fmt: skip
    await ack()


def _button(act: Act) -> Callable[..., Awaitable[None]]:
    """Return a listener that runs `act` on the hand-up whose button was pressed."""

    async def press(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
        async with sessions.begin() as session:
            await act(session, actor, callbacks.number(pressed_value(body)), now=now)
        await ack()

    return press


def _answer(*, comes: bool, in_a_while: bool = False) -> Callable[..., Awaitable[None]]:
    """Return the listener for a button with which a leader answers an agent's request for help."""

    async def press(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
        async with sessions.begin() as session:
            ask_id = callbacks.number(pressed_value(body))
            await asks.answer_ask(session, actor, ask_id, comes=comes, in_a_while=in_a_while, now=now)
        await ack()

    return press


async def choose(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Run the option chosen in the menu of the agent's card, or open its form."""
    name, _, id = pressed_value(body).rpartition(":")
    hand_up_id = callbacks.number(id)
    if name == names.CUSTOMER:
        async with sessions.begin() as session:
            await requests.mark_waiting(session, actor, hand_up_id, now=now)
    else:
        async with sessions.reading() as session:
            view = await _chosen_form(session, actor, name, hand_up_id, now)
        await show_form(client, body, view)
    await ack()


async def _chosen_form(session: AsyncSession, actor: Actor, name: str, hand_up_id: int, now: datetime) -> ModalView:
    team, hand_up = await requests.find_own(session, actor, hand_up_id)
    if name == names.HARD:
        return await hard_contacts.build_form(session, actor, team.channel_id, now, hand_up_id=hand_up.id)
    if name == names.ADD:
        return forms.add_form(hand_up.id)
    named = await names_in(session, actor.workspace_id, hand_up.words)
    return forms.channel_form(team, hand_up.id, hand_up.words, named)


async def open_channel_form(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Open a form with the text that will be posted in the channel, for the agent to edit and confirm."""
    async with sessions.reading() as session:
        view = await _chosen_form(session, actor, names.CHANNEL, callbacks.number(pressed_value(body)), now)
    await show_form(client, body, view)
    await ack()


async def add_line(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        filled = await with_mentions(session, actor.workspace_id, form_values(view), names.TEXT, longest=LONGEST_LINE)
        hand_up_id = callbacks.number(view["private_metadata"])
        await requests.add_line(session, actor, hand_up_id, clean(filled[names.TEXT] or ""), now=now)
    await ack()


async def post_in_channel(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        filled = await with_mentions(session, actor.workspace_id, form_values(view), names.TEXT, longest=LONGEST_LINE)
        hand_up_id = callbacks.number(view["private_metadata"])
        await requests.post_in_channel(session, actor, hand_up_id, clean(filled[names.TEXT] or ""), now=now)
    await ack()


async def open_prevention_form(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions
) -> None:
    """Open a form that asks what would have prevented a hand-up."""
    async with sessions.reading() as session:
        _, hand_up = await requests.find_raised(session, actor, callbacks.number(pressed_value(body)))
    await show_form(client, body, forms.prevention_form(hand_up.id, THEMES))
    await ack()


async def save_prevention(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        filled = await with_mentions(session, actor.workspace_id, form_values(view), names.TEXT, longest=LONGEST_LINE)
        kind = callbacks.parse_choice(Kind, filled[names.KIND])
        words, theme = clean(filled[names.TEXT] or ""), filled[names.THEME] or ""
        hand_up_id = callbacks.number(view["private_metadata"])
        await requests.save_prevention(session, actor, hand_up_id, kind, words, theme, now=now)
    await ack()
