"""Methods of conversations: channels and direct messages, their members and their history."""

import re
from datetime import timedelta

from sandbox import conversations, installs, messages
from sandbox.api.methods import Call, method
from sandbox.api.pages import cursor_for, limit_of, page, place_of
from sandbox.clock import instant, timestamp
from sandbox.seed import LOCALE
from sandbox.slack_types import Json, SlackError

NEVER, EVER = "9", "0"
TS = re.compile(r"\d{1,10}(\.\d+)?")
MICROSECOND = timedelta(microseconds=1)


SCOPES = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


def visible(call: Call, *, id: str | None = None) -> Json:
    """Return the conversation `id`, by default the call's `channel`, or raise an error if the bot can't see it."""
    channel = call.workspace.store.get("channel", id or call.args["channel"])
    if not channel or not conversations.is_visible(call.workspace, channel):
        raise SlackError("channel_not_found")
    return channel


def _type(channel: Json) -> str:
    if channel["is_im"]:
        return "im"
    return "private_channel" if channel["is_private"] else "public_channel"


@method("conversations.list")
def conversations_list(call: Call) -> Json:
    types = {each.strip() for each in call.args.get("types", "public_channel").split(",")}
    if not types <= SCOPES.keys():
        raise SlackError("invalid_types")
    for each in sorted(types):
        call.needs(f"{SCOPES[each]}:read")
    seen = [
        conversations.shown(call.workspace, channel) | _size(channel)
        for channel in call.workspace.channels()
        if _type(channel) in types
        and conversations.is_visible(call.workspace, channel)
        and not (channel["is_archived"] and call.args.get("exclude_archived"))
    ]
    channels, onward = page(seen, call.args, usual=100)
    return {"channels": channels, "response_metadata": onward}


def _size(channel: Json) -> Json:
    return {} if channel["is_im"] else {"num_members": len(channel["members"])}


@method("conversations.info")
def conversations_info(call: Call) -> Json:
    channel = visible(call)
    call.needs(f"{SCOPES[_type(channel)]}:read")
    size = _size(channel) if call.args.get("include_num_members") else {}
    locale = {"locale": LOCALE} if call.args.get("include_locale") else {}
    return {"channel": conversations.shown(call.workspace, channel) | size | locale}


@method("conversations.members")
def conversations_members(call: Call) -> Json:
    channel = visible(call)
    call.needs(f"{SCOPES[_type(channel)]}:read")
    members, onward = page(channel["members"], call.args, usual=100)
    return {"members": members, "response_metadata": onward}


@method("conversations.join")
def conversations_join(call: Call) -> Json:
    channel = visible(call)
    if channel["is_im"] or channel["is_private"]:
        raise SlackError("method_not_supported_for_channel_type")
    if channel["is_archived"]:
        raise SlackError("is_archived")
    already = call.workspace.bot_user_id in channel["members"]
    conversations.join(call.workspace, channel, call.workspace.bot_user_id)
    notice = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    return {"channel": conversations.shown(call.workspace, channel)} | (notice if already else {})


@method("conversations.open")
def conversations_open(call: Call) -> Json:
    if call.args.get("channel"):
        return _opened(call, visible(call))
    users = [id for id in call.args.get("users", "").split(",") if id]
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("method_not_supported_for_channel_type")
    user = call.workspace.user(users[0])
    if user["deleted"]:
        raise SlackError("user_disabled")
    if user["is_bot"]:
        raise SlackError("cannot_dm_bot")
    call.needs("im:write")
    is_there = any(channel.get("user") == user["id"] for channel in call.workspace.channels())
    if call.args.get("prevent_creation") and not is_there:
        raise SlackError("channel_not_found")
    return _opened(call, call.workspace.dm(user), is_new=not is_there)


def _opened(call: Call, channel: Json, *, is_new: bool = False) -> Json:
    already = not is_new and channel.get("is_open", True)
    if channel["is_im"]:
        messages.set_open(call.workspace, channel, True)
    seen = conversations.shown(call.workspace, channel) if call.args.get("return_im") else {"id": channel["id"]}
    return {"channel": seen} | ({"no_op": True, "already_open": True} if already else {})


def _readable(call: Call) -> Json:
    channel = visible(call)
    scope = f"{SCOPES[_type(channel)]}:history"
    call.needs(scope)
    if call.workspace.setting("history_off"):
        raise installs.missing(call.workspace, [scope])
    if call.workspace.bot_user_id not in channel["members"]:
        raise SlackError("not_in_channel")
    return channel


def _bounds(args: Json) -> tuple[str, str]:
    """Return the exclusive `ts` bounds of a call; with `inclusive`, each is moved outward by a microsecond."""
    step = MICROSECOND if args.get("inclusive") else timedelta(0)
    return _bound(args, "oldest", EVER, -step), _bound(args, "latest", NEVER, step)


def _bound(args: Json, name: str, default: str, shift: timedelta) -> str:
    given = args.get(name)
    if not given:
        return default
    if not TS.fullmatch(given):
        raise SlackError(f"invalid_ts_{name}")
    return timestamp(instant(given) + shift)


def _without_metadata(message: Json, args: Json) -> Json:
    """Return a message as history shows it: with only the `event_type` of its metadata by default."""
    if "metadata" not in message or args.get("include_all_metadata"):
        return message
    return message | {"metadata": {"event_type": message["metadata"]["event_type"]}}


@method("conversations.history")
def conversations_history(call: Call) -> Json:
    channel = _readable(call)
    after, before = _bounds(call.args)
    limit = limit_of(call.args, 100)
    if cursor := call.args.get("cursor"):
        before = place_of(cursor)
    found = messages.seen_by_all(call.workspace, channel, after=after, before=before, limit=limit + 1)
    shown = [_without_metadata(message, call.args) for message in found[:limit]]
    answer: Json = {"messages": shown, "has_more": len(found) > limit, "pin_count": 0}
    if len(found) > limit:
        answer["response_metadata"] = {"next_cursor": cursor_for(shown[-1]["ts"])}
    return answer


@method("conversations.replies")
def conversations_replies(call: Call) -> Json:
    channel = _readable(call)
    after, before = _bounds(call.args)
    thread = messages.thread(call.workspace, channel, call.args["ts"])
    replies = [reply for reply in thread[1:] if after < reply["ts"] < before]
    shown, onward = page([thread[0], *replies], call.args, usual=1000)
    more = bool(onward["next_cursor"])
    answer = {"messages": [_without_metadata(message, call.args) for message in shown], "has_more": more}
    return answer | ({"response_metadata": onward} if more else {})
