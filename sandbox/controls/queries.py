"""Read-only controls: the workspace's state, what a person sees in it, and the log of calls and payloads."""

from datetime import datetime

from sandbox import installs, views
from sandbox.controls.endpoints import allow_fields, channel_of, of_all_workspaces, user_of
from sandbox.controls.workspaces import shown
from sandbox.messages import latest_messages
from sandbox.scopes import ALL as ALL_SCOPES
from sandbox.seed import LOCALE
from sandbox.slack_types import Json, SlackError
from sandbox.workspace import Workspace

ALL = 10**9
USER = ("id", "name", "real_name", "tz", "is_bot", "deleted", "is_restricted")


@allow_fields()
async def state(workspace: Workspace, said: Json) -> Json:
    app, chaos = workspace.app, workspace.faults.chaos
    return {
        "team": {"id": workspace.team["id"], "name": workspace.team["name"]},
        "workspaces": [shown(each) for each in workspace.slack.workspaces.values()],
        "enterprises": [shown(each) for each in workspace.slack.organizations.values()],
        "enterprise": workspace.enterprise,
        "now": workspace.clock.now().isoformat(),
        "users": [_user(user) | {"dm_id": workspace.dm_id(user["id"])} for user in workspace.users()],
        "bots": [{"id": bot["id"], "name": bot["name"]} for bot in workspace.store.all("bot")],
        "usergroups": [
            {key: group[key] for key in ("id", "handle", "name", "users")} for group in workspace.store.all("usergroup")
        ],
        "channels": [_channel(channel) for channel in workspace.channels()],
        "app": {
            "id": app.id,
            "client_id": app.client_id,
            "install_url": app.install_url,
            "client_secret": app.client_secret,
            "bot_user_id": workspace.bot_user_id,
            "bot_id": app.bot_id,
            "name": app.name,
            "scopes": installs.scopes_of(app, None) or ALL_SCOPES,
            "commands": app.commands,
            "shortcuts": app.shortcuts,
            "has_home": app.has_home,
            "has_messages": app.has_messages,
            "connections": workspace.slack.transport.connections,
        },
        "chaos": {"seed": chaos.seed, "rolled": list(chaos.rolled)} if chaos else None,
    }


def _user(user: Json) -> Json:
    about = {"title": user["profile"]["title"], "locale": user.get("locale", LOCALE)}
    return {key: user[key] for key in USER} | about | {"snoozed_until": user.get("dnd", {}).get("snoozed_until", 0)}


def _channel(channel: Json) -> Json:
    known = ("id", "name", "is_im", "is_open", "user", "is_private", "is_archived", "members", "topic", "purpose")
    return {key: channel[key] for key in known if key in channel}


@allow_fields("channel", "user", "as", "ts", "thread_ts", "before", "limit")
async def messages(workspace: Workspace, said: Json) -> Json:
    """Return the messages that a person sees in a channel or a thread, oldest first, or one message by `ts`."""
    user = user_of(workspace, said, "as") if said.get("as") else None
    channel = channel_of(workspace, said, user)

    def is_seen(message: Json) -> bool:
        return not user or message.get("ephemeral_to", user["id"]) == user["id"]

    if ts := said.get("ts"):
        one = workspace.store.message(channel["id"], ts)
        found = [one] if one and is_seen(one) else []
    elif thread := said.get("thread_ts"):
        found = list(filter(is_seen, _thread(workspace, channel, thread)))
    else:
        before, limit = said.get("before", "9"), int(said.get("limit", ALL))
        found = latest_messages(workspace, channel, is_seen, after="0", before=before, limit=limit)[::-1]
    return {"channel": channel["id"], "messages": found}


def _thread(workspace: Workspace, channel: Json, ts: str) -> list[Json]:
    root = workspace.store.message(channel["id"], ts)
    if not root:
        raise SlackError("thread_not_found")
    return [root, *workspace.store.in_thread(channel["id"], ts)]


@allow_fields("user")
async def open_views(workspace: Workspace, said: Json) -> Json:
    return {"views": views.stack(workspace, user_of(workspace, said)["id"])}


@allow_fields("user")
async def home(workspace: Workspace, said: Json) -> Json:
    return {"view": views.home(workspace, user_of(workspace, said)["id"])}


@of_all_workspaces
@allow_fields("method", "since", "limit", "team")
async def calls(workspace: Workspace, said: Json) -> Json:
    """Return the logged Web API calls of all workspaces or one since a given time, oldest first."""
    method = said.get("method")
    return {"calls": _latest([call for call in workspace.calls if method in (None, "", call["method"])], said)}


@of_all_workspaces
@allow_fields("since", "limit", "team")
async def payloads(workspace: Workspace, said: Json) -> Json:
    """Return the logged payloads sent to the app, each with its ack and latency, oldest first."""
    return {"payloads": _latest(list(workspace.slack.payloads), said)}


def _latest(noted: list[Json], said: Json) -> list[Json]:
    """Return the last `limit` log entries since a given time."""
    since = datetime.fromisoformat(said["since"]) if said.get("since") else None
    found = [
        each
        for each in noted
        if said.get("team") in (None, each["team"]) and (not since or datetime.fromisoformat(each["at"]) >= since)
    ]
    return found[-int(said.get("limit", ALL)) :]


@allow_fields("limit")
async def waiting(workspace: Workspace, said: Json) -> Json:
    """Return the messages that the app still has to send, or null if the program embedding the sandbox can't tell."""
    slack = workspace.slack
    return {"waiting": await slack.waiting() if slack.waiting else None}
