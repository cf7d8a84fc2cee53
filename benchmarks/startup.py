"""Benchmark of startup time and idle memory, with the memory that each import adds."""

import asyncio
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from benchmarks import figures
from benchmarks.processes import environment_without_settings, sandbox
from benchmarks.report import Chapter, Table, Verdict

SETTLED_SECONDS = 5
LIBRARIES = (
    "asyncio", "aiohttp", "sqlalchemy.ext.asyncio", "asyncpg", "alembic.command", "pydantic_settings",
    "slack_sdk.web.async_client", "slack_bolt.async_app", "cryptography.fernet", "structlog", "uvicorn", "holidays",
)  # fmt: skip
WEIGH = """
import importlib, psutil, sys
size = lambda: psutil.Process().memory_info().rss / 1e6
print("python", f"{size():.1f}")
for name in sys.argv[1:]:
    before = size()
    importlib.import_module(name)
    print(name, f"{size() - before:.1f}")
"""
ROOT = Path(__file__).parent.parent


async def run(quick: bool) -> Chapter:
    rounds = 1 if quick else 4
    seconds: dict[str, list[float]] = {"`make run`, until “Sandbox ready”": [], "`steward run`": []}
    memory: dict[str, list[float]] = {"`steward sandbox`": [], "`steward run`": []}
    with tempfile.TemporaryDirectory() as folder:
        async with sandbox(Path(folder) / "slack") as slack:
            for number in range(rounds):
                at = {"STEWARD_DATA": f"{folder}/{number}", "STEWARD_PORT": "0", "PYTHONUNBUFFERED": "1"}
                bot = at | _tokens(slack) | {"STEWARD_DATA": f"{folder}/{number}-bot"}
                for is_first in (True, False):
                    both = [
                        await _ready(["make", "--silent", "run"], at, "Sandbox ready"),
                        await _ready([sys.executable, "-m", "bot", "run"], bot, "listens"),
                    ]
                    for found, (took, size) in zip((seconds if is_first else memory).values(), both, strict=True):
                        found.append(took if is_first else size)
    return _chapter(seconds, memory)


def _chapter(seconds: dict[str, list[float]], memory: dict[str, list[float]]) -> Chapter:
    made, bot = seconds["`make run`, until “Sandbox ready”"], memory["`steward run`"]
    return Chapter(
        "Start and memory",
        TEXT,
        [
            Table(
                ["from the command to ready", "seconds"],
                [[name, figures.spread(each)] for name, each in seconds.items()],
            ),
            Table(["idle, resident", "MB"], [[name, figures.spread(each, 0)] for name, each in memory.items()]),
            Table(["import of", "MB it adds"], imports(), "Most of it is code. In this order, each import adds:"),
        ],
        [
            Verdict(
                "start of `make run` with an existing `.venv`",
                "ready in 3 s",
                f"{figures.spread(made)} s",
                statistics.median(made) < 3,
                WHY,
            ),
            Verdict(
                "memory, idle, `steward run`",
                "under 120 MB",
                f"{figures.spread(bot, 0)} MB",
                max(bot) < 120,
                WHY_SO_LARGE,
            ),
        ],
    )


def _tokens(slack: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in slack.items() if name.startswith("SLACK_")}


async def _ready(command: list[str], environment: dict[str, str], words: str) -> tuple[float, float]:
    """Run a command; return the seconds until it prints `words`, and its resident megabytes some seconds later."""
    began = time.perf_counter()
    async with _running(command, environment) as process:
        assert process.stdout  # noqa: S101
        async for line in process.stdout:
            if words in line.decode():
                took = time.perf_counter() - began
                await asyncio.sleep(SETTLED_SECONDS)
                return took, _resident(process.pid)
    raise RuntimeError(f"{' '.join(command)} was never ready")


@asynccontextmanager
async def _running(command: list[str], environment: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env={**environment_without_settings(), **environment},
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        for each in [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]:
            each.send_signal(signal.SIGTERM)
        await process.communicate()


def _resident(pid: int) -> float:
    """Return the resident megabytes of a process or its largest child, since the process may be a shell or make."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return float(max(each.memory_info().rss for each in family) / 1e6)


def imports() -> list[list[str]]:
    """Return the memory that each import adds: first each of the bot's libraries, then the bot."""
    told = subprocess.run(  # noqa: S603
        [sys.executable, "-c", WEIGH, *LIBRARIES, "bot.cli.run"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [[f"`{name}`", size] for name, size in (line.split() for line in told.splitlines())]


TEXT = """
From the command on a built `.venv` until it reports that it is ready, in a new data folder each time. Then it is
started again with the existing data, as on every day but the first; resident memory is measured five seconds after that
start. `make run` runs the sandbox with the bot in it, `steward run` the bot alone.
"""
WHY = (
    "Python's imports take 2.4 s of it (`python -c 'import bot.__main__'`, three times, 2026-11-22), most of all "
    "those of aiohttp, SQLAlchemy and Bolt"
)
WHY_SO_LARGE = (
    "it was 112 MB with a third of the modules (2026-11-22); the bot's own modules now add 17 MB, measured import "
    "by import (2026-11-23)"
)
