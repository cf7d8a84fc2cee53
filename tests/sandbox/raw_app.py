"""A Socket Mode app without a Slack library: it has one socket, and tests ack each envelope themselves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

Json = dict[str, Any]


class RawApp:
    def __init__(self, socket: aiohttp.ClientWebSocketResponse, hello: Json) -> None:
        self._socket, self.hello = socket, hello

    async def next(self, within: float = 60.0) -> Json:
        found: Json = await self._socket.receive_json(timeout=within)
        return found

    async def ack(self, envelope: Json, payload: Any = None) -> None:
        said = {"envelope_id": envelope["envelope_id"]} | ({"payload": payload} if payload else {})
        await self._socket.send_json(said)

    async def hears(self) -> Json:
        """Ack the next event that arrives, and return the event."""
        envelope = await self.next()
        await self.ack(envelope)
        event: Json = envelope["payload"]["event"]
        return event

    async def is_closed(self) -> bool:
        return (await self._socket.receive(timeout=60)).type in (
            aiohttp.WSMsgType.CLOSE,
            aiohttp.WSMsgType.CLOSED,
        )


async def ticket(api_url: str, app_token: str, session: aiohttp.ClientSession) -> str:
    headers = {"Authorization": f"Bearer {app_token}"}
    async with session.post(f"{api_url}apps.connections.open", headers=headers) as answer:
        return str((await answer.json())["url"])


@asynccontextmanager
async def connected(api_url: str, app_token: str) -> AsyncIterator[RawApp]:
    async with aiohttp.ClientSession() as session:
        url = await ticket(api_url, app_token, session)
        async with session.ws_connect(url, timeout=aiohttp.ClientWSTimeout(ws_close=0.3)) as socket:
            yield RawApp(socket, await socket.receive_json(timeout=60))
