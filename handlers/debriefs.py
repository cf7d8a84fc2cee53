"""Handlers for spike debriefs, which ask each helper three questions."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features import debriefs as features_debriefs
from bot.features.debriefs import KIND_BY_FIELD, LONGEST_NOTE, DebriefAnswer, Destination
from bot.followups.models import Kind
from bot.messages import callbacks
from bot.messages import debriefs as messages
from bot.messages.debriefs import FOR, FORM, IS, KINDS, NOTHING, TELL, THANK
from bot.org.teams import queries as teams_queries
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.post import Payload, Post, payload
from bot.workflows import debriefs
from handlers.payloads import form_values, pressed_value, show_form, with_mentions
from handlers.shoutouts.views import prefilled
from handlers.spikes.queue_names import Typed


def register(on: Dispatcher) -> None:
    on.action(TELL)(open_form)
    on.action(NOTHING)(close_without_notes)
    on.view(FORM)(save_notes)


async def open_form(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    async with sessions.reading() as session:
        debrief = await features_debriefs.lock_debrief(session, *actor, callbacks.number(pressed_value(body)))
        team = await teams_queries.own_team(session, *actor, debrief.team_id)
    await show_form(client, body, messages.form(team, debrief))
    await ack()


async def close_without_notes(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
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
        next_view = payload(messages.saved_view(is_told=bool(said)))
        if whom:
            next_view = await prefilled(session, *actor, whom)
    await ack(response_action="update", view=next_view)


def _parse_answers(filled: Payload) -> list[DebriefAnswer]:
    words = {field: (filled[field] or "").strip() for field in KIND_BY_FIELD}
    return [
        DebriefAnswer(
            field, _kind(field, filled), typed, callbacks.parse_choice(Destination, filled[FOR.format(field)])
        )
        for field, typed in words.items()
        if typed
    ]


def _kind(field: str, filled: Payload) -> Kind:
    chosen = filled.get(IS.format(field))
    return callbacks.parse_choice(Kind, chosen) if chosen in KINDS.get(field, ()) else KIND_BY_FIELD[field]


async def list_notes(session: AsyncSession, typed: Typed) -> Post:
    """Answer the retired command `/queue notes`; debrief notes have become roadblocks and ideas."""
    return messages.retired_command_answer()
