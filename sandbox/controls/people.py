"""Controls for people and user groups: joining, leaving, profile, presence and Do Not Disturb."""

import re
from functools import partial
from typing import Any

from sandbox import conversations, do_not_disturb, events, messages, seed
from sandbox.clock import seconds
from sandbox.controls.clock import duration
from sandbox.controls.endpoints import allow_fields, must_know, require_text
from sandbox.slack_types import Json, SlackError
from sandbox.workspace import Workspace, new_id

SWITCHES = ("deleted", "is_restricted", "is_ultra_restricted", "is_admin", "is_stranger", "presence")
LOCALE = re.compile(r"[a-z]{2,3}-[A-Z]{2}")
IN_PROFILE = ("title", "status_text", "status_emoji", "fields", "email", "real_name", "display_name")
QUIET = ("enabled", "from", "until")


@allow_fields("user", "name", "tz", "locale", "dnd", "dm_closed", "channels", *SWITCHES, *IN_PROFILE)
async def user(workspace: Workspace, said: Json) -> Json:
    """Change a person, or add a new one if `user` is unknown and `real_name` is given."""
    with workspace.change():
        name = require_text(said, "user")
        try:
            known = workspace.user(name)
        except SlackError:
            known = _join(workspace, name, require_text(said, "real_name"), said.get("tz", "Europe/Lisbon"))
        before = repr(known)
        _change(workspace, known, said)
        if repr(known) != before:
            known["updated"] = seconds(workspace.clock.now())
            workspace.store.put("user", known["id"], known)
            _tell_of_change(workspace, known)
        if "dnd" in said:
            _be_quiet(workspace, known, said["dnd"])
        for ref in said.get("channels", []):
            conversations.join(workspace, workspace.channel(ref), known["id"])
        if "dm_closed" in said:
            messages.set_open(workspace, workspace.dm(known), not said["dm_closed"])
    return {"user": known}


def _tell_of_change(workspace: Workspace, user: Json) -> None:
    """Send `user_change`; in an organization, change the person in all its workspaces, and send its install one event.

    As in Slack, that event is about no workspace in particular: its `team_id` is null.
    """
    event = {"type": "user_change", "user": user, "cache_ts": user["updated"]}
    above, holder = workspace.organization, workspace.holder
    for other in above.workspaces if above else []:
        there = other.store.get("user", user["id"])
        if there and other is not workspace:
            same = user | {"team_id": other.team["id"], "profile": user["profile"] | {"team": other.team["id"]}}
            workspace.echo(other, partial(other.store.put, "user", user["id"], same))
    if holder and holder.is_organization:
        workspace.echo(holder, partial(events.tell, holder, event))
    else:
        events.tell(workspace, event)


def _join(workspace: Workspace, name: str, real_name: str, zone: str) -> Json:
    now = workspace.clock.now()
    joined = seed.person(workspace.user_id(seed.user_id(name)), name, real_name, zone=zone, at=now, team=workspace.team)
    workspace.store.put("user", joined["id"], joined)
    general = workspace.channel("general")
    general["members"].append(joined["id"])
    workspace.store.put("channel", general["id"], general)
    events.tell(workspace, {"type": "team_join", "user": joined, "cache_ts": seconds(now)})
    return joined


def _change(workspace: Workspace, user: Json, said: Json) -> None:
    user |= {key: said[key] for key in SWITCHES if key in said}
    user["profile"] |= {key: said[key] for key in IN_PROFILE if key in said}
    if "real_name" in said:
        user["real_name"] = said["real_name"]
    if "name" in said:
        user["name"] = said["name"]
    if "locale" in said:
        user["locale"] = _locale(said["locale"])
    if "tz" in said:
        user |= seed.time_zone(said["tz"], workspace.clock.now())


def _locale(value: Any) -> str:
    if not isinstance(value, str) or not LOCALE.fullmatch(value):
        raise SlackError("invalid_arguments", "[ERROR] must be a locale such as en-GB [json-pointer:/locale]")
    return value


def _be_quiet(workspace: Workspace, user: Json, said: Any) -> None:
    """Change the Do Not Disturb schedule, or snooze for a duration such as PT1H; an empty duration ends the snooze."""
    if not isinstance(said, dict):
        raise SlackError("invalid_arguments", "[ERROR] must provide an object [json-pointer:/dnd]")
    must_know(said, (*QUIET, "snooze"))
    kept = user.setdefault("dnd", {})
    kept |= {key: said[key] for key in QUIET if key in said}
    if "snooze" in said:
        lasts = duration(said["snooze"] or "PT0S")
        kept["snoozed_until"] = seconds(workspace.clock.now() + lasts)
    workspace.store.put("user", user["id"], user)
    status = do_not_disturb.status(workspace, user, team=True)
    events.tell(workspace, {"type": "dnd_updated_user", "user": user["id"], "dnd_status": status})


@allow_fields("usergroup", "name", "handle", "description", "users", "disabled")
async def usergroup(workspace: Workspace, said: Json) -> Json:
    """Change a user group (for example its `name` or `users`), or create it if the handle is unknown."""
    with workspace.change():
        group, is_new = _group(workspace, require_text(said, "usergroup"), said)
        before = list(group["users"])
        now = seconds(workspace.clock.now())
        previous, group["date_update"] = group["date_update"], now
        group |= {key: said[key] for key in ("name", "handle", "description") if key in said}
        if "disabled" in said:
            group["date_delete"] = now if said["disabled"] else 0
        if "users" in said:
            group["users"] = [workspace.user(ref)["id"] for ref in said["users"]]
            group["user_count"] = len(group["users"])
        workspace.store.put("usergroup", group["id"], group)
        events.tell(workspace, {"type": "subteam_created" if is_new else "subteam_updated", "subteam": group})
        if not is_new and group["users"] != before:
            events.tell(workspace, _members_changed(group, before, previous))
    return {"usergroup": group}


def _group(workspace: Workspace, ref: str, said: Json) -> tuple[Json, bool]:
    for group in workspace.store.all("usergroup"):
        if ref in (group["id"], group["handle"]):
            return group, False
    name = said.get("name", ref.capitalize())
    return seed.user_group(new_id("S"), ref, name, [], workspace.clock.now(), workspace.team), True


def _members_changed(group: Json, before: list[str], previous: int) -> Json:
    added = [user for user in group["users"] if user not in before]
    removed = [user for user in before if user not in group["users"]]
    return {
        "type": "subteam_members_changed",
        "subteam_id": group["id"],
        "team_id": group["team_id"],
        "date_previous_update": previous,
        "date_update": group["date_update"],
        "added_users": added,
        "added_users_count": len(added),
        "removed_users": removed,
        "removed_users_count": len(removed),
    }
