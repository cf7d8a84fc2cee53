"""Buttons of one-on-ones: find a time, change it, say what became of it, open what a pair keeps."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.one_on_ones import notes, queries
from bot.features.one_on_ones.models import State
from bot.features.one_on_ones.rules import Pair
from bot.messages import callbacks
from bot.messages.one_on_ones import forms, names
from bot.slack import mrkdwn
from bot.slack.dispatcher import Actor
from bot.slack.inbox import Sessions
from bot.slack.post import Payload, payload
from bot.workflows.one_on_ones import bookings, outcomes
from handlers.meetings import open_time_form, pressed_number
from handlers.payloads import names_in, pressed_value, respond


async def propose(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Three times for the agent to choose from; where they have some already, the card says which."""
    nudge_id, series_id = parse_row(pressed_value(body))
    async with sessions.begin() as session:
        post = await bookings.propose(session, actor, series_id, nudge_id, now=now)
        if not nudge_id:
            await respond(session, body, post, now)
    await ack()


async def skip(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    nudge_id, series_id = parse_row(pressed_value(body))
    async with sessions.begin() as session:
        post = await outcomes.skip(session, actor, series_id, nudge_id, now=now)
        if not nudge_id:
            await respond(session, body, post, now)
    await ack()


def parse_row(value: str) -> tuple[int, int]:
    """The nudge, 0 for none, and the series."""
    nudge_id, _, series_id = value.partition(":")
    return callbacks.number(nudge_id), callbacks.number(series_id)


async def open_planned(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    _, series_id = parse_row(pressed_value(body))
    async with sessions.reading() as session:
        pair = await queries.find_pair_of_series(session, *actor, series_id)
    form, whom = names.PLANNED_FORM, mrkdwn.mention(pair.agent.id)
    await open_time_form(
        client, body, pair.leader, now, form, forms.ASKED[form], whom, pressed_value(body), title=forms.TITLE
    )
    await ack()


async def open_other_time(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """A form in which the agent suggests a time, or either of the two moves what is planned."""
    form = OTHER_TIME_FORMS[body["actions"][0]["action_id"]]
    async with sessions.reading() as session:
        pair, meeting = await queries.find_meeting(session, *actor, pressed_number(body))
    by, whom = pair.person(actor.person_id), mrkdwn.mention(meeting.other(actor.person_id))
    await open_time_form(client, body, by, now, form, forms.ASKED[form], whom, str(meeting.id), title=forms.TITLE)
    await ack()


OTHER_TIME_FORMS = {names.COUNTER: names.COUNTER_FORM, names.MOVE: names.MOVE_FORM}


async def open_pair(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    _, _, other_id = pressed_value(body).partition(":")
    async with sessions.reading() as session:
        view = await pair_view(session, await queries.find_pair_with(session, *actor, other_id), actor.person_id)
    await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()


async def pair_view(session: AsyncSession, pair: Pair, reader_id: str, topic: str = "") -> Payload:
    """What a pair keeps, with something to talk about already typed in."""
    meeting = (await queries.find_open_meetings(session, [pair])).get(pair.series.id)
    kept = await notes.fetch_notes(session, pair, reader_id)
    named = await names_in(session, pair.series.workspace_id, topic, *(each.words for each in kept.topics))
    return payload(forms.pair_form(pair, meeting, kept, pair.person(reader_id), topic, named))


async def pick(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    """A time that has gone meanwhile has no button any more: fresh ones are there instead."""
    meeting_id, _, at = pressed_value(body).partition(":")
    async with sessions.begin() as session:
        await bookings.pick(session, actor, callbacks.number(meeting_id), callbacks.instant(at), now=now)
    await ack()


async def record(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    """The leader says what became of it, each answer with a button of its own."""
    state = OUTCOMES[body["actions"][0]["action_id"]]
    async with sessions.begin() as session:
        await outcomes.record(session, actor, pressed_number(body), state, now=now)
    await ack()


OUTCOMES = {names.MET: State.MET, names.NOT_YET: State.MISSED, names.SKIPPED: State.SKIPPED}
