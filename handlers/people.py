"""Newcomers, new names and zones, quiet hours, and people who leave the workspace."""

from datetime import datetime

from bot import directory, profiles
from bot.inbox import Sessions
from bot.listeners import Listeners
from bot.messages.post import Payload
from bot.outbox import outbox
from bot.teams import finding
from bot.workflows import members


def register(on: Listeners) -> None:
    on.event("team_join")(update_person)
    on.event("user_change")(update_person)
    on.event("dnd_updated_user")(update_quiet_hours)


async def update_person(body: Payload, event: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        theirs = await finding.of_person(session, body["team_id"], event["user"]["id"])
        await directory.meet(session, [profiles.person(body["team_id"], event["user"])])
        if theirs and not await directory.who_may_join(session, body["team_id"], [event["user"]["id"]]):
            for team in theirs:
                await members.cancel_orphaned_meetings(session, team, now=now)
        await outbox.look_again(session, body["team_id"], person_id=event["user"]["id"], now=now)


async def update_quiet_hours(body: Payload, event: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        await outbox.look_again(session, body["team_id"], person_id=event["user"], now=now)
        await directory.go_quiet(session, body["team_id"], event["user"], profiles.quiet(event["dnd_status"]))
