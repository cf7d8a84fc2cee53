"""Processes of `steward`, forked from one that has its modules loaded, since a day starts some sixty of them."""

import asyncio
import multiprocessing
import os
import signal
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import NamedTuple

from benchmarks.crashes.processes import until
from benchmarks.processes import environment_without_settings
from bot.settings import names

LONGEST_SECONDS = 120.0
"""How long a command or a start may take on a busy machine."""
LISTENING = b"Steward is listening"
IMPORTED_AGAIN = [
    f"benchmarks.operators_day.{name}" for name in ("alone", "morning", "outages", "rotation", "settings")
]
"""What the main module imports, which each forked process imports again."""
_fork = multiprocessing.get_context("forkserver")
_fork.set_forkserver_preload(["bot.cli.run", "asyncpg", "alembic.command", *IMPORTED_AGAIN])

Settings = dict[str, str]


class Ended(NamedTuple):
    """The exit status of a command, and the lines it printed."""

    status: int | None
    lines: list[str]

    @property
    def says(self) -> str:
        return " ".join(self.lines)


def run_steward(words: list[str], settings: Settings, folder: Path, log: Path, ahead: float) -> None:
    """Run `steward` with these arguments in this process, which writes its output to `log`."""
    from bot import __main__
    from bot.cli import run
    from bot.clock import Clock

    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(written, stream)
    os.chdir(folder)
    for name in set(os.environ) - environment_without_settings().keys():
        del os.environ[name]
    os.environ.update({name: value for name, value in settings.items() if value or name not in names()})
    if ahead:
        run.Clock = partial(Clock, lambda: datetime.now(UTC) + timedelta(seconds=ahead))  # type: ignore[attr-defined, assignment]
    sys.argv = ["steward", *words]
    __main__.main()


@dataclass
class Process:
    """A `steward` process with a log of its own, which keeps its settings when it is started again."""

    name: str
    folder: Path
    words: list[str]
    settings: Settings
    ahead: float = 0.0
    lives: int = 0
    forked: ForkServerProcess | None = field(default=None, repr=False)

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}-{self.lives}.log"

    async def start(self) -> None:
        self.lives += 1
        given = (self.words, self.settings, self.folder, self.log, self.ahead)
        self.forked = _fork.Process(target=run_steward, args=given)
        await asyncio.to_thread(self.forked.start)

    async def up(self) -> bool:
        """Start the process and wait until it listens; return False if it exits first."""
        await self.start()
        await until(lambda: not self.is_alive or self.is_listening, LONGEST_SECONDS)
        return self.is_alive and self.is_listening

    @property
    def is_alive(self) -> bool:
        return self.forked is not None and self.forked.is_alive()

    @property
    def is_listening(self) -> bool:
        return self.log.exists() and LISTENING in self.log.read_bytes()

    async def end(self, number: int = signal.SIGTERM) -> Ended:
        """Send a signal to the process if it is alive, and wait until it has exited."""
        if self.forked and self.forked.pid and self.is_alive:
            os.kill(self.forked.pid, number)
        return await self.ended()

    async def ended(self) -> Ended:
        await until(lambda: not self.is_alive, LONGEST_SECONDS)
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return Ended(self.forked.exitcode if self.forked else None, lines)
