"""What a process serves: the bot with its web endpoints, on a port that it takes before it is ready."""

import asyncio
import gc
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import Any

import uvicorn
from starlette.applications import Starlette

from bot.app import Steward
from bot.errors import OperatorError
from bot.settings import join_host
from bot.slack.http_protocol import Bounded
from bot.web import web


@asynccontextmanager
async def run_steward(steward: Steward) -> AsyncIterator[None]:
    """Start the bot, and shut it down gracefully on exit, even after an error."""
    try:
        await steward.start()
        freeze_garbage_collector()
        yield
    finally:
        await steward.stop()


def freeze_garbage_collector() -> None:
    """Exclude all current objects from garbage collection, and raise the thresholds for the rest.

    By default, full collections block the event loop for 100 ms now and then, and partial ones of older generations for
    15 ms several times a second under load. Together they free only about a thousand objects while ten thousand leaders
    are checked for nudges.
    """
    gc.freeze()
    gc.set_threshold(2_000, 10, 1_000)


def bind(host: str, port: int) -> socket.socket:
    """Take a port, or a free one for 0, without listening yet.

    Until the replica serves, connections are refused: a proxy then tries another replica at once, where it would wait
    for this one if the kernel accepted them.
    """
    # asyncio sets TCP_NODELAY only with IPPROTO_TCP; without it responses are delayed
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if port:  # free ports are kept from others only without this option
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise _cannot_listen(host, port, error) from None
    return listening


def _listen(bound: socket.socket) -> None:
    """Listen on a socket. Raises `OperatorError` if another process that started at the same time does already."""
    try:
        bound.listen()
    except OSError as error:
        host, port = bound.getsockname()[:2]
        raise _cannot_listen(host, port, error) from None


def _cannot_listen(host: str, port: int, error: OSError) -> OperatorError:
    return OperatorError(f"STEWARD_HOST, STEWARD_PORT: cannot listen on {join_host(host, port)}: {error.strerror}")


class _Server(uvicorn.Server):
    """A server without signal handlers, so that the bot can stop before the web server."""

    def capture_signals(self) -> Any:
        return nullcontext()


@asynccontextmanager
async def serving(steward: Steward, listening: socket.socket) -> AsyncIterator[str]:
    """Serve a replica's web endpoints and yield the address; in HTTP mode they include Slack's request URL."""
    async with serve_app(web(steward.request_urls, steward, steward.receiver, steward.installer), listening) as address:
        yield address


@asynccontextmanager
async def serve_app(app: Starlette, listening: socket.socket) -> AsyncIterator[str]:
    """Serve an application, with timeouts for slow clients, and yield its address."""
    _listen(listening)
    config = uvicorn.Config(app, http=Bounded, ws="none", log_config=None, lifespan="off")
    server = _Server(config)
    task = asyncio.create_task(server.serve([listening]))
    host, port = listening.getsockname()[:2]
    try:
        yield f"http://{join_host(host, port)}"
    finally:
        server.should_exit = True
        await task
