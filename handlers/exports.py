"""`/steward export` and `/steward audit`."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck

from bot.slack.dispatcher import Actor
from bot.slack.inbox import Sessions
from bot.slack.post import Payload
from bot.workflows import exports


async def send(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Answer `/steward export`: send a team's tables by DM."""
    async with sessions.begin() as session:
        answer = await exports.send_export(session, actor, body["channel_id"], now=now)
    await ack(answer.payload())


async def list_changes(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions) -> None:
    """Answer `/steward audit`: who changed which setting."""
    async with sessions.reading() as session:
        answer = await exports.list_changes(session, actor, body["channel_id"])
    await ack(answer.payload())
