"""The socket that receives Slack's HTTP requests: its options, and when it begins to listen."""

import asyncio
import socket

import pytest
from starlette.applications import Starlette

from bot.cli import service
from bot.errors import OperatorError


async def test_accepted_sockets_have_tcp_nodelay() -> None:
    """Without TCP_NODELAY, the second packet of a response waits 40 ms for the client."""
    delays: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted = writer.get_extra_info("socket")
        delays.set_result(not accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    with service.bind("127.0.0.1", 0) as listening:
        server = await asyncio.start_server(met, sock=listening)
        _, writer = await asyncio.open_connection(*listening.getsockname())
        assert await asyncio.wait_for(delays, 5) is False
        writer.close()
        server.close()
        await server.wait_closed()


async def test_port_is_taken_at_once_but_refuses_connections_until_it_is_served() -> None:
    with service.bind("127.0.0.1", 0) as bound:
        host, port = bound.getsockname()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(host, port)
        async with service.serve_app(Starlette(), bound):
            _, writer = await asyncio.open_connection(host, port)
            with pytest.raises(OperatorError, match=f"cannot listen on 127.0.0.1:{port}: Address already in use"):
                service.bind(host, port)
            writer.close()
            await writer.wait_closed()


async def test_second_of_two_processes_that_took_a_port_at_the_same_time_is_told() -> None:
    with service.bind("127.0.0.1", 0) as free:
        host, port = free.getsockname()
    with service.bind(host, port) as first, service.bind(host, port) as second:
        async with service.serve_app(Starlette(), first):
            with pytest.raises(OperatorError, match="cannot listen on"):
                async with service.serve_app(Starlette(), second):
                    pass
