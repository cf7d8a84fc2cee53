"""Who is who: people as Slack tells of them, fetched at the start and kept current by events."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot import teams
from bot.database import Database
from bot.messages.post import Payload

PAGE = 200
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
    """Meet everybody in a workspace, a page and a transaction at a time."""
    cursor: str | None = None
    while cursor != "":
        page = await client.users_list(limit=PAGE, cursor=cursor)
        async with database.begin() as session:
            await teams.meet(session, [person(workspace_id, user) for user in page["members"]])
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
