"""Monday's kick-off: a leader says which way the team leans this week."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from slack_bolt.async_app import AsyncAck

from bot.errors import UserError
from bot.features.rituals import occasions, settings
from bot.features.rituals.settings import Way
from bot.inbox import Sessions
from bot.listeners import Listeners
from bot.messages import handed_back
from bot.messages.post import Payload
from bot.messages.rituals.names import CARE, PACE
from bot.outbox import outbox
from bot.teams import finding, membership
from handlers.presses import pressed
from schedules import ritual_cards

FOR_LEADERS = "That is for the team's leaders. Tell them what you think in the thread; they will be glad you did."


def register(on: Listeners) -> None:
    on.action(CARE)(_leans(Way.CARE))
    on.action(PACE)(_leans(Way.PACE))


def _leans(way: Way) -> Callable[..., Awaitable[None]]:
    async def lean(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
        workspace_id, user_id = body["team"]["id"], body["user"]["id"]
        async with sessions.begin() as session:
            ritual, occasion = await occasions.one(session, workspace_id, handed_back.number(pressed(body)))
            team = await finding.one(session, workspace_id, user_id, occasion.team_id)
            await membership.hold(session, team.id)
            member = await membership.member(session, team, user_id)
            if member is None:
                raise UserError(FOR_LEADERS)
            settings.lean(team, member, way, now=now)
            card = await ritual_cards.post(session, team, ritual, occasion)
            await outbox.edit(session, card, to=team.channel, not_before=now)
        await ack()

    return lean
