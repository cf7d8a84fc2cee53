"""Handlers for events about the end of an install: the token is checked, because the event may be late or repeated."""

from datetime import datetime

from slack_bolt.async_app import AsyncBoltContext

from bot.org import installations
from bot.slack.dispatcher import Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.post import Payload


def register(on: Dispatcher) -> None:
    on.event("app_uninstalled", is_recorded=False)(check_token)
    on.event("tokens_revoked", is_recorded=False)(check_revoked_tokens)


async def check_token(context: AsyncBoltContext, sessions: Sessions, now: datetime) -> None:
    """Have the bot token checked. Slack sends this event after the token has died, and in no certain order."""
    async with sessions.begin() as session:
        await installations.request_check(session, context.team_id, context.enterprise_id, now=now)


async def check_revoked_tokens(context: AsyncBoltContext, event: Payload, sessions: Sessions, now: datetime) -> None:
    """Have the bot token checked if bot tokens were revoked. Steward has no tokens of people."""
    if event["tokens"].get("bot"):
        await check_token(context, sessions, now)
