"""Messages: posting, editing, deleting, reacting and reading. Each change sends its events."""

import re
from collections.abc import Callable
from datetime import timedelta

from sandbox import events
from sandbox.clock import instant, timestamp
from sandbox.slack_types import Json, SlackError
from sandbox.workspace import Workspace

EMOJI = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")
PRIVATE = ("ephemeral_to",)
TOMBSTONE_KEEPS = ("ts", "thread_ts", "type", "team")


def next_ts(workspace: Workspace, channel: Json) -> str:
    """Return a `ts` for a new message: the current time, or just after the newest message if that is later."""
    now = timestamp(workspace.clock.now())
    newest = workspace.store.newest_ts(channel["id"])
    if newest and newest >= now:
        return timestamp(instant(newest) + timedelta(microseconds=1))
    return now


def post(workspace: Workspace, channel: Json, author: Json, content: Json) -> Json:
    """Post a message; with `thread_ts` it is a reply, which `reply_broadcast` also shows in the channel."""
    if channel["is_im"]:
        set_open(workspace, channel, True)
    signed: Json = {"type": "message"} | author | {"ts": next_ts(workspace, channel), "team": workspace.team["id"]}
    message = signed | content
    broadcast = message.pop("reply_broadcast", False)
    if thread_ts := message.get("thread_ts"):
        root = _root(workspace, channel, thread_ts)
        message |= {"thread_ts": root["ts"], "parent_user_id": root.get("user")}
        if broadcast:
            message |= {"subtype": "thread_broadcast", "root": root}
        _count_reply(workspace, channel, root, message)
    workspace.put_message(channel, message)
    events.message(workspace, channel, without_internal_fields(message) | {"event_ts": message["ts"]})
    if _mentions_bot(workspace, message) and not channel["is_im"]:
        mention = without_internal_fields(message) | {
            "type": "app_mention",
            "channel": channel["id"],
            "event_ts": message["ts"],
        }
        events.tell(workspace, mention, channel=channel)
    _tell_metadata(workspace, channel, None, message, message["ts"])
    return message


def set_open(workspace: Workspace, channel: Json, is_open: bool) -> None:
    """Open or close a direct message; a closed one is hidden from the person until its next message."""
    if channel.get("is_open", True) == is_open:
        return
    channel["is_open"] = is_open
    workspace.store.put("channel", channel["id"], channel)
    event = {"type": "im_open" if is_open else "im_close", "user": channel["user"], "channel": channel["id"]}
    events.tell(workspace, event, channel=channel)


def _mentions_bot(workspace: Workspace, message: Json) -> bool:
    return message.get("subtype") in (None, "file_share") and f"<@{workspace.bot_user_id}" in message["text"]


def post_ephemeral(workspace: Workspace, channel: Json, user: str, author: Json, content: Json) -> Json:
    """Post an ephemeral message, which only one person sees and which sends no event."""
    signed: Json = {"type": "message"} | author | {"ts": next_ts(workspace, channel), "team": workspace.team["id"]}
    message = signed | content | {"ephemeral_to": user, "is_ephemeral": True}
    workspace.put_message(channel, message)
    return message


def without_internal_fields(message: Json) -> Json:
    """Return a message as events show it, without the sandbox's internal fields."""
    return {key: value for key, value in message.items() if key not in PRIVATE}


def _root(workspace: Workspace, channel: Json, ts: str) -> Json:
    root = workspace.store.message(channel["id"], ts)
    if not root or "ephemeral_to" in root:
        raise SlackError("thread_not_found")
    if root.get("thread_ts", ts) != ts:
        return _root(workspace, channel, root["thread_ts"])
    return root


def _count_reply(workspace: Workspace, channel: Json, root: Json, reply: Json) -> None:
    author = reply.get("user") or reply.get("bot_id")
    users = [user for user in root.get("reply_users", []) if user != author] + [author]
    root |= {"thread_ts": root["ts"], "reply_count": root.get("reply_count", 0) + 1, "reply_users": users}
    root |= {
        "reply_users_count": len(users),
        "latest_reply": reply["ts"],
        "is_locked": False,
        "subscribed": True,
    }
    workspace.put_message(channel, root)


def find(workspace: Workspace, channel: Json, ts: str) -> Json:
    """Return a message. Raises `message_not_found`, also for an ephemeral message."""
    message = workspace.store.message(channel["id"], ts)
    if not message or "ephemeral_to" in message:
        raise SlackError("message_not_found")
    return message


def edit(workspace: Workspace, channel: Json, message: Json, content: Json, editor: str) -> Json:
    before = without_internal_fields(message)
    ts = next_ts(workspace, channel)
    changed = {**message, **content, "edited": {"user": editor, "ts": timestamp(workspace.clock.now())}}
    changed = {key: value for key, value in changed.items() if value is not None}
    workspace.put_message(channel, changed)
    _changed(workspace, channel, changed, before, ts)
    _tell_metadata(workspace, channel, message, changed, ts)
    return changed


