"""Controls for the workspace's clock: reading it and moving it forward."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from sandbox.clock import HOME
from sandbox.controls.endpoints import Control, allow_fields, require_text
from sandbox.slack_types import Json, SlackError
from sandbox.workspace import Workspace

DURATION = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
Advance = Callable[[datetime], Awaitable[None]]


@allow_fields()
async def read(workspace: Workspace, said: Json) -> Json:
    now = workspace.clock.now()
    return {"now": now.isoformat(), "local": now.astimezone(HOME).isoformat()}


def forward(advance: Advance) -> Control:
    @allow_fields("forward", "to")
    async def move(workspace: Workspace, said: Json) -> Json:
        """Move the clock `forward` by a duration or `to` an instant, and run everything that falls due."""
        to = _target(workspace, said)
        if to < workspace.clock.now():
            raise SlackError("cannot_go_back")
        await advance(to)
        return await read(workspace, {})

    return move


def _target(workspace: Workspace, said: Json) -> datetime:
    if "forward" in said:
        return workspace.clock.now() + duration(require_text(said, "forward"))
    return instant(require_text(said, "to"))


def duration(text: str) -> timedelta:
    found = DURATION.fullmatch(text)
    if not found or text in ("P", "PT"):
        raise SlackError("invalid_arguments", f"[ERROR] not an ISO 8601 duration such as PT8H: {text}")
    return timedelta(**{unit: float(number) for unit, number in found.groupdict().items() if number})


def instant(text: str) -> datetime:
    """Parse an ISO 8601 instant, in Lisbon time if it has no offset."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise SlackError("invalid_arguments", f"[ERROR] not an ISO 8601 instant: {text}") from None
    return found if found.tzinfo else found.replace(tzinfo=HOME)
