"""Channels and direct messages: how the Web API shows them, and how people join and leave them."""

from sandbox import events, messages
from sandbox.slack_types import Json, SlackError
from sandbox.workspace import Workspace

OURS = ("members",)


def shown(workspace: Workspace, channel: Json) -> Json:
    """Return a conversation as the Web API shows it to the bot."""
    seen = {key: value for key, value in channel.items() if key not in OURS}
    if not channel["is_im"]:
        seen["is_member"] = workspace.bot_user_id in channel["members"]
    return seen


def is_visible(workspace: Workspace, channel: Json) -> bool:
    """Return whether the bot can see a conversation, because it is a public channel or the bot is a member."""
    is_public = not channel["is_im"] and not channel["is_private"]
    return is_public or workspace.bot_user_id in channel["members"]


def must_be_in(workspace: Workspace, channel: Json) -> None:
    if channel["is_archived"]:
        raise SlackError("is_archived")
    if workspace.bot_user_id not in channel["members"]:
        raise SlackError("not_in_channel")


def join(workspace: Workspace, channel: Json, user: str) -> None:
    if user in channel["members"]:
        return
    channel["members"].append(user)
    workspace.store.put("channel", channel["id"], channel)
    author = {"subtype": "channel_join", "user": user}
    messages.post(workspace, channel, author, {"text": f"<@{user}> has joined the channel"})
    _tell(workspace, "member_joined_channel", channel, user)


def leave(workspace: Workspace, channel: Json, user: str) -> None:
    if user not in channel["members"]:
        raise SlackError("not_in_channel")
    author = {"subtype": "channel_leave", "user": user}
    messages.post(workspace, channel, author, {"text": f"<@{user}> has left the channel"})
    if user == workspace.bot_user_id:
        kind = "group" if channel["is_private"] else "channel"
        events.tell(workspace, {"type": f"{kind}_left", "channel": channel["id"]}, channel=channel)
    else:
        _tell(workspace, "member_left_channel", channel, user)
    channel["members"].remove(user)
    workspace.store.put("channel", channel["id"], channel)


def _tell(workspace: Workspace, what: str, channel: Json, user: str) -> None:
    letter = "G" if channel["is_private"] else "C"
    event = {"type": what, "user": user, "channel": channel["id"], "channel_type": letter}
    events.tell(workspace, event | {"team": channel["context_team_id"]}, channel=channel)
