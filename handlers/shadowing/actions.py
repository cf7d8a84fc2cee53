"""Buttons of shadowing: ask, answer, change or cancel a session, open and read a wrap-up."""

from collections.abc import Mapping
from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.features.shadowing import queries, rules, wrap_ups
from bot.features.shadowing.models import ShadowSession, State
from bot.features.shadowing.rules import Pair
from bot.messages import callbacks
from bot.messages.mentions import NO_NAMES
from bot.messages.shadowing import forms, lists
from bot.messages.shadowing.forms import ASKED
from bot.messages.shadowing.names import ASK_AT_FORM, OTHER_TIME_FORM, TITLE
from bot.org import people
from bot.slack import mrkdwn
from bot.slack.dispatcher import Actor
from bot.slack.inbox import Sessions
from bot.slack.post import Payload, payload
from bot.workflows.shadowing import bookings, outcomes
from handlers.meetings import open_time_form, pressed_number
from handlers.payloads import pressed_value, respond


async def ask(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    nudge_id, agent_id, at = parse_suggestion(pressed_value(body))
    async with sessions.begin() as session:
        pair, shadow = await bookings.request_session(session, actor, agent_id, at, nudge_id=nudge_id, now=now)
        if not nudge_id:
            await respond(session, body, lists.asking(pair.agent, shadow, pair.leader), now)
    await ack()


async def open_ask_at(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """A form for a time that the leader picks."""
    _, agent_id, _ = parse_suggestion(pressed_value(body))
    async with sessions.reading() as session:
        by = await people.fetch_person(session, *actor)
    await open_time_form(
        client, body, by, now, ASK_AT_FORM, ASKED["ask"], mrkdwn.mention(agent_id), pressed_value(body), title=TITLE
    )
    await ack()


def parse_suggestion(value: str) -> tuple[int, str, datetime]:
    """The nudge, 0 for none, the agent, and the time that was named."""
    nudge_id, agent_id, at = callbacks.parts(value, 3)
    return callbacks.number(nudge_id), agent_id, callbacks.instant(at)


async def open_wrap_up(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    sitting_id, _, _ = pressed_value(body).partition(":")
    async with sessions.reading() as session:
        pair, shadow = await queries.find_session(session, *actor, callbacks.number(sitting_id))
    view = wrap_up_view(pair, shadow, actor.person_id, now)
    await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()


def wrap_up_view(
    pair: Pair,
    shadow: ShadowSession | None,
    by: str,
    now: datetime,
    learnt: str = "",
    names: Mapping[str, str] = NO_NAMES,
) -> Payload:
    """The wrap-up of a session, or of one that nobody planned; `names` are of those whom what was learnt mentions."""
    pair.must_lead(by)
    if shadow:
        rules.check_state(shadow, State.PLANNED, State.MISSED)
    remembered = f"{shadow.id if shadow else 0}:{pair.agent.id}"
    return payload(forms.wrap_up_form(pair.agent, pair.leader, remembered, now, learnt, names))


async def open_written(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    """What the leader wrote down, in a form and nowhere else."""
    async with sessions.reading() as session:
        pair, shadow = await queries.find_session(session, *actor, pressed_number(body))
        learnt = wrap_ups.fetch_learnt(session, pair, shadow, actor.person_id)
        roadblocks = await wrap_ups.find_roadblocks(session, *actor, sitting_id=shadow.id)
    view = forms.written(pair, shadow, learnt, roadblocks)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def remove_roadblock(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    """A roadblock is out of the way."""
    nudge_id, roadblock_id = callbacks.numbers(pressed_value(body), 2)
    async with sessions.begin() as session:
        await outcomes.remove_roadblock(session, actor, roadblock_id, now=now)
        if not nudge_id:
            await respond(session, body, lists.out_of_the_way(), now)
    await ack()


async def open_other_time(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    async with sessions.reading() as session:
        pair, shadow = await queries.find_session(session, *actor, pressed_number(body))
    by = pair.person(actor.person_id)
    asked, whom = ASKED["leader" if by is pair.leader else "agent"], mrkdwn.mention(shadow.other(by.id))
    await open_time_form(client, body, by, now, OTHER_TIME_FORM, asked, whom, str(shadow.id), title=TITLE)
    await ack()
