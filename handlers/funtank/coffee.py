"""Whether two had their coffee: who did took part, and who did not can be paired again sooner."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory
from bot.features.rituals import coffee as rituals_coffee
from bot.inbox import Sessions
from bot.listeners import Listeners
from bot.messages import handed_back
from bot.messages.post import Payload
from bot.messages.rituals import coffee
from bot.messages.rituals.names import MET, NOT_MET
from bot.outbox import outbox
from bot.teams.tables import Team
from handlers.funtank import taking_part
from handlers.presses import pressed


def register(on: Listeners) -> None:
    on.action(MET)(met)
    on.action(NOT_MET)(not_met)


async def met(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        await _answer(session, body, now, has_met=True)
    await ack()


async def not_met(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        await _answer(session, body, now, has_met=False)
    await ack()


async def _answer(session: AsyncSession, body: Payload, now: datetime, *, has_met: bool) -> None:
    person = await directory.person(session, body["team"]["id"], body["user"]["id"])
    occasion = await rituals_coffee.say_whether_met(session, person, handed_back.number(pressed(body)), has_met=has_met)
    if has_met:
        team = await session.get_one(Team, occasion.team_id)
        await taking_part.count(session, team, occasion.id, person.id, now=now)
    await outbox.edit(session, coffee.met(occasion, person.id, has_met=has_met), to=person.dm, not_before=now)
