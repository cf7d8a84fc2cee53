"""A uvicorn WebSocket protocol that can stop responding without closing, for fault injection."""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

LINE = "sandbox.websocket"
"""Key of the protocol object in a WebSocket's ASGI scope."""


class DeafableWebSocket(WebSocketsSansIOProtocol):
    """A WebSocket protocol that can go deaf: it stays open, but answers no ping and ignores close frames.

    A deaf connection ends when the peer closes the TCP connection.
    """

    _is_deaf = False

    def go_deaf(self) -> None:
        self._is_deaf = True
        self.stop_keepalive()

    def data_received(self, data: bytes) -> None:
        if not self._is_deaf:
            super().data_received(data)

    async def run_asgi(self) -> None:
        self.scope[LINE] = self  # type: ignore[literal-required]
        await super().run_asgi()
