"""Tests that everything the sandbox has acknowledged survives `kill -9`."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.good_blocks import field, modal
from tests.sandbox.process import running
from tests.sandbox.raw_app import connected

SUPPORT = "C0HARBOURS"
INPUT = field({"type": "plain_text_input"})
SHORTCUT = {"user": "ana", "callback_id": "go"}
HOME: dict[str, Any] = {"type": "home", "blocks": [{"type": "divider"}]}


async def test_message_view_and_clock_survive_killing_the_sandbox(tmp_path: Path) -> None:
    async with aiohttp.ClientSession() as session:
        async with running(tmp_path) as sandbox:
            client = AsyncWebClient(sandbox.bot_token, base_url=sandbox.api_url, session=session)
            posted = await client.chat_postMessage(channel=SUPPORT, text="remember me")
            await client.views_publish(user_id="U0ANA00000", view=HOME)
            moved = await _post(session, f"{sandbox.url}/sandbox/clock", forward="P3D")
            await sandbox.kill()
        async with running(tmp_path) as again:
            client = AsyncWebClient(sandbox.bot_token, base_url=again.api_url, session=session)
            found = await client.conversations_history(channel=SUPPORT, limit=1)
            home = await _get(session, f"{again.url}/sandbox/home?user=ana")
            clock = await _get(session, f"{again.url}/sandbox/clock")

    assert found["messages"][0]["ts"] == posted["ts"]
    assert home["view"]["blocks"][0]["type"] == "divider"
    stood_still = datetime.fromisoformat(clock["now"]) - datetime.fromisoformat(moved["now"])
    assert timedelta(0) <= stood_still < timedelta(minutes=1)
    assert again.app_token == sandbox.app_token


async def test_open_form_file_and_scheduled_message_survive_killing_the_sandbox(tmp_path: Path) -> None:
    async with aiohttp.ClientSession() as session:
        async with running(tmp_path) as sandbox:
            client = AsyncWebClient(sandbox.bot_token, base_url=sandbox.api_url, session=session)
            async with connected(sandbox.api_url, sandbox.app_token) as app:
                asking = asyncio.create_task(_post(session, f"{sandbox.url}/sandbox/shortcuts", **SHORTCUT))
                envelope = await app.next()
                await client.views_open(trigger_id=envelope["payload"]["trigger_id"], view=modal(INPUT))
                await app.ack(envelope)
                await asking
            await client.files_upload_v2(channel=SUPPORT, filename="a.txt", content="hello")
            now = datetime.fromisoformat((await _get(session, f"{sandbox.url}/sandbox/clock"))["now"])
            later = int((now + timedelta(days=100)).timestamp())
            await client.chat_scheduleMessage(channel=SUPPORT, text="later", post_at=later)
            await sandbox.kill()
        async with running(tmp_path) as again:
            views = await _get(session, f"{again.url}/sandbox/views?user=ana")
            await _post(session, f"{again.url}/sandbox/clock", forward="P119D")
            said = await _get(session, f"{again.url}/sandbox/messages?channel=harbour-support&as=ana")

    assert [view["type"] for view in views["views"]] == ["modal"]
    assert said["messages"][-2]["files"][0]["name"] == "a.txt"
    assert said["messages"][-1]["text"] == "later"


async def test_start_time_can_be_given_on_the_command_line(tmp_path: Path) -> None:
    async with (
        running(tmp_path, "--at", "2099-12-24T15:00:00Z") as sandbox,
        aiohttp.ClientSession() as session,
    ):
        clock = await _get(session, f"{sandbox.url}/sandbox/clock")

    assert clock["now"].startswith("2099-12-24T15:00")


async def _post(session: aiohttp.ClientSession, url: str, **said: Any) -> dict[str, Any]:
    async with session.post(url, json=said) as answer:
        found: dict[str, Any] = await answer.json()
        return found


async def _get(session: aiohttp.ClientSession, url: str) -> dict[str, Any]:
    async with session.get(url) as answer:
        found: dict[str, Any] = await answer.json()
        return found
