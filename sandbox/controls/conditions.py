"""Conditions: the workspace's switches, faults on purpose, and taking the app out."""

from sandbox import events
from sandbox.controls.request import must
from sandbox.shapes import Json, SlackError
from sandbox.workspace import Workspace

SWITCHES = ("free_plan", "honour_client_msg_id", "uninstalled", "token_revoked")
REASONS = ("warning", "refresh_requested", "link_disabled", "too_many_websockets")


async def settings(workspace: Workspace, said: Json) -> Json:
    """Turn the workspace's switches on and off."""
    if unknown := said.keys() - set(SWITCHES):
        raise SlackError("invalid_arguments", *(f"[ERROR] no such setting: {name}" for name in sorted(unknown)))
    with workspace.change():
        kept = workspace.store.get("meta", "settings") or dict.fromkeys(SWITCHES, False)
        kept |= {name: bool(value) for name, value in said.items()}
        workspace.store.put("meta", "settings", kept)
    return {"settings": kept}


async def uninstall(workspace: Workspace, said: Json) -> Json:
    """Take the app out of the workspace; `/sandbox/settings {uninstalled: false}` brings it back."""
    with workspace.change():
        tokens = {"oauth": [], "bot": [workspace.app.bot_user_id]}
        events.tell(workspace, {"type": "tokens_revoked", "tokens": tokens})
        events.tell(workspace, {"type": "app_uninstalled"})
    return await settings(workspace, {"uninstalled": True})


async def faults(workspace: Workspace, said: Json) -> Json:
    """Let the next calls of a method fail, the sockets drop, or every event come twice."""
    if said.get("clear"):
        workspace.faults.clear()
        workspace.deliveries.twice = False
    elif "socket" in said:
        await _drop(workspace, must(said, "socket"))
    elif "redeliver" in said:
        workspace.deliveries.twice = bool(said["redeliver"])
    else:
        workspace.faults.add(said)
    return {}


async def _drop(workspace: Workspace, how: str) -> None:
    if how == "disconnect":
        await workspace.hub.drop()
    elif how in REASONS:
        await workspace.hub.disconnect(how)
    else:
        raise SlackError("invalid_arguments", f"[ERROR] not one of disconnect, {', '.join(REASONS)}: {how}")
