"""The wire under a WebSocket: as uvicorn serves it, but able to go deaf."""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

LINE = "sandbox.websocket"
"""Where a WebSocket's ASGI scope has its line."""


class DeafableWebSocket(WebSocketsSansIOProtocol):
    """A deaf one stays open, answers no ping and hears no close; it ends when the other side hangs up."""

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
