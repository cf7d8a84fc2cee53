"""Events API: wraps events in Slack's envelope, and sends those that the app subscribes to and may see."""

from functools import partial
from typing import Any

from sandbox.clock import seconds, timestamp
from sandbox.slack_types import Json
from sandbox.workspace import Workspace, new_id


def kind_of(channel: Json) -> str:
    if channel["is_im"]:
        return "im"
    return "group" if channel["is_private"] else "channel"


def tell(workspace: Workspace, event: Json, *, channel: Json | None = None, delivery: Json | None = None) -> None:
    """Queue an event if the app subscribes to it and, for an event in a channel, the bot is a member.

    An event in a shared channel is queued once for each install that may see it. `delivery` has the faults to inject
    into its delivery: `double`, `hold`.
    """
    told = {workspace.holder} if _may_hear(workspace, event, channel) else set[Workspace | None]()
    for other in workspace.connected(channel) if channel else []:
        there = other.store.get("channel", channel["id"]) if channel else None
        if other.holder not in told and _may_hear(other, event, there):
            workspace.echo(other, partial(_queue, other, event, there))
            told.add(other.holder)
    if workspace.holder in told:
        _queue(workspace, event, channel, delivery)


def _may_hear(workspace: Workspace, event: Json, channel: Json | None) -> bool:
    if channel and workspace.bot_user_id not in channel["members"]:
        return False
    return bool(workspace.app.hears(_subscription(event)) and workspace.holder)


def _queue(workspace: Workspace, event: Json, channel: Json | None, delivery: Json | None = None) -> None:
    id = new_id("Ev")
    now = timestamp(workspace.clock.now())
    payload = _wrapper(workspace, id, {"event_ts": now} | event) | _of_shared(channel or {})
    workspace.send_later({"id": id, "payload": payload, "attempt": 0, "due": now} | (delivery or {}))


def _subscription(event: Json) -> str:
    kinds = {"im": "message.im", "group": "message.groups", "channel": "message.channels"}
    return kinds[event["channel_type"]] if event["type"] == "message" else str(event["type"])


def _of_shared(channel: Json) -> Json:
    """Return the fields that differ for a shared channel, where `team_id` is the workspace that hosts it."""
    if not channel.get("connected_team_ids"):
        return {}
    return {"team_id": channel["conversation_host_id"], "is_ext_shared_channel": channel["is_ext_shared"]}


def _wrapper(workspace: Workspace, id: str, event: Json) -> Json:
    app, enterprise = workspace.app, (workspace.enterprise or {}).get("id")
    team = None if workspace.is_organization else workspace.team["id"]
    authorization: dict[str, Any] = {
        "enterprise_id": enterprise,
        "team_id": team,
        "user_id": workspace.bot_user_id,
        "is_bot": True,
        "is_enterprise_install": workspace.holder is not workspace or workspace.is_organization,
    }
    return {
        "token": app.verification,
        "team_id": team,
        **({"enterprise_id": enterprise} if enterprise else {}),
        "context_team_id": team,
        "context_enterprise_id": enterprise,
        "api_app_id": app.id,
        "event": event,
        "type": "event_callback",
        "event_id": id,
        "event_time": seconds(workspace.clock.now()),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
        "event_context": f"4-{id}",
    }


def of_metadata(workspace: Workspace, channel: Json, event: Json) -> None:
    """Send a message-metadata event if the manifest subscribes to metadata of that type and app."""
    about = event.get("metadata") or event["previous_metadata"]
    if workspace.app.hears_metadata(about["event_type"], event.get("app_id", "")):
        tell(workspace, event, channel=channel)


def message(workspace: Workspace, channel: Json, event: Json) -> None:
    """Send a `message` event for a channel."""
    where = {"channel": channel["id"], "channel_type": kind_of(channel)}
    if channel.get("connected_team_ids") and "team" in event:
        where |= {"user_team": event["team"], "source_team": event["team"]}
    tell(workspace, {"type": "message"} | event | where, channel=channel)
