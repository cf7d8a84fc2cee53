"""Controls for the switches of a workspace and of the app, and for uninstalling the app."""

from sandbox import installs
from sandbox.controls.endpoints import allow_fields
from sandbox.slack_types import Json, SlackError
from sandbox.workspace import Workspace

SWITCHES = ("free_plan", "history_off", "late_files", "token_revoked", "uninstalled")
ROTATION = "token_rotation"
"""The switch of the app, which all workspaces share, and which stays on."""
OF_UNINSTALLING = ("tokens_revoked", "app_uninstalled")


@allow_fields(*SWITCHES, ROTATION)
async def settings(workspace: Workspace, said: Json) -> Json:
    """Turn switches on and off."""
    rotates = said.pop(ROTATION, None)
    if rotates is False and workspace.app.rotates:
        raise SlackError(
            "invalid_arguments", "[ERROR] token rotation cannot be turned off [json-pointer:/token_rotation]"
        )
    with workspace.change():
        kept = workspace.set_settings(**{name: bool(value) for name, value in said.items()})
    if rotates:
        workspace.slack.rotate_tokens()
    return {"settings": dict.fromkeys(SWITCHES, False) | kept | {ROTATION: workspace.app.rotates}}


@allow_fields("first", "double", "hold")
async def uninstall(workspace: Workspace, said: Json) -> Json:
    """Uninstall the app from the workspace; `/sandbox/settings {uninstalled: false}` undoes it.

    `first` is the event that is sent first; the two can be sent twice (`double`), or held until they are released.
    """
    first = said.get("first", OF_UNINSTALLING[0])
    if first not in OF_UNINSTALLING:
        raise SlackError(
            "invalid_arguments", f"[ERROR] choose one of {', '.join(OF_UNINSTALLING)} [json-pointer:/first]"
        )
    with workspace.change():
        installs.uninstall(workspace, first, **{how: bool(said.get(how)) for how in ("double", "hold")})
    return await settings(workspace, {})
