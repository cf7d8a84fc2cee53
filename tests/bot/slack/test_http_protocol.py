"""The HTTP server over real sockets, with clients that send too much, too slowly or nothing at all."""

import asyncio
import socket
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from bot import web as module
from bot.slack import http_protocol, request_urls
from bot.slack.http_protocol import Bounded
from bot.web import REQUESTS
from tests.bot.slack.test_request_urls import FORM, serve, signed

SOON = 0.05
CROWD, PART = 60, 60_000
PATIENCE = 60.0
HEAD = f"POST {REQUESTS} HTTP/1.1\r\nhost: x\r\n".encode()
HEALTH = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"


class Client:
    """A client's socket and the responses it receives."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def status(self) -> int:
        """Return the status of the next response, after reading its body."""
        async with asyncio.timeout(PATIENCE):
            head = await self.reader.readuntil(b"\r\n\r\n")
            length = next(
                (int(line[15:]) for line in head.lower().split(b"\r\n") if line[:15] == b"content-length:"), 0
            )
            await self.reader.readexactly(length)
        return int(head.split()[1])

    async def read_to_end(self) -> bytes:
        """Return all bytes that arrive until the server closes the connection."""
        async with asyncio.timeout(PATIENCE):
            try:
                return await self.reader.read()
            except ConnectionResetError:
                return b""


@pytest.fixture
async def address() -> AsyncIterator[tuple[str, int]]:
    async with serve([]) as url:
        host, _, port = url.removeprefix("http://").partition(":")
        yield host, int(port)


@pytest.fixture
async def connect(address: tuple[str, int]) -> AsyncIterator[Any]:
    opened: list[Client] = []

    async def connect() -> Client:
        opened.append(Client(*await asyncio.open_connection(*address)))
        return opened[-1]

    yield connect
    for each in opened:
        each.writer.close()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", SOON)
    monkeypatch.setattr(module, "ARRIVES_WITHIN", SOON)
    yield
    assert (Bounded.waiting, Bounded.unfinished) == ({}, {})


def head(body: bytes, **more: str) -> bytes:
    headers = {**signed(body), "content-length": str(len(body)), **more}
    return HEAD + "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode() + b"\r\n"


@pytest.mark.parametrize(
    "said",
    [b"", b"G", b"GET /healthz", b"GET /healthz HTTP/1.1\r\nhost: x", HEAD, b"\r\n\r\n", b"POST / HTTP/1.1\r\na:"],
)
@pytest.mark.usefixtures("hurried")
async def test_connection_without_a_complete_request_head_is_closed(connect: Any, said: bytes) -> None:
    client = await connect()
    await client.send(said)

    assert await client.read_to_end() == b""


@pytest.mark.usefixtures("hurried")
async def test_request_head_timeout_also_applies_to_later_requests_on_a_connection(connect: Any) -> None:
    client = await connect()
    await client.send(HEALTH)
    assert await client.status() == 200
    await client.send(HEALTH[:20])

    assert await client.read_to_end() == b""


@pytest.mark.parametrize(
    "begun",
    [
        head(FORM), head(FORM) + FORM[:-1],
        HEAD + b"transfer-encoding: chunked\r\n\r\n", HEAD + b"transfer-encoding: chunked\r\n\r\n5\r\nab",
    ],
)  # fmt: skip
@pytest.mark.usefixtures("hurried")
async def test_incomplete_body_times_out_with_408(connect: Any, begun: bytes) -> None:
    client = await connect()
    await client.send(begun)

    assert await client.status() == 408
    assert await client.read_to_end() == b""


@pytest.mark.parametrize("number", [1, 2])
async def test_connection_stays_open_after_complete_requests(connect: Any, number: int) -> None:
    client = await connect()
    for _ in range(number):
        await client.send(head(FORM) + FORM)
        assert await client.status() == 200
    await client.send(HEALTH)

    assert await client.status() == 200


async def test_bodies_up_to_the_limit_are_read(connect: Any) -> None:
    body = FORM + b"&filler=" + b"x" * (request_urls.MOST_BYTES - len(FORM) - 8)
    client = await connect()
    await client.send(head(body) + body)

    assert await client.status() == 200


@pytest.mark.parametrize("length", [request_urls.MOST_BYTES + 1, 20_000_000, 300_000_000, 10**15])
async def test_body_with_a_too_large_content_length_is_refused_without_being_read(connect: Any, length: int) -> None:
    client = await connect()
    await client.send(head(b"", **{"content-length": str(length)}))

    assert await client.status() == 413
    assert await client.read_to_end() == b""


async def test_chunked_body_is_read_only_up_to_the_limit(connect: Any) -> None:
    client = await connect()
    await client.send(HEAD + b"transfer-encoding: chunked\r\n\r\n")
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    sent = 0
    try:
        while sent < 20 * request_urls.MOST_BYTES:
            await client.send(chunk)
            sent += len(chunk)
    except ConnectionError:
        pass

    assert sent < 20 * request_urls.MOST_BYTES


@pytest.mark.parametrize(
    "too_much",
    [
        b"GET /" + b"a" * 2 * http_protocol.MOST_HEAD,
        HEAD + b"a: " + b"b" * 2 * http_protocol.MOST_HEAD,
        HEAD + b"a" * 2 * http_protocol.MOST_HEAD,
    ],
)
async def test_oversized_request_head_is_refused(connect: Any, too_much: bytes) -> None:
    client = await connect()
    await client.send(too_much)

    assert await client.status() == 431
    assert await client.read_to_end() == b""


@pytest.mark.parametrize("count", [http_protocol.MOST_HEADERS + 1, 5000])
async def test_too_many_headers_are_refused(connect: Any, count: int) -> None:
    client = await connect()
    await client.send(HEAD + b"a: b\r\n" * count + b"\r\n")

    assert await client.status() == 400
    assert await client.read_to_end() == b""


async def test_oldest_idle_connections_are_closed_if_there_are_too_many(
    connect: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "MOST_WAITING", 3)
    idle = [await connect() for _ in range(5)]
    client = await connect()
    await client.send(HEALTH)

    assert await client.status() == 200
    assert [await each.read_to_end() for each in idle[:2]] == [b"", b""]
    await idle[-1].send(HEALTH)
    assert await idle[-1].status() == 200


@pytest.mark.parametrize(
    ("request_line", "status"), [(b"POST /healthz HTTP/1.1", 405), (b"POST /nowhere HTTP/1.1", 404)]
)
async def test_connection_is_closed_after_a_response_to_an_unread_body(
    connect: Any, request_line: bytes, status: int
) -> None:
    client = await connect()
    await client.send(request_line + b"\r\nhost: x\r\ncontent-length: 300000000\r\n\r\n")

    assert await client.status() == status
    assert await client.read_to_end() == b""


async def test_upgrade_to_another_protocol_is_ignored(connect: Any) -> None:
    client = await connect()
    await client.send(
        b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
        b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n"
    )

    assert await client.status() == 200


async def test_oldest_incomplete_request_bodies_are_dropped_if_there_are_too_many(
    connect: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "MOST_UNFINISHED", 3)
    slow = [await connect() for _ in range(5)]
    for each in slow:
        await each.send(head(FORM) + FORM[:-1])
    client = await connect()
    await client.send(head(FORM) + FORM)

    assert await client.status() == 200
    assert [await each.status() for each in slow[:2]] == [503, 503]
    assert [await each.read_to_end() for each in slow[:2]] == [b"", b""]
    await slow[-1].send(FORM[-1:])
    assert await slow[-1].status() == 200


async def test_many_simultaneous_request_bodies_use_bounded_memory(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All bodies arrive before the server reads any of them."""
    monkeypatch.setattr(http_protocol, "MOST_UNFINISHED", 3)
    begun = HEAD + b"content-length: 1000000\r\n\r\n" + b"x" * PART
    with ExitStack() as opened:
        crowd = [opened.enter_context(socket.create_connection(address)) for _ in range(CROWD)]
        await asyncio.sleep(SOON)
        for each in crowd:
            each.sendall(begun)
        tracemalloc.start()
        await asyncio.sleep(SOON)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        kept = len(Bounded.unfinished)

    assert kept == 3
    assert most < CROWD * PART / 2
