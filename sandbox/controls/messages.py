"""Controls for posting, editing, deleting and reacting to messages as a person or another app."""

import re
import uuid

from sandbox import files, message_content, messages, rich_text, seed
from sandbox.blocks.defaults import short_id
from sandbox.controls import uploads
from sandbox.controls.endpoints import allow_fields, open_to, require_text, user_of, visible_message
from sandbox.slack_types import Json, SlackError
from sandbox.workspace import Workspace

CONTENT = ("text", "markdown_text", "blocks", "attachments", "metadata")
ME = re.compile(r"/me\s+(?P<what>\S.*)", re.DOTALL)
"""Slack's own command `/me`, which posts a message with the subtype `me_message`."""


@allow_fields("user", "channel", *CONTENT, "files", "thread_ts", "reply_broadcast", "bot_id", "modern")
async def message(workspace: Workspace, said: Json) -> Json:
    """Post as a person, or as another app if `bot_id` (an id or a name) is given."""
    with workspace.change():
        posted = _post_as_bot(workspace, said) if said.get("bot_id") else _post_as_person(workspace, said)
    return {"ts": posted["ts"]}


def _post_as_person(workspace: Workspace, said: Json) -> Json:
    user = user_of(workspace, said)
    channel = open_to(workspace, said, user)
    author = {"user": user["id"], "client_msg_id": str(uuid.uuid4())}
    if doing := ME.match(said.get("text") or ""):
        text = workspace.typed(doing["what"])
        return messages.post(workspace, channel, author | {"subtype": "me_message"}, {"text": text} | _thread(said))
    if said.get("files"):
        sent = uploads.uploaded(workspace, user, said["files"])
        content = _typed(workspace, said) if said.get("text") else {"text": ""} | _thread(said)
        return files.post(workspace, channel, author, content, sent)
    return messages.post(workspace, channel, author, _typed(workspace, said))


def _thread(said: Json) -> Json:
    return {"thread_ts": said["thread_ts"]} if said.get("thread_ts") else {}


def _post_as_bot(workspace: Workspace, said: Json) -> Json:
    bot = _bot(workspace, said)
    channel = workspace.channel(require_text(said, "channel"))
    if bot["id"] == workspace.app.bot_id:
        author = message_content.bot_author(workspace)
    elif said.get("modern"):
        author = _modern_author(workspace, bot)
    else:
        author = {"subtype": "bot_message", "bot_id": bot["id"], "username": bot["name"]}
    return messages.post(workspace, channel, author, message_content.of_message(workspace, said))


def _bot(workspace: Workspace, said: Json) -> Json:
    ref = require_text(said, "bot_id")
    for bot in workspace.store.all("bot"):
        if ref in (bot["id"], bot["name"]):
            return bot
    raise SlackError("bot_not_found")


def _modern_author(workspace: Workspace, bot: Json) -> Json:
    """Return the author fields of a message by a modern app, which posts as its bot user, without a subtype."""
    id = workspace.user_id(f"U{bot['id'][1:]}")
    if not workspace.store.get("user", id):
        now = workspace.clock.now()
        user = seed.person(id, bot["name"], bot["name"].capitalize(), zone="Europe/Lisbon", at=now, team=workspace.team)
        workspace.store.put("user", id, user | {"is_bot": True})
    profile = bot | {"team_id": workspace.team["id"]}
    return {"user": id, "bot_id": bot["id"], "app_id": bot["app_id"], "bot_profile": profile}


def _typed(workspace: Workspace, said: Json) -> Json:
    """Return the content of a person's message: the escaped text, and the `rich_text` block that Slack adds."""
    text = workspace.typed(said.get("text") or "")
    given = message_content.of_message(workspace, said | {"text": text})
    if text and "blocks" not in given:
        given["blocks"] = rich_text.blocks(text, block_id=short_id())
    return given


@allow_fields("user", "channel", "ts", *CONTENT, "bot_id")
async def edit(workspace: Workspace, said: Json) -> Json:
    """Edit a message as its author: a person, or another app."""
    with workspace.change():
        channel, original = _own(workspace, said)
        given = message_content.of_message(workspace, said) if said.get("bot_id") else _typed(workspace, said)
        messages.edit(workspace, channel, original, given, original.get("user") or original["bot_id"])
    return {"ts": original["ts"]}


@allow_fields("user", "channel", "ts", "bot_id")
async def delete(workspace: Workspace, said: Json) -> Json:
    with workspace.change():
        channel, original = _own(workspace, said)
        messages.delete(workspace, channel, original)
    return {"ts": original["ts"]}


def _own(workspace: Workspace, said: Json) -> tuple[Json, Json]:
    if said.get("bot_id"):
        channel = workspace.channel(require_text(said, "channel"))
        message, owner = messages.find(workspace, channel, require_text(said, "ts")), _bot(workspace, said)["id"]
        if message.get("bot_id") != owner:
            raise SlackError("cant_update_message")
        return channel, message
    user = user_of(workspace, said)
    channel = open_to(workspace, said, user)
    message = visible_message(workspace, channel, user, require_text(said, "ts"))
    if message.get("user") != user["id"]:
        raise SlackError("cant_update_message")
    return channel, message


@allow_fields("user", "channel", "ts", "name", "remove")
async def reaction(workspace: Workspace, said: Json) -> Json:
    name = require_text(said, "name").strip(":")
    with workspace.change():
        user = user_of(workspace, said)
        channel = open_to(workspace, said, user)
        message = messages.find(workspace, channel, require_text(said, "ts"))
        change = messages.unreact if said.get("remove") else messages.react
        change(workspace, channel, message, user["id"], name)
    return {}
