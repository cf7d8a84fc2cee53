"""Controls for workspaces and organizations: creating them, and the app's access to an organization's workspaces."""

from sandbox.controls.endpoints import allow_fields, require_text
from sandbox.organizations import Organization
from sandbox.slack_types import Json, SlackError
from sandbox.workspace import Workspace


@allow_fields()
async def listed(workspace: Workspace, said: Json) -> Json:
    """Return every workspace, the first one first, every organization, and where the app is installed."""
    slack = workspace.slack
    return {
        "workspaces": [shown(each) for each in slack.workspaces.values()],
        "enterprises": [shown(each) for each in slack.organizations.values()],
        "token_rotation": slack.app.rotates,
    }


def shown(workspace: Workspace) -> Json:
    holder = workspace.holder
    about = workspace.team | {"is_installed": bool(holder), "installed_on": holder and holder.team["id"]}
    if isinstance(workspace, Organization):
        return about | {"granted": [each.team["id"] for each in workspace.granted]}
    return about | ({"enterprise": workspace.enterprise} if workspace.enterprise else {})


@allow_fields("name", "history", "enterprise")
async def create(workspace: Workspace, said: Json) -> Json:
    """Create a workspace like the first one, but without the app; with `enterprise`, in that organization."""
    name, enterprise = require_text(said, "name"), said.get("enterprise")
    made = workspace.slack.add(name, enterprise=enterprise, has_history=bool(said.get("history")))
    return {"workspace": shown(made)}


@allow_fields("grant", "revoke")
async def access(workspace: Workspace, said: Json) -> Json:
    """Grant or take the app's access to workspaces of an organization, which is named in `workspace`."""
    if not isinstance(workspace, Organization):
        raise SlackError("org_not_found")
    changed = {name: [workspace.slack.workspace(ref) for ref in said.get(name, [])] for name in ("grant", "revoke")}
    if any(each.organization is not workspace for each in (*changed["grant"], *changed["revoke"])):
        raise SlackError("team_not_on_enterprise")
    with workspace.change():
        workspace.set_access(**changed)
    return {"enterprise": shown(workspace)}
