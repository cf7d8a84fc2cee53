"""Buttons about spikes: answer an ask, join, stay longer, be done, say that it is calm."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Alert, Signal
from bot.errors import UserError
from bot.features.spikes import history, queries, stints
from bot.features.spikes.history import NOT_YOURS
from bot.features.spikes.models import PERSON, Answer, Kind, Spike
from bot.features.spikes.settings import SpikePreferences
from bot.features.spikes.stints import DEFAULT_MINUTES
from bot.messages import callbacks
from bot.messages.spikes import history as spikes_history
from bot.messages.spikes import lists
from bot.messages.spikes.history import ON_ITS_WAY
from bot.messages.spikes.overview import CALM_ALREADY, OVER
from bot.org import people
from bot.org.people import Person
from bot.org.teams import queries as teams_queries
from bot.org.teams.models import Team
from bot.slack.dispatcher import Listener
from bot.slack.inbox import Sessions
from bot.slack.outbox import outbox
from bot.slack.post import Payload, Post
from bot.workflows.spikes import asks, queues, signals
from bot.workflows.spikes import stints as spikes_stints
from handlers.payloads import pressed_value, respond


def answer_with(how: Answer) -> Listener:
    """The listener of a button."""

    async def press(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
        ask_id, _, minutes = pressed_value(body).partition(":")
        workspace_id, by = body["team"]["id"], body["user"]["id"]
        async with sessions.begin() as session:
            person = await people.fetch_person(session, workspace_id, by, lock=True)
            spike, ask = await queries.lock_ask(session, workspace_id, callbacks.number(ask_id))
            team = await session.get_one(Team, spike.team_id)
            length = callbacks.number(minutes or DEFAULT_MINUTES)
            await asks.answer_ask(session, team, spike, ask, person, how, length, now=now)
        await ack()

    return press


async def send_history(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Send the history as a CSV file, one row a spike, by DM."""
    async with sessions.begin() as session:
        reader = await people.fetch_person(session, body["team"]["id"], body["user"]["id"])
        team = await _pressed_team(session, reader, body)
        await history.must_see_history(session, team, reader)
        content = spikes_history.as_csv(await history.list_past_spikes(session, team, now=now))
        await outbox.file(
            session, name=f"spikes-{team.name}-{now:%Y-%m-%d}.csv", content=content, title=f"Spikes of {team.name}",
            comment=f"The spikes of the last 8 weeks in <#{team.channel_id}>.", to=reader.dm, not_before=now,
        )  # fmt: skip
        await outbox.respond(session, Post(ON_ITS_WAY), url=body["response_url"], to=reader.dm, now=now, replace=False)
    await ack()


async def _pressed_team(session: AsyncSession, reader: Person, body: Payload) -> Team:
    theirs = await teams_queries.teams_of_person(session, reader.workspace_id, reader.id)
    team = next((each for each in theirs if each.id == callbacks.number(pressed_value(body))), None)
    if team is None:
        raise UserError(NOT_YOURS)
    return team


async def join(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """A leader is in for half an hour; who chose not to answer customers sits beside somebody."""
    async with sessions.begin() as session:
        person = await people.fetch_person(session, body["team"]["id"], body["user"]["id"], lock=True)
        team, spike = await _pressed_spike(session, person, body, OVER, lock=True)
        await queries.must_lead(session, team, person.id)
        kind = Kind.QUEUE if SpikePreferences.of(person).may_answer else Kind.SHADOW
        stint = await asks.join_unasked(session, team, spike, person, kind, DEFAULT_MINUTES, now=now)
        await _respond(session, body, person, lists.came(spike, stint, person).text, now)
    await ack()


async def end_spike(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Somebody who is there says that it is calm."""
    async with sessions.begin() as session:
        person = await people.fetch_person(session, body["team"]["id"], body["user"]["id"])
        team, spike = await _pressed_spike(session, person, body, CALM_ALREADY)
        await queries.must_be_allowed_to_call(session, team, person.id)
        alert = Alert(PERSON, Signal.RESOLVED, queue=spike.queue)
        await signals.receive_alert(session, team, alert, caller_id=person.id, now=now)
        await _respond(session, body, person, lists.calmed(spike).text, now)
    await ack()


async def _pressed_spike(
    session: AsyncSession, person: Person, body: Payload, over: str, *, lock: bool = False
) -> tuple[Team, Spike]:
    """The spike of the button, in a team of theirs; `over` is said when there is nothing more to do about it."""
    spike = await session.get(Spike, callbacks.number(pressed_value(body)), with_for_update=lock or None)
    theirs = await teams_queries.teams_of_person(session, person.workspace_id, person.id)
    team = next((each for each in theirs if spike and each.id == spike.team_id), None)
    if spike is None or team is None or spike.is_over:
        raise UserError(over)
    return team, spike


async def _respond(session: AsyncSession, body: Payload, person: Person, said: str, now: datetime) -> None:
    """In the list that was pressed in, which tells how things are now; from Home, by DM."""
    channel_id = (body.get("channel") or {}).get("id")
    post = (
        await queues.find_overview(session, person, channel_id, now, said) if body.get("response_url") else Post(said)
    )
    await respond(session, body, post, now)


async def finish(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        person = await people.fetch_person(session, body["team"]["id"], body["user"]["id"], lock=True)
        await spikes_stints.finish_own_stint(session, person, callbacks.number(pressed_value(body)), now)
    await ack()


async def stay_longer(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """A while more."""
    stint_id, _, minutes = pressed_value(body).partition(":")
    async with sessions.begin() as session:
        person = await people.fetch_person(session, body["team"]["id"], body["user"]["id"], lock=True)
        spike, stint = await stints.lock_stint(session, person.workspace_id, callbacks.number(stint_id))
        stints.must_be_running(stint, person.id)
        team = await session.get_one(Team, stint.team_id)
        await queries.must_lead(session, team, person.id)
        await spikes_stints.extend_stint(session, team, spike, stint, person, callbacks.number(minutes), now=now)
    await ack()
