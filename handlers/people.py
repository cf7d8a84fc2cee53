"""Newcomers, new names and zones, quiet hours, and people who leave the workspace."""

from datetime import datetime

from bot import directory, profiles
from bot.inbox import Sessions
from bot.listeners import Listeners
from bot.messages.post import Payload
from bot.outbox import outbox
from bot.teams import finding
from schedules import members


def register(on: Listeners) -> None:
    on.event("team_join")(meet)
    on.event("user_change")(meet)
    on.event("dnd_updated_user")(go_quiet)


async def meet(body: Payload, event: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        theirs = await finding.of_person(session, body["team_id"], event["user"]["id"])
        await directory.meet(session, [profiles.person(body["team_id"], event["user"])])
        if theirs and not await directory.who_may_join(session, body["team_id"], [event["user"]["id"]]):
            for team in theirs:
                await members.settle(session, team, now=now)
        await outbox.look_again(session, body["team_id"], person_id=event["user"]["id"], now=now)


async def go_quiet(body: Payload, event: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        await outbox.look_again(session, body["team_id"], person_id=event["user"], now=now)
        await directory.go_quiet(session, body["team_id"], event["user"], profiles.quiet(event["dnd_status"]))
