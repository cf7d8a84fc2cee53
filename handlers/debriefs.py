"""Handlers for spike debriefs: three questions to each helper, and the notes that leaders read and answer."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import ModalView
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features import debriefs as features_debriefs
from bot.features.debriefs import CAME, KIND_BY_FIELD, LONGEST_NOTE, DebriefAnswer, Destination
from bot.messages import callbacks
from bot.messages import debriefs as messages
from bot.messages.debriefs import ANSWER, ANSWER_FORM, FOR, FORM, NOTHING, READ, TELL, THANK
from bot.org import people
from bot.org.teams import queries as teams_queries
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean
from bot.slack.post import Payload, payload
from bot.workflows import debriefs
from handlers.payloads import form_values, pressed_value, show_form, with_mentions
from handlers.shoutouts.views import prefilled
from handlers.spikes.queue_names import Typed


def register(on: Dispatcher) -> None:
    on.action(TELL)(open_form)
    on.action(NOTHING)(say_nothing)
    on.view(FORM)(save_notes)
    on.action(READ)(open_notes)
    on.action(ANSWER)(open_answer)
    on.view(ANSWER_FORM)(answer_note)


async def open_form(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    async with sessions.reading() as session:
        debrief = await features_debriefs.lock_debrief(session, *actor, callbacks.number(pressed_value(body)))
        team = await teams_queries.own_team(session, *actor, debrief.team_id)
    await show_form(client, body, messages.form(team, debrief))
    await ack()


async def say_nothing(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        await debriefs.save_notes(session, actor, callbacks.number(pressed_value(body)), now=now)
    await ack()


async def save_notes(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    filled = form_values(view)
    whom = filled[THANK] or []
    async with sessions.begin() as session:
        filled = await with_mentions(session, actor.workspace_id, filled, *KIND_BY_FIELD, longest=LONGEST_NOTE)
        said, debrief_id = _parse_answers(filled), callbacks.number(view["private_metadata"])
        await debriefs.save_notes(session, actor, debrief_id, said, has_thanks=bool(whom), now=now)
        next_view = payload(messages.saved(is_told=bool(said)))
        if whom:
            next_view = await prefilled(session, *actor, whom)
    await ack(response_action="update", view=next_view)


def _parse_answers(filled: Payload) -> list[DebriefAnswer]:
    words = {field: (filled[field] or "").strip() for field in KIND_BY_FIELD}
    return [
        DebriefAnswer(kind, words[field], callbacks.parse_choice(Destination, filled[FOR.format(field)]))
        for field, kind in KIND_BY_FIELD.items()
        if words[field]
    ]


async def open_notes(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    """Open the notes in a form, the only place they are shown."""
    async with sessions.reading() as session:
        view = await _notes_form(session, actor)
    await show_form(client, body, view)
    await ack()


async def list_notes(session: AsyncSession, typed: Typed) -> ModalView:
    """Answer `/queue notes`."""
    return await _notes_form(session, typed.actor)


async def _notes_form(session: AsyncSession, actor: Actor) -> ModalView:
    led = await debriefs.led_team_ids(session, actor)
    reader = await people.fetch_person(session, *actor)
    return messages.listed(await features_debriefs.list_notes(session, *actor, led), reader, led)


async def open_answer(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    async with sessions.reading() as session:
        reader = await people.fetch_person(session, *actor)
        found = await debriefs.lock_note(session, actor, callbacks.number(pressed_value(body)))
    await show_form(client, body, messages.answer_form(found, reader))
    await ack()


async def answer_note(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        filled = await with_mentions(session, actor.workspace_id, form_values(view), CAME, longest=LONGEST_NOTE)
        note_id = callbacks.number(view["private_metadata"])
        found = await debriefs.answer_note(session, actor, note_id, clean(filled[CAME]), now=now)
    await ack(response_action="update", view=payload(messages.sent(found, actor.person_id)))
