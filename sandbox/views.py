"""Modals and Home tabs: opening, pushing, updating and publishing them, and the stack a person has open."""

import secrets
import time
from collections.abc import Callable

from sandbox import pictures
from sandbox.blocks import check, forms
from sandbox.blocks.complete import completed
from sandbox.people import TEAM
from sandbox.shapes import Json, SlackError
from sandbox.workspace import Workspace, new_id

DEEPEST = 3
GIVEN = (
    "title",
    "submit",
    "close",
    "private_metadata",
    "callback_id",
    "clear_on_close",
    "notify_on_close",
    "external_id",
)


def stack(workspace: Workspace, user: str) -> list[Json]:
    """The views that somebody has open, the top one last."""
    return [kept["view"] for kept in workspace.store.all("view") if kept["user"] == user]


def home(workspace: Workspace, user: str) -> Json | None:
    kept = workspace.store.get("home", user)
    return kept["view"] if kept else None


def open_first(workspace: Workspace, trigger_id: str, view: Json) -> Json:
    check.view(view, is_home=False)
    trigger = workspace.triggers.spend(trigger_id)
    close_all(workspace, trigger.user)
    return _put_on_top(workspace, trigger.user, view)


def push(workspace: Workspace, trigger_id: str, view: Json) -> Json:
    check.view(view, is_home=False)
    trigger = workspace.triggers.spend(trigger_id)
    if not any(open["id"] == trigger.view for open in stack(workspace, trigger.user)):
        raise SlackError("not_found")
    return put_above(workspace, trigger.user, view)


def put_above(workspace: Workspace, user: str, view: Json) -> Json:
    check.view(view, is_home=False)
    below = stack(workspace, user)
    if len(below) >= DEEPEST:
        raise SlackError("push_limit_reached")
    return _put_on_top(workspace, user, view)


def _put_on_top(workspace: Workspace, user: str, view: Json) -> Json:
    _must_be_new(workspace, view)
    below = stack(workspace, user)
    id = new_id("V")
    links = {
        "root_view_id": below[0]["id"] if below else id,
        "previous_view_id": below[-1]["id"] if below else None,
    }
    shown = _shown(workspace, view, {"id": id} | links)
    workspace.store.put("view", id, {"user": user, "view": shown})
    return shown


def _must_be_new(workspace: Workspace, view: Json, besides: str = "") -> None:
    external = view.get("external_id")
    kept = [each["view"] for kind in ("view", "home") for each in workspace.store.all(kind)]
    if external and any(each["external_id"] == external and each["id"] != besides for each in kept):
        raise SlackError("duplicate_external_id")


def _shown(workspace: Workspace, view: Json, identity: Json) -> Json:
    app = workspace.app
    pictures.must_be_ready(workspace, view["blocks"], "/view/blocks", "invalid_arguments")
    blocks = forms.with_action_ids(completed(view["blocks"]))
    given = {"private_metadata": "", "callback_id": "", "clear_on_close": False, "notify_on_close": False}
    given |= {"close": None, "submit": None, "external_id": "", "title": None}
    given |= {key: view[key] for key in GIVEN if view.get(key) is not None}
    return {
        **identity,
        "team_id": TEAM["id"],
        "type": view["type"],
        "blocks": blocks,
        **given,
        "state": {"values": forms.initial_values(blocks)},
        "hash": f"{int(time.time())}.{secrets.token_hex(4)}",
        "app_id": app.id,
        "app_installed_team_id": TEAM["id"],
        "bot_id": app.bot_id,
    }


def update(
    workspace: Workspace, *, view_id: str | None, external_id: str | None, hash: str | None, view: Json
) -> Json:
    kind, kept = _kept(
        workspace,
        lambda each: each["id"] == view_id or (bool(external_id) and each["external_id"] == external_id),
    )
    current = kept["view"]
    if hash and hash != current["hash"]:
        raise SlackError("hash_conflict")
    _must_be_new(workspace, view, besides=current["id"])
    return replace(workspace, kind, kept, view)


def replace(workspace: Workspace, kind: str, kept: Json, view: Json) -> Json:
    """Show something else in the same place; what was typed into blocks that stay is kept."""
    check.view(view, is_home=kind == "home")
    current = kept["view"]
    shown = _shown(workspace, view, {key: current[key] for key in ("id", "root_view_id", "previous_view_id")})
    for block_id, values in shown["state"]["values"].items():
        typed = current["state"]["values"].get(block_id, {})
        values |= {
            id: value for id, value in typed.items() if id in values and value["type"] == values[id]["type"]
        }
    workspace.store.put(kind, kept["user"] if kind == "home" else shown["id"], {**kept, "view": shown})
    return shown


def _kept(workspace: Workspace, wanted: Callable[[Json], bool]) -> tuple[str, Json]:
    for kind in ("view", "home"):
        for kept in workspace.store.all(kind):
            if wanted(kept["view"]):
                return kind, kept
    raise SlackError("not_found")


def publish(workspace: Workspace, user: str, view: Json, hash: str | None) -> Json:
    check.view(view, is_home=True)
    kept = workspace.store.get("home", user)
    if kept and hash and hash != kept["view"]["hash"]:
        raise SlackError("hash_conflict")
    id = kept["view"]["id"] if kept else new_id("V")
    _must_be_new(workspace, view, besides=id)
    shown = _shown(workspace, view, {"id": id, "root_view_id": id, "previous_view_id": None})
    workspace.store.put("home", user, {"user": user, "view": shown})
    return shown


def find(workspace: Workspace, user: str, view_id: str) -> tuple[str, Json]:
    """A view that this person has before them, and whether it is a `view` (a modal) or their `home`."""
    kind, kept = _kept(workspace, lambda view: view["id"] == view_id)
    if kept["user"] != user:
        raise SlackError("not_found")
    return kind, kept


def close(workspace: Workspace, view: Json) -> None:
    workspace.store.drop("view", view["id"])


def close_all(workspace: Workspace, user: str) -> None:
    for view in stack(workspace, user):
        close(workspace, view)
