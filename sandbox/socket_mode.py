"""Socket Mode: up to ten connections of one app, each envelope sent to any one of them, and acks."""

import asyncio
import secrets
import time
import uuid
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.slack_types import Json
from sandbox.websocket import LINE

ACK_WITHIN = 3.0
TICKET_LIFE = 30.0
MOST_CONNECTIONS = 10
CONNECTION_TIME, DEBUG_CONNECTION_TIME = 18060, 360
WARNING_AHEAD = 10
GONE = (WebSocketDisconnect, RuntimeError, OSError)


class Ack(NamedTuple):
    """An ack: its payload, and its latency in milliseconds."""

    payload: Any
    ms: float


class Missed(NamedTuple):
    """A missing ack: the reason, as Slack names it, and whether the app asked for no retry."""

    reason: str
    is_final: bool = False


class Connection:
    """One WebSocket connection of the app."""

    def __init__(self, socket: WebSocket) -> None:
        self.socket = socket
        self._is_deaf = False

    def go_deaf(self) -> None:
        """Keep the connection open, but receive and send nothing from now on."""
        self._is_deaf = True
        self.socket.scope[LINE].go_deaf()

    async def send(self, message: Json) -> bool:
        if self._is_deaf:
            return True
        try:
            await self.socket.send_json(message)
        except GONE:
            return False
        return True

    async def disconnect(self, reason: str) -> None:
        said = {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
        if await self.send(said) and reason != "warning":
            await self.close()

    async def close(self) -> None:
        with suppress(*GONE):
            await self.socket.close()


class Hub:
    """The Socket Mode transport: sends each envelope to one of the app's connections and waits for its ack."""

    def __init__(self, app_id: str, is_on: bool) -> None:
        self.app_id = app_id
        self.is_on = is_on
        self._tickets: dict[str, float] = {}
        self._connections: deque[Connection] = deque()
        self._connected = asyncio.Event()
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self.on_connect: Callable[[], None] = lambda: None
        self.on_asked: Callable[[str, Json, Ack | Missed], None] = lambda kind, payload, answer: None

    def ticket(self) -> str:
        """Create a ticket with which the app may connect once, within `TICKET_LIFE` seconds."""
        ticket = secrets.token_urlsafe(24)
        self._tickets[ticket] = time.monotonic() + TICKET_LIFE
        return ticket

    async def serve(self, socket: WebSocket) -> None:
        """Serve one connection, from `hello` to close."""
        if self._tickets.pop(socket.query_params.get("ticket", ""), 0) < time.monotonic():
            await socket.close()
            return
        await socket.accept()
        connection = Connection(socket)
        if not self.is_on:
            await connection.disconnect("link_disabled")
            return
        if len(self._connections) >= MOST_CONNECTIONS:
            await connection.disconnect("too_many_websockets")
            return
        is_short = socket.query_params.get("debug_reconnects") == "true"
        lasts = DEBUG_CONNECTION_TIME if is_short else CONNECTION_TIME
        await connection.send(self._hello(lasts))
        self._join(connection)
        end = asyncio.get_running_loop().create_task(_end_after(connection, lasts))
        try:
            await self._listen(socket)
        finally:
            end.cancel()
            self._leave(connection)

    def _hello(self, lasts: int) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._connections) + 1,
            "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": lasts},
            "connection_info": {"app_id": self.app_id},
        }

    async def _listen(self, socket: WebSocket) -> None:
        while True:
            try:
                said = await socket.receive_json()
            except GONE:
                return
            except ValueError:
                continue
            self._acked(said)

    def _acked(self, said: Any) -> None:
        waiting = self._waiting.get(said.get("envelope_id", "")) if isinstance(said, dict) else None
        if waiting and not waiting.done():
            waiting.set_result(said.get("payload") or {})

    def _join(self, connection: Connection) -> None:
        self._connections.append(connection)
        self._connected.set()
        self.on_connect()

    def _leave(self, connection: Connection) -> None:
        if connection in self._connections:
            self._connections.remove(connection)
        if not self._connections:
            self._connected.clear()

    async def ask(self, kind: str, payload: Json, **also: Any) -> Ack | Missed:
        """Send an envelope and return its ack; within `ACK_WITHIN` seconds, wait for a connection if there is none."""
        answer = await self._ask(kind, payload, also)
        self.on_asked(kind, payload, answer)
        return answer

    async def _ask(self, kind: str, payload: Json, also: Json) -> Ack | Missed:
        id, accepts = str(uuid.uuid4()), kind != "events_api"
        envelope: Json = {"envelope_id": id, "type": kind, "payload": payload} | also
        envelope["accepts_response_payload"] = accepts
        acked = self._waiting[id] = asyncio.get_running_loop().create_future()
        began = time.monotonic()
        try:
            async with asyncio.timeout(ACK_WITHIN):
                await self._send(envelope)
                return Ack(await acked, round((time.monotonic() - began) * 1000, 3))
        except TimeoutError:
            return Missed("timeout")
        finally:
            acked.cancel()
            del self._waiting[id]

    async def _send(self, envelope: Json) -> None:
        while True:
            await self._connected.wait()
            self._connections.rotate(-1)
            connection = self._connections[-1]
            if await connection.send(envelope):
                return
            self._leave(connection)

    async def disconnect(self, reason: str) -> None:
        """Send every connection a `disconnect` message; close it unless the reason is `warning`."""
        for connection in list(self._connections):
            if reason != "warning":
                self._leave(connection)
            await connection.disconnect(reason)

    async def drop(self) -> None:
        """Close every connection without a `disconnect` message."""
        for connection in list(self._connections):
            self._leave(connection)
            await connection.close()

    def go_deaf(self) -> None:
        """Make every current connection deaf: it stays open, but neither receives nor sends. New connections work."""
        for connection in self._connections:
            connection.go_deaf()

    async def suffer(self, how: str) -> None:
        """Inject a connection fault.

        `disconnect` drops every connection and `deaf` makes each one deaf; any other value is sent as the reason of a
        `disconnect` message.
        """
        if how == "deaf":
            self.go_deaf()
        elif how == "disconnect":
            await self.drop()
        else:
            await self.disconnect(how)

    @property
    def connections(self) -> int:
        return len(self._connections)

    def in_flight(self) -> list[asyncio.Future[Any]]:
        return list(self._waiting.values())


async def _end_after(connection: Connection, lasts: int) -> None:
    await asyncio.sleep(lasts - WARNING_AHEAD)
    await connection.disconnect("warning")
    await asyncio.sleep(WARNING_AHEAD)
    await connection.disconnect("refresh_requested")
