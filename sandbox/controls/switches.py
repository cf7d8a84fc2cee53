"""Controls for the workspace's switches, and for uninstalling the app."""

from sandbox import events
from sandbox.controls.endpoints import allow_fields
from sandbox.slack_types import Json
from sandbox.workspace import Workspace

SWITCHES = ("free_plan", "history_off", "late_files", "token_revoked", "uninstalled")


@allow_fields(*SWITCHES)
async def settings(workspace: Workspace, said: Json) -> Json:
    """Turn the workspace's switches on and off."""
    with workspace.change():
        kept = workspace.set_settings(**{name: bool(value) for name, value in said.items()})
    return {"settings": dict.fromkeys(SWITCHES, False) | kept}


@allow_fields()
async def uninstall(workspace: Workspace, said: Json) -> Json:
    """Uninstall the app; `/sandbox/settings {uninstalled: false}` reinstalls it."""
    with workspace.change():
        tokens = {"oauth": [], "bot": [workspace.app.bot_user_id]}
        events.tell(workspace, {"type": "tokens_revoked", "tokens": tokens})
        events.tell(workspace, {"type": "app_uninstalled"})
    return await settings(workspace, {"uninstalled": True})
