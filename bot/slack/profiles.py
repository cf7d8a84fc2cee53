"""What Slack tells of people, as the columns that keep it."""

from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from bot.slack.post import Payload

SLACKBOT = "USLACKBOT"


def person(workspace_id: str, user: Payload) -> dict[str, Any]:
    """Slack's user object as the columns in `directory.NEWS`."""
    return {
        "workspace_id": workspace_id,
        "id": user["id"],
        "name": _name(user),
        "full_name": str((user.get("profile") or {}).get("real_name") or user.get("real_name") or ""),
        "zone": _zone(user.get("tz")),
        "is_bot": bool(user.get("is_bot")) or user["id"] == SLACKBOT,
        "has_left": bool(user.get("deleted")),
        "updated": int(user.get("updated") or 0),
        "is_guest": bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        "is_stranger": (is_stranger := _is_stranger(workspace_id, user)),
        "is_admin": not is_stranger and any(user.get(flag) for flag in ("is_admin", "is_owner", "is_primary_owner")),
    }


def _name(user: Payload) -> str:
    """What people read and type after an @; `name` itself is a relic that Slack hides."""
    profile = user.get("profile") or {}
    shown = profile.get("display_name") or user.get("real_name") or user.get("name")
    return str(shown or user["id"])


@cache
def _zones() -> set[str]:
    return available_timezones()


def _zone(zone: str | None) -> str:
    """A zone that this machine knows; Slack may have learnt of a newer one."""
    return zone if zone in _zones() else "UTC"


def _is_stranger(workspace_id: str, user: Payload) -> bool:
    """Whether somebody is of another workspace: their flags, such as `is_admin`, are of that one."""
    return bool(user.get("is_stranger")) or workspace_id not in _workspaces(user, workspace_id)


def _workspaces(user: Payload, usual: str) -> list[str]:
    """Where somebody belongs; in an organisation of several workspaces, perhaps to more than one."""
    several: list[str] = (user.get("enterprise_user") or {}).get("teams") or []
    return several or [user.get("team_id") or usual]


def quiet(status: Payload) -> tuple[datetime, datetime] | None:
    """Slack's Do Not Disturb status as a span; None when there is none."""
    if not status.get("dnd_enabled"):
        return None
    start, end = (datetime.fromtimestamp(status.get(f"next_dnd_{edge}_ts") or 0, UTC) for edge in ("start", "end"))
    return (start, end) if start < end else None
