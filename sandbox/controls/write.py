"""Writing as somebody: messages, edits, deletions and reactions."""

import re
import uuid

from sandbox import content, messages, rich_text
from sandbox.blocks.complete import short_id
from sandbox.controls.request import must, open_to, user_of, visible_message
from sandbox.shapes import Json, SlackError
from sandbox.workspace import Workspace


async def message(workspace: Workspace, said: Json) -> Json:
    """Post as a person, or as another app when `bot_id` (an id or a name) is given."""
    with workspace.change():
        if said.get("bot_id"):
            posted = _post_as_bot(workspace, said)
        else:
            user = user_of(workspace, said)
            channel = open_to(workspace, said, user)
            author = {"user": user["id"], "client_msg_id": str(uuid.uuid4())}
            posted = messages.post(workspace, channel, author, _typed(workspace, said))
    return {"ts": posted["ts"]}


def _post_as_bot(workspace: Workspace, said: Json) -> Json:
    ref = must(said, "bot_id")
    bots = workspace.store.all("bot")
    bot = next((bot for bot in bots if ref in (bot["id"], bot["name"])), None)
    if not bot:
        raise SlackError("bot_not_found")
    channel = workspace.channel(must(said, "channel"))
    if bot["id"] == workspace.app.bot_id:
        return messages.post(workspace, channel, content.bot_author(workspace), content.of_message(workspace, said))
    author = {"subtype": "bot_message", "bot_id": bot["id"], "username": bot["name"]}
    return messages.post(workspace, channel, author, content.of_message(workspace, said))


def _typed(workspace: Workspace, said: Json) -> Json:
    """What a person wrote, with the rich text that Slack makes of it."""
    text = workspace.typed(said.get("text") or "")
    given = content.of_message(workspace, said | {"text": text})
    if text and "blocks" not in given:
        given["blocks"] = rich_text.blocks(text, block_id=short_id())
    return given


async def edit(workspace: Workspace, said: Json) -> Json:
    with workspace.change():
        user, channel, original = _own(workspace, said)
        messages.edit(workspace, channel, original, _typed(workspace, said), user["id"])
    return {"ts": original["ts"]}


async def delete(workspace: Workspace, said: Json) -> Json:
    with workspace.change():
        _, channel, original = _own(workspace, said)
        messages.delete(workspace, channel, original)
    return {"ts": original["ts"]}


def _own(workspace: Workspace, said: Json) -> tuple[Json, Json, Json]:
    user = user_of(workspace, said)
    channel = open_to(workspace, said, user)
    message = visible_message(workspace, channel, user, must(said, "ts"))
    if message.get("user") != user["id"]:
        raise SlackError("cant_update_message")
    return user, channel, message


async def reaction(workspace: Workspace, said: Json) -> Json:
    name = must(said, "name").strip(":")
    if not re.fullmatch(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?", name):
        raise SlackError("invalid_name")
    with workspace.change():
        user = user_of(workspace, said)
        channel = open_to(workspace, said, user)
        message = messages.find(workspace, channel, must(said, "ts"))
        change = messages.unreact if said.get("remove") else messages.react
        change(workspace, channel, message, user["id"], name)
    return {}
