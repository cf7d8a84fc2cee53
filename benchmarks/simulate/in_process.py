"""In-process connection between the bot and its sandbox: API calls without a network, SQL without a thread.

Payloads, arguments, statements and their order are the same as with a real server.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from multidict import CIMultiDict
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy import event
from sqlalchemy.util import await_
from starlette.applications import Starlette

from bot.db import driver, engines
from bot.db.encryption import Vault
from bot.db.sessions import Database

JSON, FORM = "application/json;charset=utf-8", "application/x-www-form-urlencoded"


class Session:
    """The part of aiohttp's `ClientSession` that the bot uses, which sends requests to an ASGI application."""

    closed = False

    def __init__(self, web: Starlette) -> None:
        self._web = web

    def request(self, verb: str, url: str, **said: Any) -> "Exchange":
        return Exchange(self._web, verb, url, said)

    def post(self, url: str, **said: Any) -> "Exchange":
        return self.request("POST", url, **said)


class Exchange:
    """An HTTP request to the sandbox and, inside `async with`, its response."""

    def __init__(self, web: Starlette, verb: str, url: str, said: dict[str, Any]) -> None:
        self._web = web
        kind, self._asks = _body(said)
        named = {"content-type": kind, **(said.get("headers") or {}), "host": "localhost"}
        place = urlsplit(url)
        self._scope = {
            "type": "http", "http_version": "1.1", "method": verb, "scheme": "http", "path": place.path,
            "raw_path": place.path.encode(), "root_path": "", "client": None, "server": ("localhost", 80),
            "query_string": (urlencode(said.get("params") or {}) or place.query).encode(),
            "headers": [(name.lower().encode(), str(value).encode()) for name, value in named.items()],
        }  # fmt: skip
        self._said = b""
        self.status = 0
        self.headers: CIMultiDict[str] = CIMultiDict()

    async def __aenter__(self) -> "Exchange":
        await self._web(self._scope, self._receive, self._send)
        return self

    async def __aexit__(self, *_: object) -> None: ...

    async def _receive(self) -> dict[str, Any]:
        return {"type": "http.request", "body": self._asks, "more_body": False}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = CIMultiDict((name.decode(), value.decode()) for name, value in message["headers"])
        else:
            self._said += message.get("body", b"")

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    async def read(self) -> bytes:
        return self._said

    async def text(self) -> str:
        return self._said.decode()

    async def json(self) -> Any:
        return json.loads(self._said)


def _body(said: dict[str, Any]) -> tuple[str, bytes]:
    if said.get("json") is not None:
        return JSON, json.dumps(said["json"]).encode()
    data = said.get("data")
    return (FORM, data) if isinstance(data, bytes) else (FORM, urlencode(data or {}).encode())


def app(bolt: AsyncApp) -> Callable[[dict[str, Any]], Any]:
    """Return the function with which `sandbox.embedded` passes each payload to Bolt."""

    async def hear(payload: dict[str, Any]) -> tuple[int, Any]:
        answer = await bolt.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=payload))
        kind = answer.headers.get("content-type", [""])[0]
        if not answer.body:
            return answer.status, {}
        return answer.status, json.loads(answer.body) if kind.startswith("application/json") else {"text": answer.body}

    return hear


MEMORY, ROOM_BYTES = Path("/dev/shm"), 1 << 30  # noqa: S108  # it holds a folder of a random name
"""The file system in memory of most Linux machines, and how much of it must be free. A year takes a tenth of that."""


def open_folder() -> tempfile.TemporaryDirectory[str]:
    """Create a temporary folder, in memory if there is room, because writing to files takes a tenth of the time."""
    has_room = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM_BYTES
    return tempfile.TemporaryDirectory(dir=MEMORY if has_room else None)


class PlainVault(Vault):
    """A vault that encrypts nothing, since a simulated year has no secrets."""

    def encrypt(self, text: str) -> bytes:
        return text.encode()

    def decrypt(self, sealed: bytes) -> str:
        return sealed.decode()


class Connection(driver.Connection):
    """A connection that commits on the event loop too: nothing waits for a disk, and nobody else waits for the loop."""

    def run_in_thread(self, function: Callable[..., Any], *args: Any, can_interrupt: bool = True) -> Any:
        await_(driver.nothing())
        return function(*args)


def database(folder: Path, vault: Vault) -> Database:
    """Connect to the bot's SQLite database without syncing to disk, since a simulated year is not kept."""
    writer, reader = engines.sqlite(folder / "steward.db")
    for engine in (writer, reader):
        event.listen(engine.sync_engine, "do_connect", _use_no_thread)
        event.listen(engine.sync_engine, "connect", _be_careless)
    return Database(writer, reader, vault)


def _use_no_thread(dialect: Any, record: Any, args: Any, options: dict[str, Any]) -> None:
    options["factory"] = Connection


def _be_careless(connection: Any, record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()
