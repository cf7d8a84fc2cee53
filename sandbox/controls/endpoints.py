"""HTTP endpoints for controls, for local requests only: JSON or form body in, JSON out, errors as 400 or 403."""

import json
from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.slack import Slack
from sandbox.slack_types import Json, SlackError
from sandbox.workspace import Workspace

Control = Callable[[Workspace, Json], Awaitable[Json]]
Endpoint = Callable[[Request], Awaitable[Response]]
LOCAL = {"127.0.0.1", "localhost"}


def endpoint(slack: Slack, control: Control) -> Endpoint:
    async def serve(request: Request) -> Response:
        if not is_local(request.headers):
            return JSONResponse({"ok": False, "error": "not_local"}, 403)
        try:
            answer = {"ok": True} | await on_workspace(slack, control, await _said(request))
        except SlackError as refused:
            answer = refused.answer()
        return JSONResponse(answer, 200 if answer["ok"] else 400)

    return serve


async def on_workspace(slack: Slack, control: Control, said: Json) -> Json:
    """Call a control on the workspace in its field `workspace`, an id or a name; by default on the first one."""
    asked = said.pop("workspace", None)
    if asked is not None and control in _OF_ALL:
        said["team"] = slack.workspace(asked).team["id"]
    return await control(slack.workspace(asked), said)


_OF_ALL = set[Control]()


def of_all_workspaces(control: Control) -> Control:
    """Mark a control that is about all workspaces; it gets the id of the one that was asked for in its field `team`."""
    _OF_ALL.add(control)
    return control


def allow_fields(*fields: str) -> Callable[[Control], Control]:
    """Return a decorator that makes a control reject other fields, so that a misspelled field is an error."""

    def checked(control: Control) -> Control:
        @wraps(control)
        async def call(workspace: Workspace, said: Json) -> Json:
            must_know(said, fields)
            return await control(workspace, said)

        return call

    return checked


def must_know(said: Json, fields: Sequence[str]) -> None:
    if unknown := sorted(said.keys() - set(fields)):
        among = f"choose from {', '.join(fields)}" if fields else "this control takes no fields"
        raise SlackError("invalid_arguments", f"[ERROR] unknown field: {unknown[0]}; {among}")


def is_local(headers: Headers) -> bool:
    """Return whether a request is for a loopback host, with an `Origin`, if any, of the same host."""
    host = headers.get("host", "")
    origin = headers.get("origin", f"http://{host}")
    return host.partition(":")[0] in LOCAL and origin == f"http://{host}"


async def _said(request: Request) -> Json:
    if request.method == "GET":
        return dict(request.query_params)
    body = (await request.body()).decode(errors="replace").strip()
    if body and not body.startswith(("{", "[")):
        return {name: _plain(value) for name, value in parse_qsl(body, keep_blank_values=True)}
    said = _json(body or "{}")
    if not isinstance(said, dict):
        raise SlackError("json_not_object")
    return said


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise SlackError("invalid_json") from None


def _plain(value: str) -> Any:
    """Parse a form value, which is text, `true` or `false`, or JSON, such as `curl -d name=value` sends."""
    return _json(value) if value in ("true", "false") or value.startswith(("{", "[")) else value


def require_text(said: Json, name: str) -> str:
    """Return a required non-empty text field. Raises `invalid_arguments`."""
    value = said.get(name)
    if not isinstance(value, str) or not value:
        raise SlackError("invalid_arguments", f"[ERROR] missing required field: {name}")
    return value


def user_of(workspace: Workspace, said: Json, name: str = "user") -> Json:
    user = workspace.user(require_text(said, name))
    if user["deleted"]:
        raise SlackError("account_inactive")
    return user


def channel_of(workspace: Workspace, said: Json, user: Json | None) -> Json:
    """Return the field `channel`, an id or name, if the person can see it; `bot` is their DM with the bot."""
    ref = require_text(said, "channel")
    if user and ref in ("bot", workspace.dm_id(user["id"])):
        return workspace.dm(user)
    channel = workspace.channel(ref)
    if user and (channel["is_im"] or channel["is_private"]) and user["id"] not in channel["members"]:
        raise SlackError("channel_not_found")
    return channel


def open_to(workspace: Workspace, said: Json, user: Json) -> Json:
    """Return the field `channel` if the person may write in it. Raises `is_archived` or `not_in_channel`."""
    channel = channel_of(workspace, said, user)
    if channel["is_archived"]:
        raise SlackError("is_archived")
    if user["id"] not in channel["members"]:
        raise SlackError("not_in_channel")
    return channel


def visible_message(workspace: Workspace, channel: Json, user: Json, ts: str) -> Json:
    message = workspace.store.message(channel["id"], ts)
    if not message or message.get("ephemeral_to", user["id"]) != user["id"]:
        raise SlackError("message_not_found")
    return message
