"""Newcomers, new names and zones, and people who leave."""

from bot import people, teams
from bot.inbox import Sessions
from bot.listeners import Listeners
from bot.messages.post import Payload


def register(on: Listeners) -> None:
    on.event("team_join")(meet)
    on.event("user_change")(meet)


async def meet(body: Payload, event: Payload, sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await teams.meet(session, [people.person(body["team_id"], event["user"])])
