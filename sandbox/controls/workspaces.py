"""Controls for workspaces: listing them, and creating new ones."""

from sandbox.controls.endpoints import allow_fields, require_text
from sandbox.slack_types import Json
from sandbox.workspace import Workspace


@allow_fields()
async def listed(workspace: Workspace, said: Json) -> Json:
    """Return every workspace, the first one first, and whether the app is installed in it."""
    return {"workspaces": [shown(each) for each in workspace.slack.workspaces.values()]}


def shown(workspace: Workspace) -> Json:
    return workspace.team | {"is_installed": not workspace.setting("uninstalled")}


@allow_fields("name", "history")
async def create(workspace: Workspace, said: Json) -> Json:
    """Create a workspace with the same people, channels and ids as the first one, but without the app."""
    made = workspace.slack.add(require_text(said, "name"), has_history=bool(said.get("history")))
    return {"workspace": shown(made)}
