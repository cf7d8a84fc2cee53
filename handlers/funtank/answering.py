"""A ritual's question has answers to press: people who press see what they said, and take part."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck

from bot import outbox
from bot.directory import Address
from bot.features import rituals
from bot.inbox import Sessions
from bot.listeners import Listeners
from bot.messages import handed_back
from bot.messages import rituals as messages
from bot.messages.post import Payload
from bot.teams import Team
from handlers.funtank import taking_part
from handlers.presses import pressed


def register(on: Listeners) -> None:
    for nth in range(rituals.MOST_ANSWERS):
        on.action(f"{messages.ANSWER}:{nth}")(answer)


async def answer(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    by = Address(body["team"]["id"], body["user"]["id"])
    occasion_id, _, said = pressed(body).partition(":")
    async with sessions.begin() as session:
        ritual, occasion = await rituals.occasion(session, by.workspace_id, handed_back.number(occasion_id))
        team = await session.get_one(Team, occasion.team_id)
        await rituals.answer(session, team, ritual, occasion, by.conversation, said)
        await taking_part.count(session, team, occasion.id, by.conversation, now=now)
        note = messages.you_said(said)
        await outbox.respond(session, note, url=body["response_url"], to=by, now=now, replace=False)
    await ack()
