"""A leader's time with a queue: coming without being asked, staying longer, being done."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory
from bot.directory import Person
from bot.errors import UserError
from bot.features.spikes import finding, queues, stints
from bot.features.spikes.stints import MINUTES, NOT_THERE
from bot.features.spikes.tables import Kind, Spike, Stint
from bot.inbox import Sessions
from bot.messages import handed_back
from bot.messages.post import Payload
from bot.messages.spikes import asks, lists
from bot.teams.tables import Team
from handlers.presses import pressed
from handlers.queue import naming
from schedules import spikes as schedule
from schedules import stints as stint_schedule


async def join(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    """`/queue join 30 phones`: both may be left out."""
    minutes, queue = naming.minutes_and_queue(rest, MINUTES)
    await _come(ack, body, sessions, now, Kind.QUEUE, minutes, queue, "join 30")


async def shadow(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    minutes, queue = naming.minutes_and_queue(rest, MINUTES)
    await _come(ack, body, sessions, now, Kind.SHADOW, minutes, queue, "shadow")


async def _come(
    ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime, kind: Kind, minutes: int, queue: str, word: str
) -> None:
    workspace_id, by = body["team_id"], body["user_id"]
    async with sessions.begin() as session:
        person = await directory.person(session, workspace_id, by, lock=True)
        team = await naming.team(session, body)
        await finding.must_help(session, team, by)
        await naming.must_be_a_queue(session, team, queue, word, await queues.known(session, team, now=now))
        found = naming.meant(await finding.open_ones(session, team), queue, word)
        spike = await finding.spike_of(session, found.id) if found else None
        spike = None if spike is None or spike.is_over else spike
        stint = await schedule.come(session, team, spike, person, kind, minutes, now=now)
        answer = lists.came(spike, stint, person)
    await ack(answer.payload())


async def finish(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    """`/queue done`."""
    async with sessions.begin() as session:
        person = await directory.person(session, body["team_id"], body["user_id"], lock=True)
        current = await stints.current(session, person)
        if current is None:
            raise UserError(NOT_THERE)
        spike, stint = await _done(session, person, current.id, now)
        answer = asks.ended(spike, stint)
    await ack(answer.payload())


async def done(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        person = await directory.person(session, body["team"]["id"], body["user"]["id"], lock=True)
        await _done(session, person, handed_back.number(pressed(body)), now)
    await ack()


async def _done(session: AsyncSession, person: Person, stint_id: int, now: datetime) -> tuple[Spike | None, Stint]:
    spike, stint = await stints.held(session, person.workspace_id, stint_id)
    stints.must_be_on(stint, person.id)
    team = await session.get_one(Team, stint.team_id)
    await stint_schedule.finish(session, team, spike, stint, at=now, now=now)
    return spike, stint


async def longer(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """A while more."""
    stint_id, _, minutes = pressed(body).partition(":")
    async with sessions.begin() as session:
        person = await directory.person(session, body["team"]["id"], body["user"]["id"], lock=True)
        spike, stint = await stints.held(session, person.workspace_id, handed_back.number(stint_id))
        stints.must_be_on(stint, person.id)
        team = await session.get_one(Team, stint.team_id)
        await finding.must_help(session, team, person.id)
        await stint_schedule.extend(session, team, spike, stint, person, handed_back.number(minutes), now=now)
    await ack()
