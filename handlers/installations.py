"""Handlers for events about the end of an install: the token is checked, because the event may be late or repeated."""

from datetime import datetime

from slack_bolt.async_app import AsyncBoltContext

from bot.db.sessions import Database
from bot.org import installations
from bot.slack.dispatcher import Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.post import Payload

UNINSTALLED, REVOKED = "app_uninstalled", "tokens_revoked"


def register(on: Dispatcher) -> None:
    for name in (UNINSTALLED, REVOKED):
        on.event(name, is_recorded=False)(check_token)
        on.org_events.add(name, check_token_of_organization)


async def check_token(context: AsyncBoltContext, event: Payload, sessions: Sessions, now: datetime) -> None:
    """Have the token of a workspace checked, or of the organization that covers it."""
    if _is_about_bots(event):
        async with sessions.begin() as session:
            await installations.request_check(session, context.team_id, context.enterprise_id, now=now)


async def check_token_of_organization(database: Database, enterprise_id: str, event: Payload, now: datetime) -> None:
    if _is_about_bots(event):
        async with database.begin() as session:
            await installations.request_check(session, None, enterprise_id, now=now)


def _is_about_bots(event: Payload) -> bool:
    """Return whether an event says that bot tokens are dead. Steward has no tokens of people."""
    return event["type"] == UNINSTALLED or bool((event.get("tokens") or {}).get("bot"))
