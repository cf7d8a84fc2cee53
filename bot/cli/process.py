"""One process of the bot: its event loop, database, web side, and the signal that ends it."""

import asyncio
import gc
import signal
import socket
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, nullcontext, suppress
from typing import Any, TypeVar

import typer
import uvicorn
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from uvicorn.loops.auto import auto_loop_factory

from bot import logs
from bot.app import Steward
from bot.db import keyring
from bot.db.sessions import Database, connect
from bot.errors import OperatorError
from bot.org.workspaces import Workspace
from bot.settings import Settings
from bot.slack.http_protocol import Bounded
from bot.web import web

T = TypeVar("T")


@asynccontextmanager
async def running(steward: Steward, workspace: Workspace) -> AsyncIterator[None]:
    """Started, and stopped properly whatever happens."""
    try:
        await steward.start(workspace)
        freeze_garbage_collector()
        yield
    finally:
        await steward.stop()


def run_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run until it ends."""
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(work)


def new_loop() -> asyncio.AbstractEventLoop:
    """The event loop that uvicorn would take: uvloop's, where there is one."""
    return auto_loop_factory()()


def freeze_garbage_collector() -> None:
    """The garbage collector looks no more at what is there by now, and seldom at what has lived for a while.

    The first held the event loop for 100 ms now and then; the second for 15 ms some times a second when much is to do,
    to find about a thousand objects in ten thousand leaders' mornings.
    """
    gc.freeze()
    gc.set_threshold(2_000, 10, 1_000)


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """The database that the settings name; what it cannot do is an `OperatorError`."""
    database = connect(settings.database_url, settings.data, keyring.open_vault(settings))
    try:
        yield database
    except SQLAlchemyError as error:
        if "no such table" in str(error) or "does not exist" in str(error):
            raise OperatorError("There is nothing in this database yet; `steward migrate` makes it ready.") from None
        raise OperatorError(f"The database does not work: {type(error).__name__}: {error.args[0]}") from error
    finally:
        await database.close()


def bind(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # else asyncio delays answers
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()
    except OSError as error:
        listening.close()
        raise OperatorError(f"STEWARD_HOST, STEWARD_PORT: cannot listen on {host}:{port}: {error.strerror}") from None
    return listening


class _Server(uvicorn.Server):
    """Leaves signals to us: the bot stops first, then the web side."""

    def capture_signals(self) -> Any:
        return nullcontext()


@asynccontextmanager
async def serving(steward: Steward, listening: socket.socket) -> AsyncIterator[str]:
    """A replica's web side, and its address. It takes Slack's requests too, unless those come over a socket."""
    async with served(web(steward.request_urls, steward, steward.receiver), listening) as address:
        yield address


@asynccontextmanager
async def served(app: Starlette, listening: socket.socket) -> AsyncIterator[str]:
    """An application's address while it is served. No client can take for ever to ask."""
    config = uvicorn.Config(app, http=Bounded, ws="none", log_config=None, lifespan="off")
    server = _Server(config)
    task = asyncio.create_task(server.serve([listening]))
    host, port = listening.getsockname()[:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        await task


async def until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Work until SIGTERM or SIGINT comes, be it in the middle of a start; what was begun is then ended properly."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    working, waiting = asyncio.create_task(work), asyncio.create_task(stopped.wait())
    await asyncio.wait([working, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working


def start(work: Coroutine[Any, Any, None]) -> None:
    logs.configure()
    try:
        run_loop(work)
    except OperatorError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
