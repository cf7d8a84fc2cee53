"""What a leader saw while helping: asked in three questions, read by leaders, answered to who wrote it."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import ModalView
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.debriefs import queries
from bot.features.debriefs.models import Destination
from bot.features.debriefs.queries import CAME, KIND_BY_FIELD, LONGEST_NOTE, DebriefAnswer
from bot.features.spikes import queries as spikes_queries
from bot.messages import callbacks
from bot.messages.debriefs import forms
from bot.messages.debriefs.names import FOR, THANK
from bot.org import people
from bot.org.teams import membership
from bot.org.teams import queries as teams_queries
from bot.org.teams.models import Role, Team
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean
from bot.slack.post import Payload, payload
from bot.workflows import debriefs
from handlers.payloads import form_values, pressed_value, show_form, with_mentions
from handlers.shoutouts.views import prefilled


async def open_form(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    async with sessions.reading() as session:
        debrief = await queries.lock_debrief(
            session, body["team"]["id"], body["user"]["id"], callbacks.number(pressed_value(body))
        )
        team = await teams_queries.own_team(session, debrief.workspace_id, debrief.leader_id, debrief.team_id)
    await show_form(client, body, forms.form(team, debrief))
    await ack()


async def say_nothing(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        debrief = await queries.lock_debrief(
            session, body["team"]["id"], body["user"]["id"], callbacks.number(pressed_value(body))
        )
        queries.mark_nothing(debrief)
        team = await teams_queries.own_team(session, debrief.workspace_id, debrief.leader_id, debrief.team_id)
        spike = await spikes_queries.lock_spike(session, debrief.spike_id)
        await debriefs.update_card(session, team, debrief, spike.queue, now=now)
    await ack()


async def save_notes(
    ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime
) -> None:
    filled, workspace_id, by = form_values(view), context.team_id or "", context.user_id or ""
    whom = filled[THANK] or []
    async with sessions.begin() as session:
        said = _parse_answers(await with_mentions(session, workspace_id, filled, *KIND_BY_FIELD, longest=LONGEST_NOTE))
        debrief = await queries.lock_debrief(session, workspace_id, by, callbacks.number(view["private_metadata"]))
        team = await teams_queries.own_team(session, debrief.workspace_id, debrief.leader_id, debrief.team_id)
        spike = await spikes_queries.lock_spike(session, debrief.spike_id)
        await queries.save_notes(session, debrief, spike.queue, said, has_thanks=bool(whom), now=now)
        await debriefs.mark_debriefed(session, spike)
        await debriefs.update_card(session, team, debrief, spike.queue, now=now)
        next_view = payload(forms.saved(is_told=bool(said)))
        if whom:
            next_view = await prefilled(session, workspace_id, by, whom)
    await ack(response_action="update", view=next_view)


def _parse_answers(filled: Payload) -> list[DebriefAnswer]:
    words = {field: (filled[field] or "").strip() for field in KIND_BY_FIELD}
    return [
        DebriefAnswer(kind, words[field], callbacks.choice(Destination, filled[FOR.format(field)]))
        for field, kind in KIND_BY_FIELD.items()
        if words[field]
    ]


async def open_notes(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    """The notes, in a form and nowhere else."""
    await show_form(client, body, await _notes_form(sessions, body["team"]["id"], body["user"]["id"]))
    await ack()


async def list_notes(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    """`/queue notes`."""
    view = await _notes_form(sessions, body["team_id"], body["user_id"])
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def _notes_form(sessions: Sessions, workspace_id: str, by: str) -> ModalView:
    async with sessions.reading() as session:
        led = await _led_team_ids(session, workspace_id, by)
        reader = await people.fetch_person(session, workspace_id, by)
        return forms.listed(await queries.list_notes(session, workspace_id, by, led), reader, led)


async def open_answer(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    workspace_id, by = body["team"]["id"], body["user"]["id"]
    async with sessions.reading() as session:
        reader = await people.fetch_person(session, workspace_id, by)
        found = await queries.lock_note(
            session, workspace_id, await _led_team_ids(session, workspace_id, by), callbacks.number(pressed_value(body))
        )
    await show_form(client, body, forms.answer_form(found, reader))
    await ack()


async def answer_note(
    ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime
) -> None:
    """What came of a note: kept, and told to who wrote it."""
    workspace_id, by = context.team_id or "", context.user_id or ""
    async with sessions.begin() as session:
        filled = await with_mentions(session, workspace_id, form_values(view), CAME, longest=LONGEST_NOTE)
        words = clean(filled[CAME])
        led = await _led_team_ids(session, workspace_id, by)
        found = await queries.lock_note(session, workspace_id, led, callbacks.number(view["private_metadata"]))
        team = await session.get_one(Team, found.note.team_id)
        await debriefs.answer_note(session, team, found, by, words, now=now)
    await ack(response_action="update", view=payload(forms.sent(found, by)))


async def _led_team_ids(session: AsyncSession, workspace_id: str, by: str) -> list[int]:
    roles = await membership.roles_of(session, workspace_id, by)
    return [team_id for team_id, role in roles.items() if role is Role.LEADER]
