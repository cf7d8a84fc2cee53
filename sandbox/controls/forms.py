"""Controls for submitting and closing modals, and applying the app's `response_action` to the stack of views."""

from typing import Any

from sandbox import payloads, response_urls, views
from sandbox.blocks import forms
from sandbox.controls.actions import answered, finder
from sandbox.controls.endpoints import allow_fields, require_text, user_of
from sandbox.slack_types import Json, SlackError
from sandbox.workspace import Workspace


@allow_fields("user", "view_id", "values")
async def submit(workspace: Workspace, said: Json) -> Json:
    """Fill in the top modal with `values`, by block or action id, and submit it; return the app's ack."""
    with workspace.change():
        user = user_of(workspace, said)
        view = _top(workspace, user, require_text(said, "view_id"))
        if not view["submit"]:
            raise SlackError("view_without_submit")
        _fill(workspace, view, said.get("values") or {})
        views.keep(workspace, {"user": user["id"], "view": view})
        _must_be_complete(view)
        payload = payloads.submission(workspace, user, view, _response_urls(workspace, user, view))
    installer = payloads.installer_of_view(workspace, view)
    ack = await answered(installer, "interactive", payload, user, None, "This form")
    said_back = ack.payload if isinstance(ack.payload, dict) else {}
    with workspace.change():
        _obey(workspace, user, view, said_back, installer)
    return {"ack": ack.payload, "ms": ack.ms, **said_back}


def _top(workspace: Workspace, user: Json, view_id: str) -> Json:
    stack = views.stack(workspace, user["id"])
    if not stack or stack[-1]["id"] != view_id:
        raise SlackError("view_not_found")
    return stack[-1]


def _fill(workspace: Workspace, view: Json, values: Any) -> None:
    if not isinstance(values, dict):
        raise SlackError("invalid_arguments", "[ERROR] must provide an object [json-pointer:/values]")
    fields = {}
    for block, element in forms.elements(view["blocks"]):
        if element["type"] in forms.REMEMBERED:
            fields[element["action_id"]] = fields[block["block_id"]] = (block, element)
    for name, value in values.items():
        if name not in fields:
            raise SlackError("field_not_found", f"the form has no field {name!r}")
        block, element = fields[name]
        state = forms.chosen(element, value, finder(workspace))
        view["state"]["values"][block["block_id"]][element["action_id"]] = state


def _must_be_complete(view: Json) -> None:
    """Raise `required_field` if a required field is empty; Slack's clients do not submit such a form."""
    for block in view["blocks"]:
        if block["type"] == "input" and not block.get("optional"):
            state = view["state"]["values"][block["block_id"]][block["element"]["action_id"]]
            if forms.is_empty(state):
                raise SlackError("required_field", f"please complete {block['block_id']!r}")


def _response_urls(workspace: Workspace, user: Json, view: Json) -> list[Json]:
    made = []
    for block, element in forms.elements(view["blocks"]):
        state = view["state"]["values"].get(block["block_id"], {}).get(element["action_id"], {})
        place = state.get("selected_conversation") or state.get("selected_channel")
        if element.get("response_url_enabled") and place:
            installer = payloads.installer_of_view(workspace, view)
            url = response_urls.make(installer, user, workspace.channel(place), home=workspace)
            ids = {"block_id": block["block_id"], "action_id": element["action_id"], "channel_id": place}
            made.append(ids | {"response_url": url})
    return made


def _obey(workspace: Workspace, user: Json, view: Json, said: Json, installer: Workspace) -> None:
    """Apply the `response_action` of the app's ack to the stack of views."""
    action = said.get("response_action")
    if action == "errors":
        _must_be_fields(view, said.get("errors"))
    elif action == "clear":
        views.close_all(workspace, user["id"])
    elif action == "push":
        views.put_above(workspace, user["id"], said["view"], installer)
    elif action == "update":
        views.replace(workspace, {"user": user["id"], "view": view}, said["view"])
    elif action is None:
        views.close(workspace, view)
    else:
        raise SlackError("invalid_arguments", f"[ERROR] unknown response_action: {action}")


def _must_be_fields(view: Json, errors: Any) -> None:
    """Raise `invalid_arguments` unless every error belongs to an input block; Slack rejects such a response."""
    fields = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or errors.keys() - fields:
        raise SlackError("invalid_arguments", "[ERROR] `errors` must be keyed by the `block_id` of input blocks")


@allow_fields("user", "view_id", "all")
async def close(workspace: Workspace, said: Json) -> Json:
    """Close the top modal, or all modals if the top one has `clear_on_close` or the field `all` is true."""
    with workspace.change():
        user = user_of(workspace, said)
        view = _top(workspace, user, require_text(said, "view_id"))
        stack = views.stack(workspace, user["id"])
        is_cleared = bool(said.get("all") or view["clear_on_close"])
        closing = stack[::-1] if is_cleared else [view]
        for each in closing:
            views.close(workspace, each)
    for each in closing:
        if each["notify_on_close"]:
            payload = payloads.closed(workspace, user, each, is_cleared=is_cleared)
            installer = payloads.installer_of_view(workspace, each)
            await answered(installer, "interactive", payload, user, None, "This form")
    return {}
