"""A local Slack workspace: a server that speaks Slack's own protocols."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox import timers
from sandbox.clock import Clock, instant
from sandbox.in_process import Client, Dispatch, InProcess
from sandbox.request_urls import NotVerifiedError
from sandbox.server import LOOPBACK, Server, application
from sandbox.workspace import Workspace

log = logging.getLogger(__name__)

APP_WITHIN = 3.0
"""Seconds for which a move of the calendar waits for an app to connect, as payloads do."""
LOOK_EVERY = 0.05
TICKS_A_SECOND = 4
HANDSHAKE_EVERY = 0.5


class Sandbox:
    """A workspace that lives in `data` and is served on loopback; port 0 picks a free one.

    With `request_urls` it speaks to the app over HTTP instead of sockets, to each URL as soon as it has passed
    Slack's handshake: the app may be started later. `/sandbox/clock` waits `app_within` seconds for an app.
    """

    def __init__(
        self,
        data: Path,
        port: int = 8065,
        at: datetime | None = None,
        manifest: dict[str, Any] | None = None,
        request_urls: Sequence[str] = (),
        chaos: int | None = None,
        app_within: float = APP_WITHIN,
    ) -> None:
        self._port = port
        self._request_urls = request_urls
        self._workspace = Workspace(data, at, manifest)
        self._workspace.set_chaos(chaos)
        self._server = Server()
        self._working: list[asyncio.Task[None]] = []
        self._app_within = app_within
        self._moving = asyncio.Lock()
        self.advance: Callable[[datetime], Awaitable[None]] | None = None
        app = self._workspace.app
        self.bot_token, self.app_token, self.signing_secret = app.bot_token, app.app_token, app.signing_secret

    @property
    def clock(self) -> Clock:
        return self._workspace.clock

    @property
    def chaos(self) -> int | None:
        """The seed by whose dice everything goes wrong; None for fair weather. May be set at any time."""
        dice = self._workspace.faults.chaos
        return dice.seed if dice else None

    @chaos.setter
    def chaos(self, seed: int | None) -> None:
        self._workspace.set_chaos(seed)

    @property
    def waiting(self) -> Callable[[], Awaitable[list[dict[str, Any]]]] | None:
        """Tells what the app has still to say, for the page's Inspector; whoever embeds us sets it."""
        return self._workspace.waiting

    @waiting.setter
    def waiting(self, tell: Callable[[], Awaitable[list[dict[str, Any]]]]) -> None:
        self._workspace.waiting = tell

    @property
    def url(self) -> str:
        return self._workspace.url

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    async def start(self) -> None:
        """Listen; returns once connections are accepted. Raises OSError when the port or the folder is taken."""
        self._workspace.store.hold()
        port = self._server.listen(self._port)
        self._workspace.url = f"http://{LOOPBACK}:{port}"
        self._workspace.deliveries.restore()
        await self._server.start(application(self._workspace, self._move_to))
        await self._begin()

    async def start_in_process(self, dispatch: Dispatch) -> Client:
        """Listen nowhere: take calls from the client that is returned, and hand payloads to `dispatch`."""
        self._workspace.store.hold()
        self._workspace.url = f"http://{LOOPBACK}"
        self._workspace.deliveries.restore()
        self._workspace.speak_in_process(InProcess(dispatch))
        await self._begin()
        return Client(application(self._workspace, self._move_to))

    async def _begin(self) -> None:
        if self._request_urls:
            await self._workspace.listen_over_http(True)
        work = [self._tick(), *(self._until_verified(url) for url in self._request_urls)]
        self._working = [asyncio.get_running_loop().create_task(each) for each in work]

    async def set_request_urls(self, urls: Sequence[str]) -> None:
        """Speak to the app over HTTP at these URLs, each delivery to any one of them; without any, over sockets again.

        `NotVerifiedError` says which URL did not pass Slack's handshake, and why.
        """
        await self._workspace.listen_over_http(bool(urls))
        for url in urls:
            await self._workspace.request_urls.add(url)

    async def _until_verified(self, url: str) -> None:
        told = ""
        while True:
            try:
                return await self._workspace.request_urls.add(url)
            except NotVerifiedError as refused:
                if str(refused) != told:
                    log.warning("Request URL is not verified yet: %s", told := str(refused))
            await asyncio.sleep(HANDSHAKE_EVERY)

    async def _move_to(self, to: datetime) -> None:
        """Move the calendar once the app is there, while nobody acts."""
        async with self._moving:
            await self._app_is_ready()
            self._workspace.may_act.clear()
            try:
                await self._stop_by_stop(to)
            finally:
                self._workspace.may_act.set()

    async def _app_is_ready(self) -> None:
        """Wait for the app to connect, else it would plan nothing; whoever set `advance` sees to that themselves."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._app_within):
                while not (self.advance or self._workspace.door.connections):  # noqa: ASYNC110
                    await asyncio.sleep(LOOK_EVERY)

    async def _stop_by_stop(self, to: datetime) -> None:
        """Stop at everything of our own that falls due on the way; whoever set `advance` stops at theirs."""
        while (at := self._next_due()) and at < to:
            await self._step_to(at)
        await self._step_to(to)

    async def _step_to(self, to: datetime) -> None:
        if self.advance:
            await self.advance(to)
        self.set_clock(to)
        await self.settled()

    def set_clock(self, to: datetime) -> None:
        """Set the calendar; what of our own falls due before is done at its own instant, a file just sent as well."""
        while (at := self._next_due()) and at < to:
            self.clock.set(at)
            timers.run(self._workspace)
        self.clock.set(to)

    def _next_due(self) -> datetime | None:
        waiting = timers.waiting(self._workspace)
        return instant(waiting[0]["at"]) if waiting else None

    async def _tick(self) -> None:
        while True:
            self._workspace.keep_time()
            for _ in range(TICKS_A_SECOND):
                await asyncio.sleep(1 / TICKS_A_SECOND)
                self._do_what_is_due()

    def _do_what_is_due(self) -> None:
        timers.run(self._workspace)
        self._workspace.deliveries.tick()

    async def settled(self) -> None:
        """Do what is due, then wait until nothing is in flight to the app; retries for later may wait."""
        self._do_what_is_due()
        await self._workspace.settled()

    async def stop(self) -> None:
        if self._working:
            for task in self._working:
                task.cancel()
            await asyncio.wait(self._working)
            self._workspace.keep_time()
        self._workspace.live.close()
        await self._server.stop()
        await self._workspace.close()
