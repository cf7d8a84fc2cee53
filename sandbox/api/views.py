"""Methods of views: opening, pushing and updating modals, and publishing the Home tab."""

from sandbox import views
from sandbox.api.methods import Call, method
from sandbox.slack_types import Json, SlackError


def _trigger(call: Call) -> str:
    trigger = call.args.get("trigger_id", call.args.get("interactivity_pointer"))
    if trigger is None:
        raise SlackError("invalid_arguments", "[ERROR] missing required field: trigger_id")
    return str(trigger)


@method("views.open")
def open(call: Call) -> Json:
    return {"view": views.open_first(call.workspace, _trigger(call), call.args["view"])}


@method("views.push")
def push(call: Call) -> Json:
    return {"view": views.push(call.workspace, _trigger(call), call.args["view"])}


@method("views.update")
def update(call: Call) -> Json:
    args = call.args
    if "view_id" not in args and "external_id" not in args:
        raise SlackError("invalid_arguments", "[ERROR] missing required field: view_id")
    if args.get("view_id") and args.get("external_id"):
        raise SlackError("invalid_arguments", "[ERROR] Cannot provide both `view_id` and `external_id`")
    view_id, external_id, hash = (args.get(name) for name in ("view_id", "external_id", "hash"))
    view = views.update(call.workspace, view_id=view_id, external_id=external_id, hash=hash, view=args["view"])
    return {"view": view}


@method("views.publish")
def publish(call: Call) -> Json:
    if not call.workspace.app.has_home:
        raise SlackError("not_enabled")
    user = call.workspace.store.get("user", call.args["user_id"])
    if not user or user["is_bot"]:
        raise SlackError("user_not_found")
    view = views.publish(call.workspace, user["id"], call.args["view"], call.args.get("hash"))
    return {"view": view}
