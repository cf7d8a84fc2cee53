"""Methods of reactions: adding, removing and reading emoji reactions."""

import re

from sandbox import messages
from sandbox.api.conversations import visible
from sandbox.api.methods import Call, method
from sandbox.slack_types import Json, SlackError

TS = re.compile(r"\d+\.\d+")


def _item(call: Call) -> tuple[Json, Json]:
    if not call.args.get("channel") or not call.args.get("timestamp"):
        raise SlackError("no_item_specified")
    channel = visible(call)
    if not TS.fullmatch(call.args["timestamp"]):
        raise SlackError("bad_timestamp")
    return channel, messages.find(call.workspace, channel, call.args["timestamp"])


def _name(call: Call) -> str:
    return str(call.args["name"]).strip(":")


@method("reactions.add")
def add(call: Call) -> None:
    channel, message = _item(call)
    if channel["is_archived"]:
        raise SlackError("is_archived")
    messages.react(call.workspace, channel, message, call.workspace.bot_user_id, _name(call))


@method("reactions.remove")
def remove(call: Call) -> None:
    channel, message = _item(call)
    messages.unreact(call.workspace, channel, message, call.workspace.bot_user_id, _name(call))


@method("reactions.get")
def get(call: Call) -> Json:
    channel, message = _item(call)
    return {"type": "message", "channel": channel["id"], "message": message}
