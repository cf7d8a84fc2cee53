"""The servers of the day, two replicas behind nginx, and what an operator asks of them."""

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import aiohttp
import asyncpg
from cryptography.fernet import Fernet

from benchmarks.crashes.postgres import Postgres, postgres
from benchmarks.crashes.processes import eventually
from benchmarks.operators_day import servers
from benchmarks.operators_day.diary import Diary
from benchmarks.operators_day.processes import LONGEST_SECONDS, Ended, Process, Settings
from benchmarks.operators_day.servers import Prometheus
from bot.cli import service
from tests.harness import Slack
from tests.sandbox.process import Process as Sandbox
from tests.sandbox.process import running

CHANNEL = "harbour-support"
MANIFEST = servers.ROOT / "app.yaml"
FOR_HTTP = ("SLACK_API_URL", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET")


class Ready(NamedTuple):
    """The answer of `/readyz`."""

    status: int
    body: str


@dataclass
class Scene:
    folder: Path
    diary: Diary
    http: aiohttp.ClientSession
    server: Postgres
    sandbox: Sandbox
    slack: Slack
    replicas: list[Process]
    settings: Settings
    """The right settings of the moment, which troubles change in one place and remedies put back."""
    prometheus: Prometheus
    commands: int = 0
    last_answer: str = ""

    async def steward(self, *words: str, settings: Settings | None = None, ahead: float = 0.0) -> Ended:
        """Run a command with the right settings and those changes, and wait for its end."""
        self.commands += 1
        given = self.settings | (settings or {})
        command = Process(f"command{self.commands}", self.folder, [*words], given, ahead)
        await command.start()
        return await command.ended()

    async def doctor(self, settings: Settings | None = None, ahead: float = 0.0) -> list[str]:
        return (await self.steward("doctor", settings=settings, ahead=ahead)).lines

    async def readyz(self, replica: int = 0) -> Ready | None:
        """Return what `/readyz` of a replica says, or None if it does not answer."""
        port = self.replicas[replica].settings["STEWARD_PORT"]
        try:
            async with self.http.get(f"http://127.0.0.1:{port}/readyz") as answer:
                return Ready(answer.status, await answer.text())
        except (aiohttp.ClientError, TimeoutError):
            return None

    async def is_ready(self) -> bool:
        answers = [await self.readyz(number) for number in range(len(self.replicas))]
        return all(each is not None and each.status == 200 for each in answers)

    async def thank(self, words: str, *, by: str = "maya", to: str = "ana") -> bool:
        """Give a shout-out through nginx, and return whether Steward confirmed it."""
        try:
            answer = await self.slack.command(by, f"@{to} for {words}", channel=CHANNEL)
        except (aiohttp.ClientError, TimeoutError) as error:
            self.last_answer = type(error).__name__
            return False
        self.last_answer = answer.text or str(answer.body)
        return "Thanks! " in answer.text

    async def cards(self, words: str) -> int:
        """Return how many cards in the channel hold these words."""
        return sum(words in text for text in await self.slack.said(CHANNEL, "maya"))

    async def sql(self, statement: str, database: str = "steward") -> str:
        connection = await asyncpg.connect(self.server.uri.replace("/postgres?", f"/{database}?"))
        try:
            return str(await connection.execute(statement))
        finally:
            await connection.close()

    async def wait(self, check: Callable[[], Awaitable[bool]], otherwise: str) -> str:
        """Wait for a condition; return nothing, or `otherwise` if it did not come true in time."""
        return "" if await eventually(check, LONGEST_SECONDS) else otherwise

    async def fires(self, alert: str, *, since: float | None = None) -> str:
        """Wait until an alert fires, or has fired since an instant of the monotonic clock."""

        async def is_firing() -> bool:
            if since is not None and await self.prometheus.has_fired(alert, time.monotonic() - since + 1):
                return True
            return alert in await self.prometheus.firing()

        return await self.wait(is_firing, f"{alert} does not fire")

    async def falls_silent(self, alert: str) -> str:
        async def is_silent() -> bool:
            return alert not in await self.prometheus.firing()

        return await self.wait(is_silent, f"{alert} still fires")

    async def start_replicas(self) -> str:
        """Start the replicas that do not run; return nothing, or what the first that failed said."""
        down = [each for each in self.replicas if not each.is_alive]
        up = await asyncio.gather(*(each.up() for each in down))
        failed = [each for each, is_up in zip(down, up, strict=True) if not is_up]
        return (await failed[0].end()).says if failed else await self.wait(self.is_ready, "a replica is not ready")

    async def stop_replicas(self) -> None:
        await asyncio.gather(*(each.end() for each in self.replicas))

    def set_on_replicas(self, settings: Settings) -> None:
        """Change the settings, which take effect when replicas start again."""
        self.settings |= settings
        for each in self.replicas:
            each.settings |= settings


def free_ports(count: int) -> list[int]:
    """Return ports that nothing listens on."""
    with ExitStack() as stack:
        taken = [stack.enter_context(service.bind("127.0.0.1", 0)) for _ in range(count)]
        return [int(each.getsockname()[1]) for each in taken]


def _open_folder(stack: AsyncExitStack) -> Path:
    """Make the folder of the day, which the servers' users may enter."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="operators-day-")))
    folder.chmod(0o755)
    return folder


@asynccontextmanager
async def scene(diary: Diary) -> AsyncIterator[Scene]:
    """Start every server; no database exists yet, and no replica runs."""
    async with AsyncExitStack() as stack:
        folder = _open_folder(stack)
        front, watcher, *ports = free_ports(4)
        http = await stack.enter_async_context(aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)))
        server = await stack.enter_async_context(postgres(folder / "postgres"))
        os.environ["PATH"] = f"{server.programs}:{os.environ['PATH']}"  # pg_dump has to be of the server's version
        await stack.enter_async_context(servers.nginx(folder / "nginx", front, ports))
        prometheus = await stack.enter_async_context(servers.prometheus(folder / "prometheus", watcher, ports, http))
        url = f"http://127.0.0.1:{front}/slack/events"
        options = ("--manifest", str(MANIFEST), "--at", "now", "--request-url", url, "--oauth")
        sandbox = await stack.enter_async_context(running(folder / "slack", *options))
        settings = {
            **{name: sandbox.settings[name] for name in FOR_HTTP},
            "STEWARD_DATABASE_URL": server.address("steward"),
            "STEWARD_KEYS": Fernet.generate_key().decode(),
            "STEWARD_DATA": str(folder / "data"),
        }
        replicas = [
            Process(f"replica{number}", folder, ["run"], settings | {"STEWARD_PORT": str(port)})
            for number, port in enumerate(ports)
        ]
        slack = Slack(sandbox.url, http)
        made = Scene(folder, diary, http, server, sandbox, slack, replicas, settings, prometheus)
        stack.push_async_callback(made.stop_replicas)
        yield made
