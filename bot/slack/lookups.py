"""Calls that read from Slack: page by page, again after each rate limit, and tolerant of what a workspace lacks.

Also when a person last wrote in a channel, read from its history.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.clients import retry_after
from bot.slack.post import Payload

log = structlog.get_logger()

PAGE = 1000
NOT_FOR_US = {"missing_scope", "plan_upgrade_required", "paid_teams_only", "not_allowed_token_type"}
"""Errors of API methods that some workspaces do not have."""

LATEST = 50
"""How many recent messages are searched for the last one that a person wrote."""
BY_PEOPLE = (None, "file_share", "thread_broadcast", "me_message")

Call = Callable[..., Awaitable[AsyncSlackResponse]]


async def pages(call: Call, **asked: Any) -> AsyncIterator[AsyncSlackResponse]:
    """Yield each page of a paginated list, by cursor."""
    cursor: str | None = None
    while cursor != "":
        page = await ask(call, limit=PAGE, cursor=cursor, **asked)
        yield page
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""


async def ask_if_there(call: Call, **asked: Any) -> AsyncSlackResponse | None:
    """Call the API like `ask`. Return None if the workspace or the bot does not have the method."""
    try:
        return await ask(call, **asked)
    except SlackApiError as error:
        if error.response["error"] not in NOT_FOR_US:
            raise
        log.info("lookup_not_found", error=error.response["error"])
        return None


async def ask(call: Call, **asked: Any) -> AsyncSlackResponse:
    """Call the API. After each 429, wait as long as its `Retry-After` says, then retry."""
    while True:
        try:
            return await call(**asked)
        except SlackApiError as error:
            if error.response.status_code != 429:
                raise
            await asyncio.sleep(retry_after(error.response.headers))


async def fetch_latest(client: AsyncWebClient, channel_id: str) -> list[Payload]:
    """Return a channel's latest messages, newest first, or none if they cannot be read."""
    try:
        return list((await ask(client.conversations_history, channel=channel_id, limit=LATEST))["messages"])
    except SlackApiError as error:
        log.info("history_read_failed", channel=channel_id, error=error.response["error"])
        return []


def find_last_message_time(messages: list[Payload], *, excluding: str) -> datetime | None:
    """Return when a person last wrote one of these messages, or a reply in the thread of one.

    If nobody did, return the time of the oldest message, because people can only have written before it; None if there
    are no messages. `excluding` is the bot's user id, which does not count as a person.
    """
    by_people = [each["ts"] for each in messages if not each.get("bot_id") and each.get("subtype") in BY_PEOPLE]
    in_threads = [each["latest_reply"] for each in messages if set(each.get("reply_users") or ()) - {excluding}]
    found = [*by_people, *in_threads] or [each["ts"] for each in messages[-1:]]
    return datetime.fromtimestamp(max(map(float, found)), UTC) if found else None
