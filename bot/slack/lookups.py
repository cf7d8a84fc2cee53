"""Calls that read from Slack: page by page, again after each rate limit, and tolerant of what a workspace lacks."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.clients import retry_after

log = structlog.get_logger()

PAGE = 1000
NOT_FOR_US = {"missing_scope", "plan_upgrade_required", "paid_teams_only", "not_allowed_token_type"}
"""Errors of API methods that some workspaces do not have."""

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
