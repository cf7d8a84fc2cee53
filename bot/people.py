"""Who is who: people as Slack tells of them, fetched at the start and kept current by events."""

import asyncio
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import teams
from bot.database import Database
from bot.messages.post import Payload

PAGE = 1000
SLACKBOT = "USLACKBOT"


def person(workspace_id: str, user: Payload) -> dict[str, Any]:
    """Slack's user object as the columns of `teams.Person`."""
    return {
        "workspace_id": workspace_id,
        "id": user["id"],
        "name": user.get("name") or user["id"],
        "zone": user.get("tz") or "UTC",
        "is_bot": bool(user.get("is_bot")) or user["id"] == SLACKBOT,
        "has_left": bool(user.get("deleted")),
    }


async def fetch(client: AsyncWebClient, database: Database, workspace_id: str) -> None:
    """Meet everybody in a workspace, a page and a transaction at a time, as fast as Slack lets us."""
    cursor: str | None = None
    while cursor != "":
        try:
            page = await client.users_list(limit=PAGE, cursor=cursor)
        except SlackApiError as error:
            if error.response.status_code != 429:
                raise
            await asyncio.sleep(int(error.response.headers.get("Retry-After", 1)))
            continue
        async with database.begin() as session:
            await teams.meet(session, [person(workspace_id, user) for user in page["members"]])
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
