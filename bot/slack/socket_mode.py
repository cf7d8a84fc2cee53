"""The Socket Mode connection to Slack, and when it last showed activity."""

import asyncio
from typing import Any

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import monotonic_seconds

log = structlog.get_logger()

CONNECT_SECONDS = 30.0
OVERLAP_SECONDS = 3.0
"""How long the old socket stays open next to a new one, so that requests from the old one can still be acked on it."""


class Socket:
    """One Socket Mode connection. slack_sdk reconnects after failures that it notices; `renew` is for all others."""

    def __init__(self, bolt: AsyncApp, app_token: str, web_client: AsyncWebClient) -> None:
        self._bolt, self._app_token, self._web_client = bolt, app_token, web_client
        self._client: SocketModeClient | None = None
        self._pong: float | None = None
        self._pong_at = 0.0
        self.hello_at: float | None = None
        self.envelope_at: float | None = None

    async def renew(self, overlap: float = OVERLAP_SECONDS) -> None:
        """Open a new connection, then close the old one. Raises `TimeoutError` if Slack sends no hello in time."""
        fresh = await self._opened()
        old, self._client = self._client, fresh
        if old:
            try:
                await asyncio.sleep(overlap)
            finally:
                await _close(old)

    async def close(self) -> None:
        if self._client:
            await _close(self._client)

    async def is_connected(self) -> bool:
        return self._client is not None and await self._client.is_connected()

    def alive_at(self) -> float:
        """Return when Slack last sent anything, including a pong, by the machine's clock."""
        pong = self._client.last_ping_pong_time if self._client else None
        if pong != self._pong:
            self._pong, self._pong_at = pong, monotonic_seconds()
        return max(self._pong_at, self.told_at())

    def told_at(self) -> float:
        """Return when Slack last sent a hello or a delivery, by the machine's clock."""
        return max(self.hello_at or 0.0, self.envelope_at or 0.0)

    async def _opened(self) -> SocketModeClient:
        handler = AsyncSocketModeHandler(self._bolt, self._app_token, web_client=self._web_client)
        client, hello = handler.client, asyncio.Event()

        async def hear(_: Any, message: dict[str, Any], raw: str | None) -> None:
            if message.get("type") == "hello":
                self.hello_at = monotonic_seconds()
                hello.set()
            elif "envelope_id" in message:
                self.envelope_at = monotonic_seconds()

        client.message_listeners.append(hear)
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await client.connect()  # type: ignore[no-untyped-call]
                await hello.wait()
        except BaseException:
            await _close(client)
            raise
        return client


async def _close(client: SocketModeClient) -> None:
    """Close a client completely, even if the caller is canceled; otherwise its HTTP session stays open."""
    closing = asyncio.create_task(client.close())  # type: ignore[no-untyped-call]
    try:
        await asyncio.shield(closing)
    finally:
        await closing
