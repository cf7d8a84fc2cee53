"""Do Not Disturb: each person's nightly schedule in their own time zone, and their snooze, as apps see them."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sandbox.clock import seconds
from sandbox.slack_types import Json
from sandbox.workspace import Workspace

USUAL = {"enabled": True, "from": "22:00", "until": "08:00"}


def status(workspace: Workspace, user: Json, *, team: bool = False) -> Json:
    """Return the response of `dnd.info`: the current or next quiet period, and the snooze, if any.

    With `team`, leave out the snooze, as `dnd.teamInfo` does.
    """
    schedule = USUAL | user.get("dnd", {})
    if user["is_bot"] or not schedule["enabled"]:
        return {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1} | _snooze(workspace, user, team)
    start, end = _next(workspace.clock.now(), schedule, ZoneInfo(user["tz"]))
    seen = {"dnd_enabled": True, "next_dnd_start_ts": seconds(start), "next_dnd_end_ts": seconds(end)}
    return seen | _snooze(workspace, user, team)


def _snooze(workspace: Workspace, user: Json, team: bool) -> Json:
    if team:
        return {}
    until = user.get("dnd", {}).get("snoozed_until", 0)
    if until <= seconds(workspace.clock.now()):
        return {"snooze_enabled": False}
    remaining = until - seconds(workspace.clock.now())
    return {"snooze_enabled": True, "snooze_endtime": until, "snooze_remaining": remaining}


def _next(now: datetime, schedule: Json, zone: ZoneInfo) -> tuple[datetime, datetime]:
    today = now.astimezone(zone).date()
    start, end = time.fromisoformat(schedule["from"]), time.fromisoformat(schedule["until"])
    over_night = timedelta(days=1 if end <= start else 0)
    for days in (-1, 0, 1):
        day = today + timedelta(days=days)
        begins = datetime.combine(day, start, zone).astimezone(UTC)
        ends = datetime.combine(day + over_night, end, zone).astimezone(UTC)
        if now < ends:
            break
    return begins, ends
