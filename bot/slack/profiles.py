"""Mapping from Slack's user objects and Do Not Disturb status to database values."""

from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from bot.slack.post import Payload

SLACKBOT = "USLACKBOT"


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
