"""`EmbeddedWorkspace`: a workspace in the app's process, without server or sockets, and with a manual clock.

Use it to simulate long periods. The app sends its Web API calls to the ASGI application `web`; the workspace passes
payloads to the function given to `reach`.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sandbox import timers
from sandbox.clock import Clock
from sandbox.controls.endpoints import Control, on_workspace
from sandbox.server import ACTS, LOOKS, application
from sandbox.slack import Slack
from sandbox.slack_types import Json, SlackError
from sandbox.socket_mode import Ack, Hub, Missed

ADDRESS = "http://sandbox"
App = Callable[[Json], Awaitable[tuple[int, Any]]]
"""A function that takes a payload, and returns an HTTP status (200 is an ack) and a response body."""


class Change(NamedTuple):
    """The channel and timestamp of a message that was posted, edited or deleted."""

    channel: str
    ts: str


class EmbeddedWorkspace:
    """A workspace that runs in the app's process, without a server."""

    api_url = f"{ADDRESS}/api/"

    def __init__(self, data: Path, at: datetime, manifest: Json | None = None) -> None:
        self._slack = Slack(data, at, manifest)
        self._workspace = self._slack.first
        self._slack.clock.is_still = True
        self._slack.url = ADDRESS
        self._workspace.store.on_change = self._note
        self._changes: list[Change] = []
        self.client_id, self.client_secret = self._slack.app.client_id, self._slack.app.client_secret
        self.bot_token = str(self._workspace.installed["token"])
        self.web = application(self._slack, self._move)

    @property
    def clock(self) -> Clock:
        return self._workspace.clock

    def reach(self, app: App) -> None:
        """Deliver payloads to this function from now on."""
        self._workspace.deliveries.use(_FunctionTransport(app))

    async def do(self, control: str, **said: Any) -> Json:
        """Call a control by its path under `/sandbox/`. An error is returned as `{"ok": false, …}`, not raised."""
        return await self._answer(ACTS[control], said)

    async def look(self, what: str, **asked: Any) -> Json:
        return await self._answer(LOOKS[what], asked)

    def changes(self) -> list[Change]:
        """Return the messages that have changed since the last call of this method."""
        changes, self._changes = self._changes, []
        return changes

    async def settled(self) -> None:
        """Run due timers and deliveries, then wait until the app has received everything."""
        timers.run_all(self._slack)
        self._slack.deliveries.tick()
        await self._slack.settled()

    async def close(self) -> None:
        await self._slack.close()

    async def _answer(self, control: Control, said: Json) -> Json:
        try:
            return {"ok": True} | await on_workspace(self._slack, control, dict(said))
        except SlackError as refused:
            return refused.answer()

    async def _move(self, to: datetime) -> None:
        self.clock.set(to)
        await self.settled()

    def _note(self, *changes: Json) -> None:
        self._changes += [Change(each["channel"], each["ts"]) for each in changes if each["what"] == "message"]


class _FunctionTransport(Hub):
    """A transport that passes payloads to a function instead of a connection."""

    connections = 1

    def __init__(self, app: App) -> None:
        super().__init__("", is_on=False)
        self._app = app

    async def _ask(self, kind: str, payload: Json, also: Json) -> Ack | Missed:
        status, said = await self._app(payload)
        return Ack(said, 0.0) if status == 200 else Missed("http_error")
