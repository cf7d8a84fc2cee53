"""One process of the bot: its database, its web side, and the signal that ends it."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import Any

import aiohttp
import uvicorn
from pydantic import SecretStr
from sqlalchemy.exc import SQLAlchemyError

from bot import keyring, migrations
from bot.app import Steward
from bot.clock import Clock
from bot.crypto import Vault, key_in
from bot.database import Database, connect
from bot.directory import Workspace
from bot.errors import OperatorError
from bot.settings import Settings
from bot.web import web

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
    stopped = stop_signal()
    with bind(settings.host, settings.port) as server:
        await _run(settings, server, stopped)


async def _run(settings: Settings, server: socket.socket, stopped: asyncio.Event) -> None:
    async with open_database(settings) as database, aiohttp.ClientSession() as http:
        if database.is_sqlite:
            await migrations.upgrade(database)
        elif not await migrations.is_current(database):
            raise OperatorError("The database is not up to date: run `steward migrate`, then start again.")
        await keyring.check(database)
        steward = Steward(settings, database, Clock(), http)
        bolt = None if settings.app_token else steward.bolt
        config = uvicorn.Config(web(bolt, steward.trouble), log_config=None, lifespan="off")
        async with running(steward, await steward.install()), serving(config, server):
            print(f"Steward listens on http://{settings.host}:{server.getsockname()[1]}", flush=True)
            await stopped.wait()


@asynccontextmanager
async def running(steward: Steward, workspace: Workspace) -> AsyncIterator[None]:
    """Started, and stopped properly whatever happens."""
    try:
        await steward.start(workspace)
        yield
    finally:
        await steward.stop()


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
async def serving(config: uvicorn.Config, listening: socket.socket) -> AsyncIterator[None]:
    server = _Server(config)
    task = asyncio.create_task(server.serve([listening]))
    try:
        yield
    finally:
        server.should_exit = True
        await task


def stop_signal() -> asyncio.Event:
    """Set by SIGTERM and SIGINT."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    return stopped
