"""Handlers for events of an organization: they name no workspace, so they change facts and send nothing."""

from datetime import datetime

from bot.db.sessions import Database
from bot.slack import profiles
from bot.slack.dispatcher import Dispatcher
from bot.slack.post import Payload
from bot.workflows import organizations


def register(on: Dispatcher) -> None:
    on.org_events.add("team_access_granted", grant)
    on.org_events.add("team_access_revoked", take)
    on.org_events.add("user_change", update_person)
    on.org_events.add("dnd_updated_user", update_quiet_hours)


async def grant(database: Database, enterprise_id: str, event: Payload, now: datetime) -> None:
    async with database.begin() as session:
        await organizations.grant(session, enterprise_id, event["team_ids"], now=now)


async def take(database: Database, enterprise_id: str, event: Payload, now: datetime) -> None:
    async with database.begin() as session:
        await organizations.take(session, enterprise_id, event["team_ids"], now=now)


async def update_person(database: Database, enterprise_id: str, event: Payload, now: datetime) -> None:
    user = event["user"]
    await organizations.update_person(database, enterprise_id, user["id"], lambda id: profiles.parse_user(id, user))


async def update_quiet_hours(database: Database, enterprise_id: str, event: Payload, now: datetime) -> None:
    quiet = profiles.parse_do_not_disturb(event["dnd_status"])
    await organizations.update_quiet_hours(database, enterprise_id, event["user"], quiet)
