"""Handlers for events about people: new members, profile and zone changes, Do Not Disturb, departures."""

from datetime import datetime

from bot.slack import profiles
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.post import Payload
from bot.workflows import absences, members


def register(on: Dispatcher) -> None:
    on.event("team_join")(update_person)
    on.event("user_change")(update_person)
    on.event("dnd_updated_user")(update_quiet_hours)


async def update_person(actor: Actor, event: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        await members.update_person(session, profiles.parse_user(actor.workspace_id, event["user"]), now=now)


async def update_quiet_hours(actor: Actor, event: Payload, sessions: Sessions, now: datetime) -> None:
    quiet = profiles.parse_do_not_disturb(event["dnd_status"])
    async with sessions.begin() as session:
        await absences.record_quiet_hours(session, actor.workspace_id, event["user"], quiet, now=now)
