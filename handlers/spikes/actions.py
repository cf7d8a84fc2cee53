"""Handlers for buttons about spikes: answer a request for help, join a queue, extend or finish a stint, report calm."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.errors import Refusal
from bot.features.spikes import queries
from bot.features.spikes.models import Kind, Spike
from bot.features.spikes.settings import SpikePreferences
from bot.features.spikes.stints import DEFAULT_MINUTES
from bot.messages import callbacks
from bot.messages.spikes import lists
from bot.messages.spikes.history import ON_ITS_WAY
from bot.org import people
from bot.org.people import Person
from bot.org.teams import queries as teams_queries
from bot.org.teams.models import Team
from bot.refusals import spikes as refusals
from bot.slack.dispatcher import Actor, Listener
from bot.slack.inbox import Sessions
from bot.slack.outbox import outbox
from bot.slack.post import Payload, Post
from bot.workflows.spikes import asks, queues, signals, stints
from handlers.payloads import pressed_value, respond


def answer_with(how: Kind | None) -> Listener:
    """Return the listener for an answer to a request for help; `how` is None for the button that declines."""

    async def press(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
        ask_id, minutes = callbacks.parts(pressed_value(body), 2)
        async with sessions.begin() as session:
            length = callbacks.number(minutes or DEFAULT_MINUTES)
            await asks.answer_ask(session, actor, callbacks.number(ask_id), how, length, now=now)
        await ack()

    return press


async def send_history(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        reader = await people.fetch_person(session, *actor)
        team = await _find_own_team(session, actor, callbacks.number(pressed_value(body)))
        if team is None:
            raise Refusal(refusals.HISTORY_FOR_LEADERS)
        await queues.send_history(session, team, reader, now=now)
        await outbox.respond(session, Post(ON_ITS_WAY), url=body["response_url"], to=reader.dm, now=now, replace=False)
    await ack()


async def _find_own_team(session: AsyncSession, actor: Actor, team_id: int) -> Team | None:
    theirs = await teams_queries.teams_of_person(session, *actor)
    return next((each for each in theirs if each.id == team_id), None)


async def join(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Have the actor join a spike for half an hour, as a shadow if they chose not to answer customers."""
    async with sessions.begin() as session:
        person = await people.fetch_person(session, *actor, lock=True)
        team, spike = await _find_spike(session, actor, body, refusals.OVER, lock=True)
        await queries.must_lead(session, team, person.id)
        kind = Kind.QUEUE if SpikePreferences.of(person).may_answer else Kind.SHADOW
        stint = await asks.join_unasked(session, team, spike, person, kind, DEFAULT_MINUTES, now=now)
        await _respond(session, body, person, lists.joined_answer(spike, stint, person).text, now)
    await ack()


async def end_spike(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    """End a spike because the actor reports that the queue is calm."""
    async with sessions.begin() as session:
        person = await people.fetch_person(session, *actor)
        team, spike = await _find_spike(session, actor, body, refusals.CALM_ALREADY)
        await queries.check_may_report(session, team, person.id)
        await signals.report_calm(session, team, spike, person.id, now=now)
        await _respond(session, body, person, lists.calm_answer(spike).text, now)
    await ack()


async def _find_spike(
    session: AsyncSession, actor: Actor, body: Payload, over: str, *, lock: bool = False
) -> tuple[Team, Spike]:
    """Return the pressed button's spike and its team; raise a `Refusal` with the sentence `over` if it has ended."""
    spike_id = callbacks.number(pressed_value(body))
    spike = await (locks.lock_row(session, Spike, spike_id) if lock else session.get(Spike, spike_id))
    team = await _find_own_team(session, actor, spike.team_id) if spike else None
    if spike is None or team is None or spike.is_over:
        raise Refusal(over)
    return team, spike


async def _respond(session: AsyncSession, body: Payload, person: Person, said: str, now: datetime) -> None:
    """Update the list of queues whose button was pressed, or answer by DM if the button is on Home."""
    channel_id = (body.get("channel") or {}).get("id")
    is_list = body.get("response_url")
    post = await queues.build_overview(session, person, channel_id, now, said) if is_list else Post(said)
    await respond(session, body, post, now)


async def finish_stint(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        await stints.finish_own_stint(session, actor, callbacks.number(pressed_value(body)), now=now)
    await ack()


async def extend_stint(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    stint_id, minutes = callbacks.parts(pressed_value(body), 2)
    async with sessions.begin() as session:
        await stints.extend_stint(session, actor, callbacks.number(stint_id), callbacks.number(minutes), now=now)
    await ack()
