"""Controls for a person's interactions with the app: commands, block actions, shortcuts, and the Home tab."""

from typing import Any

from sandbox import events, message_content, messages, payloads, response_urls, rich_text, views
from sandbox.blocks import forms
from sandbox.clock import timestamp
from sandbox.controls import messages as controls_messages
from sandbox.controls.endpoints import allow_fields, channel_of, open_to, require_text, user_of, visible_message
from sandbox.slack_types import Json, SlackError
from sandbox.socket_mode import Ack
from sandbox.workspace import Workspace

SLACKBOT = {"user": "USLACKBOT"}
TOO_LATE = ("timeout", "http_timeout")
TABS = ("home", "messages")
PLACE = ("channel", "ts", "view_id")
ELEMENT = ("action_id", "block_id", "value")
SHOWN = ("text", "value", "style", "placeholder")


@allow_fields("user", "channel", "command", "text")
async def command(workspace: Workspace, said: Json) -> Json:
    """Run a slash command as a person; return the app's ack and its latency in milliseconds."""
    name = require_text(said, "command")
    if name == "/me":
        return await _say_of_oneself(workspace, said)
    with workspace.change():
        user = user_of(workspace, said)
        channel = channel_of(workspace, said, user)
        known = workspace.app.command(name)
        if not known:
            raise SlackError("invalid_command", f"{name} is not a valid command")
        text = _escaped(workspace, known, said.get("text") or "")
        url = response_urls.make(workspace, user, channel)
        payload = payloads.command(workspace, user, channel, name, text, url)
    ack = await answered(workspace, "slash_commands", payload, user, channel, name)
    with workspace.change():
        _show(workspace, user, channel, ack.payload)
    return {"ack": ack.payload, "ms": ack.ms}


async def _say_of_oneself(workspace: Workspace, said: Json) -> Json:
    """Run Slack's own command `/me`, which sends the app no command, but a `message` event."""
    text = f"/me {require_text(said, 'text')}"
    posted = await controls_messages.message(
        workspace, {"user": said.get("user"), "channel": said.get("channel"), "text": text}
    )
    return posted | {"ack": {}, "ms": 0}


def _escaped(workspace: Workspace, command: Json, text: str) -> str:
    """Escape a command's text; if the command has `should_escape`, names become mentions."""
    if command.get("should_escape"):
        return workspace.typed(text, labels=True)
    return rich_text.escape(text, lambda _: None)


def _show(workspace: Workspace, user: Json, channel: Json, said: Any) -> None:
    """Post the message in a command's ack, if it has one."""
    if not isinstance(said, dict) or not (said.get("text") or said.get("blocks") or said.get("attachments")):
        return
    author, given = message_content.bot_author(workspace), message_content.of_message(workspace, said)
    if said.get("response_type") == "in_channel":
        messages.post(workspace, channel, author, given)
    else:
        messages.post_ephemeral(workspace, channel, user["id"], author, given)


async def answered(
    workspace: Workspace,
    kind: str,
    payload: Json,
    user: Json,
    channel: Json | None,
    what: str,
    installer: Workspace | None = None,
) -> Ack:
    """Send a payload to the app's install in a workspace, by default the person's own, and return the app's ack.

    Raises `app_not_installed`. If the ack is missing, show the person Slack's error notice, and raise
    `operation_timeout` or `dispatch_failed`.
    """
    if not (installer or workspace).holder:
        raise SlackError("app_not_installed")
    answer = await workspace.slack.transport.ask(kind, payload)
    if isinstance(answer, Ack):
        return answer
    error = "operation_timeout" if answer.reason in TOO_LATE else "dispatch_failed"
    if channel:
        notice = f'{what} failed with the error "{error}"'
        with workspace.change():
            messages.post_ephemeral(workspace, channel, user["id"], SLACKBOT, {"text": notice})
    raise SlackError(error)


@allow_fields("user", *PLACE, *ELEMENT)
async def action(workspace: Workspace, said: Json) -> Json:
    """Press a button, pick an option or fill in a field, in a message or a view."""
    with workspace.change():
        user = user_of(workspace, said)
        channel = None
        if said.get("view_id"):
            payload, installer = _in_view(workspace, said, user)
        else:
            channel = channel_of(workspace, said, user)
            payload, installer = _in_message(workspace, said, user, channel)
    ack = await answered(workspace, "interactive", payload, user, channel, "This action", installer)
    return {"ms": ack.ms}


def _in_message(workspace: Workspace, said: Json, user: Json, channel: Json) -> tuple[Json, Workspace]:
    """Return the payload, and the workspace whose install it goes to."""
    message = visible_message(workspace, channel, user, require_text(said, "ts"))
    inside = [each.get("blocks", []) for each in message.get("attachments", [])]
    blocks = [*message.get("blocks", []), *(block for part in inside for block in part)]
    block, element = element_of(blocks, said)
    used, state = _used(workspace, block, element, said)
    values = forms.initial_values(blocks)
    if element["type"] in forms.REMEMBERED:
        values[block["block_id"]][element["action_id"]] = state
    installer = payloads.installer_of_message(workspace, message)
    url = response_urls.make(installer, user, channel, message["ts"], home=workspace)
    return payloads.message_action(workspace, user, channel, message, used, values, url, installer), installer


