"""Fixtures for tests of the sandbox: a running sandbox, a person who uses it, and a connected Bolt app."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.sandbox import Sandbox

from .http_app import served

Json = dict[str, Any]


class Person:
    """A person who uses the sandbox through its HTTP controls."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
        self._sandbox, self._session = sandbox, session

    async def does(self, what: str, **said: Any) -> Json:
        async with self._session.post(f"{self._sandbox.url}/sandbox/{what}", json=said) as answer:
            found: Json = await answer.json()
            return found

    async def sees(self, what: str, **asked: str) -> Json:
        asked = {name.rstrip("_"): value for name, value in asked.items()}
        async with self._session.get(f"{self._sandbox.url}/sandbox/{what}", params=asked) as answer:
            found: Json = await answer.json()
            return found

    async def waits_for_the_app(self) -> None:
        """Wait until the app has an open socket, for at most a minute."""
        for _ in range(1200):
            if (await self.sees("state"))["app"]["connections"]:
                return
            await asyncio.sleep(0.05)

    async def reads(self, channel: str, user: str, **asked: str) -> list[Json]:
        found: list[Json] = (await self.sees("messages", channel=channel, as_=user, **asked))["messages"]
        return found

    async def uploads(self, url: str, content: bytes) -> None:
        async with self._session.post(url, data=content) as answer:
            assert answer.status == 200

    async def responds(self, url: str, **said: Any) -> tuple[int, str]:
        async with self._session.post(url, json=said) as answer:
            return answer.status, await answer.text()


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(tmp_path / "data", port=0, app_within=0)
    await sandbox.start()
    yield sandbox
    await sandbox.stop()


@pytest.fixture
async def person(sandbox: Sandbox) -> AsyncIterator[Person]:
    async with aiohttp.ClientSession() as session:
        yield Person(sandbox, session)


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url, session=session, retry_handlers=[])


Connect = Callable[[AsyncApp], Awaitable[None]]


@pytest.fixture
def app(client: AsyncWebClient, sandbox: Sandbox) -> AsyncApp:
    return AsyncApp(client=client, signing_secret=sandbox.signing_secret, process_before_response=True)


@pytest.fixture(params=["socket", "http"])
async def connect(sandbox: Sandbox, request: pytest.FixtureRequest) -> AsyncIterator[Connect]:
    """Return a function that connects a Bolt app to the sandbox, over Socket Mode or HTTP."""
    async with AsyncExitStack() as stack:

        async def over_a_socket(app: AsyncApp) -> None:
            handler = AsyncSocketModeHandler(app, sandbox.app_token)
            stack.push_async_callback(handler.close_async)
            await handler.connect_async()  # type: ignore[no-untyped-call]

        async def over_http(app: AsyncApp) -> None:
            serving = served(app.web_app(path="/slack/events"))
            await sandbox.set_request_urls([await stack.enter_async_context(serving)])

        yield over_http if request.param == "http" else over_a_socket
