"""What was answered `ok` is there after kill -9."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from .killed import running

SUPPORT = "C0HARBOURS"
HOME: dict[str, Any] = {"type": "home", "blocks": [{"type": "divider"}]}


async def test_a_message_a_view_and_the_clock_survive_a_kill(tmp_path: Path) -> None:
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


async def _post(session: aiohttp.ClientSession, url: str, **said: Any) -> dict[str, Any]:
    async with session.post(url, json=said) as answer:
        found: dict[str, Any] = await answer.json()
        return found


async def _get(session: aiohttp.ClientSession, url: str) -> dict[str, Any]:
    async with session.get(url) as answer:
        found: dict[str, Any] = await answer.json()
        return found