def _tell_metadata(workspace: Workspace, channel: Json, before: Json | None, after: Json | None, ts: str) -> None:
    """Send the event for message metadata that was posted, updated or deleted."""
    was, became = (each and each.get("metadata") for each in (before, after))
    message = after or before
    if message is None or was == became:
        return
    event: Json = {key: message[key] for key in ("app_id", "bot_id") if key in message}
    event |= {"channel_id": channel["id"], "message_ts": message["ts"], "event_ts": ts}
    event |= {"user_id": message.get("user", ""), "team_id": workspace.team["id"]}
    event |= {"metadata": became} if became else {"deleted_ts": ts}
    event |= {"previous_metadata": was} if was else {}
    what = "posted" if not was else "updated" if became else "deleted"
    events.of_metadata(workspace, channel, {"type": f"message_metadata_{what}"} | event)


def _changed(workspace: Workspace, channel: Json, message: Json, before: Json, ts: str) -> None:
    event = {"subtype": "message_changed", "message": without_internal_fields(message), "previous_message": before}
    events.message(workspace, channel, event | {"hidden": True, "ts": ts, "event_ts": ts})


def delete(workspace: Workspace, channel: Json, message: Json) -> None:
    """Delete a message; if it has replies, replace it with a tombstone."""
    ts, before = next_ts(workspace, channel), without_internal_fields(message)
    _tell_metadata(workspace, channel, message, None, ts)
    if message.get("reply_count"):
        tombstone = _tombstone(message)
        workspace.put_message(channel, tombstone)
        return _changed(workspace, channel, tombstone, before, ts)
    workspace.drop_message(channel, message["ts"])
    if message.get("thread_ts", message["ts"]) != message["ts"]:
        _uncount_reply(workspace, channel, message)
    event = {"subtype": "message_deleted", "deleted_ts": message["ts"], "previous_message": before}
    events.message(workspace, channel, event | {"hidden": True, "ts": ts, "event_ts": ts})
    return None


def _tombstone(message: Json) -> Json:
    kept = {key: value for key, value in message.items() if "reply" in key or key in TOMBSTONE_KEEPS}
    gone: Json = {
        "subtype": "tombstone",
        "text": "This message was deleted.",
        "user": "USLACKBOT",
        "hidden": True,
    }
    return kept | gone


def _uncount_reply(workspace: Workspace, channel: Json, reply: Json) -> None:
    root = workspace.store.message(channel["id"], reply["thread_ts"])
    if not root:
        return
    left = workspace.store.in_thread(channel["id"], root["ts"])
    users = list(dict.fromkeys(each.get("user") or each.get("bot_id") for each in left))
    root |= {"reply_count": len(left), "reply_users": users, "reply_users_count": len(users)}
    root["latest_reply"] = left[-1]["ts"] if left else None
    workspace.put_message(channel, root)


def react(workspace: Workspace, channel: Json, message: Json, user: str, name: str) -> None:
    _must_be_emoji(name)
    reactions = message.setdefault("reactions", [])
    reaction = next((each for each in reactions if each["name"] == name), None)
    if reaction is None:
        reaction = {"name": name, "users": [], "count": 0}
        reactions.append(reaction)
    if user in reaction["users"]:
        raise SlackError("already_reacted")
    reaction["users"].append(user)
    _reacted(workspace, channel, message, user, name, "reaction_added")


def unreact(workspace: Workspace, channel: Json, message: Json, user: str, name: str) -> None:
    _must_be_emoji(name)
    reaction = next((each for each in message.get("reactions", []) if each["name"] == name), None)
    if not reaction or user not in reaction["users"]:
        raise SlackError("no_reaction")
    reaction["users"].remove(user)
    _reacted(workspace, channel, message, user, name, "reaction_removed")


def _must_be_emoji(name: str) -> None:
    if not EMOJI.fullmatch(name):
        raise SlackError("invalid_name")


def _reacted(workspace: Workspace, channel: Json, message: Json, user: str, name: str, what: str) -> None:
    for each in message["reactions"]:
        each["count"] = len(each["users"])
    message["reactions"] = [each for each in message["reactions"] if each["users"]]
    if not message["reactions"]:
        del message["reactions"]
    workspace.put_message(channel, message)
    item = {"type": "message", "channel": channel["id"], "ts": message["ts"]}
    event = {"type": what, "user": user, "reaction": name, "item": item}
    if message.get("user"):
        event["item_user"] = message["user"]
    events.tell(workspace, event, channel=channel)


def seen_by_all(workspace: Workspace, channel: Json, *, after: str, before: str, limit: int) -> list[Json]:
    """Return the channel's messages without ephemeral ones, newest first."""
    return latest_messages(workspace, channel, is_for_all, after=after, before=before, limit=limit)


def is_for_all(message: Json) -> bool:
    return "ephemeral_to" not in message


def latest_messages(
    workspace: Workspace,
    channel: Json,
    is_seen: Callable[[Json], bool],
    *,
    after: str,
    before: str,
    limit: int,
) -> list[Json]:
    """Return the channel's messages for which `is_seen` holds, newest first, at most `limit`."""
    found: list[Json] = []
    while len(found) < limit:
        page = workspace.store.in_channel(channel["id"], after=after, before=before, limit=limit)
        found += [message for message in page if is_seen(message)]
        if len(page) < limit:
            break
        before = page[-1]["ts"]
    return found[:limit]


def thread(workspace: Workspace, channel: Json, ts: str) -> list[Json]:
    """Return a thread: its root, then its replies, oldest first. `ts` may be that of any message in it."""
    root = _root(workspace, channel, ts)
    replies = workspace.store.in_thread(channel["id"], root["ts"])
    return [root, *filter(is_for_all, replies)]
