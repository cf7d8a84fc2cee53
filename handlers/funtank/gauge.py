"""The gauge, for everybody in the team, and a leader's yes to what would help."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot import nudges
from bot.features import tank
from bot.inbox import Sessions
from bot.messages import handed_back
from bot.messages import tank as messages
from bot.messages.post import Payload
from bot.nudges import State
from handlers.presses import pressed
from handlers.queue import naming
from schedules.nudges import RULES


async def show(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    async with sessions.reading() as session:
        team = await naming.team(session, body)
        found = await tank.gauge(session, team, now=now)
    await ack(messages.show(found).payload())


async def agree(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Yes to what a nudge suggests."""
    async with sessions.begin() as session:
        nudge = await nudges.one(session, body["team"]["id"], body["user"]["id"], handed_back.number(pressed(body)))
        await nudges.answer(session, nudge, State.DONE, RULES, now=now)
    await ack()
