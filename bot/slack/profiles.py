"""Mapping from Slack's user objects and Do Not Disturb status to database values, and the sync of the latter."""

from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import select

from bot.db.sessions import Database
from bot.org import people
from bot.org.teams.models import Member, Team
from bot.slack import lookups
from bot.slack.post import Payload

SLACKBOT = "USLACKBOT"
MOST_QUIET_AT_ONCE = 50
"""The limit of `dnd.teamInfo` on the number of users."""


def parse_user(workspace_id: str, user: Payload) -> dict[str, Any]:
    """Map Slack's user object to the columns in `people.PROFILE_COLUMNS` and the primary key."""
    return {
        "workspace_id": workspace_id,
        "id": user["id"],
        "name": _name(user),
        "full_name": str((user.get("profile") or {}).get("real_name") or user.get("real_name") or ""),
        "zone": _zone(user.get("tz")),
        "locale": str(user.get("locale") or ""),
        "is_bot": bool(user.get("is_bot")) or user["id"] == SLACKBOT,
        "has_left": bool(user.get("deleted")),
        "updated": int(user.get("updated") or 0),
        "is_guest": bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        "is_stranger": (is_stranger := _is_stranger(workspace_id, user)),
        "is_admin": not is_stranger and any(user.get(flag) for flag in ("is_admin", "is_owner", "is_primary_owner")),
    }


def _name(user: Payload) -> str:
    """Return the name that people see and type after an @. Slack's `name` field is a legacy field that nobody sees."""
    profile = user.get("profile") or {}
    shown = profile.get("display_name") or user.get("real_name") or user.get("name")
    return str(shown or user["id"])


@cache
def _zones() -> set[str]:
    return available_timezones()


def _zone(zone: str | None) -> str:
    """Return the time zone, or UTC if this machine does not know it. Slack's database may be newer."""
    return zone if zone in _zones() else "UTC"


def _is_stranger(workspace_id: str, user: Payload) -> bool:
    """Return whether a user belongs to another workspace. Flags such as `is_admin` then apply to that workspace."""
    return bool(user.get("is_stranger")) or workspace_id not in _workspaces(user, workspace_id)


def _workspaces(user: Payload, usual: str) -> list[str]:
    """Return the workspaces of a user. There can be several in an Enterprise Grid organization."""
    several: list[str] = (user.get("enterprise_user") or {}).get("teams") or []
    return several or [user.get("team_id") or usual]


def parse_do_not_disturb(status: Payload) -> tuple[datetime, datetime] | None:
    """Return the start and end of a Do Not Disturb status, or None if it is off."""
    if not status.get("dnd_enabled"):
        return None
    start, end = (datetime.fromtimestamp(status.get(f"next_dnd_{edge}_ts") or 0, UTC) for edge in ("start", "end"))
    return (start, end) if start < end else None


async def sync_do_not_disturb(
    database: Database, client: AsyncWebClient, workspace_id: str, team: Team | None = None
) -> None:
    """Sync the Do Not Disturb settings of a team's members, or of all teams in the workspace."""
    who = select(Member.user_id).where(Member.workspace_id == workspace_id, Member.left_at.is_(None))
    async with database.reading() as session:
        ids = (await session.scalars(who.where(Member.team_id == team.id) if team else who.distinct())).all()
    for start in range(0, len(ids), MOST_QUIET_AT_ONCE):
        some = ",".join(ids[start : start + MOST_QUIET_AT_ONCE])
        answer = await lookups.ask_if_there(client.dnd_teamInfo, users=some)
        async with database.begin() as session:
            told = answer["users"] if answer else {}
            known = await people.fetch_people(session, workspace_id, told)
            for user_id in known:
                known[user_id].be_quiet(parse_do_not_disturb(told[user_id]))
