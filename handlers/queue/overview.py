"""`/queue` by itself: how every queue is, who is there, and two buttons to do something about it."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory
from bot.alerts import Alert, Signal
from bot.directory import Person
from bot.errors import UserError
from bot.features.spikes import finding
from bot.features.spikes.settings import Own
from bot.features.spikes.stints import MINUTES
from bot.features.spikes.tables import PERSON, Kind, Spike
from bot.inbox import Sessions
from bot.messages import handed_back
from bot.messages.post import Payload, Post
from bot.messages.spikes import lists, overview
from bot.messages.spikes.overview import CALM_ALREADY, OVER
from bot.teams import finding as teams_finding
from bot.teams.tables import Team
from handlers.presses import pressed, respond
from schedules import queues
from schedules import spikes as schedule


async def show(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    """The channel's team, else each of somebody's teams."""
    async with sessions.reading() as session:
        reader = await directory.person(session, body["team_id"], body["user_id"])
        answer = await _overview(session, reader, body["channel_id"], now)
    await ack(answer.payload())


async def come(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """A leader is in for half an hour; who chose not to answer customers sits beside somebody."""
    async with sessions.begin() as session:
        person = await directory.person(session, body["team"]["id"], body["user"]["id"], lock=True)
        team, spike = await _pressed(session, person, body, OVER, lock=True)
        await finding.must_help(session, team, person.id)
        kind = Kind.QUEUE if Own.of(person).may_answer else Kind.SHADOW
        stint = await schedule.come(session, team, spike, person, kind, MINUTES, now=now)
        await _respond(session, body, person, lists.came(spike, stint, person).text, now)
    await ack()


async def calm(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Somebody who is there says that it is calm."""
    async with sessions.begin() as session:
        person = await directory.person(session, body["team"]["id"], body["user"]["id"])
        team, spike = await _pressed(session, person, body, CALM_ALREADY)
        await finding.must_call(session, team, person.id)
        alert = Alert(PERSON, Signal.RESOLVED, queue=spike.queue)
        await schedule.hear(session, team, alert, caller_id=person.id, now=now)
        await _respond(session, body, person, lists.calmed(spike).text, now)
    await ack()


async def _pressed(
    session: AsyncSession, person: Person, body: Payload, over: str, *, lock: bool = False
) -> tuple[Team, Spike]:
    """The spike of the button, in a team of theirs; `over` is said when there is nothing more to do about it."""
    spike = await session.get(Spike, handed_back.number(pressed(body)), with_for_update=lock or None)
    theirs = await teams_finding.of_person(session, person.workspace_id, person.id)
    team = next((each for each in theirs if spike and each.id == spike.team_id), None)
    if spike is None or team is None or spike.is_over:
        raise UserError(over)
    return team, spike


async def _respond(session: AsyncSession, body: Payload, person: Person, said: str, now: datetime) -> None:
    """In the list that was pressed in, which tells how things are now; from Home, by DM."""
    channel_id = (body.get("channel") or {}).get("id")
    post = await _overview(session, person, channel_id, now, said) if body.get("response_url") else Post(said)
    await respond(session, body, post, now)


async def _overview(
    session: AsyncSession, reader: Person, channel_id: str | None, now: datetime, said: str = ""
) -> Post:
    theirs = await teams_finding.which(session, reader.workspace_id, reader.id, channel_id=channel_id)
    return overview.overview(await queues.views(session, reader, theirs, now=now), reader, now, said)
