"""Methods of chat that schedule, list and delete scheduled messages."""

from datetime import UTC, datetime, timedelta

from sandbox import message_content, messages, timers
from sandbox.api.chat import target
from sandbox.api.methods import Call, method
from sandbox.api.pages import page
from sandbox.clock import instant, seconds
from sandbox.slack_types import Json, SlackError
from sandbox.workspace import Workspace, new_id

FURTHEST = timedelta(days=120)
MOST_IN_FIVE_MINUTES = 30
POST = "post_message"


@method("chat.scheduleMessage")
def schedule_message(call: Call) -> Json:
    channel = target(call)
    at = _when(call)
    _must_not_be_too_many(call.workspace, channel, at)
    message_content.must_be_short(call.args)
    given = message_content.of_message(call.workspace, call.args)
    id = new_id("Q")
    what = {"id": id, "channel": channel["id"], "post_at": seconds(at), "content": given}
    timers.put(call.workspace, POST, id, at, what | {"date_created": seconds(call.workspace.clock.now())})
    shown = message_content.bot_author(call.workspace) | {"type": "delayed_message", "text": given["text"]}
    return {
        "channel": channel["id"],
        "scheduled_message_id": id,
        "post_at": what["post_at"],
        "message": shown,
    }


def _when(call: Call) -> datetime:
    at = datetime.fromtimestamp(call.args["post_at"], UTC)
    now = call.workspace.clock.now()
    if at <= now:
        raise SlackError("time_in_past")
    if at - now > FURTHEST:
        raise SlackError("time_too_far")
    return at


def _must_not_be_too_many(workspace: Workspace, channel: Json, at: datetime) -> None:
    near = [
        each
        for each in timers.waiting(workspace, POST)
        if each["what"]["channel"] == channel["id"] and abs(instant(each["at"]) - at) < timedelta(minutes=5)
    ]
    if len(near) >= MOST_IN_FIVE_MINUTES:
        raise SlackError("restricted_too_many")


@timers.action(POST)
def post(workspace: Workspace, what: Json) -> None:
    """Post a scheduled message, unless it has metadata, as in a bug that Slack documents."""
    if "metadata" in what["content"]:
        return
    messages.post(workspace, workspace.channel(what["channel"]), message_content.bot_author(workspace), what["content"])


@method("chat.deleteScheduledMessage")
def delete_scheduled_message(call: Call) -> None:
    id = call.args["scheduled_message_id"]
    found = [each for each in timers.waiting(call.workspace, POST) if each["id"] == id]
    if not found or found[0]["what"]["channel"] != call.args["channel"]:
        raise SlackError("invalid_scheduled_message_id")
    call.workspace.store.drop("due", id)


@method("chat.scheduledMessages.list")
def scheduled_messages_list(call: Call) -> Json:
    wanted = call.args.get("channel")
    found = [
        {key: each["what"][key] for key in ("id", "post_at", "date_created")}
        | {"channel_id": each["what"]["channel"], "text": each["what"]["content"]["text"]}
        for each in timers.waiting(call.workspace, POST)
        if wanted in (None, each["what"]["channel"])
    ]
    shown, onward = page(found, call.args, usual=100)
    return {"scheduled_messages": shown, "response_metadata": onward}
