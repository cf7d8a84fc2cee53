"""The socket that Slack's requests come to."""

import asyncio
import socket

from bot.cli import process


async def test_small_answers_leave_at_once() -> None:
    """Else the second packet of an answer waits for the other side, for 40 ms."""
    delays: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted = writer.get_extra_info("socket")
        delays.set_result(not accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    with process.bind("127.0.0.1", 0) as listening:
        server = await asyncio.start_server(met, sock=listening)
        _, writer = await asyncio.open_connection(*listening.getsockname())
        assert await asyncio.wait_for(delays, 5) is False
        writer.close()
        server.close()
        await server.wait_closed()
