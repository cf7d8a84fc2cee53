"""Timers on the workspace's clock, for scheduled messages and for uploaded files that become ready later."""

from collections.abc import Callable
from datetime import datetime

from sandbox.clock import instant, timestamp
from sandbox.slack import Slack
from sandbox.slack_types import Json, SlackError
from sandbox.workspace import Workspace

Action = Callable[[Workspace, Json], None]
ACTIONS: dict[str, Action] = {}


def action(name: str) -> Callable[[Action], Action]:
    """Register a function to run when a timer of this name falls due."""

    def register(function: Action) -> Action:
        ACTIONS[name] = function
        return function

    return register


def put(workspace: Workspace, name: str, id: str, at: datetime, what: Json) -> None:
    workspace.store.put("due", id, {"id": id, "deed": name, "at": timestamp(at), "what": what})


def waiting(workspace: Workspace, name: str | None = None) -> list[Json]:
    """Return the pending timers, of one name or all, earliest first."""
    found = [each for each in workspace.store.all("due") if name in (None, each["deed"])]
    return sorted(found, key=lambda each: str(each["at"]))


def next_due(slack: Slack) -> datetime | None:
    """Return the due time of the earliest timer of all workspaces, or None."""
    due = [pending[0]["at"] for workspace in slack.workspaces.values() if (pending := waiting(workspace))]
    return instant(min(due)) if due else None


def run_all(slack: Slack) -> None:
    for workspace in slack.workspaces.values():
        run(workspace)


def run(workspace: Workspace) -> None:
    """Run and delete every due timer; like Slack, do not retry one that raises `SlackError`."""
    now = timestamp(workspace.clock.now())
    for each in waiting(workspace):
        if each["at"] > now:
            return
        with workspace.change():
            workspace.store.drop("due", each["id"])
            try:
                ACTIONS[each["deed"]](workspace, each["what"])
            except SlackError:
                continue
