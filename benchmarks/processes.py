"""Servers in separate processes, for benchmarks."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

SECRET = "a-signing-secret"  # noqa: S105
ADDRESS = re.compile(r"http://[\d.]+:\d+")
READY_SECONDS = 60


@asynccontextmanager
async def run_server(*words: str, **environment: str) -> AsyncIterator[tuple[str, dict[str, str]]]:
    """Run `python -m` with these arguments; yield the server's address and the NAME=VALUE lines it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *words, env={**environment_without_settings(), **environment},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield await asyncio.wait_for(_ready(process), READY_SECONDS)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


@asynccontextmanager
async def sandbox(folder: Path) -> AsyncIterator[dict[str, str]]:
    """Run a sandbox; yield the settings an app needs to join it, and its address as `URL`."""
    async with run_server("sandbox", "--port", "0", "--data", str(folder)) as (address, told):
        yield {**told, "URL": address}


async def _ready(process: asyncio.subprocess.Process) -> tuple[str, dict[str, str]]:
    assert process.stdout  # noqa: S101
    told: dict[str, str] = {}
    address = ""
    async for line in process.stdout:
        words = line.decode().strip()
        name, is_set, value = words.partition("=")
        address = (ADDRESS.search(words) or [address])[0]
        if not is_set:
            return address, told
        told[name] = value
        if name == "SLACK_SIGNING_SECRET":  # the sandbox's last line
            return address, told
    raise RuntimeError(f"a server ended before it was ready, with {await process.wait()}")


def environment_without_settings() -> dict[str, str]:
    """Return this process's environment without the variables that configure the bot."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "STEWARD_"))}
