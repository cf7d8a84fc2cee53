"""Handlers for buttons on the giver's answer: undo, postpone, correct a value, thank somebody else too."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck

from bot.messages import callbacks
from bot.messages.shoutouts import answers
from bot.org.people import fetch_person
from bot.slack.dispatcher import Actor
from bot.slack.inbox import Sessions
from bot.slack.post import Payload
from bot.workflows.shoutouts import change, postponement
from handlers.payloads import pressed_value, respond


async def undo(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        if await change.undo(session, actor, callbacks.number(pressed_value(body)), now=now):
            await respond(session, body, answers.undone_answer(), now)
    await ack()


async def correct_value(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    shoutout_id, wrong, right, unsure = callbacks.parts(pressed_value(body), 4)
    people = [each for each in unsure.split(",") if each]
    async with sessions.begin() as session:
        answer = await change.correct_value(
            session, actor, callbacks.number(shoutout_id), wrong=wrong, right=right, unsure=people, now=now
        )
        await respond(session, body, answer, now)
    await ack()


async def thank_too(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Add to a shout-out the people who were mentioned without clearly being thanked."""
    shoutout_id, people = callbacks.parts(pressed_value(body), 2)
    async with sessions.begin() as session:
        answer = await change.add_receivers(session, actor, callbacks.number(shoutout_id), people.split(","), now=now)
        await respond(session, body, answer, now)
    await ack()


async def postpone(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        until = await postponement.postpone(session, actor, callbacks.number(pressed_value(body)), now=now)
        giver = await fetch_person(session, *actor)
        await respond(session, body, answers.postponed_answer(until, giver), now)
    await ack()
