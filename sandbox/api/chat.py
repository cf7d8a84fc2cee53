"""Methods of chat: posting, updating and deleting the app's messages."""

from sandbox import conversations, installs, message_content, messages
from sandbox.api.conversations import visible
from sandbox.api.methods import Call, method
from sandbox.slack_types import Json, SlackError

LONGEST_EDIT = 4000
COSTUME = ("username", "icon_url", "icon_emoji")
OTHER_SUBTYPES = (None, "thread_broadcast", "file_share")


def target(call: Call) -> Json:
    """Return the conversation that a call posts to, by id or name; for a user id, that user's direct message.

    Raises Slack's error if the app may not post there.
    """
    channel = _addressed(call, call.args["channel"])
    if channel["is_im"] and not call.workspace.app.has_messages:
        raise SlackError("messages_tab_disabled")
    if not conversations.is_visible(call.workspace, channel):
        raise SlackError("channel_not_found")
    if channel["is_archived"] or not _may_post_uninvited(call, channel):
        conversations.must_be_in(call.workspace, channel)
    return channel


def _addressed(call: Call, ref: str) -> Json:
    user = call.workspace.store.get("user", ref)
    if not user:
        return call.workspace.channel(ref)
    if user["is_bot"] or user["deleted"]:
        raise SlackError("channel_not_found")
    return call.workspace.dm(user)


def _may_post_uninvited(call: Call, channel: Json) -> bool:
    is_public = not channel["is_im"] and not channel["is_private"]
    return is_public and "chat:write.public" in installs.granted(call.workspace)


def _must_be_in_a_thread(call: Call, channel: Json) -> None:
    if thread := call.args.get("thread_ts"):
        try:
            messages.thread(call.workspace, channel, thread)
        except SlackError:
            raise SlackError("cannot_reply_to_message") from None


@method("chat.postMessage")
def post_message(call: Call) -> Json:
    channel = target(call)
    _must_be_in_a_thread(call, channel)
    if any(call.args.get(name) for name in COSTUME):
        call.needs("chat:write.customize")
    call.workspace.rates.post(channel["id"], call.workspace.clock.now())
    author = message_content.bot_author(call.workspace, call.args)
    message = messages.post(call.workspace, channel, author, message_content.of_message(call.workspace, call.args))
    return {"channel": channel["id"], "ts": message["ts"], "message": message}


def _own(call: Call, error: str) -> tuple[Json, Json]:
    """Return the channel and message that a call refers to; raise `error` unless the app posted the message."""
    channel = visible(call)
    message = messages.find(call.workspace, channel, call.args["ts"])
    if message.get("bot_id") != call.workspace.app.bot_id or message.get("subtype") not in OTHER_SUBTYPES:
        raise SlackError(error)
    return channel, message


@method("chat.update")
def update(call: Call) -> Json:
    channel, message = _own(call, "cant_update_message")
    message_content.must_be_short(call.args, LONGEST_EDIT)
    said = message_content.of_message(call.workspace, call.args)
    said.pop("thread_ts", None)
    if call.args.get("metadata") == {}:
        said["metadata"] = None
    if not call.args.get("blocks") and "text" in call.args:
        said["blocks"] = None
    changed = messages.edit(call.workspace, channel, message, said, call.workspace.bot_user_id)
    return {"channel": channel["id"], "ts": message["ts"], "text": changed["text"], "message": changed}


@method("chat.delete")
def delete(call: Call) -> Json:
    channel, message = _own(call, "cant_delete_message")
    messages.delete(call.workspace, channel, message)
    return {"channel": channel["id"], "ts": message["ts"]}


@method("chat.postEphemeral")
def post_ephemeral(call: Call) -> Json:
    channel = target(call)
    user = call.workspace.store.get("user", call.args["user"])
    if not user or user["deleted"] or user["id"] not in channel["members"]:
        raise SlackError("user_not_in_channel")
    _must_be_in_a_thread(call, channel)
    message_content.must_be_short(call.args)
    author = message_content.bot_author(call.workspace, call.args)
    given = message_content.of_message(call.workspace, call.args)
    message = messages.post_ephemeral(call.workspace, channel, user["id"], author, given)
    return {"message_ts": message["ts"]}


@method("chat.getPermalink")
def get_permalink(call: Call) -> Json:
    channel = visible(call)
    message = messages.find(call.workspace, channel, call.args["message_ts"])
    link = f"{call.workspace.address}/archives/{channel['id']}/p{message['ts'].replace('.', '')}"
    if message.get("thread_ts", message["ts"]) != message["ts"]:
        link += f"?thread_ts={message['thread_ts']}&cid={channel['id']}"
    return {"channel": channel["id"], "permalink": link}
