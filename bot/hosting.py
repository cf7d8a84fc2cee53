"""One process of the bot: its database, its web side, and the signal that ends it."""

import asyncio
import gc
import signal
import socket
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, nullcontext, suppress
from typing import Any, TypeVar

import aiohttp
import uvicorn
from pydantic import SecretStr
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from uvicorn.loops.auto import auto_loop_factory

from bot import keyring
from bot.app import Steward
from bot.clock import Clock
from bot.connections import Bounded
from bot.crypto import Vault, key_in
from bot.database import Database, connect
from bot.directory import Workspace
from bot.errors import OperatorError
from bot.migrations import migrate
from bot.settings import Settings
from bot.web import web

T = TypeVar("T")
NO_KEYS = "STEWARD_KEYS is missing: with PostgreSQL every replica needs the same key"
MAKE_A_KEY = "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"


async def run(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT."""
    must_have(settings.bot_token, "SLACK_BOT_TOKEN", "the bot token, which starts with xoxb-")
    if not settings.app_token:
        must_have(
            settings.signing_secret,
            "SLACK_SIGNING_SECRET",
            "without SLACK_APP_TOKEN, Steward listens over HTTP and must know who is asking",
        )
    with bind(settings.host, settings.port) as server:
        await until_stopped(_run(settings, server))


async def _run(settings: Settings, server: socket.socket) -> None:
    async with open_database(settings) as database, aiohttp.ClientSession() as http:
        if database.is_sqlite:
            await migrate.upgrade(database)
        elif not await migrate.is_current(database):
            raise OperatorError("The database is not up to date: run `steward migrate`, then start again.")
        await keyring.check(database)
        steward = Steward(settings, database, Clock(), http)
        async with running(steward, await steward.install()), serving(steward, server) as address:
            print(f"Steward listens on {address}", flush=True)
            await steward.failed()


@asynccontextmanager
async def running(steward: Steward, workspace: Workspace) -> AsyncIterator[None]:
    """Started, and stopped properly whatever happens."""
    try:
        await steward.start(workspace)
        keep_what_is_loaded()
        yield
    finally:
        await steward.stop()


def live(work: Coroutine[Any, Any, T]) -> T:
    """Run until it ends."""
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(work)


def new_loop() -> asyncio.AbstractEventLoop:
    """The event loop that uvicorn would take: uvloop's, where there is one."""
    return auto_loop_factory()()


def keep_what_is_loaded() -> None:
    """The garbage collector looks no more at what is there by now, and seldom at what has lived for a while.

    The first held the event loop for 100 ms now and then; the second for 15 ms some times a second when much is to do,
    to find about a thousand objects in ten thousand leaders' mornings.
    """
    gc.freeze()
    gc.set_threshold(2_000, 10, 1_000)


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """The database that the settings name; what it cannot do is an `OperatorError`."""
    database = connect(settings.database_url, settings.data, vault(settings))
    try:
        yield database
    except SQLAlchemyError as error:
        if "no such table" in str(error) or "does not exist" in str(error):
            raise OperatorError("There is nothing in this database yet; `steward migrate` makes it ready.") from None
        raise OperatorError(f"The database does not work: {type(error).__name__}: {error.args[0]}") from error
    finally:
        await database.close()


def vault(settings: Settings) -> Vault:
    if settings.keys:
        return Vault([key.strip() for key in settings.keys.get_secret_value().split(",")])
    if settings.database_url:
        raise OperatorError(f"{NO_KEYS}. Make one with\n  {MAKE_A_KEY}")
    return Vault([key_in(settings.data)])


def must_have(value: SecretStr | None, name: str, why: str) -> None:
    if value is None:
        raise OperatorError(f"{name} is missing: {why}.")


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
