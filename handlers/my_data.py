"""Handlers for the end of `/steward me`: stop what a person has agreed to, and export their data."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck

from bot.messages import my_data as messages
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.post import Payload
from bot.workflows import my_data, personal_exports
from handlers.payloads import pressed_value, tell


def register(on: Dispatcher) -> None:
    for name in messages.names():
        on.action(f"{messages.STOP}:{name}")(stop)
    on.action(messages.EXPORT)(export)


async def stop(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        stopped = await my_data.stop(session, actor, pressed_value(body), now=now)
        await tell(session, body, stopped, now)
    await ack()


async def export(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Have the person's data sent to them by DM."""
    async with sessions.begin() as session:
        answer = await personal_exports.ask(session, actor, now=now)
        await tell(session, body, answer, now)
    await ack()
