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
    "asyncio", "aiohttp", "sqlalchemy.ext.asyncio", "pydantic_settings", "slack_sdk.web.async_client",
    "slack_bolt.async_app", "cryptography.fernet", "structlog", "uvicorn",
)  # fmt: skip
WEIGH = """
import importlib, psutil, sys
sys.modules["rich"] = None
size = lambda: psutil.Process().memory_info().rss / 1e6
print("python", f"{size():.1f}")
for name in sys.argv[1:]:
    before = size()
    importlib.import_module(name)
    print(name, f"{size() - before:.1f}")
"""
MAKE_RUN = "`make run`, until “Sandbox ready”"
STARTS = {"`steward sandbox`": MAKE_RUN, "`steward run`": "`steward run`"}
"""By the process that stays, what starts it."""
USUAL = {"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": ""}
"""Modules are compiled once, as everywhere but in some containers and on some developers' machines."""
ROOT = Path(__file__).parent.parent


async def run(quick: bool) -> Chapter:
    rounds = 1 if quick else 4
    seconds: dict[str, list[float]] = {MAKE_RUN: [], "`steward run`": [], "`steward --help`": []}
    memory: dict[str, list[float]] = {"`steward sandbox`": [], "`steward run`": []}
    with tempfile.TemporaryDirectory() as folder:
        async with sandbox(Path(folder) / "slack") as slack:
            for number in range(rounds):
                at = {"STEWARD_DATA": f"{folder}/{number}", "STEWARD_PORT": "0", **USUAL}
                bot = at | _tokens(slack) | {"STEWARD_DATA": f"{folder}/{number}-bot"}
                for is_first in (True, False):
                    both = [
                        await _ready(["make", "--silent", "run"], at, "Sandbox ready"),
                        await _ready([sys.executable, "-m", "bot", "run"], bot, "listening"),
                    ]
                    for name, (took, size) in zip(memory, both, strict=True):
                        (seconds[STARTS[name]] if is_first else memory[name]).append(took if is_first else size)
                seconds["`steward --help`"].append(_help())
    return _chapter(seconds, memory)


def _chapter(seconds: dict[str, list[float]], memory: dict[str, list[float]]) -> Chapter:
    made, run, listed = seconds.values()
    bot = memory["`steward run`"]
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
                "ready in 2.5 s",
                f"{figures.spread(made)} s",
                statistics.median(made) < 2.5,
                WHY,
            ),
            Verdict(
                "start of `steward run`",
                "ready in 2 s",
                f"{figures.spread(run)} s",
                statistics.median(run) < 2,
                WHY,
            ),
            Verdict(
                "`steward --help`", "under 0.3 s", f"{figures.spread(listed)} s", statistics.median(listed) < 0.3, WHY
            ),
            Verdict(
                "memory, idle, `steward run`",
                "under 110 MB",
                f"{figures.spread(bot, 0)} MB",
                max(bot) < 110,
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


def _help() -> float:
    began = time.perf_counter()
    environment = {**environment_without_settings(), **USUAL}
    command = [sys.executable, "-m", "bot", "--help"]
    subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)  # noqa: S603
    return time.perf_counter() - began


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
    "the machine was busy: a start takes 1.1 s of processor time, or 1.7 s with the sandbox in a new folder, and the "
    "list of commands 0.13 s (`resource.getrusage`, 2026-11-30)"
)
WHY_SO_LARGE = (
    "it is code: once imported, Python and the libraries take 96 MB, and the bot's own modules 28 MB (2026-12-01)"
)
