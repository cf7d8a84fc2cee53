"""Payload builders for commands, block actions, view submissions and shortcuts, in Slack's formats."""

from sandbox.clock import timestamp
from sandbox.slack_types import Json
from sandbox.workspace import Workspace


def command(workspace: Workspace, user: Json, channel: Json, name: str, text: str, response_url: str) -> Json:
    return {
        "token": workspace.app.verification,
        "team_id": workspace.team["id"],
        "team_domain": workspace.team["domain"],
        "channel_id": channel["id"],
        "channel_name": "directmessage" if channel["is_im"] else channel["name"],
        "user_id": user["id"],
        "user_name": user["name"],
        "command": name,
        "text": text,
        "api_app_id": workspace.app.id,
        **_enterprise_fields(workspace),
        "is_enterprise_install": str(_is_enterprise_install(workspace)).lower(),
        "response_url": response_url,
        "trigger_id": workspace.triggers.make(user["id"]),
    }


def _is_enterprise_install(workspace: Workspace) -> bool:
    return bool(workspace.holder and workspace.holder.is_organization)


def _enterprise_fields(workspace: Workspace) -> Json:
    enterprise = workspace.enterprise
    return {"enterprise_id": enterprise["id"], "enterprise_name": enterprise["name"]} if enterprise else {}


def _interaction(
    workspace: Workspace, kind: str, user: Json, view: str | None = None, installer: Workspace | None = None
) -> Json:
    """Return the fields that all interactions have.

    `installer` is the workspace whose install the message or view belongs to, if a person of another workspace acts in
    it. As in Slack, an interaction in a view has no `team` if the app is installed on the organization: the person's
    `team_id` tells.
    """
    installer = installer or workspace
    place = workspace if view else installer
    team = {"id": place.team["id"], "domain": place.team["domain"]} | _enterprise_fields(place)
    return {
        "type": kind,
        "team": None if view and _is_enterprise_install(installer) else team,
        "user": {"id": user["id"], "username": user["name"], "name": user["name"], "team_id": workspace.team["id"]},
        "api_app_id": workspace.app.id,
        "token": workspace.app.verification,
        "enterprise": installer.enterprise,
        "is_enterprise_install": _is_enterprise_install(installer),
        "trigger_id": installer.triggers.make(user["id"], view, workspace.team["id"]),
    }


def _place(channel: Json) -> Json:
    return {"id": channel["id"], "name": "directmessage" if channel["is_im"] else channel["name"]}


def message_action(
    workspace: Workspace,
    user: Json,
    channel: Json,
    message: Json,
    action: Json,
    values: Json,
    response_url: str,
    installer: Workspace,
) -> Json:
    """Build the `block_actions` payload for an element in a message."""
    return {
        **_interaction(workspace, "block_actions", user, installer=installer),
        **in_message(channel, message),
        "state": {"values": values},
        "response_url": response_url,
        "actions": [action],
    }


def in_message(channel: Json, message: Json) -> Json:
    """Return the container and channel of a message; Slack omits the content of ephemeral messages."""
    is_ephemeral = "ephemeral_to" in message
    container = {"type": "message", "message_ts": message["ts"], "channel_id": channel["id"]}
    container |= {"is_ephemeral": is_ephemeral}
    if "thread_ts" in message:
        container["thread_ts"] = message["thread_ts"]
    seen = {} if is_ephemeral else {"message": message}
    return {"container": container, "channel": _place(channel), **seen}


def installer_of_view(workspace: Workspace, view: Json) -> Workspace:
    """Return the workspace whose install a view belongs to."""
    return workspace.slack.workspaces[view["app_installed_team_id"]]


def installer_of_message(workspace: Workspace, message: Json) -> Workspace:
    """Return the workspace whose install posted a message, or the person's own for any other message."""
    is_ours = message.get("bot_id") == workspace.app.bot_id
    return workspace.slack.workspaces.get(message.get("team", ""), workspace) if is_ours else workspace


def in_view(view: Json) -> Json:
    return {"container": {"type": "view", "view_id": view["id"]}, "view": view}


def view_action(workspace: Workspace, user: Json, view: Json, action: Json) -> Json:
    return {
        **_interaction(workspace, "block_actions", user, view["id"], installer_of_view(workspace, view)),
        **in_view(view),
        "actions": [action],
    }


def submission(workspace: Workspace, user: Json, view: Json, response_urls: list[Json]) -> Json:
    sent = _interaction(workspace, "view_submission", user, view["id"], installer_of_view(workspace, view))
    return sent | {"view": view, "response_urls": response_urls}


def closed(workspace: Workspace, user: Json, view: Json, *, is_cleared: bool) -> Json:
    sent = _interaction(workspace, "view_closed", user)
    del sent["trigger_id"]
    return sent | {"view": view, "is_cleared": is_cleared}


def suggestion(
    workspace: Workspace, user: Json, block: Json, element: Json, value: str, where: Json, installer: Workspace
) -> Json:
    """Build the `block_suggestion` payload for an external select; `where` is its view or message."""
    view = where["view"]["id"] if "view" in where else None
    sent = _interaction(workspace, "block_suggestion", user, view, installer)
    del sent["trigger_id"]
    return sent | {"action_id": element["action_id"], "block_id": block["block_id"], "value": value} | where


def global_shortcut(workspace: Workspace, user: Json, callback_id: str) -> Json:
    at = timestamp(workspace.clock.now())
    return _interaction(workspace, "shortcut", user) | {"callback_id": callback_id, "action_ts": at}


def message_shortcut(
    workspace: Workspace, user: Json, channel: Json, message: Json, callback_id: str, response_url: str
) -> Json:
    return {
        **_interaction(workspace, "message_action", user),
        "callback_id": callback_id,
        "action_ts": timestamp(workspace.clock.now()),
        "message_ts": message["ts"],
        "message": message,
        "channel": _place(channel),
        "response_url": response_url,
    }
