"""Looking: what is in the workspace, and what somebody sees there."""

from datetime import datetime

from sandbox import views
from sandbox.controls.request import channel_of, user_of
from sandbox.messages import seen
from sandbox.people import TEAM
from sandbox.shapes import Json, SlackError
from sandbox.workspace import Workspace

ALL = 10**9
USER = ("id", "name", "real_name", "tz", "is_bot", "deleted")


async def state(workspace: Workspace, said: Json) -> Json:
    app = workspace.app
    return {
        "team": {"id": TEAM["id"], "name": TEAM["name"]},
        "now": workspace.clock.now().isoformat(),
        "users": [{key: user[key] for key in USER} for user in workspace.users()],
        "bots": [{"id": bot["id"], "name": bot["name"]} for bot in workspace.store.all("bot")],
        "usergroups": [
            {"id": group["id"], "handle": group["handle"], "users": group["users"]}
            for group in workspace.store.all("usergroup")
        ],
        "channels": [_channel(channel) for channel in workspace.channels()],
        "app": {
            "id": app.id,
            "bot_user_id": app.bot_user_id,
            "bot_id": app.bot_id,
            "commands": app.commands,
            "connections": workspace.hub.connections,
        },
    }


def _channel(channel: Json) -> Json:
    known = ("id", "name", "is_im", "user", "is_private", "is_archived", "members")
    return {key: channel[key] for key in known if key in channel}


async def messages(workspace: Workspace, said: Json) -> Json:
    """What somebody sees in a channel, or in a thread of it; oldest first."""
    user = user_of(workspace, said, "as") if said.get("as") else None
    channel = channel_of(workspace, said, user)

    def is_seen(message: Json) -> bool:
        return not user or message.get("ephemeral_to", user["id"]) == user["id"]

    if thread := said.get("thread_ts"):
        found = list(filter(is_seen, _thread(workspace, channel, thread)))
    else:
        before, limit = said.get("before", "9"), int(said.get("limit", ALL))
        found = seen(workspace, channel, is_seen, after="0", before=before, limit=limit)[::-1]
    return {"channel": channel["id"], "messages": found}


def _thread(workspace: Workspace, channel: Json, ts: str) -> list[Json]:
    root = workspace.store.message(channel["id"], ts)
    if not root:
        raise SlackError("thread_not_found")
    return [root, *workspace.store.in_thread(channel["id"], ts)]


async def open_views(workspace: Workspace, said: Json) -> Json:
    return {"views": views.stack(workspace, user_of(workspace, said)["id"])}


async def home(workspace: Workspace, said: Json) -> Json:
    return {"view": views.home(workspace, user_of(workspace, said)["id"])}


async def calls(workspace: Workspace, said: Json) -> Json:
    """Every Web API call since an instant, oldest first."""
    since = datetime.fromisoformat(said["since"]) if said.get("since") else None
    made = [
        call
        for call in workspace.calls
        if (not said.get("method") or call["method"] == said["method"])
        and (not since or datetime.fromisoformat(call["at"]) >= since)
    ]
    return {"calls": made}
