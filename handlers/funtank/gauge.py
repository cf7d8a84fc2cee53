"""The gauge, for everybody in the team, and a leader's yes to what would help."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.features.tank import reading
from bot.inbox import Sessions
from bot.messages import handed_back
from bot.messages.post import Payload
from bot.messages.tank import gauge
from bot.nudges import answering
from bot.nudges.tables import State
from handlers.presses import pressed
from handlers.queue import naming
from schedules.nudges import RULES


async def show(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    async with sessions.reading() as session:
        team = await naming.team(session, body)
        found = await reading.gauge(session, team, now=now)
    await ack(gauge.show(found).payload())


async def agree(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Yes to what a nudge suggests."""
    async with sessions.begin() as session:
        nudge = await answering.one(session, body["team"]["id"], body["user"]["id"], handed_back.number(pressed(body)))
        await answering.answer(session, nudge, State.DONE, RULES, now=now)
    await ack()
