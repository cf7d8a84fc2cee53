"""Tests of docs/sandbox.md: its example bot runs, its examples work, and it lists every control and method."""

import asyncio
import os
import re
import shlex
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import aiohttp

from sandbox.api.arguments import FACTS
from sandbox.server import ACTS, LOOKS
from tests.sandbox.process import Process, running

DOCS = Path(__file__).parents[2] / "docs" / "sandbox.md"
TEXT = DOCS.read_text(encoding="utf-8")
BOT = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)[0]
EXAMPLES = [line for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL) for line in block.splitlines()]


class Shell:
    """A shell that supports the subset of curl's syntax that docs/sandbox.md uses."""

    def __init__(self, sandbox: Process, session: aiohttp.ClientSession) -> None:
        self._session = session
        self.variables = {"SANDBOX": sandbox.url}

    async def run(self, line: str) -> dict[str, Any]:
        for name, value in self.variables.items():
            line = line.replace(f"${name}", value)
        words = shlex.split(line)
        assert words[:2] == ["curl", "-s"]
        pairs = [tuple(each.split("=", 1)) for flag, each in pairwise(words) if flag == "-d"]
        method = "POST" if pairs else "GET"
        async with self._session.request(method, words[2], data=pairs or None) as answer:
            said: dict[str, Any] = await answer.json()
        self._remember(said)
        return said

    def _remember(self, said: dict[str, Any]) -> None:
        if said.get("views"):
            self.variables["VIEW"] = said["views"][-1]["id"]
        if said.get("messages"):
            self.variables["TS"] = said["messages"][-1]["ts"]
        if "ts" in said:
            self.variables["TS"] = said["ts"]


@asynccontextmanager
async def bot_of_the_page(sandbox: Process, folder: Path) -> AsyncIterator[None]:
    """Run the example bot of docs/sandbox.md as a reader would start it."""
    script = folder / "bot.py"
    script.write_text(BOT, encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(script), env=os.environ | sandbox.settings, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.kill()
        await process.wait()


async def _connected(sandbox: Process, session: aiohttp.ClientSession) -> None:
    for _ in range(200):
        async with session.get(f"{sandbox.url}/sandbox/state") as answer:
            if (await answer.json())["app"]["connections"]:
                return
        await asyncio.sleep(0.1)


async def test_every_example_in_sandbox_docs_works(tmp_path: Path) -> None:
    async with (
        running(tmp_path) as sandbox,
        bot_of_the_page(sandbox, tmp_path),
        aiohttp.ClientSession() as session,
    ):
        await _connected(sandbox, session)
        shell = Shell(sandbox, session)
        for line in EXAMPLES:
            answer = await shell.run(line)
            assert answer["ok"], (line, answer)


def test_sandbox_docs_show_every_control() -> None:
    shown = set(re.findall(r"\$SANDBOX/sandbox/([a-z/]+)", TEXT)) | set(re.findall(r"`/sandbox/(\w+)`", TEXT))

    assert shown == LOOKS.keys() | ACTS.keys()


def test_sandbox_docs_list_every_web_api_method() -> None:
    listed = TEXT.partition("### Methods")[2].partition("## ")[0]

    assert re.findall(r"`([\w.]+)`", listed) == sorted(FACTS)
