"""Handlers for breaks: `/queue break 15`, and the buttons on the agent's and the leaders' cards."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from slack_bolt.async_app import AsyncAck
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.breaks import queries
from bot.features.breaks.queries import DEFAULT_MINUTES
from bot.messages import breaks as messages
from bot.messages import callbacks
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.post import Payload, Post
from bot.workflows import breaks
from handlers.payloads import pressed_value
from handlers.spikes import queue_names
from handlers.spikes.queue_names import Typed


def register(on: Dispatcher) -> None:
    on.action(messages.OK)(_answer(agrees=True))
    on.action(messages.IN_A_WHILE)(_answer(agrees=True, in_a_while=True))
    on.action(messages.ANOTHER)(_answer(agrees=False))
    on.action(messages.TAKE)(take)
    on.action(messages.DROP)(drop)


async def ask_for_break(session: AsyncSession, typed: Typed) -> Post:
    """Ask for a break, from `/queue break 15`, where the number is optional. Raises `Refusal` for any other text."""
    team = await queue_names.find_team(session, typed.actor, typed.channel_id, typed.rest)
    minutes, more = queue_names.minutes_and_queue(typed.rest, DEFAULT_MINUTES)
    queries.check_minutes(minutes, more)
    await breaks.ask_for_break(session, typed.actor, team, minutes, now=typed.now)
    return Post(messages.ASKED)


def _answer(*, agrees: bool, in_a_while: bool = False) -> Callable[..., Awaitable[None]]:
    """Return the listener for a button with which a leader answers an agent's request for a break."""

    async def press(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
        ask_id = callbacks.number(pressed_value(body))
        async with sessions.begin() as session:
            await breaks.answer_ask(session, actor, ask_id, agrees=agrees, in_a_while=in_a_while, now=now)
        await ack()

    return press


async def take(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        await breaks.take_break(session, actor, callbacks.number(pressed_value(body)), now=now)
    await ack()


async def drop(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        await breaks.drop_break(session, actor, callbacks.number(pressed_value(body)), now=now)
    await ack()
