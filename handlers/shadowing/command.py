"""`/shadow`: whom to sit beside next and why, the question to somebody, and the wrap-up."""

import difflib
from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory, teams
from bot.candidates import Seat
from bot.directory import Person
from bot.errors import UserError
from bot.features import shadowing
from bot.features.shadowing import Turn
from bot.inbox import Sessions
from bot.messages import shadowing as messages
from bot.messages.post import Payload
from bot.messages.text import Addressed, addressed
from bot.teams import Role, Team
from handlers.shadowing import asking
from handlers.shadowing.wrapping_up import form
from handlers.visits import command as visits
from schedules.busy import busy

WORDS = ("done", "help", "visits")


async def command(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    said = addressed(body.get("text") or "")
    word, _, rest = said.words.partition(" ")
    if said.is_named and not said.words:
        await ack(await _ask(body, said, sessions, now))
        return
    match word.lower():
        case "":
            await ack(await _overview(body, sessions, now))
        case "visits":
            await visits.command(ack, body, client, sessions, now, rest.strip().lower())
        case "help":
            await ack(messages.usage().payload())
        case "done":
            await _open_wrap_up(ack, body, client, sessions, now, addressed(rest))
        case _:
            near = difflib.get_close_matches(word.lower(), WORDS, n=1)
            raise UserError(messages.not_understood(near[0] if near else None))


async def _ask(body: Payload, said: Addressed, sessions: Sessions, now: datetime) -> Payload:
    async with sessions.begin() as session:
        agent_id = await _named(session, body["team_id"], said)
        pair, sitting = await asking.put(session, body["team_id"], body["user_id"], agent_id, None, now)
    return messages.asking(pair.agent, sitting, pair.leader).payload()


async def _overview(body: Payload, sessions: Sessions, now: datetime) -> Payload:
    async with sessions.reading() as session:
        reader = await directory.person(session, body["team_id"], body["user_id"])
        sittings = await shadowing.open_ones(session, reader.workspace_id, reader.id)
        led = await _led(session, reader)
        if not led:
            return messages.for_agents(reader, sittings).payload()
        turns = [(team, await _turn(session, reader, team, now)) for team in led]
        roadblocks = await shadowing.owned(session, reader.workspace_id, reader.id)
    return messages.overview(turns, sittings, roadblocks, reader, now).payload()


async def _led(session: AsyncSession, reader: Person) -> list[Team]:
    theirs = await teams.of_person(session, reader.workspace_id, reader.id)
    members = [(team, await teams.member(session, team, reader.id)) for team in theirs]
    return [team for team, member in members if member and member.role is Role.LEADER]


async def _turn(session: AsyncSession, reader: Person, team: Team, now: datetime) -> Turn | None:
    return await shadowing.turn_of(session, Seat(reader, team, Role.LEADER), now, busy=busy)


async def _open_wrap_up(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, said: Addressed
) -> None:
    workspace_id, by = body["team_id"], body["user_id"]
    async with sessions.reading() as session:
        agent_id = await _named(session, workspace_id, said) if said.is_named else None
        sitting = await shadowing.latest(session, workspace_id, by, agent_id, now=now)
        if sitting:
            pair = await shadowing.with_people(session, sitting)
        elif agent_id:
            pair = await shadowing.pair(session, workspace_id, by, agent_id)
        else:
            raise UserError(messages.NOTHING_TO_WRAP_UP)
        view = form(pair, sitting, by, now)
    await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()


async def _named(session: AsyncSession, workspace_id: str, said: Addressed) -> str:
    """The one person who is named."""
    ids = [*said.ids, *(await directory.named(session, workspace_id, said.names)).values()]
    if len(set(ids)) != 1:
        raise UserError(messages.NAME_ONE)
    return ids[0]
