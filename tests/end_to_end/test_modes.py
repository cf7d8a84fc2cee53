"""Tests of Steward as a separate process: over HTTP, and stopped before its socket opens."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from bot.cli import service
from sandbox.sandbox import Sandbox
from tests.end_to_end.test_command_line import STEWARD, THANKS, address, environment, sandbox_in, steward, stop
from tests.harness import APP, Slack, eventually
from tests.sandbox.process import running as sandbox_process

MANIFEST = Path(__file__).parent.parent.parent / "app.yaml"
NO_SOCKETS = APP | {"settings": APP["settings"] | {"socket_mode_enabled": False}}


def free_port() -> int:
    with service.bind("127.0.0.1", 0) as listening:
        return int(listening.getsockname()[1])


async def _connections(slack: Slack) -> int:
    return int((await slack.look("state"))["app"]["connections"])


async def test_steward_and_sandbox_processes_communicate_over_http(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}/slack/events"
    options = ("--manifest", str(MANIFEST), "--request-url", url)
    async with sandbox_process(tmp_path / "elsewhere", *options) as sandbox, aiohttp.ClientSession() as http:
        slack = Slack(sandbox.url, http)
        settings = sandbox.settings | {"STEWARD_PORT": str(port), "SLACK_APP_TOKEN": ""}
        async with steward(tmp_path, "run", **settings) as (said, running):
            assert address(said) == f"http://127.0.0.1:{port}"
            await eventually(lambda: _connections(slack))
            answer = await slack.command("maya", THANKS)
            async with http.get(f"{address(said)}/readyz") as ready:
                assert ready.status == 200
            await stop(running)

    assert "No team is set up yet" in answer.text


@pytest.mark.long
async def test_sandbox_with_http_option_opens_no_socket(tmp_path: Path) -> None:
    async with sandbox_in(tmp_path, "--http") as (said, running), aiohttp.ClientSession() as http:
        slack = Slack(address(said), http)
        answer = await slack.command("maya", THANKS)
        await eventually(lambda: slack.said("bot", "ana"))
        sockets = await slack.calls("apps.connections.open")
        await stop(running)

    assert "Thanks! " in answer.text
    assert sockets == []


@pytest.mark.long
async def test_sigterm_stops_steward_while_it_is_still_trying_to_open_its_socket(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path / "elsewhere", port=0, manifest=NO_SOCKETS)
    await sandbox.start()
    settings = {"SLACK_BOT_TOKEN": sandbox.bot_token, "SLACK_APP_TOKEN": sandbox.app_token, "STEWARD_PORT": "0"}
    running = await asyncio.create_subprocess_exec(
        *STEWARD,
        "run",
        cwd=tmp_path,
        env=environment(SLACK_API_URL=sandbox.api_url, **settings),
        stderr=asyncio.subprocess.DEVNULL,
    )
    async with aiohttp.ClientSession() as http:
        slack = Slack(sandbox.url, http)
        await eventually(lambda: _tries(slack))
        running.terminate()
        assert await asyncio.wait_for(running.wait(), 15) == 0
    await sandbox.stop()


async def _tries(slack: Slack) -> bool:
    """Return whether the bot has tried to open its socket; its first call only checks the token."""
    return len(await slack.calls("apps.connections.open")) > 1
