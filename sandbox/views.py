"""Modals and Home tabs: opening, pushing, updating and publishing views, and each person's stack of modals."""

import secrets

from sandbox import image_blocks
from sandbox.blocks import forms, validation
from sandbox.blocks.defaults import completed
from sandbox.clock import seconds
from sandbox.slack_types import Json, SlackError
from sandbox.workspace import Workspace, new_id

DEEPEST = 3
DEFAULTS: Json = {"title": None, "submit": None, "close": None, "private_metadata": "", "callback_id": ""}
DEFAULTS |= {"external_id": "", "clear_on_close": False, "notify_on_close": False}
KINDS = ("view", "home")


def stack(workspace: Workspace, user: str) -> list[Json]:
    """Return the modals that a person has open, the top one last."""
    return [kept["view"] for kept in workspace.store.all("view") if kept["user"] == user]


def home(workspace: Workspace, user: str) -> Json | None:
    kept = workspace.store.get("home", _home_id(user))
    return kept["view"] if kept else None


def _home_id(user: str) -> str:
    return f"V{user[1:]}HOME"


def open_first(workspace: Workspace, trigger_id: str, view: Json) -> Json:
    validation.view(view, is_home=False)
    trigger = workspace.triggers.spend(trigger_id)
    home = workspace.slack.workspaces[trigger.team]
    close_all(home, trigger.user)
    return _put_on_top(home, trigger.user, view, workspace)


def push(workspace: Workspace, trigger_id: str, view: Json) -> Json:
    validation.view(view, is_home=False)
    trigger = workspace.triggers.spend(trigger_id)
    home = workspace.slack.workspaces[trigger.team]
    if not any(open["id"] == trigger.view for open in stack(home, trigger.user)):
        raise SlackError("not_found")
    return put_above(home, trigger.user, view, workspace)


def put_above(workspace: Workspace, user: str, view: Json, installer: Workspace) -> Json:
    """Push a modal onto a person's stack. Raises `push_limit_reached` if the stack has three already.

    `workspace` is the person's; `installer` the one whose install the view belongs to.
    """
    validation.view(view, is_home=False)
    below = stack(workspace, user)
    if len(below) >= DEEPEST:
        raise SlackError("push_limit_reached")
    return _put_on_top(workspace, user, view, installer)


def _put_on_top(workspace: Workspace, user: str, view: Json, installer: Workspace) -> Json:
    _must_be_new(workspace, view)
    below = stack(workspace, user)
    id = new_id("V")
    links = {
        "root_view_id": below[0]["id"] if below else id,
        "previous_view_id": below[-1]["id"] if below else None,
    }
    shown = _shown(workspace, view, {"id": id} | links, installer.team["id"])
    keep(workspace, {"user": user, "view": shown})
    return shown


def _must_be_new(workspace: Workspace, view: Json, besides: str = "") -> None:
    """Raise `duplicate_external_id` if a view other than `besides` already has this `external_id`."""
    if external := view.get("external_id"):
        taken = _by_external_id(workspace, external)
        if taken and taken["view"]["id"] != besides:
            raise SlackError("duplicate_external_id")


def _by_external_id(workspace: Workspace, external_id: str | None) -> Json | None:
    if not external_id:
        return None
    kept = (each for kind in KINDS for each in workspace.store.all(kind))
    return next((each for each in kept if each["view"]["external_id"] == external_id), None)


def _by_id(workspace: Workspace, view_id: str) -> Json | None:
    return next(filter(None, (workspace.store.get(kind, view_id) for kind in KINDS)), None)


def _shown(workspace: Workspace, view: Json, identity: Json, installed: str) -> Json:
    app = workspace.app
    image_blocks.must_be_ready(workspace, view["blocks"], "/view/blocks", "invalid_arguments")
    blocks = forms.with_action_ids(completed(view["blocks"]))
    given = {key: view[key] for key in DEFAULTS if view.get(key) is not None}
    return {
        **identity,
        "team_id": workspace.team["id"],
        "type": view["type"],
        "blocks": blocks,
        **DEFAULTS,
        **given,
        "state": {"values": forms.initial_values(blocks)},
        "hash": f"{seconds(workspace.clock.now())}.{secrets.token_hex(4)}",
        "app_id": app.id,
        "app_installed_team_id": installed,
        "bot_id": app.bot_id,
    }


def update(workspace: Workspace, *, view_id: str | None, external_id: str | None, hash: str | None, view: Json) -> Json:
    home, kept = _of_install(workspace, view_id, external_id)
    if hash and hash != kept["view"]["hash"]:
        raise SlackError("hash_conflict")
    _must_be_new(home, view, besides=kept["view"]["id"])
    return replace(home, kept, view)


def _of_install(workspace: Workspace, view_id: str | None, external_id: str | None) -> tuple[Workspace, Json]:
    """Return a view of a workspace's install, and the workspace of the person who sees it. Raises `not_found`."""
    for home in (workspace, *workspace.slack.workspaces.values()):
        kept = _by_id(home, view_id) if view_id else _by_external_id(home, external_id)
        if kept and kept["view"]["app_installed_team_id"] == workspace.team["id"]:
            return home, kept
    raise SlackError("not_found")


def replace(workspace: Workspace, kept: Json, view: Json) -> Json:
    """Replace a view's content under the same id, keeping the values of blocks and elements that remain."""
    current = kept["view"]
    validation.view(view, is_home=current["type"] == "home")
    ids = {key: current[key] for key in ("id", "root_view_id", "previous_view_id")}
    shown = _shown(workspace, view, ids, current["app_installed_team_id"])
    for block_id, values in shown["state"]["values"].items():
        typed = current["state"]["values"].get(block_id, {})
        values |= {id: typed[id] for id in values.keys() & typed.keys() if typed[id]["type"] == values[id]["type"]}
    keep(workspace, {**kept, "view": shown})
    return shown


def keep(workspace: Workspace, kept: Json) -> None:
    kind = "home" if kept["view"]["type"] == "home" else "view"
    workspace.store.put(kind, kept["view"]["id"], kept)


def publish(workspace: Workspace, user: str, view: Json, hash: str | None) -> Json:
    validation.view(view, is_home=True)
    id, current = _home_id(user), home(workspace, user)
    if current and hash and hash != current["hash"]:
        raise SlackError("hash_conflict")
    _must_be_new(workspace, view, besides=id)
    ids = {"id": id, "root_view_id": id, "previous_view_id": None}
    shown = _shown(workspace, view, ids, workspace.team["id"])
    keep(workspace, {"user": user, "view": shown})
    return shown


def find(workspace: Workspace, user: str, view_id: str) -> Json:
    """Return a person's modal or Home tab by id. Raises `not_found`, also for another person's view."""
    kept = _by_id(workspace, view_id)
    if not kept or kept["user"] != user:
        raise SlackError("not_found")
    return kept


def close(workspace: Workspace, view: Json) -> None:
    workspace.store.drop("view", view["id"])


def close_all(workspace: Workspace, user: str) -> None:
    for view in stack(workspace, user):
        close(workspace, view)
