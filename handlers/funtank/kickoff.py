"""Monday's kick-off: a leader says which way the team leans this week."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from slack_bolt.async_app import AsyncAck

from bot import outbox, teams
from bot.errors import UserError
from bot.features import rituals
from bot.features.rituals import Way
from bot.inbox import Sessions
from bot.listeners import Listeners
from bot.messages import handed_back
from bot.messages import rituals as messages
from bot.messages.post import Payload
from handlers.presses import pressed
from schedules import ritual_cards

FOR_LEADERS = "That is for the team's leaders. Tell them what you think in the thread; they will be glad you did."


def register(on: Listeners) -> None:
    on.action(messages.CARE)(_leans(Way.CARE))
    on.action(messages.PACE)(_leans(Way.PACE))


def _leans(way: Way) -> Callable[..., Awaitable[None]]:
    async def lean(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
        workspace_id, user_id = body["team"]["id"], body["user"]["id"]
        async with sessions.begin() as session:
            ritual, occasion = await rituals.occasion(session, workspace_id, handed_back.number(pressed(body)))
            team = await teams.one(session, workspace_id, user_id, occasion.team_id)
            await teams.hold(session, team.id)
            member = await teams.member(session, team, user_id)
            if member is None:
                raise UserError(FOR_LEADERS)
            rituals.lean(team, member, way, now=now)
            card = await ritual_cards.post(session, team, ritual, occasion)
            await outbox.edit(session, card, to=team.channel, not_before=now)
        await ack()

    return lean
