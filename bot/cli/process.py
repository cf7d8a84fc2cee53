"""One process of the bot: its event loop, database, web server and shutdown signals."""

import asyncio
import gc
import signal
import socket
from collections.abc import AsyncIterator, Coroutine
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext, suppress
from typing import Any, TypeVar

import typer
import uvicorn
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from uvicorn.loops.auto import auto_loop_factory

from bot import logs
from bot.app import Steward
from bot.db import keyring
from bot.db.encryption import restrict_to_owner
from bot.db.engines import URL_SETTING, describe_error
from bot.db.sessions import Database, connect
from bot.db.sqlite_copies import hold_folder
from bot.errors import OperatorError
from bot.settings import Settings, join_host
from bot.slack.http_protocol import Bounded
from bot.web import web

T = TypeVar("T")


@asynccontextmanager
async def run_steward(steward: Steward) -> AsyncIterator[None]:
    """Start the bot, and shut it down gracefully on exit, even after an error."""
    try:
        await steward.start()
        freeze_garbage_collector()
        yield
    finally:
        await steward.stop()


def run_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on a new event loop until it ends."""
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(work)


def new_loop() -> asyncio.AbstractEventLoop:
    """Return the event loop that uvicorn would choose: uvloop if it is installed."""
    return auto_loop_factory()()


def freeze_garbage_collector() -> None:
    """Exclude all current objects from garbage collection, and raise the thresholds for the rest.

    By default, full collections block the event loop for 100 ms now and then, and partial ones of older generations for
    15 ms several times a second under load. Together they free only about a thousand objects while ten thousand leaders
    are checked for nudges.
    """
    gc.freeze()
    gc.set_threshold(2_000, 10, 1_000)


def hold_data(settings: Settings) -> AbstractContextManager[None]:
    """Hold the data folder if the database is in it, so that no second process uses that. PostgreSQL needs none."""
    if settings.database_url:
        return nullcontext()
    restrict_to_owner(settings.data)
    return hold_folder(settings.data)


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """Open the configured database, and turn its errors into `OperatorError`."""
    vault = keyring.open_vault(settings)
    database = connect(settings.database_url, settings.data, vault)
    database.erasures_file = settings.erasures_file or database.erasures_file
    try:
        await _must_answer(database)
        yield database
    except SQLAlchemyError as error:
        if "no such table" in str(error) or "does not exist" in str(error):
            raise OperatorError("The database has no tables yet. Run `steward migrate`.") from None
        raise OperatorError(f"Database error: {type(error).__name__}: {describe_error(error)}.") from None
    finally:
        await database.close()


async def _must_answer(database: Database) -> None:
    """Connect to PostgreSQL once, and raise an `OperatorError` if that fails."""
    if database.is_sqlite:
        return
    try:
        async with database.writer.connect():
            pass
    except (SQLAlchemyError, OSError) as error:
        url = database.writer.url
        where = f"{url.database} at {url.host or url.query.get('host') or 'a local socket'}"
        reason = "no answer in time" if isinstance(error, TimeoutError) else describe_error(error)
        raise OperatorError(f"{URL_SETTING}: cannot connect to {where}: {reason}.") from None


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


async def run_until_signal(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine until SIGTERM or SIGINT, which may come during start-up, then cancel it so that it cleans up."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    working, waiting = asyncio.create_task(work), asyncio.create_task(stopped.wait())
    await asyncio.wait([working, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working


def start(work: Coroutine[Any, Any, None], *, level: str = "info", is_service: bool = False) -> None:
    """Run a command, and end with status 2 on an `OperatorError`. A service logs that error like everything else."""
    logs.configure(level)
    try:
        run_loop(work)
    except OperatorError as error:
        logs.report_error(str(error)) if is_service else typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
