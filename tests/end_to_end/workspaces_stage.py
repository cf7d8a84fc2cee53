"""Stage of the test of many workspaces: a sandbox in this process, and replicas that are killed and started again.

All replicas have one public address, as behind a load balancer: each connection goes to the first that accepts it.
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import Error as BrowserError
from sqlalchemy import func, select

from benchmarks.crashes.postgres import postgres
from benchmarks.crashes.processes import READY, Replica
from bot.cli import service
from bot.db.encryption import Vault
from bot.db.migrations import migrate
from bot.db.sessions import Database, connect
from bot.org.workspaces import Workspace
from bot.scheduler.models import ScheduledJob
from bot.slack.oauth import INSTALL
from bot.slack.outbox.models import Outgoing, State
from bot.web import REQUESTS
from sandbox.sandbox import Sandbox
from tests.conftest import TUESDAY
from tests.databases import KEY
from tests.harness import APP, Json, Slack

AT_RANDOM = "at_a_random_moment"
ACT_SECONDS, POINT_SECONDS, LOOK_SECONDS, SEND_SECONDS = 120.0, 5.0, 1.5, 20.0
LOOK_EVERY = 0.1
POINTS_A_STEP = 1
FAILED = (BrowserError, AssertionError, TimeoutError, aiohttp.ClientError)
SCOPE = "usergroups:read"
"""The scope that the older version of the app did not ask for."""
Is = Callable[[], Awaitable[Any]]
MANY: Json = deepcopy(APP)
MANY["settings"]["event_subscriptions"]["bot_events"] += ["team_access_granted", "team_access_revoked"]


class Balancer:
    """One address for all replicas, which passes each connection on to the first replica that accepts it."""

    def __init__(self, replicas: list[Replica]) -> None:
        self.replicas = replicas
        self.first: Replica | None = None
        """The replica that is tried before the others."""
        self._passing: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        with service.bind("127.0.0.1", 0) as listening:
            server = await asyncio.start_server(self._serve, sock=listening)
            try:
                yield "http://{}:{}".format(*listening.getsockname())
            finally:
                server.close()
                for task in self._passing:
                    task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for replica in sorted(self.replicas, key=lambda each: each is not self.first):
            with suppress(OSError):
                there, back = await asyncio.open_connection("127.0.0.1", _port(replica))
                for source, target in ((reader, back), (there, writer)):
                    task = asyncio.create_task(_pass_on(source, target))
                    self._passing.add(task)
                    task.add_done_callback(self._passing.discard)
                return
        writer.close()


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while some := await source.read(65536):
            target.write(some)
            await target.drain()
    target.close()


def _port(replica: Replica) -> int:
    """Return the port of a running replica. Raises `ConnectionRefusedError` if it does not listen."""
    said = replica.log.read_bytes() if replica.is_alive and replica.log.exists() else b""
    if found := re.search(READY + rb" on http://[^:]+:(\d+)", said):
        return int(found[1])
    raise ConnectionRefusedError


@dataclass
class Stage:
    """A sandbox with a database and its replicas, and a script that kills one of them at each step."""

    sandbox: Sandbox
    slack: Slack
    database: Database
    replicas: list[Replica]
    balancer: Balancer
    http: aiohttp.ClientSession
    url: str
    """The public address of the bot."""
    version: dict[str, Any] = field(default_factory=dict)
    """Options of the version of the bot that is started."""
    calls: list[Json] = field(default_factory=list)
    """Every Web API call so far, oldest first."""
    acks: list[Json] = field(default_factory=list)
    """Every payload that the sandbox has sent so far, with its ack."""
    steps: int = 0

    @property
    def now(self) -> datetime:
        return self.sandbox.clock.now()

    @property
    def deaths(self) -> Counter[str]:
        """How often a replica has died, by kill point."""
        return Counter(death.point for replica in self.replicas for death in replica.deaths)

    @property
    def doomed(self) -> Replica:
        """The replica that dies in this step: each of them in turn."""
        return self.replicas[self.steps % len(self.replicas)]

    async def start(self, replica: Replica, point: str = AT_RANDOM, **ways: Any) -> None:
        replica.ahead = (self.now - datetime.now(UTC)).total_seconds()
        await replica.start(point, **self.version, **ways)

    async def up(self) -> None:
        """Start every replica that is not running, without a kill point, and wait until all listen."""
        for replica in self.replicas:
            while not replica.is_alive or not await replica.ready():
                await replica.gone()
                await self.start(replica)
        if not self.database.is_sqlite and not self.sandbox._slack.transport.connections:
            await self.sandbox.set_request_urls([self.url + REQUESTS])

    async def kill_all(self) -> None:
        for replica in self.replicas:
            if replica.is_alive:
                await replica.kill(AT_RANDOM)

    async def step(self, is_done: Is, *points: str, act: Is | None = None, later: timedelta = timedelta(0)) -> None:
        """Run one step. At each of `points` a replica is killed, unless the step is done by then.

        Its place is killed before, and after the step it is started again. People repeat what got no answer and had no
        effect. With two replicas, the other one goes on, and requests go to the doomed one first. `later` is after what
        time the bot takes up what a killed process had claimed.
        """
        self.balancer.first = self.doomed
        for point in self._in_turn(points):
            if await is_done():
                break
            await self._die_at(point, act)
        await self.up()
        if later and not await self._is_done_soon(is_done):
            await self.move(later)
        async with asyncio.timeout(ACT_SECONDS):
            while not await self._is_done_soon(is_done):
                await self._try(act)
        self.steps += 1
        self.note()

    def _in_turn(self, points: tuple[str, ...]) -> tuple[str, ...]:
        """Return the kill point of this step: another one in each, so that a few workspaces have them all."""
        start = self.steps % max(1, len(points))
        return (*points[start:], *points[:start])[:POINTS_A_STEP]

    async def _die_at(self, point: str, act: Is | None) -> None:
        doomed = self.doomed
        if doomed.is_alive:
            await doomed.kill(AT_RANDOM)
        await self.start(doomed, point)
        if await doomed.ready():
            await self._try(act)
        if await doomed.gone(POINT_SECONDS) is None:
            await doomed.kill(AT_RANDOM)
        else:
            doomed.note(point)

    async def _try(self, act: Is | None) -> None:
        if act:
            with suppress(*FAILED):
                await act()

    async def _is_done_soon(self, is_done: Is) -> bool:
        """Return whether a step is done, or will be as soon as the bot has sent what waits."""
        begun = time.monotonic()
        while not await is_done():
            is_idle = time.monotonic() > begun + LOOK_SECONDS and not await self._waiting()
            if is_idle or time.monotonic() > begun + SEND_SECONDS:
                return False
            await asyncio.sleep(LOOK_EVERY)
        return True

    async def move(self, to: datetime | timedelta) -> None:
        """Kill everything, let time pass while nothing runs, and start again."""
        await self.kill_all()
        self.sandbox.set_clock(to if isinstance(to, datetime) else self.now + to)
        await self.up()

    async def settle(self) -> None:
        """Wait until the bot has done and sent everything that is due."""
        await self.up()
        async with asyncio.timeout(ACT_SECONDS):
            while await self._waiting():  # noqa: ASYNC110
                await asyncio.sleep(LOOK_EVERY)
        self.note()

    async def _waiting(self) -> int:
        here = select(Workspace.id).where(Workspace.parked.is_(None))
        rows = select(func.count()).where(
            Outgoing.state == State.WAITING, Outgoing.not_before <= self.now, Outgoing.workspace_id.in_(here)
        )
        due = select(func.count()).where(ScheduledJob.wake_at <= self.now, ScheduledJob.workspace_id.in_(here))
        resuming = select(func.count()).where(Workspace.parked == "resuming")
        async with self.database.reading() as session:
            return sum([await session.scalar(each) or 0 for each in (rows, due, resuming)])

    def note(self) -> None:
        """Note the calls and payloads of this step, of which the sandbox keeps only so many."""
        slack = self.sandbox._slack
        assert len(slack.calls) < (slack.calls.maxlen or 0)
        assert len(slack.payloads) < (slack.payloads.maxlen or 0)
        self.calls += slack.calls
        self.acks += slack.payloads
        slack.calls.clear()
        slack.payloads.clear()

    def logs(self) -> str:
        return "".join(log.read_text(errors="replace") for log in sorted(self.replicas[0].folder.glob("replica*.log")))


@asynccontextmanager
async def open_stage(folder: Path, database: str) -> AsyncIterator[Stage]:
    """Open a stage on SQLite with one process in Socket Mode, or on PostgreSQL with two replicas over HTTP."""
    is_sqlite = database == "sqlite"
    sandbox = Sandbox(folder / "sandbox", port=0, at=TUESDAY, manifest=MANY, app_within=0)
    await sandbox.start()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(sandbox.stop)
        await Slack(sandbox.url, http := await stack.enter_async_context(aiohttp.ClientSession())).do(
            "settings", uninstalled=True
        )
        url = None
        if not is_sqlite:
            server = await stack.enter_async_context(postgres(folder / "pg"))
            url = await server.database("workspaces")
        opened = connect(url, folder / "data", Vault([KEY]))
        stack.push_async_callback(opened.close)
        await migrate.upgrade(opened)
        settings = {
            "SLACK_API_URL": sandbox.api_url, "SLACK_SIGNING_SECRET": sandbox.signing_secret,
            "SLACK_APP_TOKEN": sandbox.app_token if is_sqlite else "", "STEWARD_CLIENT_ID": sandbox.client_id,
            "STEWARD_CLIENT_SECRET": sandbox.client_secret, "STEWARD_DATA": str(folder / "data"),
            "STEWARD_KEYS": KEY, "STEWARD_PORT": "0", "STEWARD_DATABASE_URL": url or "",
        }  # fmt: skip
        replicas = [Replica(f"replica{number}", settings, folder) for number in range(1 if is_sqlite else 2)]
        balancer = Balancer(replicas)
        settings["STEWARD_PUBLIC_URL"] = await stack.enter_async_context(balancer.serving())
        sandbox.set_install_url(settings["STEWARD_PUBLIC_URL"] + INSTALL)
        for replica in replicas:
            stack.push_async_callback(replica.stop)
        yield Stage(sandbox, Slack(sandbox.url, http), opened, replicas, balancer, http, settings["STEWARD_PUBLIC_URL"])
