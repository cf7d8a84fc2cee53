"""Transport between the sandbox and an app in the same process, without sockets.

API calls go to the sandbox's ASGI application, and payloads to the app's dispatcher. HTTP parsing and signatures are
left out.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
from multidict import CIMultiDict
from starlette.types import ASGIApp, Message, Scope

from sandbox import socket_mode
from sandbox.slack_types import Json
from sandbox.socket_mode import Ack, Missed

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
Dispatch = Callable[..., Awaitable[Json | None]]
"""A function that takes a payload's kind, the payload, `retry_attempt` and `retry_reason`; returns an ack or None."""


class Response:
    """A response with the parts of aiohttp's interface that slack_sdk and the bot use."""

    def __init__(self, status: int, headers: CIMultiDict[str], body: bytes) -> None:
        self.status, self.headers, self._body = status, headers, body

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "application/octet-stream").partition(";")[0]

    async def read(self) -> bytes:
        return self._body

    async def text(self, **_: Any) -> str:
        return self._body.decode()

    async def json(self, **_: Any) -> Any:
        if self.content_type != JSON:
            raise aiohttp.ContentTypeError(None, (), message=self.content_type)  # type: ignore[arg-type]
        return json.loads(self._body)


class Client:
    """A stand-in for `aiohttp.ClientSession` that sends every request, whatever its host, to one ASGI application."""

    closed = False

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def get(self, url: str, **said: Any) -> AbstractAsyncContextManager[Response]:
        return self.request("GET", url, **said)

    def post(self, url: str, **said: Any) -> AbstractAsyncContextManager[Response]:
        return self.request("POST", url, **said)

    @asynccontextmanager
    async def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        data: Any = None,
        json: Any = None,
        **_: Any,
    ) -> AsyncIterator[Response]:
        kind, body = _encoded(data, json)
        sent = {"host": urlsplit(url).netloc, "content-type": kind} | {k.lower(): v for k, v in (headers or {}).items()}
        address = urlsplit(url)
        query = "&".join(filter(None, (address.query, urlencode(params or {}))))
        scope = {
            "type": "http",
            "method": method,
            "path": address.path,
            "raw_path": address.path.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in sent.items() if value],
            "scheme": "http",
            "http_version": "1.1",
            "server": (address.hostname, 80),
            "client": (address.hostname, 0),
            "root_path": "",
        }
        yield await _answer(self._app, scope, body)


def _encoded(data: Any, said: Any) -> tuple[str, bytes]:
    if said is not None:
        return JSON, json.dumps(said).encode()
    if isinstance(data, bytes):
        return "application/octet-stream", data
    if isinstance(data, str):
        return FORM, data.encode()
    return (FORM, urlencode(data).encode()) if data else ("", b"")


async def _never() -> Message:
    """Wait until the response is complete: the client stays connected, since a disconnect would cut off a file."""
    return await asyncio.Future[Message]()


async def _answer(app: ASGIApp, scope: Scope, body: bytes) -> Response:
    told: list[Message] = []
    asked = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return asked.pop() if asked else await _never()

    async def send(message: Message) -> None:
        told.append(message)

    await app(scope, receive, send)
    if told[-1].get("more_body"):
        raise aiohttp.ClientPayloadError("cut in the middle")
    start, *parts = told
    headers = CIMultiDict((name.decode(), value.decode()) for name, value in start["headers"])
    return Response(start["status"], headers, b"".join(part.get("body", b"") for part in parts))


class InProcess:
    """A transport, like `Hub` and `RequestUrls`, to an app that is always connected."""

    connections = 1

    def __init__(self, dispatch: Dispatch) -> None:
        self._dispatch = dispatch
        self._running: set[asyncio.Task[Json | None]] = set()
        self.on_connect: Callable[[], None] = lambda: None
        self.on_asked: Callable[[str, Json, Ack | Missed], None] = lambda kind, payload, answer: None

    def in_flight(self) -> list[asyncio.Future[Any]]:
        return list(self._running)

    async def ask(self, kind: str, payload: Json, **retry: Any) -> Ack | Missed:
        """Dispatch a payload and return its ack, or `Missed` after `ACK_WITHIN` seconds, when the app keeps running."""
        began = time.monotonic()
        task = asyncio.ensure_future(self._dispatch(kind, json.loads(json.dumps(payload)), **retry))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        await asyncio.wait([task], timeout=socket_mode.ACK_WITHIN)
        answer = _of(task, began)
        self.on_asked(kind, payload, answer)
        return answer


def _of(task: "asyncio.Task[Json | None]", began: float) -> Ack | Missed:
    acked = task.result() if task.done() else None
    return Missed("timeout") if acked is None else Ack(acked, round((time.monotonic() - began) * 1000, 3))