def _in_view(workspace: Workspace, said: Json, user: Json) -> tuple[Json, Workspace]:
    kept = views.find(workspace, user["id"], require_text(said, "view_id"))
    view = kept["view"]
    block, element = element_of(view["blocks"], said)
    used, state = _used(workspace, block, element, said)
    if element["type"] in forms.REMEMBERED:
        view["state"]["values"][block["block_id"]][element["action_id"]] = state
    views.keep(workspace, kept)
    return payloads.view_action(workspace, user, view, used), payloads.installer_of_view(workspace, view)


def element_of(blocks: list[Json], said: Json) -> tuple[Json, Json]:
    """Return the block and the element with this `action_id`; a `block_id` or button value tells duplicates apart."""
    found = [
        (block, element)
        for block, element in forms.elements(blocks)
        if element["action_id"] == said.get("action_id")
        and said.get("block_id", block["block_id"]) == block["block_id"]
    ]
    if not found:
        raise SlackError("action_not_found")
    exact = [pair for pair in found if said.get("value") is not None and pair[1].get("value") == said["value"]]
    return (exact or found)[0]


def _used(workspace: Workspace, block: Json, element: Json, said: Json) -> tuple[Json, Json]:
    """Return the action for the payload, and the new state of the element."""
    state = forms.chosen(element, said.get("value"), finder(workspace))
    shown: Json = {key: element[key] for key in SHOWN if key in element}
    at = timestamp(workspace.clock.now())
    ids = {"action_id": element["action_id"], "block_id": block["block_id"], "action_ts": at}
    return {**ids, **shown, **state}, state


def finder(workspace: Workspace) -> forms.Find:
    """Return a function that finds the ids of people and channels by name."""

    def find(kind: str, ref: str) -> str:
        if kind == "file_input":
            return ref
        found: Json = workspace.user(ref) if "users" in kind else workspace.channel(ref)
        return str(found["id"])

    return find


@allow_fields("user", *PLACE, *ELEMENT)
async def suggest(workspace: Workspace, said: Json) -> Json:
    """Type into an external select, and return the options that the app suggests."""
    with workspace.change():
        user = user_of(workspace, said)
        if said.get("view_id"):
            kept = views.find(workspace, user["id"], require_text(said, "view_id"))
            shown, where = kept["view"], payloads.in_view(kept["view"])
            installer = payloads.installer_of_view(workspace, shown)
        else:
            channel = channel_of(workspace, said, user)
            shown = visible_message(workspace, channel, user, require_text(said, "ts"))
            where, installer = payloads.in_message(channel, shown), payloads.installer_of_message(workspace, shown)
        block, element = element_of(shown.get("blocks", []), said)
        payload = payloads.suggestion(workspace, user, block, element, said.get("value") or "", where, installer)
    ack = await answered(installer, "interactive", payload, user, None, "This select")
    return {"ms": ack.ms, **(ack.payload or {})}


@allow_fields("user", "callback_id", "channel", "ts")
async def shortcut(workspace: Workspace, said: Json) -> Json:
    """Use a message shortcut if `channel` and `ts` are given, else a global one."""
    callback_id = require_text(said, "callback_id")
    with workspace.change():
        user = user_of(workspace, said)
        on_message = bool(said.get("ts"))
        if not workspace.app.shortcut(callback_id, "message" if on_message else "global"):
            raise SlackError("shortcut_not_found")
        channel = open_to(workspace, said, user) if on_message else None
        if channel:
            message = visible_message(workspace, channel, user, require_text(said, "ts"))
            url = response_urls.make(workspace, user, channel, None)
            payload = payloads.message_shortcut(workspace, user, channel, message, callback_id, url)
        else:
            payload = payloads.global_shortcut(workspace, user, callback_id)
    ack = await answered(workspace, "interactive", payload, user, channel, "This shortcut")
    return {"ms": ack.ms}


@allow_fields("user", "tab")
async def open_home(workspace: Workspace, said: Json) -> Json:
    """Open the bot's Home tab, or its messages with `tab=messages`; return the published view, if any."""
    with workspace.change():
        user = user_of(workspace, said)
        channel, tab = workspace.dm(user), said.get("tab", "home")
        if tab not in TABS:
            raise SlackError("invalid_arguments")
        view = views.home(workspace, user["id"]) if tab == "home" else None
        event = {"type": "app_home_opened", "user": user["id"], "channel": channel["id"], "tab": tab}
        events.tell(workspace, event | ({"view": view} if view else {}))
    return {"view": view}
