"""Options of the socket that receives Slack's HTTP requests."""

import asyncio
import socket

from bot.cli import process


async def test_accepted_sockets_have_tcp_nodelay() -> None:
    """Without TCP_NODELAY, the second packet of a response waits 40 ms for the client."""
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
