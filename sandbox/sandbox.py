"""`Sandbox`, a local Slack workspace: an HTTP and WebSocket server that implements Slack's protocols."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox import timers
from sandbox.clock import Clock
from sandbox.in_process import Client, Dispatch, InProcess
from sandbox.request_urls import NotVerifiedError
from sandbox.server import LOOPBACK, Server, application
from sandbox.slack import Slack

log = logging.getLogger(__name__)

APP_WITHIN = 3.0
"""Seconds that a clock move waits for an app to connect: as long as payloads wait for an ack."""
LOOK_EVERY = 0.05
TICKS_A_SECOND = 4
HANDSHAKE_EVERY = 0.5


class Sandbox:
    """A local Slack stored in the folder `data` and served on loopback; port 0 picks a free port.

    With `request_urls`, payloads are sent over HTTP instead of Socket Mode, to each URL from when it passes Slack's
    URL verification, so the app may start later. `/sandbox/clock` waits up to `app_within` seconds for an app to
    connect.
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
        self._slack = Slack(data, at, manifest)
        self._slack.set_chaos(chaos)
        self._workspace = self._slack.first
        self._server = Server()
        self._working: list[asyncio.Task[None]] = []
        self._app_within = app_within
        self._moving = asyncio.Lock()
        self.advance: Callable[[datetime], Awaitable[None]] | None = None
        app = self._slack.app
        self.app_token, self.signing_secret = app.app_token, app.signing_secret
        self.client_id, self.client_secret = app.client_id, app.client_secret

    @property
    def bot_token(self) -> str:
        """The bot token of the app's newest install."""
        return str(self._workspace.installed["token"])

    @property
    def is_installed(self) -> bool:
        """Whether the app is installed in the first workspace."""
        return self._workspace.holder is not None and not self._workspace.setting("token_revoked")

    @property
    def clock(self) -> Clock:
        return self._slack.clock

    @property
    def chaos(self) -> int | None:
        """The seed for random fault injection, or None when it is off. Can be set at any time."""
        dice = self._slack.faults.chaos
        return dice.seed if dice else None

    @chaos.setter
    def chaos(self, seed: int | None) -> None:
        self._slack.set_chaos(seed)

    @property
    def waiting(self) -> Callable[[], Awaitable[list[dict[str, Any]]]] | None:
        """The callback that returns the messages that the app still has to send, for the page's Inspector.

        It is set by the program that embeds the sandbox.
        """
        return self._slack.waiting

    @waiting.setter
    def waiting(self, tell: Callable[[], Awaitable[list[dict[str, Any]]]]) -> None:
        self._slack.waiting = tell

    @property
    def url(self) -> str:
        return self._slack.url

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    async def start(self) -> None:
        """Start the server, and return once it accepts connections.

        Raises OSError if the port or the data folder is in use.
        """
        self._slack.hold()
        port = self._server.listen(self._port)
        self._slack.url = f"http://{LOOPBACK}:{port}"
        self._slack.restore()
        await self._server.start(application(self._slack, self._move_to))
        await self._begin()

    async def start_in_process(self, dispatch: Dispatch) -> Client:
        """Start without a server; return a client for the app's calls, and pass payloads to `dispatch`."""
        self._slack.hold()
        self._slack.url = f"http://{LOOPBACK}"
        self._slack.restore()
        self._slack.use_in_process(InProcess(dispatch))
        await self._begin()
        return Client(application(self._slack, self._move_to))

    async def _begin(self) -> None:
        if self._request_urls:
            await self._slack.listen_over_http(True)
        work = [self._tick(), *(self._until_verified(url) for url in self._request_urls)]
        self._working = [asyncio.get_running_loop().create_task(each) for each in work]

    def set_install_url(self, url: str) -> None:
        """Let installs from the page begin at this address of the app, as with Slack's *direct install URL*."""
        self._slack.app.install_url = url

    async def set_request_urls(self, urls: Sequence[str]) -> None:
        """Send payloads over HTTP, each to any one of these URLs; with no URLs, go back to Socket Mode.

        Raises `NotVerifiedError`, with URL and reason, if a URL does not pass Slack's URL verification.
        """
        await self._slack.listen_over_http(bool(urls))
        for url in urls:
            await self._slack.request_urls.add(url)

    async def _until_verified(self, url: str) -> None:
        """Retry adding a request URL until it passes Slack's URL verification; log each new reason."""
        told = ""
        while True:
            try:
                return await self._slack.request_urls.add(url)
            except NotVerifiedError as refused:
                if str(refused) != told:
                    log.warning("Request URL is not verified yet: %s", told := str(refused))
            await asyncio.sleep(HANDSHAKE_EVERY)

    async def _move_to(self, to: datetime) -> None:
        """Wait for the app to connect, then move the clock, while people's actions wait."""
        async with self._moving:
            await self._app_is_ready()
            self._slack.may_act.clear()
            try:
                await self._stop_by_stop(to)
            finally:
                self._slack.may_act.set()

    async def _app_is_ready(self) -> None:
        """Wait up to `app_within` seconds for the app to connect, so that it gets what falls due during the move.

        Return at once if `advance` is set, since that callback is responsible for the app.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(self._app_within):
                while not (self.advance or self._slack.transport.connections):  # noqa: ASYNC110
                    await asyncio.sleep(LOOK_EVERY)

    async def _stop_by_stop(self, to: datetime) -> None:
        """Advance to the due time of each timer of the sandbox, then to `to`; `advance` runs the app's own timers."""
        while (at := timers.next_due(self._slack)) and at < to:
            await self._step_to(at)
        await self._step_to(to)

    async def _step_to(self, to: datetime) -> None:
        if self.advance:
            await self.advance(to)
        self.set_clock(to)
        await self.settled()

    def set_clock(self, to: datetime) -> None:
        """Set the clock; run each timer of the sandbox that falls due before `to` at its own time."""
        while (at := timers.next_due(self._slack)) and at < to:
            self.clock.set(at)
            timers.run_all(self._slack)
        self.clock.set(to)

    async def _tick(self) -> None:
        while True:
            self._slack.keep_time()
            for _ in range(TICKS_A_SECOND):
                await asyncio.sleep(1 / TICKS_A_SECOND)
                self._do_what_is_due()

    def _do_what_is_due(self) -> None:
        timers.run_all(self._slack)
        self._slack.deliveries.tick()

    async def settled(self) -> None:
        """Run due timers and deliveries, then wait until nothing is in flight to the app.

        Retries that are scheduled for later do not count.
        """
        self._do_what_is_due()
        await self._slack.settled()

    async def stop(self) -> None:
        if self._working:
            for task in self._working:
                task.cancel()
            await asyncio.wait(self._working)
            self._slack.keep_time()
        self._slack.live.close()
        await self._server.stop()
        await self._slack.close()
