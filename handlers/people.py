"""Newcomers, new names and zones, quiet hours, and people who leave the workspace."""

from datetime import datetime

from bot.org import people
from bot.org.teams import queries
from bot.slack import profiles
from bot.slack.dispatcher import Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.outbox import outbox
from bot.slack.post import Payload
from bot.workflows import members


def register(on: Dispatcher) -> None:
    on.event("team_join")(update_person)
    on.event("user_change")(update_person)
    on.event("dnd_updated_user")(update_quiet_hours)


async def update_person(body: Payload, event: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        theirs = await queries.teams_of_person(session, body["team_id"], event["user"]["id"])
        await people.upsert_people(session, [profiles.person(body["team_id"], event["user"])])
        if theirs and not await people.who_may_join(session, body["team_id"], [event["user"]["id"]]):
            for team in theirs:
                await members.cancel_orphaned_meetings(session, team, now=now)
        await outbox.reschedule_waiting(session, body["team_id"], person_id=event["user"]["id"], now=now)


async def update_quiet_hours(body: Payload, event: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        await outbox.reschedule_waiting(session, body["team_id"], person_id=event["user"], now=now)
        await people.record_quiet(session, body["team_id"], event["user"], profiles.quiet(event["dnd_status"]))
