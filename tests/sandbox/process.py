"""A sandbox in a separate process, for tests that kill it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path


class Process:
    def __init__(self, process: asyncio.subprocess.Process, settings: dict[str, str]) -> None:
        self._process, self.settings = process, settings
        self.api_url = settings["SLACK_API_URL"]
        self.url = self.api_url.removesuffix("/api/")
        self.bot_token = settings["SLACK_BOT_TOKEN"]
        self.app_token = settings["SLACK_APP_TOKEN"]

    async def kill(self) -> None:
        self._process.kill()
        await self._process.wait()


@asynccontextmanager
async def running(data: Path, *options: str) -> AsyncIterator[Process]:
    arguments = ["-m", "sandbox", "--port", "0", "--data", str(data), *options]
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    lines = [(await process.stdout.readline()).decode().strip() for _ in range(6 if "--oauth" in options else 4)]
    try:
        yield Process(process, dict(line.split("=", 1) for line in lines))
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
