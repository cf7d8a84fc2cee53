"""A ritual's question has answers to press: people who press see what they said, and take part."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck

from bot.directory import Address
from bot.features.rituals import answering, occasions
from bot.features.rituals.catalogue import MOST_ANSWERS
from bot.inbox import Sessions
from bot.listeners import Listeners
from bot.messages import handed_back
from bot.messages.post import Payload
from bot.messages.rituals import answers
from bot.messages.rituals.names import ANSWER
from bot.outbox import outbox
from bot.teams.tables import Team
from handlers.funtank import taking_part
from handlers.presses import pressed


def register(on: Listeners) -> None:
    for nth in range(MOST_ANSWERS):
        on.action(f"{ANSWER}:{nth}")(answer)


async def answer(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    by = Address(body["team"]["id"], body["user"]["id"])
    occasion_id, _, said = pressed(body).partition(":")
    async with sessions.begin() as session:
        ritual, occasion = await occasions.one(session, by.workspace_id, handed_back.number(occasion_id))
        team = await session.get_one(Team, occasion.team_id)
        await answering.answer(session, team, ritual, occasion, by.conversation, said)
        await taking_part.count(session, team, occasion.id, by.conversation, now=now)
        note = answers.you_said(said)
        await outbox.respond(session, note, url=body["response_url"], to=by, now=now, replace=False)
    await ack()
