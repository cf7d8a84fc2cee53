"""uvicorn's HTTP protocol with limits on the time and size of requests, against slow or oversized ones (slowloris).

uvicorn itself has no timeout for the request head, no limit on its size, and never closes connections that send
nothing.
"""

import asyncio
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 10.0
"""Timeout for the request head, from the start of the connection or of the request on it."""
MOST_HEAD = 64 * 1024
"""Limit on the bytes of a request head."""
MOST_HEADERS = 100
MOST_WAITING, MOST_UNFINISHED = 256, 32
"""Limits on connections with an incomplete head, and with an incomplete body. Above the limit the oldest is closed."""
BUSY = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nretry-after: 5\r\nconnection: close\r\n\r\n"
"""The answer to the slowest body when too many arrive at once: alert senders retry a 503."""
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Bounded(HttpToolsProtocol):
    """One HTTP connection, in `waiting` until its request head is complete, then in `unfinished` until its body is."""

    waiting: ClassVar[dict["Bounded", asyncio.TimerHandle]] = {}
    unfinished: ClassVar[dict["Bounded", None]] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        self.unfinished.pop(self, None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self in self.waiting:
            self._head += len(data)
        super().data_received(data)
        if len(self.unfinished) > MOST_UNFINISHED:
            longest = next(iter(self.unfinished))
            self.unfinished.pop(longest)
            longest._give_up()
        if self in self.waiting and self._head > MOST_HEAD and not self.transport.is_closing():
            self.transport.write(TOO_LARGE)
            self.transport.close()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self not in self.waiting:
            self._wait()

    def on_header(self, name: bytes, value: bytes) -> None:
        if len(self.headers) >= MOST_HEADERS:
            raise ValueError("too many headers")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._wait_no_more()
        self.unfinished[self] = None
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self.unfinished.pop(self, None)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Close the connection if the response was sent before the body ended, because the body could go on forever."""
        is_cut_short = not self.pipeline and self.cycle.more_body
        super().on_response_complete()
        if is_cut_short and not self.transport.is_closing():
            self.transport.close()

    def _give_up(self) -> None:
        """Drop the partial body, answer 503 and close. Called for the oldest body when too many are unfinished."""
        self.cycle.body = bytearray()
        if not self.cycle.response_started:
            self.transport.write(BUSY)
        self.transport.close()

    def _wait(self) -> None:
        self._head = 0
        self.waiting[self] = self.loop.call_later(HEAD_SECONDS, self.transport.close)
        if len(self.waiting) > MOST_WAITING:
            longest = next(iter(self.waiting))
            longest._wait_no_more()
            longest.transport.close()

    def _wait_no_more(self) -> None:
        if timer := self.waiting.pop(self, None):
            timer.cancel()
