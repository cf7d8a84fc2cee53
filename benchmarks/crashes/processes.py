"""Processes that the crash scenarios kill: replicas with their supervisor, and the sandbox."""

import asyncio
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from benchmarks.crashes import replica
from benchmarks.crashes.replica import ReplicaOptions

READY = b"Steward is listening"
LOOK_EVERY = 0.01
START_SECONDS = 60.0
RESTART_DELAY_SECONDS = 0.5
"""How long a supervisor waits after a failed start."""

_fork = multiprocessing.get_context("forkserver")
_fork.set_forkserver_preload(["benchmarks.crashes.replica", "asyncpg", "alembic.command"])


@dataclass
class Death:
    """The kill of a process: at which kill point, when, and when the next process was ready."""

    point: str
    killed_at: float
    ready_at: float | None = None


@dataclass
class Replica:
    """A replica and its supervisor; each start forks a process that has the modules already loaded."""

    name: str
    settings: dict[str, str]
    folder: Path
    ahead: float = 0.0
    waits_as_shipped: bool = False
    without: str = ""
    """The name of the safeguard that is removed from the bot; empty for none."""
    deaths: list[Death] = field(default_factory=list)
    lives: int = 0
    process: ForkServerProcess | None = None

    async def start(self, point: str = "at_a_random_moment", times: int = 1, **ways: object) -> None:
        """Start the replica's process without waiting until it listens, as `ready` does."""
        self.lives += 1
        chosen = ReplicaOptions(point, times, self.ahead, self.waits_as_shipped, self.without, **ways)  # type: ignore[arg-type]
        self.process = _fork.Process(target=replica.run_replica, args=(chosen, self.settings, self.folder, self.log))
        await asyncio.to_thread(self.process.start)

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}-{self.lives}.log"

    async def ready(self) -> bool:
        """Wait until the replica listens; return False if it exits first."""
        if not await until(self._is_ready_or_gone, START_SECONDS) or not self.is_alive:
            return False
        if self.deaths and self.deaths[-1].ready_at is None:
            self.deaths[-1].ready_at = time.time()
        return True

    async def up(self, **ways: object) -> None:
        """Start the replica, again each time it exits, until it listens."""
        await self.start(**ways)  # type: ignore[arg-type]
        while not await self.ready():
            await self.gone()
            await asyncio.sleep(RESTART_DELAY_SECONDS)
            await self.start(**ways)  # type: ignore[arg-type]

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.is_alive()

    def signal(self, number: int) -> None:
        if self.is_alive and self.process and self.process.pid:
            os.kill(self.process.pid, number)

    async def kill(self, point: str) -> None:
        """Kill the replica with `kill -9`, whatever it is doing."""
        self.signal(signal.SIGKILL)
        await self.gone()
        self.note(point)

    def note(self, point: str) -> None:
        self.deaths.append(Death(point, time.time()))

    async def gone(self, seconds: float = START_SECONDS) -> int | None:
        """Wait until the replica exits; return its exit code, or None if it is still running after `seconds`."""
        await until(lambda: not self.is_alive, seconds)
        return self.process.exitcode if self.process else None

    async def stop(self) -> None:
        """Stop the replica as a supervisor does: with SIGTERM, and with SIGKILL if that takes too long."""
        self.signal(signal.SIGTERM)
        if await self.gone(20) is None:
            self.signal(signal.SIGKILL)
            await self.gone()

    def _is_ready_or_gone(self) -> bool:
        return not self.is_alive or (self.log.exists() and READY in self.log.read_bytes())


@dataclass
class SandboxProcess:
    """A `python -m sandbox` process that keeps its port when it is restarted."""

    folder: Path
    manifest: Path
    port: int = 0
    settings: dict[str, str] = field(default_factory=dict)
    process: asyncio.subprocess.Process | None = None

    async def start(self, at: str) -> None:
        options = ["--port", str(self.port), "--data", str(self.folder), "--manifest", str(self.manifest), "--at", at]
        options += ["--app-within", "0"]  # the clock is moved while no replica runs
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "sandbox", *options, stdout=asyncio.subprocess.PIPE
        )
        assert self.process.stdout
        lines = [(await self.process.stdout.readline()).decode().strip() for _ in range(4)]
        self.settings = dict(line.split("=", 1) for line in lines)
        self.port = int(self.url.rpartition(":")[2])

    @property
    def url(self) -> str:
        return self.settings["SLACK_API_URL"].removesuffix("/api/")

    async def kill(self) -> None:
        if self.process and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


async def until(check: Callable[[], bool], seconds: float) -> bool:
    """Poll a condition until it is true; return False if that takes longer than `seconds`."""
    end = time.monotonic() + seconds
    while not check():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(LOOK_EVERY)
    return True


async def eventually(check: Callable[[], Awaitable[bool]], seconds: float) -> bool:
    """Poll an asynchronous condition until it is true; return False if that takes longer than `seconds`."""
    end = time.monotonic() + seconds
    while not await check():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(0.2)
    return True
