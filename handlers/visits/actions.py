"""Buttons of visits: pick a time, answer, change or cancel, open the debrief, keep a promise."""

from datetime import UTC, datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.features.visits import queries, rules
from bot.features.visits.models import State, Visit
from bot.features.visits.rules import Participants
from bot.messages import callbacks
from bot.messages.visits import forms, lists
from bot.messages.visits.forms import ASKED
from bot.messages.visits.names import OTHER_TIME_FORM, PICK_AT_FORM, TITLE
from bot.org import people
from bot.slack import mrkdwn
from bot.slack.dispatcher import Actor
from bot.slack.inbox import Sessions
from bot.slack.post import Payload, payload
from bot.workflows.visits import bookings, outcomes
from handlers.meetings import open_time_form, pressed_number
from handlers.payloads import pressed_value, respond


async def pick(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    nudge_id, team_id, at = callbacks.numbers(pressed_value(body), 3)
    async with sessions.begin() as session:
        pair, visit = await bookings.request_visit(
            session, actor, team_id, datetime.fromtimestamp(at, UTC), nudge_id=nudge_id, now=now
        )
        if not nudge_id:
            await respond(session, body, lists.asking(visit, pair.sponsor), now)
    await ack()


async def open_pick_at(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """A form for a time that the sponsor picks."""
    _, team_id, _ = callbacks.numbers(pressed_value(body), 3)
    async with sessions.reading() as session:
        by = await people.fetch_person(session, *actor)
        team = await queries.find_team(session, by, team_id)
    asked, where = ASKED["pick"], team.channel_id
    await open_time_form(client, body, by, now, PICK_AT_FORM, asked, where, pressed_value(body), title=TITLE)
    await ack()


async def open_debrief(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    async with sessions.reading() as session:
        pair, visit = await queries.find_visit(session, *actor, pressed_number(body))
    await client.views_open(trigger_id=body["trigger_id"], view=debrief_view(pair, visit, actor.person_id, now))
    await ack()


def debrief_view(pair: Participants, visit: Visit, by: str, now: datetime) -> Payload:
    pair.must_sponsor(by)
    rules.check_state(visit, State.PLANNED, State.MISSED)
    return payload(forms.debrief_form(pair, visit, now))


async def open_written(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    """What the sponsor wrote down, in a form and nowhere else."""
    async with sessions.reading() as session:
        pair, visit = await queries.find_visit(session, *actor, pressed_number(body))
        said = await queries.fetch_answers(session, pair, visit, actor.person_id)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(forms.written(pair, visit, said)))
    await ack()


async def fulfil_promise(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    """A promise is kept."""
    nudge_id, debrief_id = callbacks.numbers(pressed_value(body), 2)
    async with sessions.begin() as session:
        await outcomes.fulfil_promise(session, actor, debrief_id, now=now)
        if not nudge_id:
            await respond(session, body, lists.kept(), now)
    await ack()


async def open_other_time(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    async with sessions.reading() as session:
        pair, visit = await queries.find_visit(session, *actor, pressed_number(body))
    by = pair.person(actor.person_id)
    asked, whom = ASKED["sponsor" if by is pair.sponsor else "host"], mrkdwn.mention(pair.other(by).id)
    await open_time_form(client, body, by, now, OTHER_TIME_FORM, asked, whom, str(visit.id), title=TITLE)
    await ack()
